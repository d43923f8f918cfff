"""Celery entry: deliver news and carry out effects."""

from time import monotonic

from celery import shared_task
from django.utils.timezone import now

from workflow.outbox.effects import carry_out_effects
from workflow.outbox.pacing import pace_of
from workflow.outbox.relay import relay_news
from workflow.outbox.turns import TURN_SECONDS


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
        pace=pace_of(queue),
    )
