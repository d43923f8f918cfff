"""By which hours does a clock count? Those of its calendars, as they held one after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from workflow.clocks import switching
from workflow.clocks.calendar_revisions import BEGINNING
from workflow.clocks.due_times import switches_from
from workflow.clocks.models import Calendar, CalendarRevision, Clock
from workflow.clocks.switching import Switch
from workflow.clocks.working_time import Pause, WorkingTime
from workflow.tenancy.scope import tenant_of_the_scope

History = tuple[Switch, ...]


@dataclass(frozen=True)
class Succession:
    """Calendars that followed one another, to be asked like one."""

    switches: Sequence[Switch]

    def add(self, start: datetime, span: timedelta, pauses: Iterable[Pause] = ()) -> datetime:
        """Return the moment when a span has passed since the start."""
        return switching.due(switches_from(start, self.switches), span=span, pauses=pauses)

    def between(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> timedelta:
        """Return how much counts between two moments."""
        return switching.elapsed(switches_from(start, self.switches), until=end, pauses=pauses)


def hours_of(clock: Clock) -> list[Switch]:
    """Return the hours that a clock counts by, from its start on; its calendar is loaded.

    What a calendar said counts until it said something else, and what counted before a clock got
    another calendar stays counted. No query for hours that never changed; else one for each
    calendar, once in a process.
    """
    return earlier_and_now(
        clock.earlier_hours, told_by_calendar(clock.calendar), started_at=clock.started_at
    )


def earlier_and_now(
    earlier: Sequence[Sequence[Any]], now: Sequence[Switch], *, started_at: datetime
) -> list[Switch]:
    """Return hours one after the other from a start on: of earlier calendars, then of today's.

    `earlier` holds [id of a calendar, its revision, until when] in order.
    """
    if not earlier:
        return switches_from(started_at, now)
    found: list[Switch] = []
    since = BEGINNING
    for calendar_id, revision, until in earlier:
        found += within(told_by(calendar_id, revision), since=since)
        since = datetime.fromisoformat(until)
    return switches_from(started_at, [*found, *within(now, since=since)])


def as_one(switches: Sequence[Switch]) -> WorkingTime | Succession:
    """Return hours that can be asked like one calendar."""
    return switches[0][1] if len(switches) == 1 else Succession(switches)


def within(history: Sequence[Switch], *, since: datetime) -> list[Switch]:
    """Return what held from a moment on; what held before it begins there."""
    return switches_from(since, history)


def told_by_calendar(calendar: Calendar) -> History:
    """Return what a calendar said until today."""
    now = calendar.working_time()
    if calendar.revision <= 1:
        return ((BEGINNING, now),)
    *earlier, (since, _same) = told_by(calendar.pk, calendar.revision)
    return (*earlier, (since, now))


def told_by(calendar_id: int, revision: int) -> History:
    """Return what a calendar said up to one of its revisions; one that kept none says it today."""
    return _told(tenant_of_the_scope(), calendar_id, revision)


@lru_cache(maxsize=512)
def _told(_tenant_id: int, calendar_id: int, revision: int) -> History:
    """Return revisions as hours; they are never changed, so they are read once."""
    rows = CalendarRevision.objects.filter(calendar_id=calendar_id, number__lte=revision)
    told = tuple((row.valid_from, row.working_time()) for row in rows.order_by("number"))
    return told or ((BEGINNING, Calendar.objects.get(pk=calendar_id).working_time()),)
