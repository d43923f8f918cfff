"""Who is away and who steps in: everybody's own, and everybody's for leads and administrators."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date
from django.utils.timezone import now
from django.utils.translation import gettext as _

from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from workflow.absences import BadAbsence, end_absence, note_absence
from workflow.people.absences import absences_ahead, absences_of, may_keep_absences_of
from workflow.people.models import Absence, User

FIELDS = ("user", "first_day", "last_day", "substitute")
DAY = timedelta(days=1)
# No desk looks further ahead on one page.
SHOWN = 200
NOBODY = 0


@staff()
def absences(request: StaffRequest) -> HttpResponse:
    """Show who is away, or note that somebody is."""
    if request.method != "POST":
        return absences_page(request, form={"data": {"user": str(request.person.pk)}})
    if request.POST.get("action") == "end":
        end_absence(absence_id=id_in(request, "id") or NOBODY, actor=request.actor, at=now())
        messages.success(request, _("The absence is taken back."))
        return redirect("absences")
    return save(request)


def save(request: StaffRequest) -> HttpResponse:
    """Note an absence; what cannot be used stands in the form."""
    try:
        note_absence(
            user_id=id_in(request, "user") or request.person.pk,
            begins_at=moment(request, day_in(request, "first_day")),
            ends_at=moment(request, day_in(request, "last_day") + DAY),
            substitute_id=id_in(request, "substitute"),
            actor=request.actor,
            at=now(),
        )
    except BadAbsence as refusal:
        data = {name: request.POST.get(name, "") for name in FIELDS}
        form = {"data": data, "error": f"{refusal} {refusal.next_step}"}
        return absences_page(request, form=form, status=422)
    messages.success(request, _("The absence is noted."))
    return redirect("absences")


def id_in(request: StaffRequest, name: str) -> int | None:
    """Return an id from the form, or None."""
    written = request.POST.get(name, "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 16 else None


def day_in(request: StaffRequest, name: str) -> date:
    """Return a day from the form.

    Raises:
        BadAbsence: there is none, or no such day.
    """
    try:
        day = parse_date(request.POST.get(name, ""))
    except ValueError:
        day = None
    if day is None or not date(2000, 1, 1) <= day <= date(2200, 1, 1):
        raise BadAbsence(
            _("An absence has a first and a last day."), next_step=_("Write both days.")
        )
    return day


def moment(request: StaffRequest, day: date) -> datetime:
    """Return when a day begins where the tenant is."""
    zone = ZoneInfo(request.tenant.timezone)  # type: ignore[attr-defined]
    return datetime.combine(day, time(), tzinfo=zone)


def absences_page(
    request: StaffRequest, *, form: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return the page; two queries for any number of absences."""
    sees_all = may_keep_absences_of(request.actor, NOBODY)
    at = now()
    rows = absences_ahead(at=at) if sees_all else absences_of(request.person.pk, at=at)
    people = list(User.objects.filter(is_active=True).order_by("name", "id"))
    zone = ZoneInfo(request.tenant.timezone)  # type: ignore[attr-defined]
    return page(
        request,
        "pages/absences.html",
        {
            "absences": [shown(one, zone=zone, at=at) for one in rows[:SHOWN]],
            "sees_all": sees_all,
            "people": [{"value": str(one.pk), "label": one.name} for one in people],
            "substitutes": [
                {"value": str(one.pk), "label": one.name}
                for one in people
                if sees_all or one.pk != request.person.pk
            ],
            "form": form,
        },
        status=status,
    )


def shown(absence: Absence, *, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """Return what a row shows; an absence ends with the day before its end."""
    return {
        "id": absence.pk,
        "person": absence.user.name,
        "first_day": absence.begins_at.astimezone(zone).date(),
        "last_day": (absence.ends_at - timedelta(microseconds=1)).astimezone(zone).date(),
        "is_now": absence.begins_at <= at,
        "substitute": absence.substitute.name if absence.substitute else "",
    }
