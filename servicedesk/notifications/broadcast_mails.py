"""Which mail tells each kind of broadcast, and what the mails about broadcasts may use."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from problems.models import Broadcast
from problems.models.broadcast import BroadcastKind
from servicedesk.notifications.models import Notification, NotificationKind

MAIL_OF: dict[BroadcastKind, NotificationKind] = {
    BroadcastKind.WORKAROUND: NotificationKind.WORKAROUND,
    BroadcastKind.ESTIMATE: NotificationKind.ESTIMATE,
    BroadcastKind.FIXED: NotificationKind.PROBLEM_RESOLVED,
    BroadcastKind.WONT_FIX: NotificationKind.NOT_FIXED,
    BroadcastKind.REGRESSION: NotificationKind.PROBLEM_REOPENED,
    BroadcastKind.PROMISE: NotificationKind.PROMISE_CHANGED,
}
WHAT: dict[BroadcastKind, Callable[[], str]] = {
    BroadcastKind.WORKAROUND: lambda: _("What helps for now"),
    BroadcastKind.ESTIMATE: lambda: _("Date of the fix"),
    BroadcastKind.FIXED: lambda: _("Fixed"),
    BroadcastKind.WONT_FIX: lambda: _("Will not be fixed"),
    BroadcastKind.REGRESSION: lambda: _("Not fixed after all"),
    BroadcastKind.PROMISE: lambda: _("A promise changed"),
}


def of_broadcast(notification: Notification, *, home: str) -> dict[str, Any]:
    """Return what a mail to leads says of a broadcast; its id stands in the key. One query."""
    broadcast = Broadcast.objects.get(pk=int(notification.key.split(":")[1]))
    return {
        "broadcast": {
            "number": str(broadcast),
            "what": WHAT[BroadcastKind(broadcast.kind)](),
            "size": broadcast.size,
        },
        "broadcast_url": f"{home}/broadcasts/{broadcast.number}/",
    }
