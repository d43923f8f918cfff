"""Closed days out of a calendar file (iCalendar, RFC 5545) that somebody else wrote.

A file is not trusted: its size, events, days and steps have bounds that are said in a sentence,
zones of its own are not read, and what cannot be read of it is named, not guessed.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from workflow.clocks.calendar_events import PROPERTIES, Event, Unreadable, name_in, read_event
from workflow.clocks.intervals import Interval, merged
from workflow.refusals import Refusal

LARGEST_FILE = 1_000_000
MOST_EVENTS = 1_000
MOST_DAYS = 400
MOST_WINDOWS_A_DAY = 12
MOST_LOOKS = 200_000
"""How many days may be looked at to find on which ones events repeat: about half a second."""

ONE_DAY = timedelta(days=1)
DAY_SECONDS = 86_400


class BadCalendarFile(Refusal):
    """A calendar file cannot be read, or says too much."""

    code: ClassVar[str] = "bad_calendar_file"


@dataclass(frozen=True, kw_only=True)
class FileDays:
    """What a file closes: whole days with their names, closed windows by day (HH:MM:SS).

    `left_out` says what was not read and why, one sentence each; `outside` counts the events that
    lie outside the years that were asked for.
    """

    holidays: dict[str, str]
    closures: dict[str, list[tuple[str, str]]]
    left_out: tuple[str, ...] = ()
    outside: int = 0


def read_calendar_file(raw: bytes, *, zone: ZoneInfo, first: date, last: date) -> FileDays:
    """Return the days that a file closes between two days, in the zone of those who are closed.

    Events of whole days become holidays, events with a time become closed windows.

    Raises:
        BadCalendarFile: it is too large, no calendar, or closes too much.
    """
    events, left_out = _events_of(raw, zone=zone)
    budget = _Budget()
    holidays: dict[str, str] = {}
    windows: dict[date, list[Interval]] = {}
    outside = 0
    for event in _with_moved_ones_left_out(events):
        closed = 0
        for day in _days(event, first=first, last=last, look=budget.look):
            closed += _close(
                event, day, zone=zone, within=(first, last), holidays=holidays, windows=windows
            )
            _refuse_too_many(len(holidays) + len(windows))
        outside += not closed
    closures = {
        day: cut
        for day in sorted(windows)
        if (cut := merged(windows[day])) and str(day) not in holidays
    }
    whole = {str(day) for day, cut in closures.items() if cut == [(0, DAY_SECONDS)]}
    holidays |= dict.fromkeys(whole, "")
    return FileDays(
        holidays=dict(sorted(holidays.items())),
        closures={
            str(day): _as_clocks(cut, day=day)
            for day, cut in closures.items()
            if str(day) not in whole
        },
        left_out=tuple(left_out),
        outside=outside,
    )


def _with_moved_ones_left_out(events: list[Event]) -> Iterator[Event]:
    """Yield the events that take place, those that repeat without the days that were moved."""
    moved: dict[str, set[date]] = {}
    for event in events:
        if event.instead_of:
            moved.setdefault(event.uid, set()).add(event.instead_of)
    for event in events:
        if not event.instead_of:
            event.never |= moved.get(event.uid, set())
        if not event.is_cancelled:
            yield event


class _Budget:
    """Counts the days that were looked at."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self) -> None:
        """Count one more.

        Raises:
            BadCalendarFile: it is one too many.
        """
        self.looks += 1
        if self.looks > MOST_LOOKS:
            raise BadCalendarFile(
                _("The events of this file repeat too often to be followed."),
                next_step=_("Take a calendar that holds closed days only."),
            )


def _refuse_too_many(count: int) -> None:
    if count > MOST_DAYS:
        raise BadCalendarFile(
            _("This file closes more than %(count)d days.") % {"count": MOST_DAYS},
            next_step=_("Take a calendar that holds closed days only."),
        )


# ---- from bytes to events --------------------------------------------------------------------


def _events_of(raw: bytes, *, zone: ZoneInfo) -> tuple[list[Event], list[str]]:
    """Return the events of a file, and a sentence for each that cannot be used."""
    events, left_out = [], []
    for lines in _blocks(_lines(_text_of(raw))):
        name = name_in(lines)
        try:
            events.append(read_event(lines, name=name, zone=zone))
        except Unreadable as reason:
            left_out.append(_("“%(name)s”: %(reason)s") % {"name": name, "reason": reason})
    return events, left_out


def _text_of(raw: bytes) -> str:
    """Return the text of a file.

    Raises:
        BadCalendarFile: it is too large, not UTF-8, or no calendar.
    """
    if len(raw) > LARGEST_FILE:
        raise BadCalendarFile(
            _("This file is larger than %(size)d MB.") % {"size": LARGEST_FILE // 1_000_000},
            next_step=_("Take a calendar that holds closed days only."),
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadCalendarFile(
            _("This file is not written in UTF-8."), next_step=_("Save it as UTF-8.")
        ) from None
    if not text.lstrip()[:30].upper().startswith("BEGIN:VCALENDAR") or "\0" in text:
        raise BadCalendarFile(
            _("This is no calendar file."),
            next_step=_("Choose a file in the iCalendar format; its name ends in .ics."),
        )
    return text


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a file with those that were folded put together again."""
    whole: list[str] = []
    for line in re.split(r"\r\n|\n|\r", text):
        if line[:1] in (" ", "\t") and whole:
            whole.append(line[1:])
            continue
        if whole:
            yield "".join(whole)
        whole = [line]
    yield "".join(whole)


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield the lines of each event that are read here; what lies within one, alarms say, is not.

    Raises:
        BadCalendarFile: there are too many.
    """
    found: list[str] | None = None
    depth, count = 0, 0
    for line in lines:
        name, _colon, value = line.partition(":")
        word, value = name.partition(";")[0].strip().upper(), value.strip().upper()
        if word == "BEGIN":
            depth += 1
            if depth == 2 and value == "VEVENT":
                found, count = [], count + 1
                _refuse_too_many_events(count)
        elif word == "END":
            depth -= 1
            if depth == 1 and found is not None:
                yield found
                found = None
        elif found is not None and depth == 2 and word in PROPERTIES:
            found.append(line)


def _refuse_too_many_events(count: int) -> None:
    if count > MOST_EVENTS:
        raise BadCalendarFile(
            _("This file holds more than %(count)d events.") % {"count": MOST_EVENTS},
            next_step=_("Take a calendar that holds closed days only."),
        )


# ---- from events to closed days --------------------------------------------------------------


def _days(event: Event, *, first: date, last: date, look: Callable[[], None]) -> Iterator[date]:
    """Yield the days on which an event begins that reach into the time between two days."""
    earliest = first - timedelta(days=event.length.days + 2)
    begins = [event.begin, *event.also] if event.rule is None else event.also
    repeated = event.rule.days(earliest, last + ONE_DAY, look=look) if event.rule else ()
    seen = set()
    for day in (*begins, *repeated):
        if earliest <= day <= last + ONE_DAY and day not in event.never and day not in seen:
            seen.add(day)
            yield day


def _close(
    event: Event,
    day: date,
    *,
    zone: ZoneInfo,
    within: tuple[date, date],
    holidays: dict[str, str],
    windows: dict[date, list[Interval]],
) -> int:
    """Close what an event that begins on a day takes; returns how many days that touches."""
    first, last = within
    if event.clock is None:
        end = day + max(ONE_DAY, timedelta(days=event.length.days))
        days = _span(max(day, first), min(end, last + ONE_DAY))
        for closed in days:
            holidays.setdefault(closed.isoformat(), event.name)
        return len(days)
    begin = datetime.combine(day, event.clock, tzinfo=event.zone).astimezone(UTC)
    opens, closes = begin.astimezone(zone), (begin + event.length).astimezone(zone)
    days = _span(max(opens.date(), first), min(closes.date(), last) + ONE_DAY)
    for closed in days:
        cut = (
            _second(opens) if closed == opens.date() else 0,
            _second(closes) if closed == closes.date() else DAY_SECONDS,
        )
        if cut[0] < cut[1]:
            windows.setdefault(closed, []).append(cut)
    return len(days)


def _span(first: date, end: date) -> list[date]:
    """Return the days from one to another, which is not included; more than can be used are refused."""
    days = (end - first).days
    _refuse_too_many(days)
    return [first + ONE_DAY * number for number in range(days)]


def _second(moment: datetime) -> int:
    """Return the second of its day by the clock on the wall."""
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _as_clocks(cuts: list[Interval], *, day: date) -> list[tuple[str, str]]:
    """Write closed windows as a calendar keeps them.

    Raises:
        BadCalendarFile: there are too many on this day.
    """
    if len(cuts) > MOST_WINDOWS_A_DAY:
        raise BadCalendarFile(
            _("On %(day)s this file closes %(count)d times.")
            % {"day": day.isoformat(), "count": len(cuts)},
            next_step=_("Take a calendar that holds closed days only."),
        )
    return [(_clock(opens), _clock(closes)) for opens, closes in cuts]


def _clock(second: int) -> str:
    hour, rest = divmod(second, 3600)
    text = f"{hour:02}:{rest // 60:02}"
    return f"{text}:{rest % 60:02}" if rest % 60 else text
