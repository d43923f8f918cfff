"""What the form of opening hours holds: lines as people write them, read field by field."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from servicedesk.configuration.calendar_preview import Asked, asked_span, asked_start
from workflow.calendars import Hours, Windows, timezones
from workflow.clocks.calendar_format import WEEKDAYS
from workflow.clocks.models import Calendar
from workflow.refusals import Refusal

DAY_NAMES: dict[str, Callable[[], str]] = {
    "mon": lambda: _("Monday"),
    "tue": lambda: _("Tuesday"),
    "wed": lambda: _("Wednesday"),
    "thu": lambda: _("Thursday"),
    "fri": lambda: _("Friday"),
    "sat": lambda: _("Saturday"),
    "sun": lambda: _("Sunday"),
}
FIELDS = (
    "name",
    "timezone",
    "country",
    "region",
    "holidays",
    "closures",
    "starts",
    "within",
    *(f"hours_{day}" for day in WEEKDAYS),
)
LONGEST_LINE = 400
LONGEST_LIST = 20_000
_WINDOW = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}(?::\d{2})?))?\s*(?:-|\u2013|to)\s*"
    r"(\d{1,2})(?:[:.](\d{2}(?::\d{2})?))?",
    re.ASCII,
)
_ALL_DAY = ("24 h", "24h", "all day", "0-24")


class NotHours(Refusal):
    """A line of the form cannot be read as opening hours."""

    code = "not_hours"


@dataclass
class Written:
    """A filled-in form: what was written, what it says, and what is wrong, by field."""

    data: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    hours: Hours = field(default_factory=lambda: Hours(timezone="", weekly={}))
    asked: Asked = field(default_factory=Asked)


def windows_in(line: str) -> list[tuple[str, str]]:
    """Return the windows of a line such as `8-12, 13:00-18`; none for a closed day.

    Raises:
        NotHours: it says something else.
    """
    line = line.strip().lower()
    refuse_long(line, longest=LONGEST_LINE)
    if line in ("", "-", "\u2013", "closed", _("closed").lower()):
        return []
    if line in _ALL_DAY:
        return [("00:00", "24:00")]
    found = []
    for piece in re.split(r"\s*[,;]\s*", line):
        match = _WINDOW.fullmatch(piece)
        if match is None:
            raise NotHours(
                _("“%(piece)s” is no window of time.") % {"piece": piece[:40]},
                next_step=_("Write it like 8-12, 13:00-18:00, or leave it empty."),
            )
        opens_hour, opens_minute, closes_hour, closes_minute = match.groups()
        found.append(
            (
                f"{int(opens_hour):02}:{opens_minute or '00'}",
                f"{int(closes_hour):02}:{closes_minute or '00'}",
            )
        )
    refuse_impossible(found)
    return found


def refuse_impossible(windows: list[tuple[str, str]]) -> None:
    """Refuse windows that no clock shows, that turn around, or that overlap.

    Raises:
        NotHours: which one, and why.
    """
    for opens, closes in windows:
        if max(opens, closes) > "24:00" or not (is_minute(opens) and is_minute(closes)):
            raise NotHours(
                _("%(opens)s to %(closes)s is no time of day.")
                % {"opens": opens, "closes": closes},
                next_step=_("Hours go from 0:00 to 24:00."),
            )
        if closes <= opens:
            raise NotHours(
                _("%(opens)s to %(closes)s ends before it begins.")
                % {"opens": opens, "closes": closes},
                next_step=_("Write hours past midnight on both days: until 24:00, and from 0:00."),
            )
    ordered = sorted(windows)
    for (_opens, closes), (opens, _closes) in pairwise(ordered):
        if opens < closes:
            raise NotHours(
                _("Two windows overlap at %(time)s.") % {"time": opens},
                next_step=_("Let each end before the next begins."),
            )


def is_minute(clock: str) -> bool:
    """Say whether minutes, and seconds where there are any, are below sixty."""
    return all(part < "60" for part in clock.split(":")[1:])


def day_in(text: str) -> str:
    """Return a day written as 2026-12-25 or 25.12.2026, as the first of the two.

    Raises:
        NotHours: it is no day.
    """
    text = text.strip()
    turned = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text, re.ASCII)
    if turned:
        text = f"{turned[3]}-{int(turned[2]):02}-{int(turned[1]):02}"
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise NotHours(
            _("“%(text)s” is no day.") % {"text": text[:40]},
            next_step=_("Write days like 2026-12-25, one in a line."),
        ) from None


def lines_of(text: str) -> list[str]:
    """Return the lines of a list that say something.

    Raises:
        NotHours: there are too many.
    """
    refuse_long(text, longest=LONGEST_LIST)
    return [line.strip() for line in text.splitlines() if line.strip()]


def refuse_long(text: str, *, longest: int) -> None:
    """Refuse what is too long: cut off, it would say something else.

    Raises:
        NotHours: it is.
    """
    if len(text) > longest:
        raise NotHours(
            _("This is longer than %(count)d characters.") % {"count": longest},
            next_step=_("Take out what is over, or join some of it."),
        )


def closures_in(text: str) -> dict[str, list[tuple[str, str]]]:
    """Return part-day closures: a day and its closed windows in each line.

    Raises:
        NotHours: a line says something else.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for line in lines_of(text):
        day, _blank, windows = line.partition(" ")
        closed = windows_in(windows)
        if not closed:
            raise NotHours(
                _("“%(line)s” names no time.") % {"line": line[:40]},
                next_step=_("Write it like 2026-12-24 13-24, or put the day among the holidays."),
            )
        found.setdefault(day_in(day), []).extend(closed)
    for closed in found.values():
        refuse_impossible(closed)
    return found


def read_form(posted: QueryDict) -> Written:
    """Read the form; what cannot be used is said beside its field."""
    written = Written(data={name: posted.get(name, "") for name in FIELDS})
    weekly: dict[str, list[tuple[str, str]]] = {}
    holidays: list[str] = []
    closures: dict[str, list[tuple[str, str]]] = {}
    zone = ""
    for day in WEEKDAYS:
        with beside(written, f"hours_{day}"):
            weekly[day] = windows_in(written.data[f"hours_{day}"])
    with beside(written, "holidays"):
        holidays = sorted({day_in(line) for line in lines_of(written.data["holidays"])})
    with beside(written, "closures"):
        closures = closures_in(written.data["closures"])
    with beside(written, "timezone"):
        zone = zone_in(written.data["timezone"])
    written.hours = Hours(
        timezone=zone,
        weekly=weekly,
        holidays=holidays,
        breaks=closures,
        country=written.data["country"].strip(),
        region=written.data["region"].strip() if written.data["country"].strip() else "",
    )
    written.asked = asked_in(written, zone=zone)
    return written


def asked_in(written: Written, *, zone: str) -> Asked:
    """Return what the form wants to see; what cannot be read is said beside its field."""
    starts_at: datetime | None = None
    within, within_days = Asked().within, Asked().within_days
    with beside(written, "starts"):
        starts_at = asked_start(written.data["starts"], zone=ZoneInfo(zone or "UTC"))
    with beside(written, "within"):
        within, within_days = asked_span(written.data["within"])
    return Asked(starts_at=starts_at, within=within, within_days=within_days)


@contextmanager
def beside(written: Written, name: str) -> Iterator[None]:
    """Put what is refused inside beside a field of the form."""
    try:
        yield
    except Refusal as refusal:
        written.errors[name] = str(refusal)


def zone_in(text: str) -> str:
    """Return the name of a time zone.

    Raises:
        NotHours: there is none of this name.
    """
    zone = text.strip()
    if zone not in timezones():
        raise NotHours(
            _("There is no time zone “%(zone)s”.") % {"zone": zone[:60]}
            if zone
            else _("A time zone is needed."),
            next_step=_("Choose one such as Europe/Berlin."),
        )
    return zone


def line_of(windows: Windows | Sequence[list[str]]) -> str:
    """Write windows as they stand in a field: 08:00-12:00, 13:00-18:00."""
    return ", ".join(f"{opens}-{closes}" for opens, closes in windows)


def data_of(calendar: Calendar) -> dict[str, str]:
    """Return the fields of opening hours as they are."""
    hours = Hours.of(calendar)
    return {
        "name": calendar.name,
        "timezone": calendar.timezone,
        "country": hours.country,
        "region": hours.region,
        **closed_data(hours),
        **{f"hours_{day}": line_of(calendar.hours.get(day, [])) for day in WEEKDAYS},
    }


def closed_data(hours: Hours) -> dict[str, str]:
    """Return the fields of closed days and of days that are closed in part."""
    return {
        "holidays": "\n".join(hours.holidays),
        "closures": "\n".join(
            f"{day} {line_of(hours.breaks[day])}" for day in sorted(hours.breaks)
        ),
    }
