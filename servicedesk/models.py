"""Index of the models of the doors, for Django."""

from servicedesk.api.models import Answered
from servicedesk.mail.mailboxes import Mailbox
from servicedesk.mail.models import RawMail
from servicedesk.notifications.models import ClockNotice, Digest, Notification, Wording
from servicedesk.webhooks.models import WebhookCall, WebhookSubscription

__all__ = [
    "Answered",
    "ClockNotice",
    "Digest",
    "Mailbox",
    "Notification",
    "RawMail",
    "WebhookCall",
    "WebhookSubscription",
    "Wording",
]
