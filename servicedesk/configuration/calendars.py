"""Settings: opening hours, their holidays, who goes by them, and what would be due when."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from servicedesk.configuration.calendar_form import (
    DAY_NAMES,
    Written,
    data_of,
    line_of,
    read_form,
)
from servicedesk.configuration.frame import NotFound, chosen, settings_page, whole_number
from servicedesk.pages.guards import StaffRequest, staff
from workflow.amending import BadSetting, NameTaken
from workflow.calendars import (
    examples,
    next_openings,
    refuse_unusable,
    save_calendar,
    timezones,
)
from workflow.clocks.models import Calendar, ServiceLevel
from workflow.clocks.working_time import NeverOpen, WorkingTime
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

SPANS: dict[timedelta, Callable[[], str]] = {
    timedelta(hours=4): lambda: _("4 open hours"),
    timedelta(hours=8): lambda: _("8 open hours"),
    timedelta(days=3): lambda: _("3 days of 24 open hours"),
}
BEGIN_WITH = {
    **{f"hours_{day}": "09:00-17:00" for day in ("mon", "tue", "wed", "thu", "fri")},
    "hours_sat": "",
    "hours_sun": "",
}


@staff(Permission.CONFIGURE)
def calendars(request: StaffRequest) -> HttpResponse:
    """Show the opening hours, or change some."""
    if request.method != "POST":
        editing = chosen(Calendar.objects.all(), request.GET.get("edit"))
        begin = BEGIN_WITH | {"timezone": request.tenant.timezone}  # type: ignore[attr-defined]
        return calendars_page(
            request,
            editing=editing,
            written=Written(data=data_of(editing) if editing else begin),
            preview=preview_of(editing.working_time, at=now()) if editing else None,
        )
    action = request.POST.get("action", "")
    if action not in ("save", "look"):
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    written = read_form(request.POST)
    calendar_id = whole_number(request.POST.get("id"))
    if action == "save" and not written.errors and save(request, calendar_id, written):
        return redirect("settings:calendars")
    preview = None
    if not written.errors:
        preview = judged(written)
    return calendars_page(
        request,
        editing=Calendar.objects.filter(pk=calendar_id).first() if calendar_id else None,
        written=written,
        preview=preview,
        status=422 if written.errors else 200,
    )


def save(request: StaffRequest, calendar_id: int | None, written: Written) -> bool:
    """Add or change opening hours; what cannot be used stands in the form."""
    try:
        calendar = save_calendar(
            calendar_id=calendar_id,
            name=written.data["name"],
            hours=written.hours,
            actor=request.actor,
            at=now(),
        )
    except NameTaken as refusal:
        written.errors["name"] = str(refusal)
    except BadSetting as refusal:
        field = "name" if not written.data["name"].strip() else "holidays"
        written.errors[field] = str(refusal)
    except NeverOpen as refusal:
        written.errors["hours_mon"] = never_open(refusal)
    else:
        messages.success(
            request,
            _("%(name)s is saved.") % {"name": calendar.name}
            + (" " + _("What runs by it is being planned anew.") if calendar_id else ""),
        )
        return True
    return False


def judged(written: Written) -> dict[str, Any] | None:
    """Return what the hours of the form would mean; what makes them useless stands in the form."""
    try:
        refuse_unusable(written.hours, at=now())
    except NeverOpen as refusal:
        written.errors["hours_mon"] = never_open(refusal)
    except Refusal as refusal:
        written.errors["holidays"] = str(refusal)
    else:
        return preview_of(written.hours.working_time, at=now())
    return None


def never_open(_refusal: Refusal) -> str:
    """Say that nobody would ever be there."""
    return _("With these hours nobody is there within two years. Open at least one day.")


def preview_of(working_time: Callable[[], WorkingTime], *, at: datetime) -> dict[str, Any] | None:
    """Return the next openings and what would be due when, in the calendar's own zone."""
    hours = working_time()
    zone = hours.zone
    try:
        openings = next_openings(hours, at=at)
    except NeverOpen:
        return None
    return {
        "is_open": hours.is_open(at),
        "openings": [opening_in_words(opens, closes, zone=zone) for opens, closes in openings],
        "dues": [
            {"within": SPANS[example.within](), "due": moment_in(example.due_at, zone=zone)}
            for example in examples(hours, at=at, spans=list(SPANS))
        ],
    }


def moment_in(at: datetime, *, zone: ZoneInfo) -> str:
    """Write a moment in a zone: `Mon 23 Nov, 14:00`."""
    return date_format(localtime(at, zone), "D j M, H:i")


def opening_in_words(opens: datetime, closes: datetime, *, zone: ZoneInfo) -> str:
    """Write a window in a zone: `Mon 23 Nov, 09:00 to 17:00`."""
    first, last = localtime(opens, zone), localtime(closes, zone)
    is_same_day = (last - timedelta(microseconds=1)).date() == first.date()
    ends = date_format(last, "H:i") if is_same_day else date_format(last, "D j M, H:i")
    if is_same_day and ends == "00:00":
        ends = "24:00"
    return _("%(opens)s to %(closes)s") % {"opens": moment_in(opens, zone=zone), "closes": ends}


def week_in_words(hours: dict[str, list[list[str]]]) -> list[str]:
    """Write weekly hours, days that are alike together: `Mon to Fri 09:00-17:00`."""
    days = list(DAY_NAMES)
    lines: list[str] = []
    first = 0
    while first < len(days):
        windows = hours.get(days[first], [])
        last = first
        while last + 1 < len(days) and hours.get(days[last + 1], []) == windows:
            last += 1
        if windows:
            names = [DAY_NAMES[days[place]]() for place in (first, last)]
            span = (
                names[0]
                if first == last
                else _("%(first)s to %(last)s") % {"first": names[0], "last": names[1]}
            )
            lines.append(f"{span} {line_of(windows)}")
        first = last + 1
    return lines


def users_of_calendars() -> dict[int, list[str]]:
    """Return the departments and service levels that go by each calendar; two queries."""
    found: dict[int, list[str]] = {}
    departments = Department.objects.filter(is_active=True).order_by("name", "id")
    for calendar_id, name in departments.values_list("calendar_id", "name"):
        found.setdefault(calendar_id, []).append(name)
    levels = ServiceLevel.objects.order_by("name", "id")
    for calendar_id, name in levels.values_list("version__calendar_id", "name"):
        found.setdefault(calendar_id, []).append(_("service level %(name)s") % {"name": name})
    return found


def calendars_page(
    request: StaffRequest,
    *,
    editing: Calendar | None,
    written: Written,
    preview: dict[str, Any] | None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; three queries for any number of calendars."""
    users = users_of_calendars()
    return settings_page(
        request,
        "calendars",
        {
            "calendars": [
                {
                    "id": row.pk,
                    "name": row.name,
                    "timezone": row.timezone,
                    "week": week_in_words(row.hours),
                    "holidays": len(row.holidays) + len(row.breaks),
                    "users": users.get(row.pk, []),
                    "edit_href": f"{reverse('settings:calendars')}?edit={row.pk}#edit",
                }
                for row in Calendar.objects.order_by("name", "id")
            ],
            "form": {"data": written.data, "errors": written.errors},
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "preview": preview,
            "days": [
                {
                    "name": f"hours_{day}",
                    "label": label(),
                    "value": written.data.get(f"hours_{day}", ""),
                    "error": written.errors.get(f"hours_{day}", ""),
                }
                for day, label in DAY_NAMES.items()
            ],
            "timezones": timezones(),
            "is_asking": request.method == "POST",
        },
        status=status,
    )
