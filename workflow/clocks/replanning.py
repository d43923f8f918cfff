"""Plan running clocks anew when their opening hours have changed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from workflow.clocks.events import CalendarChanged
from workflow.clocks.keeping import Keeping
from workflow.clocks.models import Clock, ClockState
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor

BATCH = 300


@transaction.atomic
def replan(
    change: CalendarChanged, *, models: Sequence[type[Clock]], at: datetime, batch: int = BATCH
) -> int:
    """Plan the next clocks of a changed calendar anew; returns how many moved.

    One call handles one batch of one table. While there is more it tells itself so, by news that
    is heard in a transaction of its own: a desk with a hundred thousand open cases locks a few
    hundred rows at a time. What was missed stays missed.
    """
    tables = [model._meta.db_table for model in models]
    place = tables.index(change.table) if change.table in tables else 0
    clocks = list(
        models[place]
        .objects.select_for_update(of=("self",))
        .select_related("calendar")
        .filter(
            calendar_id=change.calendar_id,
            state__in=[ClockState.RUNNING, ClockState.PAUSED],
            breach_recorded_at__isnull=True,
            pk__gt=change.after,
        )
        .order_by("id")[:batch]
    )
    moved = sum(move(clock, at=at) for clock in clocks)
    if len(clocks) == batch:
        go_on(change, table=tables[place], after=clocks[-1].pk, at=at)
    elif place + 1 < len(tables):
        go_on(change, table=tables[place + 1], after=0, at=at)
    return moved


def go_on(change: CalendarChanged, *, table: str, after: int, at: datetime) -> None:
    """Say where to go on."""
    publish(
        CalendarChanged(
            calendar_id=change.calendar_id, changed_at=change.changed_at, table=table, after=after
        ),
        at=at,
    )


def move(clock: Clock, *, at: datetime) -> int:
    """Plan one clock anew and remember it if its due time moved; returns 1 if it did.

    What the hours said until they changed stays counted.
    """
    before, keeping = clock.due_at, Keeping()
    is_moved = keeping.replan(clock, at=at, reason="calendar")
    keeping.write()
    if not is_moved:
        return 0
    owner = clock.owner  # type: ignore[attr-defined]
    record(
        Action.CLOCK_REPLANNED,
        owner,
        actor=Actor.system("calendars"),
        at=at,
        changes={
            "metric": clock.metric,
            "calendar": clock.calendar_id,
            "from": before.isoformat(),
            "to": clock.due_at.isoformat(),
        },
    )
    return 1
