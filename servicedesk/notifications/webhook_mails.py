"""What mails about webhooks say."""

from typing import Any
from urllib.parse import urlsplit

from servicedesk.notifications.models import Notification
from servicedesk.notifications.wording import time_words
from servicedesk.webhooks.models import SwitchedOff, WebhookSubscription


def of_webhook_off(notification: Notification, *, home: str) -> dict[str, Any]:
    """Tell which webhook it is; its id is the last number but one of the key. One query."""
    webhook_id = int(notification.key.split(":")[-2])
    webhook = WebhookSubscription.objects.filter(pk=webhook_id).first()
    timezone = notification.tenant.timezone
    since = webhook.failing_since if webhook else None
    return {
        "webhook": {
            "name": webhook.name if webhook else "",
            "host": urlsplit(webhook.url).hostname if webhook else "",
            "since": time_words(since, timezone=timezone) if since else "",
            "is_gone": webhook is not None and webhook.switched_off_because == SwitchedOff.GONE,
        },
        "url": f"{home}/settings/webhooks/",
    }
