"""Let clocks that run follow a ladder that was changed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from workflow.clocks.clock_hours import as_one, hours_of
from workflow.clocks.escalating import moment
from workflow.clocks.events import LadderChanged
from workflow.clocks.ladders import DUE, first_look, looks_of, steps_of
from workflow.clocks.models import Clock, ClockState, Ladder, LadderStep
from workflow.outbox.publishing import publish

BATCH = 300


@transaction.atomic
def follow_ladder(
    change: LadderChanged, *, models: Sequence[type[Clock]], at: datetime, batch: int = BATCH
) -> int:
    """Let the next clocks of a changed ladder be looked at by its new steps; returns how many.

    What was to come by the old steps is forgotten, and of the new ones counts what is still to
    come at the moment of the change: nothing of the past is made up for. One call handles one
    batch of one table and tells itself where to go on.
    """
    tables = [model._meta.db_table for model in models]
    place = tables.index(change.table) if change.table in tables else 0
    ladder = Ladder.objects.filter(pk=change.ladder_id).first()
    if ladder is None:
        return 0
    which = Q(ladder_id=ladder.pk) | (Q(ladder__isnull=True) if ladder.is_default else Q())
    clocks = list(
        models[place]
        .objects.select_for_update(of=("self",))
        .select_related("calendar")
        .filter(which, state__in=[ClockState.RUNNING, ClockState.PAUSED], pk__gt=change.after)
        .order_by("id")[:batch]
    )
    steps = steps_of(ladder.pk)
    for clock in clocks:
        look_by(clock, steps=steps, since=change.changed_at)
    models[place].objects.bulk_update(clocks, ["looks", "next_look_at"], batch_size=batch)
    if len(clocks) == batch:
        go_on(change, table=tables[place], after=clocks[-1].pk, at=at)
    elif place + 1 < len(tables):
        go_on(change, table=tables[place + 1], after=0, at=at)
    return len(clocks)


def look_by(clock: Clock, *, steps: Sequence[LadderStep], since: datetime) -> None:
    """Plan the looks of one clock by these steps from a moment on; saves nothing."""
    clock.looks = [
        look
        for look in looks_of(clock, working_time=as_one(hours_of(clock)), steps=steps)
        if (clock.breach_recorded_at is None if look[1] == DUE else moment(look) > since)
    ]
    is_running = clock.state == ClockState.RUNNING
    clock.next_look_at = first_look(clock.looks) if is_running else None


def go_on(change: LadderChanged, *, table: str, after: int, at: datetime) -> None:
    """Say where to go on."""
    publish(
        LadderChanged(
            ladder_id=change.ladder_id, changed_at=change.changed_at, table=table, after=after
        ),
        at=at,
    )
