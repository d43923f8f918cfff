"""Opening hours as arithmetic: when a span of them has passed, and how much lies between two moments.

Conventions: windows are half-open `[open, close)`; a span that is used up exactly at close ends at
close; a local time that a clock change skips moves forward by the length of the gap, one that
happens twice means its first occurrence; everything is exact to the microsecond.
Pure: no framework, no clock, no database.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from workflow.clocks.calendar_format import DAY, SECOND, BadCalendar, read_calendar
from workflow.clocks.intervals import Interval, clipped, merged, without
from workflow.refusals import Refusal

__all__ = [
    "BadCalendar",
    "BadSpan",
    "NeverOpen",
    "Pause",
    "Segment",
    "SegmentKind",
    "WorkingTime",
]

Pause = tuple[datetime, datetime]
"""From when to when a clock stood still; a pause that ends before it begins counts as none."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_ONE = date(1970, 1, 1)
_CHUNK_DAYS = 32
_CHUNK = _CHUNK_DAYS * DAY
# No zone is further than 26 hours from another, so two days around a stretch of UTC see all of it.
_MARGIN_DAYS = 2
_CLOSED_FOR_GOOD = 2 * 366 * DAY
_HORIZON = 100 * 366 * DAY
# A week inside the years that Python can write, so that no zone leads out of them.
_FIRST_DAY = (date.min - _DAY_ONE).days + 7
_LAST_DAY = (date.max - _DAY_ONE).days - 7


class NeverOpen(Refusal):
    """A calendar offers no opening hour within two years, or too few within a hundred."""

    code: ClassVar[str] = "never_open"


class BadSpan(Refusal):
    """A span of opening hours is less than nothing."""

    code: ClassVar[str] = "bad_span"


class SegmentKind(StrEnum):
    """How a stretch of time stands to a clock."""

    COUNTED = "counted"
    PAUSED = "paused"
    CLOSED = "closed"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time of one kind; both ends in UTC, `ended_at` not included.

    `counted_so_far` is how much had counted when it ended, from the first segment on.
    """

    kind: SegmentKind
    began_at: datetime
    ended_at: datetime
    counted_so_far: timedelta

    @property
    def lasted_for(self) -> timedelta:
        return self.ended_at - self.began_at


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The opening hours of one stretch of UTC, with running totals, so that a lookup is a bisection."""

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    totals: tuple[int, ...]
    """Opening time from the start of the chunk to the end of each window."""

    @property
    def total(self) -> int:
        return self.totals[-1] if self.totals else 0

    def used(self, at: int) -> int:
        """Return the opening time of this chunk that has passed at a moment."""
        index = bisect_right(self.closes, at)
        if index == len(self.closes):
            return self.total
        before = self.totals[index - 1] if index else 0
        return before + max(0, at - self.opens[index])

    def moment(self, used: int) -> int:
        """Return the first moment at which this much opening time has passed (more than none)."""
        index = bisect_left(self.totals, used)
        return self.closes[index] - (self.totals[index] - used)


@dataclass(frozen=True)
class WorkingTime:
    """The opening hours of somebody, in their own zone.

    `hours` holds the windows of Monday to Sunday, `breaks` the part-day closures by date, both as
    microseconds of the local day; `holidays` are closed from midnight to midnight. Build one with
    `from_dict`. Months that were looked up stay in memory (about 2 kB each) and are shared by equal
    calendars, so that one read anew from its row is as fast as one that was kept.
    """

    zone: ZoneInfo
    hours: tuple[tuple[Interval, ...], ...]
    holidays: frozenset[date] = frozenset()
    breaks: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict, hash=False)
    _chunks: dict[int, _Chunk] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_chunks", _known_chunks(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Self:
        """Read a calendar from plain data; the shape is told in calendar_format.

        Raises BadCalendar with a sentence that names the place.
        """
        fields = read_calendar(data)
        return cls(fields.zone, fields.hours, fields.holidays, fields.breaks)

    def add(self, start: datetime, span: timedelta, pauses: Iterable[Pause] = ()) -> datetime:
        """Return the moment when `span` of opening hours has passed since `start`.

        `start` is aware; the result is in UTC. Pauses do not count. A span of zero returns the
        start itself if open, else the next opening. Costs a few microseconds once the months are
        known. Raises NeverOpen if no opening hour falls within two years, or the span is not used
        up within a hundred; BadSpan if the span is negative.
        """
        cursor, rest = _micros(start), span // timedelta(microseconds=1)
        if rest < 0:
            raise _less_than_nothing()
        for paused_from, paused_to in _merged_pauses(pauses):
            if paused_to <= cursor:
                continue
            if paused_from > cursor:
                if rest == 0:
                    opening = self._opening(cursor)
                    if opening < paused_from:
                        return _moment(opening)
                else:
                    counted = self._measure(cursor, paused_from)
                    if rest <= counted:
                        return _moment(self._advance(cursor, rest))
                    rest -= counted
            cursor = paused_to
        return _moment(self._advance(cursor, rest) if rest else self._opening(cursor))

    def add_days(self, start: datetime, days: int, pauses: Iterable[Pause] = ()) -> datetime:
        """Return the same time of day so many days with opening hours later, or the opening after.

        `start` is aware; the result is in UTC. A day counts if somebody is there at any time of it;
        the day of the start does not. Pauses cost the opening hours that they cover. No days
        return the start itself if open, else the next opening. Costs some microseconds a day.
        Raises NeverOpen as `add` does; BadSpan if there are less than no days.
        """
        if days < 0:
            raise _less_than_nothing()
        stretches = list(pauses)
        first = _micros(start)
        span = self._measure(first, self._days_later(first, days))
        due = self.add(start, timedelta(microseconds=span), stretches)
        # What is used up at close falls due when somebody is there again: days end at no close.
        return due if self.is_open(due) else self.add(due, timedelta(), stretches)

    def between(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> timedelta:
        """Return how much opening time lies between two aware moments, less the pauses.

        An end before its start counts as nothing: a clock that was set back must not go negative.
        """
        first, last = _micros(start), _micros(end)
        total = self._measure(first, last)
        for paused_from, paused_to in _merged_pauses(pauses):
            total -= self._measure(max(first, paused_from), min(last, paused_to))
        return timedelta(microseconds=total)

    def is_open(self, at: datetime) -> bool:
        """Say whether a moment lies within opening hours; the moment of close does not."""
        moment = _micros(at)
        chunk = self._chunk(moment // _CHUNK)
        index = bisect_right(chunk.closes, moment)
        return index < len(chunk.opens) and chunk.opens[index] <= moment

    def next_opening(self, at: datetime) -> datetime:
        """Return the moment itself if open, else the next opening, in UTC; raises NeverOpen."""
        return _moment(self._opening(_micros(at)))

    def segments(
        self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
    ) -> tuple[Segment, ...]:
        """Cut the time between two moments into counted, paused, closed and holiday stretches.

        They follow one another without gap or overlap, and the counted ones add up to `between`.
        A pause shows only where it costs something: outside opening hours it is closed or holiday.
        """
        first, last = _micros(start), _micros(end)
        if last <= first:
            return ()
        opened = clipped(self._windows(first, last), first, last)
        paused = clipped(_merged_pauses(pauses), first, last)
        holidays = clipped(self._holiday_windows(first, last), first, last)
        layers = (
            (SegmentKind.HOLIDAY, without(holidays, opened)),
            (SegmentKind.PAUSED, without(opened, without(opened, paused))),
            (SegmentKind.COUNTED, without(opened, paused)),
            (SegmentKind.CLOSED, without([(first, last)], merged([*opened, *holidays]))),
        )
        segments, counted = [], 0
        for (begin, stop), kind in sorted(
            (piece, kind) for kind, found in layers for piece in found
        ):
            counted += stop - begin if kind is SegmentKind.COUNTED else 0
            so_far = timedelta(microseconds=counted)
            segments.append(Segment(kind, _moment(begin), _moment(stop), so_far))
        return tuple(segments)

    def _days_later(self, first: int, days: int) -> int:
        """Return the same time of day on the last of so many later days, or the opening after it."""
        self._mind_the_horizon(first, cursor=first, last_used=first)
        wall = _moment(first).astimezone(self.zone).replace(tzinfo=None)
        day, midnight = wall.date(), datetime.combine(wall.date(), time())
        for _ in range(days):
            opening = self._opening(self._utc(day + timedelta(days=1), 0))
            self._mind_the_horizon(opening, cursor=first, last_used=opening)
            day = _moment(opening).astimezone(self.zone).date()
        return self._opening(self._utc(day, (wall - midnight) // timedelta(microseconds=1)))

    def _advance(self, cursor: int, rest: int) -> int:
        """Return the first moment at which `rest` (more than none) has been used since `cursor`."""
        number = cursor // _CHUNK
        chunk = self._chunk(number)
        wanted = chunk.used(cursor) + rest
        last_used = cursor
        while wanted > chunk.total:
            wanted -= chunk.total
            number += 1
            chunk = self._chunk(number)
            if chunk.totals:
                last_used = number * _CHUNK
            self._mind_the_horizon(number * _CHUNK, cursor=cursor, last_used=last_used)
        return chunk.moment(wanted)

    def _opening(self, cursor: int) -> int:
        """Return `cursor` if open, else the next opening."""
        number = cursor // _CHUNK
        while True:
            chunk = self._chunk(number)
            index = bisect_right(chunk.closes, cursor)
            if index < len(chunk.opens):
                return max(cursor, chunk.opens[index])
            number += 1
            self._mind_the_horizon(number * _CHUNK, cursor=cursor, last_used=cursor)

    def _mind_the_horizon(self, reached: int, *, cursor: int, last_used: int) -> None:
        if reached - last_used > _CLOSED_FOR_GOOD or reached > _LAST_DAY * DAY:
            raise NeverOpen(
                "This calendar has no opening hours within two years.",
                next_step="Give it opening hours, or remove holidays.",
            )
        if reached - cursor > _HORIZON:
            raise NeverOpen(
                "This calendar does not offer so many opening hours within a hundred years.",
                next_step="Set a shorter target or longer opening hours.",
            )

    def _measure(self, first: int, last: int) -> int:
        if last <= first:
            return 0
        number, final = first // _CHUNK, last // _CHUNK
        total = self._chunk(final).used(last) - self._chunk(number).used(first)
        return total + sum(self._chunk(between).total for between in range(number, final))

    def _chunk(self, number: int) -> _Chunk:
        found = self._chunks.get(number)
        if found is None:
            first, last = number * _CHUNK, (number + 1) * _CHUNK
            windows = clipped(self._windows(first, last), first, last)
            totals, total = [], 0
            for opens, closes in windows:
                total += closes - opens
                totals.append(total)
            found = _Chunk(
                tuple(opens for opens, _ in windows),
                tuple(closes for _, closes in windows),
                tuple(totals),
            )
            # Two threads may both compute this; they store the same value.
            self._chunks[number] = found
        return found

    def _windows(self, first: int, last: int) -> list[Interval]:
        """Return the merged opening windows of every local day that touches a stretch of UTC."""
        opened: list[Interval] = []
        closed: list[Interval] = []
        days = _local_days(first, last)
        offsets = [self._offset_at_midnight(day) for day in days]
        for day, before, after in zip(days, offsets, [*offsets[1:], None], strict=False):
            if day in self.holidays:
                continue
            steady = before if before == after else None
            opened += self._in_utc(self.hours[day.weekday()], day, steady)
            if day in self.breaks:
                closed += self._in_utc(self.breaks[day], day, steady)
        return without(merged(opened), merged(closed))

    def _holiday_windows(self, first: int, last: int) -> list[Interval]:
        days = [day for day in _local_days(first, last) if day in self.holidays]
        return merged(piece for day in days for piece in self._in_utc([(0, DAY)], day, None))

    def _in_utc(self, windows: Sequence[Interval], day: date, offset: int | None) -> list[Interval]:
        """Return local windows of a day in UTC; `offset` is given when it holds all day."""
        if offset is not None:
            midnight = (day - _DAY_ONE).days * DAY - offset
            return [(midnight + opens, midnight + closes) for opens, closes in windows]
        found = [(self._utc(day, opens), self._utc(day, closes)) for opens, closes in windows]
        # A window within a gap may turn around: its close moves less far than its open.
        return [(opens, closes) for opens, closes in found if opens < closes]

    def _utc(self, day: date, local: int) -> int:
        if local == DAY:
            day, local = day + timedelta(days=1), 0
        wall = datetime.combine(day, time(), tzinfo=self.zone) + timedelta(microseconds=local)
        return _micros(wall)

    def _offset_at_midnight(self, day: date) -> int:
        offset = datetime.combine(day, time(), tzinfo=self.zone).utcoffset() or timedelta()
        return offset // timedelta(microseconds=1)


@lru_cache(maxsize=256)
def _known_chunks(calendar: WorkingTime) -> dict[int, _Chunk]:  # noqa: ARG001 - the key
    """Return what has been looked up of calendars equal to this one."""
    return {}


def _less_than_nothing() -> BadSpan:
    return BadSpan(
        "A span of opening hours cannot be less than nothing.",
        next_step="Give a target of zero or more.",
    )


def _micros(at: datetime) -> int:
    """Return microseconds since 1970; refuses a moment without zone as the programming error it is."""
    if at.tzinfo is None:
        raise ValueError(f"working time needs an aware moment, not {at!r}")
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _local_days(first: int, last: int) -> list[date]:
    begin = max(first // DAY - _MARGIN_DAYS, _FIRST_DAY)
    end = min(last // DAY + _MARGIN_DAYS, _LAST_DAY)
    return [_DAY_ONE + timedelta(days=number) for number in range(begin, end + 1)]


def _merged_pauses(pauses: Iterable[Pause]) -> list[Interval]:
    stretches = [(_micros(begin), _micros(end)) for begin, end in pauses]
    return merged((begin, end) for begin, end in stretches if begin < end)
