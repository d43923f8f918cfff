"""How a due time came about, in few enough lines to read: stretches, days or weeks. Pure.

The lines follow one another without gap and add up exactly, however they are drawn together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from workflow.clocks.working_time import Pause, Segment, SegmentKind, WorkingTime

MOST_STRETCHES = 14
MOST_DAYS = 31
NOTHING = timedelta()
# What a line is called after: what counted goes before what did not.
_ORDER = (SegmentKind.COUNTED, SegmentKind.PAUSED, SegmentKind.HOLIDAY, SegmentKind.CLOSED)


class Unit(StrEnum):
    """What one line stands for."""

    STRETCH = "stretch"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True)
class Line:
    """Some time of one sort, or a day or week: how much of it was what; both ends in UTC."""

    began_at: datetime
    ended_at: datetime
    spans: Mapping[SegmentKind, timedelta]
    counted_so_far: timedelta

    @property
    def kind(self) -> SegmentKind:
        return next(kind for kind in _ORDER if kind in self.spans)

    @property
    def counted(self) -> timedelta:
        return self.spans.get(SegmentKind.COUNTED, NOTHING)

    @property
    def paused(self) -> timedelta:
        return self.spans.get(SegmentKind.PAUSED, NOTHING)


def segments(
    working_time: WorkingTime,
    started_at: datetime,
    until: datetime,
    pauses: Iterable[Pause] = (),
) -> tuple[Segment, ...]:
    """Return the stretches of a clock that began at a moment; their counted ones add up to `between`."""
    return working_time.segments(started_at, until, pauses)


def lines(found: Sequence[Segment], *, zone: tzinfo) -> tuple[Unit, tuple[Line, ...]]:
    """Return segments as lines: each as it is, or what lies in a day or a week of a zone."""
    if len(found) <= MOST_STRETCHES:
        return Unit.STRETCH, tuple(_line([segment]) for segment in found)
    by_day = tuple(_line(pieces) for pieces in _cut(found, zone=zone, unit=Unit.DAY))
    if len(by_day) <= MOST_DAYS:
        return Unit.DAY, by_day
    return Unit.WEEK, tuple(_line(pieces) for pieces in _cut(found, zone=zone, unit=Unit.WEEK))


def _line(pieces: Sequence[Segment]) -> Line:
    spans: dict[SegmentKind, timedelta] = {}
    for piece in pieces:
        spans[piece.kind] = spans.get(piece.kind, NOTHING) + piece.lasted_for
    return Line(pieces[0].began_at, pieces[-1].ended_at, spans, pieces[-1].counted_so_far)


def _cut(found: Sequence[Segment], *, zone: tzinfo, unit: Unit) -> Iterator[list[Segment]]:
    """Yield the segments of each day or week, cut where one ends."""
    held: list[Segment] = []
    boundary = _next_boundary(found[0].began_at, zone=zone, unit=unit)
    for segment in found:
        rest = segment
        while rest.ended_at > boundary:
            if rest.began_at < boundary:
                held.append(_until(rest, boundary))
                rest = Segment(rest.kind, boundary, rest.ended_at, rest.counted_so_far)
            if held:
                yield held
            held = []
            boundary = _next_boundary(boundary, zone=zone, unit=unit)
        held.append(rest)
    yield held


def _until(segment: Segment, end: datetime) -> Segment:
    """Return the part of a segment before a moment."""
    lost = segment.ended_at - end if segment.kind is SegmentKind.COUNTED else NOTHING
    return Segment(segment.kind, segment.began_at, end, segment.counted_so_far - lost)


def _next_boundary(at: datetime, *, zone: tzinfo, unit: Unit) -> datetime:
    """Return when the next day or week begins in a zone; always later than `at`."""
    day = at.astimezone(zone).date()
    ahead = 1 if unit is Unit.DAY else 7 - day.weekday()
    boundary = at
    while boundary <= at:
        day += timedelta(days=ahead)
        boundary = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
        ahead = 1
    return boundary
