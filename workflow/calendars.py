"""Change opening hours; what runs by them is planned anew. Every change is remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from workflow.amending import BadSetting, NameTaken, lock, remember, required_name
from workflow.clocks.calendar_files import FileDays, read_calendar_file
from workflow.clocks.calendar_format import BadCalendar
from workflow.clocks.calendar_revisions import keep_revision
from workflow.clocks.events import CalendarChanged
from workflow.clocks.models import Calendar
from workflow.clocks.public_holidays import YEARS_AHEAD, public_holidays, years_ahead
from workflow.clocks.working_time import NeverOpen, WorkingTime
from workflow.history.recording import ChangeValue, differences
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

Windows = Sequence[tuple[str, str]]
MOST_WINDOWS_A_DAY = 6
MOST_DAYS = 400


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Opening hours as somebody wrote them: times as HH:MM, days as YYYY-MM-DD.

    `holidays` are days of one's own; those of the `country` and its `region` (codes) stand apart
    in `public`, day to name, and are filled in by `with_public_holidays`.
    """

    timezone: str
    weekly: Mapping[str, Windows]
    holidays: Sequence[str] = ()
    breaks: Mapping[str, Windows] = field(default_factory=dict)
    country: str = ""
    region: str = ""
    public: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, calendar: Calendar) -> Self:
        """Return the hours of a stored calendar."""
        source = calendar.holidays_of
        return cls(
            timezone=calendar.timezone,
            weekly=calendar.hours,
            holidays=source.get("own", calendar.holidays),
            breaks=calendar.breaks,
            country=source.get("country", ""),
            region=source.get("region", ""),
            public=source.get("days", {}),
        )

    def closed_days(self) -> list[str]:
        """Return all closed days, one's own and public ones, in order."""
        return sorted({*self.holidays, *self.public})

    def working_time(self) -> WorkingTime:
        """Return the arithmetic of these hours.

        Raises:
            BadCalendar: they cannot be read, contradict themselves, or the zone is unknown.
        """
        return WorkingTime.from_dict(
            {
                "tz": self.timezone,
                "hours": plain(self.weekly),
                "holidays": self.closed_days(),
                "breaks": plain(self.breaks),
            }
        )


def plain(windows: Mapping[str, Windows]) -> dict[str, list[list[str]]]:
    """Return windows by day as they are stored: days without any are left out."""
    return {day: [list(window) for window in found] for day, found in windows.items() if found}


def timezones() -> list[str]:
    """Return the names of places whose time can be used, by name."""
    return sorted(name for name in available_timezones() if "/" in name or name == "UTC")


def refuse_unusable(hours: Hours, *, at: datetime) -> WorkingTime:
    """Return the arithmetic of hours that somebody can be held to.

    Raises:
        BadCalendar: they cannot be read or contradict themselves.
        BadSetting: there are too many days or windows.
        NeverOpen: nobody is ever there.
    """
    if len(hours.holidays) > MOST_DAYS or len(hours.breaks) > MOST_DAYS:
        raise BadSetting(
            _("A calendar takes %(count)d closed days.") % {"count": MOST_DAYS},
            next_step=_("Take out those that are over."),
        )
    if any(len(windows) > MOST_WINDOWS_A_DAY for windows in hours.weekly.values()):
        raise BadSetting(
            _("A day takes %(count)d windows.") % {"count": MOST_WINDOWS_A_DAY},
            next_step=_("Join some of them."),
        )
    working_time = hours.working_time()
    working_time.next_opening(at)
    return working_time


@transaction.atomic
def save_calendar(
    *, calendar_id: int | None, name: str, hours: Hours, actor: Actor, at: datetime
) -> Calendar:
    """Add opening hours, or change some: what runs by them is planned anew, by news.

    Raises:
        BadCalendar, BadSetting, NeverOpen: see `refuse_unusable`.
        NameTaken, NotThere: see there.
    """
    actor.require(Permission.CONFIGURE)
    name = required_name(name, longest=80)
    if Calendar.objects.filter(name__iexact=name).exclude(pk=calendar_id or 0).exists():
        raise NameTaken(
            _("There are opening hours “%(name)s” already.") % {"name": name},
            next_step=_("Choose another name."),
        )
    calendar = lock(Calendar.objects, calendar_id) if calendar_id is not None else Calendar()
    hours = with_public_holidays(hours, at=at, before=calendar)
    refuse_unusable(hours, at=at)
    before, facts_before, old_name = described(calendar), calendar_facts(calendar), calendar.name
    calendar.name = name
    keep_hours(calendar, hours, at=at)
    remember(
        calendar,
        actor=actor,
        at=at,
        changes={
            "what": "calendar",
            "is_new": calendar_id is None,
            "renamed": old_name not in ("", name),
            "hours": calendar_id is not None and described(calendar)[1] != before[1],
            "breaks": calendar_id is not None and described(calendar)[3] != before[3],
            **differences(facts_before, calendar_facts(calendar)),
        },
    )
    if calendar_id is not None and described(calendar) != before:
        publish(CalendarChanged(calendar_id=calendar.pk, changed_at=at), at=at)
    return calendar


def keep_hours(calendar: Calendar, hours: Hours, *, at: datetime) -> None:
    """Write hours into a calendar, save it, and keep what it said as a revision."""
    calendar.timezone = hours.timezone
    calendar.hours = plain(hours.weekly)
    calendar.holidays = hours.closed_days()
    calendar.breaks = dict(sorted(plain(hours.breaks).items()))
    calendar.holidays_of = (
        {
            "country": hours.country,
            "region": hours.region,
            "until": at.year + YEARS_AHEAD,
            "days": dict(sorted(hours.public.items())),
            "own": sorted(set(hours.holidays)),
        }
        if hours.country
        else {}
    )
    calendar.save()
    keep_revision(calendar, at=at)


# ---- public holidays -------------------------------------------------------------------------


def with_public_holidays(hours: Hours, *, at: datetime, before: Calendar | None = None) -> Hours:
    """Return hours with the public holidays of their country for this year and the next two.

    Of those that a calendar of the same country has already, last year's stay: what runs since
    then counts by them.

    Raises:
        NoSuchPlace: the country or region is not known.
    """
    if not hours.country:
        return replace(hours, region="", public={})
    days = public_holidays(hours.country, hours.region, years=years_ahead(at.year))
    known = Hours.of(before) if before is not None and before.pk else hours
    if (known.country, known.region) == (hours.country, hours.region):
        last_year = str(at.year - 1)
        days |= {day: name for day, name in known.public.items() if day[:4] == last_year}
    return replace(hours, public=dict(sorted(days.items())))


def calendars_running_out(*, at: datetime) -> list[int]:
    """Return the ids of calendars whose public holidays do not reach two years ahead; one query."""
    wanted = at.year + YEARS_AHEAD
    rows = Calendar.objects.order_by("id").values_list("pk", "holidays_of")
    return [pk for pk, source in rows if source and source.get("until", 0) < wanted]


@transaction.atomic
def renew_public_holidays(*, calendar_id: int, at: datetime) -> bool:
    """Fill in the public holidays of the years to come; returns whether any were missing.

    What runs by the calendar is planned anew, by news.

    Raises:
        NoSuchPlace: the country or region is no longer known.
    """
    calendar = lock(Calendar.objects, calendar_id)
    if calendar.holidays_of.get("until", at.year + YEARS_AHEAD) >= at.year + YEARS_AHEAD:
        return False
    before, facts_before = described(calendar), calendar_facts(calendar)
    hours = with_public_holidays(Hours.of(calendar), at=at, before=calendar)
    keep_hours(calendar, hours, at=at)
    remember(
        calendar,
        actor=Actor.system("calendars"),
        at=at,
        changes={
            "what": "calendar",
            "is_new": False,
            **differences(facts_before, calendar_facts(calendar)),
        },
    )
    if described(calendar) != before:
        publish(CalendarChanged(calendar_id=calendar.pk, changed_at=at), at=at)
    return True


# ---- closed days out of a file ---------------------------------------------------------------


def closed_by_file(raw: bytes, *, timezone: str, at: datetime) -> FileDays:
    """Return what a calendar file closes in this year and the next two.

    Raises:
        BadCalendarFile: it cannot be used.
        BadCalendar: there is no such time zone.
    """
    zone = WorkingTime.from_dict({"tz": timezone, "hours": {}}).zone
    years = years_ahead(at.year)
    return read_calendar_file(
        raw, zone=zone, first=date(years[0], 1, 1), last=date(years[-1], 12, 31)
    )


def with_file(hours: Hours, found: FileDays) -> Hours:
    """Return hours with what a file closes besides."""
    breaks = {day: list(windows) for day, windows in hours.breaks.items()}
    for day, windows in found.closures.items():
        breaks[day] = joined([*breaks.get(day, []), *windows])
    return replace(hours, holidays=sorted({*hours.holidays, *found.holidays}), breaks=breaks)


def joined(windows: Windows) -> list[tuple[str, str]]:
    """Return windows of a day in order, those that overlap or touch as one."""
    found: list[tuple[str, str]] = []
    for opens, closes in sorted((opens, closes) for opens, closes in windows):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(closes, found[-1][1]))
        else:
            found.append((opens, closes))
    return found


def calendar_facts(calendar: Calendar) -> dict[str, ChangeValue]:
    """Return what the history keeps of opening hours: zone, holidays, and whose these are."""
    if not calendar.pk:
        return {}
    source = calendar.holidays_of
    facts: dict[str, ChangeValue] = {
        "timezone": calendar.timezone,
        "holidays": len(calendar.holidays),
    }
    if source:
        facts["holidays_of"] = "-".join(filter(None, (source["country"], source["region"])))
    return facts


def described(calendar: Calendar) -> tuple[object, ...]:
    """Return what decides when something is due."""
    return (calendar.timezone, calendar.hours, calendar.holidays, calendar.breaks)


@dataclass(frozen=True)
class Example:
    """When a promise of so many opening hours would be due if it began now."""

    within: timedelta
    due_at: datetime


def examples(
    working_time: WorkingTime, *, at: datetime, spans: Sequence[timedelta]
) -> list[Example]:
    """Return when promises that begin at `at` would be due; no query.

    What the calendar cannot offer within a hundred years is left out.
    """
    found = []
    for span in spans:
        try:
            found.append(Example(within=span, due_at=working_time.add(at, span)))
        except NeverOpen:
            continue
    return found


def next_openings(
    working_time: WorkingTime, *, at: datetime, count: int = 3
) -> list[tuple[datetime, datetime]]:
    """Return the next windows in UTC, the one that is open now first; no query."""
    found: list[tuple[datetime, datetime]] = []
    cursor = at
    while len(found) < count:
        opens = working_time.next_opening(cursor)
        closes = end_of_window(working_time, opens)
        found.append((opens, closes))
        cursor = closes
    return found


def end_of_window(working_time: WorkingTime, opens: datetime) -> datetime:
    """Return when the window that is open at a moment closes, at most a week later."""
    last = opens + timedelta(days=7)
    return next(
        (
            segment.began_at
            for segment in working_time.segments(opens, last)
            if segment.kind != "counted"
        ),
        last,
    )


__all__ = [
    "BadCalendar",
    "Calendar",
    "Example",
    "Hours",
    "NeverOpen",
    "calendars_running_out",
    "closed_by_file",
    "examples",
    "next_openings",
    "refuse_unusable",
    "renew_public_holidays",
    "save_calendar",
    "timezones",
    "with_file",
    "with_public_holidays",
]
