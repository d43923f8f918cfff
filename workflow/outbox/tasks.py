"""Celery entry: deliver news and carry out effects."""

from celery import shared_task
from django.utils.timezone import now

from workflow.outbox.effects import carry_out_effects
from workflow.outbox.relay import relay_news


@shared_task(name="workflow.relay_news", ignore_result=True)
def relay_due_news() -> int:
    """Deliver the news that is due, until none is left."""
    delivered = 0
    while step := relay_news(at=now()):
        delivered += step
    return delivered


@shared_task(name="workflow.carry_out_effects", bind=True, ignore_result=True)
def carry_out_due_effects(self: object, queue: str) -> int:
    """Carry out the due effects of a queue; each row then names this task."""
    request = getattr(self, "request", None)
    return carry_out_effects(queue=queue, clock=now, sent_by=f"celery:{getattr(request, 'id', '')}")
