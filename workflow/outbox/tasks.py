"""Celery entry: deliver news and carry out effects."""

from time import monotonic

from celery import shared_task
from django.utils.timezone import now

from workflow.outbox.effects import carry_out_effects
from workflow.outbox.relay import relay_news

# A worker that has had its turn takes from the next queue: clocks, news and mail wait for each
# other no longer than this, however much of one there is. Tick wakes again twice a second.
TURN_SECONDS = 1.0


@shared_task(name="workflow.relay_news", ignore_result=True)
def relay_due_news() -> int:
    """Deliver the news that is due, until none is left or the turn is over; tick wakes the next."""
    delivered = 0
    end = monotonic() + TURN_SECONDS
    while monotonic() < end and (step := relay_news(at=now(), limit=20)):
        delivered += step
    return delivered


@shared_task(name="workflow.carry_out_effects", bind=True, ignore_result=True)
def carry_out_due_effects(self: object, queue: str) -> int:
    """Carry out the due effects of a queue for a turn; each row then names this task."""
    request = getattr(self, "request", None)
    return carry_out_effects(
        queue=queue,
        clock=now,
        sent_by=f"celery:{getattr(request, 'id', '')}",
        for_seconds=TURN_SECONDS,
    )
