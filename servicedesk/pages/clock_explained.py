"""How a due time came about: in words, as a strip, and as lines that add up to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.pages.clock_chip import promise_words
from servicedesk.pages.clock_strip import clock_strip
from servicedesk.pages.spans import HOUR
from workflow.clocks import switching
from workflow.clocks.clock_hours import hours_of
from workflow.clocks.due_times import ALWAYS
from workflow.clocks.explaining import Line, Unit, lines
from workflow.clocks.models import Clock, ClockState
from workflow.clocks.switching import Switch
from workflow.clocks.working_time import NeverOpen, Pause, Segment, SegmentKind

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def explained(clock: Clock, *, at: datetime) -> dict[str, Any]:
    """Return how the due time of a clock came about, for components/clock_explained.html.

    The clock's calendar is loaded. No query while its hours never changed, else as `hours_of`.
    """
    promise = promise_words(clock.metric)
    ident = f"{clock.metric}-{clock.pk}"
    if clock.is_fixed:
        return fixed(promise, clock.due_at, ident=ident)
    pauses = clock.pause_spans(until=at)
    is_paused = clock.state == ClockState.PAUSED
    until = max(at, clock.started_at) if is_paused else clock.due_at
    switches = hours_of(clock)
    return explanation(
        promise=promise,
        ident=ident,
        switches=switches,
        until=until,
        within=clock.within,
        within_days=clock.within_days,
        pauses=pauses,
        mark_at=clock.stopped_at or at,
        calendar=clock.calendar.name,
        names=clock.calendar.holidays_of.get("days", {}),
        is_paused=is_paused,
    )


def fixed(promise: str, due_at: datetime, *, ident: str) -> dict[str, Any]:
    """Return the explanation of a date that somebody gave."""
    zone = get_current_timezone()
    says = _("It was promised for %(due)s. Neither opening hours nor pauses move it.")
    return {
        "id": ident,
        "promise": promise,
        "says": [says % {"due": moment_in(due_at, zone=zone)}],
        "strip": None,
        "lines": [],
    }


def explanation(
    *,
    promise: str,
    ident: str,
    switches: Sequence[Switch],
    until: datetime,
    within: timedelta,
    within_days: int | None = None,
    pauses: Sequence[Pause] = (),
    mark_at: datetime | None = None,
    calendar: str = "",
    names: Mapping[str, str] | None = None,
    is_paused: bool = False,
    zone: tzinfo | None = None,
) -> dict[str, Any]:
    """Return how the time up to `until` adds up; times are written in `zone`, else in the reader's.

    `names` are those of holidays, by day in the zone of the last calendar; `mark_at` is drawn
    as a line; `ident` must be the only one of its kind on the page.
    """
    zone = zone or get_current_timezone()
    is_never_open = never_opens(switches, within=within)
    counted_by = [(switches[0][0], ALWAYS)] if is_never_open else switches
    segments = switching.segments(counted_by, until=until, pauses=pauses)
    unit, told = lines(segments, zone=zone) if segments else (Unit.STRETCH, ())
    says = first_sentences(
        segments,
        switches=switches,
        until=until,
        span=days_words(within_days) if within_days is not None else exact_words(within),
        calendar=calendar,
        zone=zone,
        is_paused=is_paused,
    )
    if is_paused and within_days is None:
        counted = segments[-1].counted_so_far if segments else timedelta()
        says.append(
            _("%(left)s are left when it goes on.")
            % {"left": exact_words(max(within - counted, timedelta()))}
        )
    if is_never_open:
        says.append(_("These hours never open; so that nothing is lost, all hours count."))
    holiday_zone = switches[-1][1].zone
    return {
        "id": ident,
        "promise": promise,
        "says": says,
        "strip": clock_strip(segments, mark_at=mark_at, says=" ".join(says)),
        "begins": moment_in(switches[0][0], zone=zone),
        "ends": moment_in(until, zone=zone),
        "is_short": unit is Unit.STRETCH,
        "lines": [
            {
                "when": when_words(line, unit=unit, zone=zone),
                "kind": line.kind.value,
                "what": what_words(line, names=names or {}, zone=holiday_zone),
                "counted": exact_words(line.counted) if line.counted else "",
                "so_far": exact_words(line.counted_so_far),
            }
            for line in told
        ],
    }


def never_opens(switches: Sequence[Switch], *, within: timedelta) -> bool:
    """Say whether hours never offer what was promised: then all hours count."""
    try:
        switching.due(switches, span=within)
    except NeverOpen:
        return True
    return False


def first_sentences(
    segments: Sequence[Segment],
    *,
    switches: Sequence[Switch],
    until: datetime,
    span: str,
    calendar: str,
    zone: tzinfo,
    is_paused: bool,
) -> list[str]:
    """Return what is to be known before the lines are read."""
    facts = {
        "span": span,
        "calendar": calendar,
        "begin": moment_in(switches[0][0], zone=zone),
        "due": moment_in(until, zone=zone),
    }
    if is_paused:
        counted = segments[-1].counted_so_far if segments else timedelta()
        facts["counted"] = exact_words(counted)
        first = _("It is paused: %(counted)s of %(span)s have counted since %(begin)s.")
    elif calendar:
        first = _("%(span)s of %(calendar)s from %(begin)s on: due %(due)s.")
    else:
        first = _("%(span)s of opening hours from %(begin)s on: due %(due)s.")
    says = [first % facts]
    paused = sum(
        (one.lasted_for for one in segments if one.kind is SegmentKind.PAUSED), timedelta()
    )
    if paused:
        says.append(_("Pauses took %(span)s of it.") % {"span": exact_words(paused)})
    if len(switches) > 1:
        says.append(
            ngettext(
                "The hours changed meanwhile; each counts from when it began to hold.",
                "The hours changed %(count)d times meanwhile; each counts from when it began to hold.",
                len(switches) - 1,
            )
            % {"count": len(switches) - 1}
        )
    return says


# ---- words -----------------------------------------------------------------------------------


def moment_in(at: datetime, *, zone: tzinfo) -> str:
    """Write a moment in a zone: `Mon 23 Nov, 14:00`; seconds where there are some."""
    local = localtime(at, zone)
    return date_format(local, "D j M, H:i:s" if local.second else "D j M, H:i")


def exact_words(span: timedelta) -> str:
    """Write a span so that spans add up: `7 h`, `7 h 05 min`, `7 h 05 min 08 s`."""
    seconds = round(span / SECOND)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if seconds:
        return (
            _("%(hours)d h %(minutes)02d min %(seconds)02d s")
            if hours
            else _("%(minutes)d min %(seconds)02d s")
        ) % {"hours": hours, "minutes": minutes, "seconds": seconds}
    if minutes and hours:
        return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h") % {"hours": span // HOUR if span >= HOUR else 0}


def days_words(days: int) -> str:
    """Write working days."""
    return ngettext("%(count)d working day", "%(count)d working days", days) % {"count": days}


def when_words(line: Line, *, unit: Unit, zone: tzinfo) -> str:
    """Write when a line is: its day, its week, or from when to when."""
    begin, end = localtime(line.began_at, zone), localtime(line.ended_at, zone)
    if unit is Unit.DAY:
        return date_format(begin, "D j M")
    if unit is Unit.WEEK:
        last = end - timedelta(microseconds=1)
        return _("%(first)s to %(last)s") % {
            "first": date_format(begin, "j M"),
            "last": date_format(last, "j M"),
        }
    is_one_day = begin.date() == (end - timedelta(microseconds=1)).date()
    ends = date_format(end, "H:i:s" if end.second else "H:i")
    if is_one_day and (end.hour, end.minute, end.second) == (0, 0, 0):
        ends = "24:00"
    return _("%(first)s to %(last)s") % {
        "first": moment_in(line.began_at, zone=zone),
        "last": ends if is_one_day else moment_in(line.ended_at, zone=zone),
    }


def what_words(line: Line, *, names: Mapping[str, str], zone: tzinfo) -> str:
    """Say what a line is: counted, paused, closed, or which holiday."""
    words = {
        SegmentKind.COUNTED: _("counted"),
        SegmentKind.PAUSED: _("paused"),
        SegmentKind.CLOSED: _("closed"),
        SegmentKind.HOLIDAY: _("holiday"),
    }
    said = words[line.kind]
    if line.kind is SegmentKind.HOLIDAY:
        name = names.get(localtime(line.began_at, zone).date().isoformat(), "")
        return _("holiday: %(name)s") % {"name": name} if name else said
    if line.kind is SegmentKind.COUNTED and line.paused:
        return _("counted, paused for %(span)s") % {"span": exact_words(line.paused)}
    return said


__all__ = ["days_words", "exact_words", "explained", "explanation", "moment_in"]
