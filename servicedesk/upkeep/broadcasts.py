"""Carry on whatever broadcast is due, in turns that are short."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from django.db import connection, connections
from django.utils.timezone import now

from problems.models import Broadcast
from servicedesk.notifications.broadcasts import carry_on
from workflow.outbox.turns import TURN_SECONDS
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)

AT_ONCE = 50
STATES = ["scheduled", "sending", "paused", "stopped"]
AFTER_A_FAILURE = timedelta(minutes=1)


def due_broadcasts(*, at: datetime, at_most: int = AT_ONCE) -> list[tuple[int, int]]:
    """Return tenant and id of broadcasts that are due, longest first; one query as sweeper."""
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, id FROM problems_broadcast"
            " WHERE state = ANY(%s::text[]) AND due_at <= %s ORDER BY due_at, id LIMIT %s",
            [STATES, at, at_most],
        )
        return [(tenant_id, broadcast_id) for tenant_id, broadcast_id in cursor.fetchall()]


def tell_everywhere(
    *, at: datetime, clock: Callable[[], datetime] = now, for_seconds: float = TURN_SECONDS
) -> int:
    """Carry on the broadcasts that are due until the turn is over; returns how many steps.

    Each has its part of the turn: one to a hundred thousand holds up no other tenant's.
    """
    due = due_broadcasts(at=at)
    end = monotonic() + for_seconds
    taken = 0
    for tenant_id, broadcast_id in due:
        taken += steps_of(tenant_id, broadcast_id, clock=clock, for_seconds=for_seconds / len(due))
        if monotonic() >= end:
            break
    return taken


def steps_of(
    tenant_id: int, broadcast_id: int, *, clock: Callable[[], datetime], for_seconds: float
) -> int:
    """Carry one broadcast on; one that fails is tried again in a minute and holds up nobody."""
    try:
        with tenant_scope(tenant_id):
            return carry_on(broadcast_id, clock=clock, for_seconds=for_seconds)
    except Exception:
        # The others are not to wait for it.
        if not connection.is_usable():
            raise
        log.exception("a broadcast cannot go on", extra={"broadcast": broadcast_id})
        with tenant_scope(tenant_id):
            Broadcast.objects.filter(pk=broadcast_id, state__in=STATES).update(
                due_at=clock() + AFTER_A_FAILURE
            )
        return 0
