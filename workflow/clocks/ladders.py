"""When is somebody woken about a clock? The steps of its ladder, as moments."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.db.models import QuerySet

from workflow.clocks.metrics import LASTING
from workflow.clocks.models import Clock, Ladder, LadderStep
from workflow.clocks.working_time import NeverOpen, Pause
from workflow.tenancy.kept_queries import kept

Look = list[str | int]
"""A moment in ISO 8601 and the position of the step that is taken then; 0 is the due time."""

DUE = 0
NOTHING = timedelta()
PER_CENT = 100


class Hours(Protocol):
    """What counts opening time: a calendar, or several that followed one another."""

    def add(self, start: datetime, span: timedelta, pauses: Iterable[Pause] = ()) -> datetime:
        """Return when a span has passed since the start."""
        ...

    def between(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> timedelta:
        """Return how much counts between two moments."""
        ...


def steps_of(ladder_id: int | None) -> list[LadderStep]:
    """Return the steps of a ladder, or of the tenant's default one, in their order; one query."""
    if ladder_id is not None:
        return steps_of_ladder(ladder_id=ladder_id)
    return steps_of_default(is_default=True)


@kept("ladder_id")
def steps_of_ladder(*, ladder_id: int) -> QuerySet[LadderStep]:
    """Return the query for the steps of a ladder."""
    return LadderStep.objects.filter(ladder_id=ladder_id).order_by("position")


@kept()
def steps_of_default(*, is_default: bool) -> QuerySet[LadderStep]:
    """Return the query for the steps of the tenant's default ladder."""
    return LadderStep.objects.filter(ladder__is_default=is_default).order_by("position")


def default_ladder() -> Ladder | None:
    """Return the ladder of everything that names no other; one query."""
    return Ladder.objects.filter(is_default=True).first()


def looks_of(clock: Clock, *, working_time: Hours, steps: Sequence[LadderStep]) -> list[Look]:
    """Return every moment at which a new clock is looked at, in order of time.

    `clock` has its start, its plan and its pauses; those that are open end at its due time.
    Somebody who has acknowledged is not woken any more: the due time is left, see `steps_left`.
    """
    pauses = [] if clock.is_fixed else clock.pause_spans(until=clock.due_at)
    return looks_between(
        clock.started_at,
        clock.due_at,
        working_time=working_time,
        steps=steps_left(clock, steps),
        pauses=pauses,
    )


def steps_left(clock: Clock, steps: Sequence[LadderStep]) -> Sequence[LadderStep]:
    """Return which steps a clock may still take: none that somebody has in hand.

    Of a date that was told those at the due time and after it stay: it is escalated if it passes.
    """
    if clock.acknowledged_at is None:
        return steps
    return [step for step in steps if clock.metric in LASTING and not is_early(step)]


def is_early(step: LadderStep) -> bool:
    """Whether a step is taken before the due time."""
    return (step.minutes or 0) < 0 if step.percent is None else step.percent < PER_CENT


def looks_of_span(
    *, started_at: datetime, within: timedelta, working_time: Hours, steps: Sequence[LadderStep]
) -> list[Look]:
    """Return the looks that a clock would have: a preview.

    Raises:
        NeverOpen: the span is never used up.
    """
    due_at = working_time.add(started_at, within)
    return looks_between(started_at, due_at, working_time=working_time, steps=steps)


def looks_between(
    started_at: datetime,
    due_at: datetime,
    *,
    working_time: Hours,
    steps: Sequence[LadderStep],
    pauses: Sequence[Pause] = (),
) -> list[Look]:
    """Return the due time and the moments of steps, in order of time.

    At one moment the due time comes first, then the steps by position. A step before the beginning
    is left out, and one after the last opening hour of a calendar that ends.
    """
    moments = [(due_at, DUE)]
    span = working_time.between(started_at, due_at, pauses) if steps else NOTHING
    for step in steps:
        away = distance_to_due(step, span=span)
        at = moment_at(
            away,
            started_at=started_at,
            due_at=due_at,
            span=span,
            working_time=working_time,
            pauses=pauses,
        )
        if at is not None:
            moments.append((at, step.position))
    return [[at.isoformat(), position] for at, position in sorted(moments)]


def looks_ahead(clock: Clock, *, working_time: Hours, steps: Sequence[LadderStep]) -> list[Look]:
    """Return what is still to come of a clock that is planned again, in order of time.

    What has been taken is never taken again, though its moment has moved. The due time is ahead
    until the breach is recorded.
    """
    ahead = {position for _at, position in clock.looks}
    if clock.breach_recorded_at is None:
        ahead.add(DUE)
    return [
        look for look in looks_of(clock, working_time=working_time, steps=steps) if look[1] in ahead
    ]


def first_look(looks: Sequence[Look]) -> datetime | None:
    """Return when the first of some looks is, or None if there is none."""
    return datetime.fromisoformat(str(looks[0][0])) if looks else None


def moment_at(
    away: timedelta,
    *,
    started_at: datetime,
    due_at: datetime,
    span: timedelta,
    working_time: Hours,
    pauses: Sequence[Pause],
) -> datetime | None:
    """Return when something so far from the due time happens, or None if it never does."""
    if away == NOTHING:
        return due_at
    if away < NOTHING and away <= -span:
        return None
    try:
        if away > NOTHING:
            return working_time.add(due_at, away, pauses)
        return min(working_time.add(started_at, span + away, pauses), due_at)
    except NeverOpen:
        return None


def distance_to_due(step: LadderStep, *, span: timedelta) -> timedelta:
    """Return how far from the due time a step is, in opening time; less than nothing is before."""
    if step.percent is not None:
        return span * (step.percent - PER_CENT) / PER_CENT
    return timedelta(minutes=step.minutes or 0)
