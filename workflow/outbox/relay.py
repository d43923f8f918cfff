"""Deliver due news: to each subscriber once, those of one subject in order."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections, transaction

from workflow.outbox.event import event_of
from workflow.outbox.models import Delivery, DeliveryState
from workflow.outbox.routes import subscriber_named
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)

LAST_ATTEMPT = 8
LONGEST_PAUSE = timedelta(minutes=10)
# Lines whose head is due: the oldest of each tenant, then the second of each, and so on, so that
# nobody waits behind another's thousand lines. A line whose head waits for its next attempt is no
# work, though news further back is due: many such lines would keep the others from being heard.
DUE = """
SELECT tenant_id, subject FROM (
  SELECT tenant_id, subject, event_id,
         row_number() OVER (PARTITION BY tenant_id ORDER BY event_id) AS turn
  FROM (
    SELECT DISTINCT ON (tenant_id, subject) tenant_id, subject, event_id, due_at
    FROM workflow_delivery WHERE state = 'pending'
    ORDER BY tenant_id, subject, event_id, position) head
  WHERE due_at <= %s) fair
ORDER BY turn, event_id LIMIT %s
"""


@dataclass(frozen=True)
class Line:
    """News of one subject that waits to be heard."""

    tenant_id: int
    subject: str


def due_lines(*, at: datetime, limit: int = 200) -> list[Line]:
    """Return subjects with due news, each tenant's longest waiting first; one query as sweeper."""
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(DUE, [at, limit])
        return [Line(tenant_id=row[0], subject=row[1]) for row in cursor.fetchall()]


def relay_news(*, at: datetime, limit: int = 200) -> int:
    """Deliver what is due and return how many deliveries were made.

    May run in any number of processes at once: the head of a subject's line is locked by one.
    """
    return sum(relay_line(line, at=at) for line in due_lines(at=at, limit=limit))


def relay_line(line: Line, *, at: datetime) -> int:
    """Deliver one subject's news in order until it is empty, fails or is another's."""
    delivered = 0
    with tenant_scope(line.tenant_id):
        while deliver_head(line.subject, at=at):
            delivered += 1
    return delivered


def deliver_head(subject: str, *, at: datetime) -> bool:
    """Deliver the oldest pending news of a subject to its next subscriber.

    The subscriber's work and the mark that it is done are one transaction. Returns whether the
    line moved on.
    """
    with transaction.atomic():
        head = (
            Delivery.objects.filter(subject=subject, state=DeliveryState.PENDING)
            .order_by("event_id", "position")
            .values_list("pk", flat=True)
            .first()
        )
        if head is None:
            return False
        # Only the head itself is asked for: skipping it means waiting, never overtaking. To ask
        # without waiting would be an error in the server's log each time two relays meet.
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("event")
            .filter(pk=head)
            .first()
        )
        if delivery is None:
            return False  # Another worker is at it and goes on with the line.
        if delivery.state != DeliveryState.PENDING:
            return True  # Delivered between our two looks.
        if delivery.due_at > at:
            return False
        return hear(delivery, at=at)


def hear(delivery: Delivery, *, at: datetime) -> bool:
    """Let the subscriber hear the news; a failure is noted and tried again later."""
    delivery.attempts += 1
    try:
        with transaction.atomic():
            subscriber = subscriber_named(delivery.event.kind, delivery.subscriber)
            subscriber(event_of(delivery.event.kind, delivery.event.payload))
    except Exception as failure:
        log.exception("news was not heard", extra={"delivery": delivery.pk})
        return note_failure(delivery, failure, at=at)
    delivery.state = DeliveryState.DONE
    delivery.done_at = at
    delivery.save(update_fields=["attempts", "state", "done_at"])
    return True


def note_failure(delivery: Delivery, failure: Exception, *, at: datetime) -> bool:
    """Keep why it failed and when to try again; after the last attempt it is dead.

    A dead delivery stands on the admin's page and no longer holds the line back.
    """
    # Only the kind of fault: its words may hold a customer's text or address.
    delivery.last_error = type(failure).__name__
    is_dead = delivery.attempts >= LAST_ATTEMPT
    if is_dead:
        delivery.state = DeliveryState.DEAD
    else:
        delivery.due_at = at + min(timedelta(seconds=2**delivery.attempts), LONGEST_PAUSE)
    delivery.save(update_fields=["attempts", "state", "due_at", "last_error"])
    return is_dead
