"""Settings: rotas, who is on call for a department week by week, and where that differs."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from servicedesk.configuration.frame import (
    NotFound,
    chosen,
    posted_id,
    settings_page,
    whole_number,
)
from servicedesk.pages.giving_words import WEEKDAYS
from servicedesk.pages.guards import StaffRequest, staff
from workflow.amending import BadSetting, NameTaken
from workflow.people.models import Department, Team, User
from workflow.people.permissions import Permission
from workflow.rota.changing import (
    note_exception,
    remove_exception,
    save_rota,
    set_rota_active,
)
from workflow.rota.models import Rota
from workflow.rota.on_call import Shift, gaps
from workflow.rota.reading import exceptions_ahead, people_of, plan_of, teams_of

BLANK_ROWS = 4
SHOWN_FOR = timedelta(days=14)
FIELDS = ("name", "team", "timezone", "weeks", "begins_on")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.CONFIGURE)
def rotas(request: StaffRequest) -> HttpResponse:
    """Show the rotas, or begin one, whose shifts come next."""
    if request.method != "POST":
        return rotas_page(request, form={"data": {}, "errors": {}})
    department = chosen(Department.objects.filter(is_active=True), request.POST.get("department"))
    errors: dict[str, str] = {}
    if department is None:
        errors["department"] = _("Choose a department.")
    else:
        try:
            rota = save_rota(
                rota_id=None,
                department=department,
                team=None,
                name=request.POST.get("name", ""),
                timezone=request.POST.get("timezone", ""),
                weeks=1,
                begins_on=now().astimezone(get_current_timezone()).date(),
                shifts=[],
                actor=request.actor,
                at=now(),
            )
        except (BadSetting, NameTaken) as refusal:
            field = "name" if request.POST.get("timezone") in available_timezones() else "timezone"
            errors[field] = str(refusal)
        else:
            return redirect("settings:rota", rota.pk)
    data = {name: request.POST.get(name, "") for name in ("department", "name", "timezone")}
    return rotas_page(request, form={"data": data, "errors": errors}, status=422)


def rotas_page(request: StaffRequest, *, form: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return the list of rotas; four queries for any number of them."""
    found = list(
        Rota.objects.select_related("department", "team").order_by(
            "-is_active", "department__name", "name", "id"
        )
    )
    form["data"].setdefault("timezone", str(get_current_timezone()))
    return settings_page(
        request,
        "rotas",
        {
            "rotas": [
                {
                    "id": one.pk,
                    "name": one.name,
                    "department": one.department.name,
                    "hue": one.department.hue,
                    "team": one.team.name if one.team else "",
                    "timezone": one.timezone,
                    "weeks": one.weeks,
                    "is_active": one.is_active,
                    "href": reverse("settings:rota", args=[one.pk]),
                }
                for one in found
            ],
            "form": form,
            "departments": [
                {"value": one.pk, "label": one.name}
                for one in Department.objects.filter(is_active=True).order_by("name", "id")
            ],
            "zones": sorted(available_timezones()),
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.CONFIGURE)
def rota(request: StaffRequest, rota_id: int) -> HttpResponse:
    """Show one rota with its weeks and exceptions, or change it."""
    found = rota_called(rota_id)
    if request.method != "POST":
        return rota_page(request, found)
    action = request.POST.get("action", "")
    if action == "save":
        return save(request, found)
    if action == "except":
        return add_exception(request, found)
    if action == "unexcept":
        remove_exception(exception_id=posted_id(request), actor=request.actor, at=now())
    elif action in ("on", "off"):
        set_rota_active(rota_id=found.pk, is_active=action == "on", actor=request.actor, at=now())
    else:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    return redirect("settings:rota", found.pk)


def rota_called(rota_id: int) -> Rota:
    """Return a rota with all that belongs to it; four queries.

    Raises:
        NotFound: there is none.
    """
    found = (
        Rota.objects.select_related("department", "team")
        .prefetch_related("shifts__user", "exceptions__user")
        .filter(pk=rota_id)
        .first()
    )
    if found is None:
        raise NotFound(
            _("There is no such rota here."), next_step=_("Go back to the list of rotas.")
        )
    return found


def save(request: StaffRequest, found: Rota) -> HttpResponse:
    """Keep what the form says of a rota; what cannot be used stands above it."""
    given = request.POST
    team = chosen(Team.objects.filter(is_active=True), given.get("team"))
    try:
        save_rota(
            rota_id=found.pk,
            department=found.department,
            team=team,
            name=given.get("name", ""),
            timezone=given.get("timezone", ""),
            weeks=whole_number(given.get("weeks")) or 0,
            begins_on=day_in(given.get("begins_on", "")),
            shifts=shifts_in(given),
            actor=request.actor,
            at=now(),
        )
    except (BadSetting, NameTaken) as refusal:
        data = {name: given.get(name, "") for name in FIELDS}
        return rota_page(
            request,
            found,
            form={"data": data, "error": str(refusal)},
            typed=rows_in(given),
            status=422,
        )
    messages.success(request, _("%(name)s is saved.") % {"name": found.name})
    return redirect("settings:rota", found.pk)


def add_exception(request: StaffRequest, found: Rota) -> HttpResponse:
    """Let somebody else, or nobody, be on call for a time."""
    given = request.POST
    zone = ZoneInfo(found.timezone)
    try:
        note_exception(
            rota_id=found.pk,
            user_id=whole_number(given.get("user")),
            begins_at=moment_in(given.get("begins_at", ""), zone=zone),
            ends_at=moment_in(given.get("ends_at", ""), zone=zone),
            actor=request.actor,
            at=now(),
        )
    except BadSetting as refusal:
        exception = {
            "data": {name: given.get(name, "") for name in ("user", "begins_at", "ends_at")},
            "error": str(refusal),
        }
        return rota_page(request, found, exception=exception, status=422)
    return redirect("settings:rota", found.pk)


# ---- what stands in the form -----------------------------------------------------------------


def rows_in(given: QueryDict) -> list[dict[str, str]]:
    """Return the rows of the form that name somebody, as they were written."""
    columns = [given.getlist(name) for name in ("user", "week", "weekday", "begins", "ends")]
    return [
        {"user": user, "week": week, "weekday": weekday, "begins": begins, "ends": ends}
        for user, week, weekday, begins, ends in zip(*columns, strict=False)
        if user.strip()
    ]


def shifts_in(given: QueryDict) -> list[Shift]:
    """Return the shifts of the form.

    Raises:
        BadSetting: a time or number cannot be read.
    """
    return [
        Shift(
            user_id=number_in(row["user"]),
            week=number_in(row["week"]),
            weekday=number_in(row["weekday"]),
            begins=time_in(row["begins"]),
            ends=time_in(row["ends"]),
        )
        for row in rows_in(given)
    ]


def number_in(text: str) -> int:
    """Return a whole number.

    Raises:
        BadSetting: it is none.
    """
    found = whole_number(text)
    if found is None:
        raise BadSetting(_("This is not a number."), next_step=_("Look at the shifts again."))
    return found


def time_in(text: str) -> time:
    """Return a time of day.

    Raises:
        BadSetting: it is none.
    """
    try:
        return time.fromisoformat(text.strip()).replace(tzinfo=None, microsecond=0)
    except ValueError:
        raise BadSetting(
            _("A shift needs a time at which it begins and one at which it ends."),
            next_step=_("Write them like 08:00."),
        ) from None


def day_in(text: str) -> date:
    """Return a day.

    Raises:
        BadSetting: it is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadSetting(
            _("The first week needs a day on which it begins."),
            next_step=_("Write it like 2026-03-02."),
        ) from None


def moment_in(text: str, *, zone: ZoneInfo) -> datetime:
    """Return a moment, written in the time of a zone, in UTC.

    Raises:
        BadSetting: it is none.
    """
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadSetting(
            _("An exception needs a time at which it begins and one at which it ends."),
            next_step=_("Choose both."),
        ) from None


# ---- what is shown ---------------------------------------------------------------------------


def rota_page(
    request: StaffRequest,
    found: Rota,
    *,
    form: dict[str, Any] | None = None,
    typed: list[dict[str, str]] | None = None,
    exception: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of a rota; about ten queries, however many shifts."""
    people = people_of(found.department)
    rows = typed if typed is not None else shifts_shown(found)
    teams = Team.objects.filter(department=found.department, is_active=True).order_by("name", "id")
    return settings_page(
        request,
        "rota",
        {
            "settings_page": "rotas",
            "rota": {
                "id": found.pk,
                "name": found.name,
                "department": found.department.name,
                "hue": found.department.hue,
                "team": teams_of([found]).get(found.team_id or 0, ""),
                "timezone": found.timezone,
                "is_active": found.is_active,
            },
            "form": form or {"data": fields_of(found), "error": ""},
            "rows": [*rows, *({} for _blank in range(BLANK_ROWS))],
            "exception": exception or {"data": {}, "error": ""},
            "exceptions": exceptions_shown(found),
            "ahead": ahead_shown(found, people),
            "people": [{"value": one.pk, "label": one.name} for one in people],
            "teams": [{"value": one.pk, "label": one.name} for one in teams],
            "weekdays": [{"value": str(at), "label": str(day)} for at, day in enumerate(WEEKDAYS)],
            "zones": sorted(available_timezones()),
            "back": reverse("settings:rotas"),
        },
        status=status,
    )


def fields_of(found: Rota) -> dict[str, Any]:
    """Return the fields of a rota as they are."""
    return {
        "name": found.name,
        "team": found.team_id,
        "timezone": found.timezone,
        "weeks": found.weeks,
        "begins_on": found.begins_on.isoformat(),
    }


def shifts_shown(found: Rota) -> list[dict[str, str]]:
    """Return the shifts as rows of the form, in the order of the week; no query."""
    ordered = sorted(
        (one for one in found.shifts.all() if one.user.is_active),
        key=lambda one: (one.week, one.weekday, one.begins, one.pk),
    )
    return [
        {
            "user": str(one.user_id),
            "week": str(one.week),
            "weekday": str(one.weekday),
            "begins": f"{one.begins:%H:%M}",
            "ends": f"{one.ends:%H:%M}",
        }
        for one in ordered
    ]


def exceptions_shown(found: Rota) -> list[dict[str, Any]]:
    """Return the exceptions that are not over; no query."""
    return [
        {
            "id": one.pk,
            "who": one.user.name if one.user else "",
            "begins_at": one.begins_at,
            "ends_at": one.ends_at,
        }
        for one in exceptions_ahead(found, at=now())
    ]


def ahead_shown(found: Rota, people: list[User]) -> dict[str, Any]:
    """Return the turns of the next two weeks, and how long nobody is on call; no query."""
    at = now()
    until = at + SHOWN_FOR
    turns = plan_of(found, at=at).turns(since=at, until=until)
    names = {one.pk: one.name for one in people}
    alone = sum(
        (one.ends_at - one.begins_at for one in gaps(turns, since=at, until=until)), timedelta()
    )
    return {
        "turns": [
            {
                "who": names.get(turn.user_id or 0, _("somebody of another department")),
                "begins_at": turn.begins_at,
                "ends_at": turn.ends_at,
                "is_now": turn.begins_at <= at,
            }
            for turn in turns
        ],
        "hours_without": round(alone / timedelta(hours=1)),
    }
