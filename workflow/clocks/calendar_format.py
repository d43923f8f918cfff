"""A calendar as plain data: zone, weekly hours, holidays and breaks, read with care. Pure.

`{"tz": "Europe/Berlin", "hours": {"mon": [["09:00", "12:00"], ["13:00", "24:00"]]},
"holidays": ["2025-12-25"], "breaks": {"2025-12-24": [["13:00", "24:00"]]}}`
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflow.clocks.intervals import Interval
from workflow.refusals import Refusal

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIELDS = ("tz", "hours", "holidays", "breaks")
SECOND = 1_000_000
DAY = 86_400 * SECOND

_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)


class BadCalendar(Refusal):
    """The description of a calendar cannot be read or contradicts itself."""

    code: ClassVar[str] = "bad_calendar"


@dataclass(frozen=True, slots=True)
class CalendarFields:
    """The parts of a calendar, checked; windows are microseconds of the local day."""

    zone: ZoneInfo
    hours: tuple[tuple[Interval, ...], ...]
    holidays: frozenset[date]
    breaks: dict[date, tuple[Interval, ...]]


@dataclass(frozen=True, slots=True)
class _Written:
    """A calendar as it stands in a row: two that are written alike are the same."""

    text: str
    data: Mapping[str, object] = field(compare=False)


def read_calendar(data: Mapping[str, object]) -> CalendarFields:
    """Read a calendar; `holidays` and `breaks` may be left out. The newest 512 stay read.

    Raises BadCalendar with a sentence that names the place.
    """
    return _read_once(_Written(repr(data), data))


@lru_cache(maxsize=512)
def _read_once(written: _Written) -> CalendarFields:
    fields = _mapping(written.data, place="A calendar")
    unknown = sorted(str(key) for key in fields if key not in FIELDS)
    if unknown:
        raise BadCalendar(
            f"A calendar has no field “{unknown[0]}”.",
            next_step="Use tz, hours, holidays and breaks.",
        )
    return CalendarFields(
        zone=_zone(fields.get("tz")),
        hours=_hours(_mapping(fields.get("hours"), place="hours")),
        holidays=_holidays(fields.get("holidays") or []),
        breaks=_breaks(_mapping(fields.get("breaks") or {}, place="breaks")),
    )


def _mapping(data: object, *, place: str) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        raise BadCalendar(
            f"{place}: this is not a set of named fields.",
            next_step='Write it like {"tz": "Europe/Berlin", "hours": {"mon": [["09:00", "17:00"]]}}.',
        )
    return data


def _zone(name: object) -> ZoneInfo:
    if not isinstance(name, str) or not name:
        raise BadCalendar(
            "This calendar names no time zone.", next_step="Set tz, for example to Europe/Berlin."
        )
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadCalendar(
            f"There is no time zone “{name}”.", next_step="Take a name such as Europe/Berlin."
        ) from None


def _hours(weekdays: Mapping[str, object]) -> tuple[tuple[Interval, ...], ...]:
    for name in weekdays:
        if name not in WEEKDAYS:
            raise BadCalendar(
                f"hours: “{name}” is not a day of the week.",
                next_step="Use mon, tue, wed, thu, fri, sat and sun.",
            )
    return tuple(_windows(weekdays.get(name, []), place=f"hours, {name}") for name in WEEKDAYS)


def _holidays(days: object) -> frozenset[date]:
    if isinstance(days, str) or not isinstance(days, list | tuple | set | frozenset):
        raise BadCalendar(
            "holidays: this is not a list of dates.", next_step='Write it like ["2025-12-25"].'
        )
    return frozenset(_day(day, place="holidays") for day in days)


def _breaks(days: Mapping[str, object]) -> dict[date, tuple[Interval, ...]]:
    return {
        _day(day, place="breaks"): _windows(windows, place=f"breaks, {day}")
        for day, windows in days.items()
    }


def _day(day: object, *, place: str) -> date:
    # A datetime is a date too, but not a day.
    if type(day) is date:
        return day
    try:
        return date.fromisoformat(day if isinstance(day, str) else "")
    except ValueError:
        raise BadCalendar(
            f"{place}: “{day}” is not a date.", next_step="Write dates like 2025-12-25."
        ) from None


def _windows(windows: object, *, place: str) -> tuple[Interval, ...]:
    if isinstance(windows, str) or not isinstance(windows, list | tuple):
        raise BadCalendar(
            f"{place}: this is not a list of windows.",
            next_step='Write it like [["09:00", "17:00"]].',
        )
    found = sorted(_window(window, place=place) for window in windows)
    for (_, closes), (opens, _) in pairwise(found):
        if opens < closes:
            raise BadCalendar(
                f"{place}: two windows overlap.",
                next_step="Let each window end before the next begins.",
            )
    return tuple(found)


def _window(window: object, *, place: str) -> Interval:
    if isinstance(window, str) or not isinstance(window, list | tuple) or len(window) != 2:
        raise BadCalendar(
            f"{place}: a window has a begin and an end.",
            next_step='Write it like ["09:00", "17:00"].',
        )
    opens, closes = (_time_of_day(value, place=place) for value in window)
    if closes <= opens:
        raise BadCalendar(
            f"{place}: the window {window[0]} to {window[1]} ends before it begins.",
            next_step="Write hours past midnight as two windows: until 24:00, and from 00:00.",
        )
    return opens, closes


def _time_of_day(value: object, *, place: str) -> int:
    """Return microseconds since the local midnight; 24:00 is the end of the day."""
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match:
        hour, minute, second = (int(part or 0) for part in match.groups())
        passed = (hour * 3600 + minute * 60 + second) * SECOND
        if passed <= DAY:
            return passed
    raise BadCalendar(
        f"{place}: “{value}” is not a time of day.",
        next_step="Write times like 09:00, up to 24:00.",
    )
