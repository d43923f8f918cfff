"""Find clocks that come due and say so, once each."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connections, transaction

from workflow.clocks.events import ClockBreached, ClockWarned
from workflow.clocks.models import Clock, ClockState
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.tenancy.scope import tenant_scope

BATCH = 200


@dataclass(frozen=True)
class Due:
    """A clock whose next look has come."""

    tenant_id: int
    clock_id: int


def due_clocks(model: type[Clock], *, at: datetime, limit: int = BATCH) -> list[Due]:
    """Return due clocks of a table across tenants, longest due first; one query as sweeper."""
    table = connections["sweeper"].ops.quote_name(model._meta.db_table)
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(
            f"SELECT tenant_id, id FROM {table} "  # noqa: S608 - the table's name is ours
            "WHERE state = 'running' AND next_look_at <= %s ORDER BY next_look_at LIMIT %s",
            [at, limit],
        )
        return [Due(tenant_id=row[0], clock_id=row[1]) for row in cursor.fetchall()]


def sweep_clocks(model: type[Clock], *, at: datetime) -> int:
    """Warn of and record what is due; returns how many clocks spoke.

    `model.owner_subject` names the record that the clock belongs to. May run in many processes
    at once: each clock is locked and looked at again before it speaks.
    """
    spoken = 0
    for due in due_clocks(model, at=at):
        with tenant_scope(due.tenant_id), transaction.atomic():
            spoken += look_at(model, due.clock_id, at=at)
    return spoken


def look_at(model: type[Clock], clock_id: int, *, at: datetime) -> int:
    """Let one clock speak if its time has come; returns 1 if it spoke."""
    clock = (
        model.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("calendar")
        .filter(pk=clock_id, state=ClockState.RUNNING, next_look_at__lte=at)
        .first()
    )
    if clock is None:
        return 0
    actor = Actor.system("clocks")
    owner = clock.owner  # type: ignore[attr-defined]
    subject = f"{owner._meta.model_name}:{owner.pk}"
    if clock.due_at <= at:
        clock.breach_recorded_at = at
        clock.next_look_at = None
        action = Action.CLOCK_BREACHED
        event: ClockWarned | ClockBreached = ClockBreached(
            owner=subject, metric=clock.metric, clock_id=clock.pk
        )
    else:
        clock.warned_at = at
        clock.next_look_at = clock.due_at
        action = Action.CLOCK_WARNED
        event = ClockWarned(owner=subject, metric=clock.metric, clock_id=clock.pk)
    clock.save(update_fields=["breach_recorded_at", "warned_at", "next_look_at"])
    entry = record(action, owner, actor=actor, at=at, changes={"metric": clock.metric})
    publish(event, at=at, entry_id=entry.pk)
    return 1
