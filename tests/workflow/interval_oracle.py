"""What opening hours mean, said a second time: walks from boundary to boundary, slowly and plainly.

Imports nothing of the code under test and reads the same plain data.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Stretch = tuple[datetime, datetime]
Spec = dict[str, Any]


def resolved(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment at which clocks of the zone show `wall`; skipped times move forward."""
    as_utc = wall.replace(tzinfo=UTC)
    before, after = (
        (as_utc + shift).astimezone(zone).utcoffset() or timedelta()
        for shift in (-2 * DAY, 2 * DAY)
    )
    moments = sorted(as_utc - offset for offset in (before, after))
    for moment in moments:
        if moment.astimezone(zone).replace(tzinfo=None) == wall:
            return moment
    return as_utc - before


def at_clock(day: date, clock: str) -> datetime:
    hour, minute, *second = (int(part) for part in clock.split(":"))
    since_midnight = timedelta(hours=hour, minutes=minute, seconds=second[0] if second else 0)
    return datetime(day.year, day.month, day.day) + since_midnight  # noqa: DTZ001 - wall time


def changes_of(spec: Spec, first: date, last: date) -> Iterator[tuple[datetime, str, int]]:
    """Yield each opening and each break from three days before to three days after: when, what, ±1."""
    zone = ZoneInfo(spec["tz"])
    days = [first + number * DAY for number in range(-3, (last - first).days + 4)]
    for day in days:
        if day.isoformat() in spec["holidays"]:
            continue
        opened = spec["hours"].get(WEEKDAYS[day.weekday()], [])
        closed = spec["breaks"].get(day.isoformat(), [])
        for name, (opens, closes) in [("open", o) for o in opened] + [("break", c) for c in closed]:
            begin, end = resolved(at_clock(day, opens), zone), resolved(at_clock(day, closes), zone)
            if begin < end:
                yield from ((begin, name, 1), (end, name, -1))


def stretches(
    spec: Spec, first: datetime, last: datetime, pauses: Sequence[Stretch] = ()
) -> Iterator[tuple[datetime, datetime, bool, bool]]:
    """Yield the elementary stretches of `[first, last)`: from, to, open?, paused?."""
    zone = ZoneInfo(spec["tz"])
    changes = list(changes_of(spec, first.astimezone(zone).date(), last.astimezone(zone).date()))
    for begin, end in pauses:
        changes += [(begin, "pause", 1), (end, "pause", -1)]

    depth = {"open": 0, "break": 0, "pause": 0}
    cursor = first
    for moment, name, step in [*sorted(changes), (last, "open", 0)]:
        boundary = min(max(moment, first), last)
        if boundary > cursor:
            yield cursor, boundary, depth["open"] > 0 and depth["break"] == 0, depth["pause"] > 0
            cursor = boundary
        depth[name] += step


def counted(
    spec: Spec, first: datetime, last: datetime, pauses: Sequence[Stretch] = ()
) -> list[Stretch]:
    """Return the stretches that count, in order."""
    return [
        (begin, end)
        for begin, end, is_open, is_paused in stretches(spec, first, last, pauses)
        if is_open and not is_paused
    ]


def elapsed(found: Sequence[Stretch]) -> timedelta:
    return sum((end - begin for begin, end in found), timedelta())


def reached(found: Sequence[Stretch], span: timedelta) -> datetime | None:
    """Return when a span is used up, or None if these stretches do not hold it."""
    for begin, end in found:
        if span == timedelta():
            return begin
        if span <= end - begin:
            return begin + span
        span -= end - begin
    return None


def days_later(spec: Spec, first: datetime, days: int, last: datetime) -> datetime | None:
    """Return the same time of day on the last of so many days with opening hours, or the opening after.

    None if `last` comes before.
    """
    zone = ZoneInfo(spec["tz"])
    wall = first.astimezone(zone).replace(tzinfo=None)
    midnight = datetime(wall.year, wall.month, wall.day)  # noqa: DTZ001 - wall time
    day = midnight
    while days:
        day += DAY
        begin, end = resolved(day, zone), resolved(day + DAY, zone)
        if begin > last:
            return None
        days -= 1 if counted(spec, begin, end) else 0
    # In an hour that comes twice, the same time of day may have been before the start.
    same_time = max(first, resolved(day + (wall - midnight), zone))
    return reached(counted(spec, same_time, last), timedelta())
