"""Index of the models of the doors, for Django."""

from servicedesk.mail.models import RawMail
from servicedesk.notifications.models import Notification

__all__ = ["Notification", "RawMail"]
