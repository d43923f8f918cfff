"""Which mails a customer can switch off, and which may wait until quiet hours are over."""

from customers.preferences import Topic
from servicedesk.notifications.models import NotificationKind

# A kind that is not here is always sent: who asks for a way in, or writes, hears from us.
TOPICS: dict[NotificationKind, Topic] = {
    NotificationKind.ANSWER: Topic.ANSWERS,
    NotificationKind.WORKAROUND: Topic.PROGRESS,
    NotificationKind.ESTIMATE: Topic.PROGRESS,
    NotificationKind.PROBLEM_REOPENED: Topic.PROGRESS,
    NotificationKind.NOT_FIXED: Topic.PROGRESS,
    NotificationKind.PROMISE_CHANGED: Topic.PROGRESS,
    NotificationKind.CASE_RESOLVED: Topic.SOLUTIONS,
    NotificationKind.PROBLEM_RESOLVED: Topic.SOLUTIONS,
}
# An answer may be waited for; news of a problem is as good in the morning.
MAY_WAIT = frozenset(
    {
        NotificationKind.WORKAROUND,
        NotificationKind.ESTIMATE,
        NotificationKind.PROBLEM_REOPENED,
        NotificationKind.NOT_FIXED,
        NotificationKind.PROMISE_CHANGED,
        NotificationKind.CASE_RESOLVED,
        NotificationKind.PROBLEM_RESOLVED,
    }
)
