"""One event of a calendar file (iCalendar, RFC 5545): when it is, how long, how it repeats.

What makes no sense or is not read here is refused with a reason, event by event: one that is
broken must not take the others along.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from workflow.clocks.recurrences import Recurrence, UnknownRule, read_rule

PROPERTIES = {
    "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "UID", "SUMMARY",
    "STATUS",
}  # fmt: skip
LONGEST_EVENT = 20_000
ONE_DAY = timedelta(days=1)
# So that nothing leads out of the years that can be written; more is closed for good anyhow.
LONGEST = 366 * 1_000 * ONE_DAY


@dataclass(kw_only=True)
class Event:
    """An event: when it begins (a day, or a moment in its own zone), how long, and how it repeats."""

    name: str
    uid: str
    begin: date
    clock: time | None
    zone: ZoneInfo | Any
    length: timedelta
    rule: Recurrence | None = None
    also: list[date] = field(default_factory=list)
    never: set[date] = field(default_factory=set)
    instead_of: date | None = None
    is_cancelled: bool = False


class Unreadable(Exception):
    """An event cannot be used; the text says why."""


def name_in(lines: list[str]) -> str:
    """Return what an event is called, short."""
    for line in lines:
        if line.upper().startswith("SUMMARY"):
            text = line.partition(":")[2].replace("\\,", ",").replace("\\n", " ")
            return " ".join(text.split())[:60] or _("no name")
    return _("no name")


def read_event(lines: list[str], *, name: str, zone: ZoneInfo) -> Event:
    """Return an event.

    Raises:
        Unreadable: why not.
    """
    read = _read(lines)
    start = _moment_of(read.get("DTSTART"), zone=zone)
    is_timed = isinstance(start, datetime)
    end = _moment_of(read.get("DTEND"), zone=zone) if "DTEND" in read else None
    if end is not None and isinstance(end, datetime) is not is_timed:
        raise Unreadable(_("it begins and ends in different ways."))
    length = _length(start, end, read.get("DURATION"))
    event = Event(
        name=name,
        uid=str(read.get("UID", "")),
        begin=start.date() if isinstance(start, datetime) else start,
        clock=start.time() if isinstance(start, datetime) else None,
        zone=start.tzinfo if isinstance(start, datetime) else zone,
        length=length,
        is_cancelled=str(read.get("STATUS", "")).upper() == "CANCELLED",
    )
    event.also = _listed(read.get("RDATE"), event)
    event.never = set(_listed(read.get("EXDATE"), event))
    if "RECURRENCE-ID" in read:
        event.instead_of = _day_of(_moment_of(read["RECURRENCE-ID"], zone=zone), event)
    if "RRULE" in read:
        event.rule = _rule(read["RRULE"], event)
    return event


def _read(lines: list[str]) -> Any:
    """Return the properties of an event.

    Raises:
        Unreadable: they make no sense.
    """
    # The package takes a tenth of a second and some MB to load: few processes ever need it.
    from icalendar import Event as Read  # noqa: PLC0415

    if sum(map(len, lines)) > LONGEST_EVENT:
        raise Unreadable(_("it is too long."))
    try:
        read = Read.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError, OSError):
        raise Unreadable(_("it cannot be read.")) from None
    if not isinstance(read, Read) or read.errors:
        raise Unreadable(_("it cannot be read."))
    return read


def _moment_of(found: Any, *, zone: ZoneInfo) -> date | datetime:
    """Return a day, or an aware moment; one without a zone is in that of the calendar.

    Raises:
        Unreadable: there is none, or its zone is not known.
    """
    moment = getattr(found, "dt", None)
    if not isinstance(moment, date) or not 1900 <= moment.year <= 2999:
        raise Unreadable(_("it does not say when it is."))
    if not isinstance(moment, datetime) or moment.tzinfo is not None:
        return moment
    if "TZID" in found.params:
        name = str(found.params["TZID"])[:40]
        raise Unreadable(_("its time zone “%(zone)s” is not known.") % {"zone": name})
    return moment.replace(tzinfo=zone)


def _length(start: date, end: date | None, duration: Any) -> timedelta:
    """Return how long an event takes: a day if it names a day and no end.

    Raises:
        Unreadable: no time at all, or less.
    """
    length = getattr(duration, "dt", None)
    if end is not None:
        length = end - start
    elif not isinstance(length, timedelta):
        length = timedelta() if isinstance(start, datetime) else ONE_DAY
    if length <= timedelta():
        raise Unreadable(_("it takes no time."))
    return min(length, LONGEST)


def _listed(found: Any, event: Event) -> list[date]:
    """Return the days of EXDATE and RDATE, which may stand several times."""
    lists = found if isinstance(found, list) else [found] if found is not None else []
    moments = [one.dt for several in lists for one in getattr(several, "dts", [])]
    return [_day_of(moment, event) for moment in moments if isinstance(moment, date)]


def _day_of(moment: date, event: Event) -> date:
    """Return the day of a moment in the zone of an event."""
    if not isinstance(moment, datetime):
        return moment
    return (moment.astimezone(event.zone) if moment.tzinfo else moment).date()


def _rule(found: Any, event: Event) -> Recurrence:
    """Return the rule by which an event repeats.

    Raises:
        Unreadable: it is not read here.
    """
    try:
        # Two rules in one event are a list, which no calendar program has written for long.
        text = "" if isinstance(found, list) else found.to_ical().decode()
        return read_rule(text, start=event.begin, until=_until(text, event))
    except (UnknownRule, ValueError):
        raise Unreadable(_("it repeats in a way that is not read here.")) from None


def _until(text: str, event: Event) -> date:
    """Return the last day on which an event may begin again.

    Raises:
        ValueError: the end of the rule is no day.
    """
    match = re.search(r"UNTIL=(\d{8})(?:T(\d{6})(Z?))?", text.upper(), re.ASCII)
    if match is None:
        return date.max
    day, clock, is_utc = match.groups()
    if clock is None or event.clock is None:
        return datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007 - a day alone
    end = datetime.strptime(day + clock, "%Y%m%d%H%M%S").replace(
        tzinfo=UTC if is_utc else event.zone
    )
    local = end.astimezone(event.zone)
    return local.date() - (ONE_DAY if local.time() < event.clock else timedelta())
