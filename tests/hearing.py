"""Let news be heard inside the test's own transaction, which the sweeper cannot see into."""

from django.utils.timezone import now

from servicedesk.notifications.models import Notification
from tests.make import DAY
from workflow.outbox.models import Delivery, OutboxEvent
from workflow.outbox.relay import deliver_head


def hear_everything() -> None:
    """Deliver every pending piece of news; fail if one is not heard."""
    while subjects := set(
        Delivery.objects.filter(state="pending", attempts=0).values_list("subject", flat=True)
    ):
        for subject in sorted(subjects):
            while deliver_head(subject, at=now() + DAY):
                pass
    failed = list(
        Delivery.objects.filter(attempts__gt=0)
        .exclude(state="done")
        .values_list("subscriber", "last_error")
    )
    assert failed == []


def news() -> list[str]:
    """Return the kinds of all news told so far, in order."""
    return list(OutboxEvent.objects.order_by("id").values_list("kind", flat=True))


def told(kind: str) -> list[Notification]:
    """Return the notifications of a kind, oldest first."""
    return list(Notification.objects.filter(kind=kind).order_by("id"))
