"""Settings: opening hours, their holidays, who goes by them, and what would be due when."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.configuration.calendar_form import (
    DAY_NAMES,
    Written,
    closed_data,
    data_of,
    line_of,
    read_form,
)
from servicedesk.configuration.calendar_preview import Asked, preview_of
from servicedesk.configuration.frame import NotFound, chosen, settings_page, whole_number
from servicedesk.pages.guards import StaffRequest, staff
from workflow.amending import BadSetting, NameTaken
from workflow.calendars import (
    Hours,
    closed_by_file,
    refuse_unusable,
    save_calendar,
    timezones,
    with_file,
    with_public_holidays,
)
from workflow.clocks.calendar_files import LARGEST_FILE, BadCalendarFile, FileDays
from workflow.clocks.models import Calendar, ServiceLevel
from workflow.clocks.previewing import BadPreview
from workflow.clocks.public_holidays import NoSuchPlace, countries, regions
from workflow.clocks.working_time import NeverOpen
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

MOST_LEFT_OUT = 20
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
            preview=preview_of(Hours.of(editing), name=editing.name, asked=Asked(), at=now())
            if editing
            else None,
        )
    action = request.POST.get("action", "")
    if action not in ("save", "look", "read"):
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    written = read_form(request.POST)
    calendar_id = whole_number(request.POST.get("id"))
    editing = Calendar.objects.filter(pk=calendar_id).first() if calendar_id else None
    if action == "save" and not written.errors and save(request, calendar_id, written):
        return redirect("settings:calendars")
    found = take_file(request, written) if action == "read" and not written.errors else None
    return calendars_page(
        request,
        editing=editing,
        written=written,
        preview=None if written.errors else judged(written, before=editing),
        found=found,
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
    except (NeverOpen, NoSuchPlace) as refusal:
        say_beside(written, refusal)
    else:
        messages.success(
            request,
            _("%(name)s is saved.") % {"name": calendar.name}
            + (" " + _("What runs by it is being planned anew.") if calendar_id else ""),
        )
        return True
    return False


def take_file(request: StaffRequest, written: Written) -> FileDays | None:
    """Put what a calendar file closes into the form; nothing is saved yet."""
    sent = request.FILES.get("file")
    if sent is None:
        written.errors["file"] = _("Choose a calendar file first.")
        return None
    try:
        # A byte more than may be: that is refused with its sentence, and no more is held.
        raw = sent.read(LARGEST_FILE + 1)
        found = closed_by_file(raw, timezone=written.hours.timezone, at=now())
    except BadCalendarFile as refusal:
        written.errors["file"] = str(refusal)
        return None
    written.hours = with_file(written.hours, found)
    written.data |= closed_data(written.hours)
    return found


def judged(written: Written, *, before: Calendar | None) -> dict[str, Any] | None:
    """Return what the hours of the form would mean; what makes them useless stands in the form."""
    at = now()
    try:
        hours = with_public_holidays(written.hours, at=at, before=before)
        refuse_unusable(hours, at=at)
    except Refusal as refusal:
        say_beside(written, refusal)
        return None
    try:
        return preview_of(hours, name=written.data["name"].strip(), asked=written.asked, at=at)
    except (BadPreview, NeverOpen) as refusal:
        written.errors["within"] = str(refusal)
    return None


def say_beside(written: Written, refusal: Refusal) -> None:
    """Put what is refused beside the field that it is about."""
    if isinstance(refusal, NeverOpen):
        said = _("With these hours nobody is there within two years. Open at least one day.")
        written.errors["hours_mon"] = said
    elif isinstance(refusal, NoSuchPlace):
        written.errors["region" if regions_of(written) else "country"] = str(refusal)
    else:
        written.errors["holidays"] = str(refusal)


def regions_of(written: Written) -> list[dict[str, str]]:
    """Return the regions of the country that the form names; none if it names no known one."""
    country = written.data.get("country", "")
    if country not in {place.code for place in countries()}:
        return []
    return [{"value": place.code, "label": place.name} for place in regions(country)]


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


def source_of(calendar: Calendar) -> str:
    """Say whose public holidays a calendar keeps, by code."""
    source = calendar.holidays_of
    return "-".join(filter(None, (source["country"], source["region"]))) if source else ""


def found_in_words(found: FileDays) -> dict[str, Any]:
    """Return what was read from a file, in words."""
    days, parts = len(found.holidays), len(found.closures)
    says = [
        ngettext("%(count)d closed day was read", "%(count)d closed days were read", days)
        % {"count": days}
        + " "
        + ngettext("and %(count)d day closed in part.", "and %(count)d days closed in part.", parts)
        % {"count": parts},
        _("They stand in the form now. Save the opening hours to keep them."),
    ]
    if found.outside:
        says.append(
            ngettext(
                "%(count)d event lies outside this year and the next two, or never takes place.",
                "%(count)d events lie outside this year and the next two, or never take place.",
                found.outside,
            )
            % {"count": found.outside}
        )
    more = len(found.left_out) - MOST_LEFT_OUT
    return {
        "says": says,
        "left_out": found.left_out[:MOST_LEFT_OUT],
        "more": max(0, more),
    }


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
    found: FileDays | None = None,
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
                    "source": source_of(row),
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
            "countries": [{"value": one.code, "label": one.name} for one in countries()],
            "regions": regions_of(written),
            "found": found_in_words(found) if found else None,
            "is_asking": request.method == "POST",
        },
        status=status,
    )
