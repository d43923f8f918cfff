"""Settings: departments, their hours and targets."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from problems.models import Leg
from servicedesk.configuration.frame import (
    NotANumber,
    NotFound,
    chosen,
    hours_in,
    hours_of,
    posted_id,
    settings_page,
    whole_number,
)
from servicedesk.pages.guards import StaffRequest, staff
from workflow.amending import BadSetting, NameTaken
from workflow.clocks.models import Calendar, Ladder
from workflow.configuring import (
    save_department,
    set_department_active,
)
from workflow.people.models import HUES, Department, Membership, Team
from workflow.people.permissions import Permission
from workflow.teams import SERVICE_ROLES

FIELDS = (
    "name", "public_name", "calendar", "acknowledge_hours", "stage_hours", "fix_hours", "ladder",
    "hue",
)  # fmt: skip
HUE_NAMES: dict[str, Callable[[], str]] = {
    "petrol": lambda: _("Petrol"),
    "blue": lambda: _("Blue"),
    "violet": lambda: _("Violet"),
    "rose": lambda: _("Rose"),
    "olive": lambda: _("Olive"),
    "orange": lambda: _("Orange"),
    "green": lambda: _("Green"),
}


@staff(Permission.CONFIGURE)
def departments(request: StaffRequest) -> HttpResponse:
    """Show the departments, or change one."""
    if request.method != "POST":
        editing = chosen(Department.objects.all(), request.GET.get("edit"))
        return departments_page(request, editing=editing, form=form_for(editing))
    action = request.POST.get("action", "")
    if action == "save":
        return save(request)
    if action == "open":
        set_department_active(
            department_id=posted_id(request),
            is_active=True,
            open_problems=0,
            actor=request.actor,
            at=now(),
        )
        return redirect("settings:departments")
    raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def save(request: StaffRequest) -> HttpResponse:
    """Add or change a department; what cannot be used stands in the form."""
    department_id = whole_number(request.POST.get("id"))
    errors: dict[str, str] = {}
    spans: dict[str, timedelta] = {}
    for field in ("acknowledge_hours", "stage_hours", "fix_hours"):
        if field == "fix_hours" and not request.POST.get(field, "").strip():
            continue
        try:
            spans[field] = hours_in(request.POST.get(field, ""))
        except NotANumber as refusal:
            errors[field] = str(refusal)
    calendar = chosen(Calendar.objects.all(), request.POST.get("calendar"))
    if calendar is None:
        errors["calendar"] = _("Choose the opening hours.")
    if not errors and calendar is not None:
        try:
            department = save_department(
                department_id=department_id,
                name=request.POST.get("name", ""),
                public_name=request.POST.get("public_name", ""),
                hue=request.POST.get("hue", ""),
                calendar=calendar,
                acknowledge_within=spans["acknowledge_hours"],
                stage_within=spans["stage_hours"],
                fix_within=spans.get("fix_hours"),
                ladder=chosen(Ladder.objects.all(), request.POST.get("ladder")),
                actor=request.actor,
                at=now(),
            )
        except (BadSetting, NameTaken) as refusal:
            errors["name"] = str(refusal)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": department.name})
            return redirect("settings:departments")
    data = {name: request.POST.get(name, "") for name in FIELDS}
    editing = Department.objects.filter(pk=department_id).first() if department_id else None
    return departments_page(
        request, editing=editing, form={"data": data, "errors": errors}, status=422
    )


def form_for(department: Department | None) -> dict[str, Any]:
    """Return the fields as they are, or as they begin."""
    if department is None:
        return {"data": {"acknowledge_hours": "4", "stage_hours": "16"}, "errors": {}}
    return {
        "data": {
            "name": department.name,
            "public_name": department.public_name,
            "calendar": department.calendar_id,
            "acknowledge_hours": hours_of(department.acknowledge_within),
            "stage_hours": hours_of(department.stage_within),
            "fix_hours": hours_of(department.fix_within) if department.fix_within else "",
            "ladder": department.ladder_id,
            "hue": department.hue,
        },
        "errors": {},
    }


def departments_page(
    request: StaffRequest,
    *,
    editing: Department | None,
    form: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Return the page; six queries for any number of departments."""
    active_teams = Team.objects.filter(is_active=True).order_by("name", "id")
    in_service = (
        Membership.objects.filter(
            Q(department=None, role__in=SERVICE_ROLES) | Q(department__is_customer_service=True),
            user__is_active=True,
        )
        .values("user_id")
        .distinct()
        .count()
    )
    rows = (
        Department.objects.select_related("calendar")
        .prefetch_related(Prefetch("teams", queryset=active_teams, to_attr="active_teams"))
        .annotate(
            people=Count(
                "memberships__user",
                filter=Q(memberships__user__is_active=True),
                distinct=True,
            )
        )
        .order_by("-is_active", "name", "id")
    )
    open_problems = dict(
        Leg.objects.filter(left_at__isnull=True)
        .order_by()
        .values_list("department_id")
        .annotate(count=Count("id"))
    )
    return settings_page(
        request,
        "departments",
        {
            "departments": [
                {
                    "id": row.pk,
                    "name": row.name,
                    "public_name": row.public_name,
                    "hue": row.hue,
                    "calendar": row.calendar.name,
                    "acknowledge_target": _("%(hours)s h")
                    % {"hours": hours_of(row.acknowledge_within)},
                    "stage_target": _("%(hours)s h") % {"hours": hours_of(row.stage_within)},
                    "fix_target": _("%(hours)s h") % {"hours": hours_of(row.fix_within)}
                    if row.fix_within
                    else "",
                    "people": in_service if row.is_customer_service else row.people,
                    "teams": [team.name for team in row.active_teams],
                    "open_problems": open_problems.get(row.pk, 0),
                    "is_active": row.is_active,
                    "is_customer_service": row.is_customer_service,
                    "closing_href": reverse("settings:department_closing", args=[row.pk]),
                    "edit_href": f"{reverse('settings:departments')}?edit={row.pk}#edit",
                }
                for row in rows
            ],
            "form": form,
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "calendars": [
                {"value": calendar.pk, "label": f"{calendar.name} ({calendar.timezone})"}
                for calendar in Calendar.objects.order_by("name", "id")
            ],
            "ladders": [
                {"value": ladder.pk, "label": ladder.name}
                for ladder in Ladder.objects.order_by("name", "id")
            ],
            "hues": [{"value": hue, "label": HUE_NAMES[hue]()} for hue in HUES],
        },
        status=status,
    )
