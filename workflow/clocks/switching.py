"""Working time across calendars that followed one another: each counts from when it began to hold.

Pure: no framework, no clock, no database.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from workflow.clocks.working_time import NeverOpen, Pause, Segment, WorkingTime

Switch = tuple[datetime, WorkingTime]
"""From when on (aware) which opening hours held."""

NOTHING = timedelta()
NO_END = datetime.max.replace(tzinfo=UTC)


def elapsed(
    switches: Sequence[Switch], *, until: datetime, pauses: Iterable[Pause] = ()
) -> timedelta:
    """Return how much opening time passed from the first switch to `until`, less the pauses.

    Switches are in order of time; the first is the start of what is measured.
    """
    stood_still = list(pauses)
    return sum(
        (hours.between(begin, end, stood_still) for begin, end, hours in _reigns(switches, until)),
        NOTHING,
    )


def due(switches: Sequence[Switch], *, span: timedelta, pauses: Iterable[Pause] = ()) -> datetime:
    """Return the moment, in UTC, when a span has passed since the first switch.

    A span of zero returns the start itself if open, else the next opening of those who hold then.

    Raises:
        NeverOpen: the last opening hours do not offer what is left.
        BadSpan: the span is negative.
    """
    stood_still, rest = list(pauses), span
    for begin, end, hours in _reigns(switches, NO_END):
        if end == NO_END:
            return hours.add(begin, rest, stood_still)
        counted = hours.between(begin, end, stood_still)
        if NOTHING < rest <= counted:
            return hours.add(begin, rest, stood_still)
        if rest == NOTHING:
            opening = _first_open(hours, begin=begin, pauses=stood_still)
            if opening is not None and opening < end:
                return opening
        rest -= counted if rest > NOTHING else NOTHING
    raise ValueError("working time needs at least one calendar")


def _first_open(hours: WorkingTime, *, begin: datetime, pauses: Sequence[Pause]) -> datetime | None:
    """Return the first open moment of these hours alone, or None if they never open."""
    try:
        return hours.add(begin, NOTHING, pauses)
    except NeverOpen:
        return None


def segments(
    switches: Sequence[Switch], *, until: datetime, pauses: Iterable[Pause] = ()
) -> tuple[Segment, ...]:
    """Cut the time from the first switch to `until` into stretches that add up to `elapsed`.

    Neighbours of one kind are joined, also across a switch.
    """
    stood_still = list(pauses)
    joined: list[Segment] = []
    counted = NOTHING
    for begin, end, hours in _reigns(switches, until):
        before = counted
        for piece in hours.segments(begin, end, stood_still):
            counted = before + piece.counted_so_far
            last = joined[-1] if joined else None
            began_at = piece.began_at
            if last is not None and last.kind is piece.kind:
                began_at = joined.pop().began_at
            joined.append(Segment(piece.kind, began_at, piece.ended_at, counted))
    return tuple(joined)


def _reigns(
    switches: Sequence[Switch], until: datetime
) -> Iterator[tuple[datetime, datetime, WorkingTime]]:
    """Yield from when to when which hours held, up to `until`; those that end before are left out."""
    ends = [*switches[1:], (until, None)]
    for (begin, hours), (end, _next) in zip(switches, ends, strict=True):
        if min(end, until) > begin:
            yield begin, min(end, until), hours
