"""Which mail tells each kind of broadcast."""

from problems.models.broadcast import BroadcastKind
from servicedesk.notifications.models import NotificationKind

MAIL_OF: dict[BroadcastKind, NotificationKind] = {
    BroadcastKind.WORKAROUND: NotificationKind.WORKAROUND,
    BroadcastKind.ESTIMATE: NotificationKind.ESTIMATE,
    BroadcastKind.FIXED: NotificationKind.PROBLEM_RESOLVED,
    BroadcastKind.WONT_FIX: NotificationKind.NOT_FIXED,
    BroadcastKind.REGRESSION: NotificationKind.PROBLEM_REOPENED,
}
