"""Change opening hours; what runs by them is planned anew. Every change is remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from workflow.amending import BadSetting, NameTaken, lock, remember, required_name
from workflow.clocks.calendar_format import BadCalendar
from workflow.clocks.calendar_revisions import keep_revision
from workflow.clocks.events import CalendarChanged
from workflow.clocks.models import Calendar
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
    """Opening hours as somebody wrote them: times as HH:MM, days as YYYY-MM-DD."""

    timezone: str
    weekly: Mapping[str, Windows]
    holidays: Sequence[str] = ()
    breaks: Mapping[str, Windows] = field(default_factory=dict)

    def working_time(self) -> WorkingTime:
        """Return the arithmetic of these hours.

        Raises:
            BadCalendar: they cannot be read, contradict themselves, or the zone is unknown.
        """
        return WorkingTime.from_dict(
            {
                "tz": self.timezone,
                "hours": plain(self.weekly),
                "holidays": list(self.holidays),
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
    refuse_unusable(hours, at=at)
    if Calendar.objects.filter(name__iexact=name).exclude(pk=calendar_id or 0).exists():
        raise NameTaken(
            _("There are opening hours “%(name)s” already.") % {"name": name},
            next_step=_("Choose another name."),
        )
    calendar = lock(Calendar.objects, calendar_id) if calendar_id is not None else Calendar()
    before, facts_before, old_name = described(calendar), calendar_facts(calendar), calendar.name
    calendar.name = name
    calendar.timezone = hours.timezone
    calendar.hours = plain(hours.weekly)
    calendar.holidays = sorted(set(hours.holidays))
    calendar.breaks = dict(sorted(plain(hours.breaks).items()))
    calendar.save()
    keep_revision(calendar, at=at)
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


def calendar_facts(calendar: Calendar) -> dict[str, ChangeValue]:
    """Return what the history keeps of opening hours: zone and number of holidays."""
    if not calendar.pk:
        return {}
    return {"timezone": calendar.timezone, "holidays": len(calendar.holidays)}


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
    "examples",
    "next_openings",
    "refuse_unusable",
    "save_calendar",
    "timezones",
]
