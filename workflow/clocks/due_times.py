"""When a clock is due: a span in the hours that held, working days, or a date. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from workflow.clocks import switching
from workflow.clocks.switching import Switch
from workflow.clocks.working_time import NeverOpen, Pause, WorkingTime

ALWAYS = WorkingTime.from_dict(
    {
        "tz": "UTC",
        "hours": {
            day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        },
    }
)


def due_time(
    switches: Sequence[Switch],
    *,
    within: timedelta,
    within_days: int | None = None,
    pauses: Iterable[Pause] = (),
) -> datetime:
    """Return when a span since the first switch is used up, in UTC.

    Working days are counted in the hours that hold last. Hours that never open count round the
    clock: somebody may close a calendar for good, and still no promise is lost.
    """
    stood = list(pauses)
    try:
        if within_days is not None:
            return switches[-1][1].add_days(switches[0][0], within_days, stood)
        return switching.due(switches, span=within, pauses=stood)
    except NeverOpen:
        span = within if within_days is None else timedelta(days=within_days)
        return ALWAYS.add(switches[0][0], span, stood)


def fixed_time(
    promised_for: datetime, *, working_time: WorkingTime, moves_to_opening: bool
) -> datetime:
    """Return when a date that was told is due: as told, or at the next opening from then on."""
    if not moves_to_opening:
        return promised_for
    try:
        return working_time.next_opening(promised_for)
    except NeverOpen:
        return promised_for


def switches_from(started_at: datetime, history: Sequence[Switch]) -> list[Switch]:
    """Return whose hours hold from a start on: what held before it counts from the start."""
    before = [hours for since, hours in history if since <= started_at]
    first = before[-1] if before else history[0][1]
    return [
        (started_at, first),
        *((since, hours) for since, hours in history if since > started_at),
    ]


def closed(
    pauses: Iterable[tuple[datetime, datetime | None]], *, until: datetime
) -> list[tuple[datetime, datetime]]:
    """Return pauses as pairs; one that goes on ends at `until`."""
    return [(began, ended or until) for began, ended in pauses]
