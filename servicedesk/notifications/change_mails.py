"""What mails about changes say."""

from typing import Any

from problems.models import Change
from servicedesk.notifications.models import Notification
from servicedesk.notifications.wording import time_words


def of_change(notification: Notification, *, home: str) -> dict[str, Any]:
    """Return what the texts may use: the change, its window, what came of it; one query."""
    change = Change.objects.select_related("department", "product", "asked_by").get(
        pk=int(notification.key.split(":")[1])
    )
    timezone = notification.tenant.timezone
    return {
        "change": {
            "number": change.name,
            "title": change.title,
            "department": change.department.name,
            "product": change.product.name if change.product else "",
            "asked_by": change.asked_by.name if change.asked_by else "",
            "outcome": change.outcome,
            "begins": time_words(change.starts_at, timezone=timezone),
            "ends": time_words(change.ends_at, timezone=timezone),
        },
        "change_url": f"{home}/changes/{change.number}/",
    }
