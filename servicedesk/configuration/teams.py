"""Settings: the teams of departments and who works in them."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from servicedesk.configuration.frame import (
    NotFound,
    chosen,
    posted_id,
    settings_page,
    whole_number,
)
from servicedesk.pages.guards import StaffRequest, staff
from workflow.amending import BadSetting, NameTaken
from workflow.people.models import Department, Team, TeamMember
from workflow.people.permissions import Permission
from workflow.teams import may_join, save_team, set_team_active


@staff(Permission.CONFIGURE)
def teams(request: StaffRequest) -> HttpResponse:
    """Show the teams, or change one."""
    if request.method != "POST":
        editing = chosen(Team.objects.select_related("department"), request.GET.get("edit"))
        department = (
            editing.department
            if editing
            else chosen(active_departments(), request.GET.get("department"))
        )
        return teams_page(request, editing=editing, department=department, form=form_for(editing))
    action = request.POST.get("action", "")
    if action == "save":
        return save(request)
    if action in ("close", "open"):
        set_team_active(
            team_id=posted_id(request), is_active=action == "open", actor=request.actor, at=now()
        )
        return redirect("settings:teams")
    raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def active_departments() -> Any:
    """Return the departments that can have teams, by name."""
    return Department.objects.filter(is_active=True).order_by("name", "id")


def save(request: StaffRequest) -> HttpResponse:
    """Add or change a team; what cannot be used stands in the form."""
    team_id = whole_number(request.POST.get("id"))
    department = chosen(active_departments(), request.POST.get("department"))
    members = [
        number
        for one in request.POST.getlist("members")
        if (number := whole_number(one)) is not None
    ]
    errors: dict[str, str] = {}
    if department is None:
        errors["department"] = _("Choose a department.")
    else:
        try:
            team = save_team(
                team_id=team_id,
                name=request.POST.get("name", ""),
                department=department,
                members=members,
                actor=request.actor,
                at=now(),
            )
        except NameTaken as refusal:
            errors["name"] = str(refusal)
        except BadSetting as refusal:
            errors["name" if not request.POST.get("name", "").strip() else "members"] = str(refusal)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": team.name})
            return redirect("settings:teams")
    return teams_page(
        request,
        editing=Team.objects.filter(pk=team_id).first() if team_id else None,
        department=department,
        form={
            "data": {"name": request.POST.get("name", ""), "members": set(members)},
            "errors": errors,
        },
        status=422,
    )


def form_for(team: Team | None) -> dict[str, Any]:
    """Return the fields as they are, or as they begin; at most one query."""
    if team is None:
        return {"data": {"members": set()}, "errors": {}}
    members = TeamMember.objects.filter(team=team).values_list("user_id", flat=True)
    return {"data": {"name": team.name, "members": set(members)}, "errors": {}}


def teams_page(
    request: StaffRequest,
    *,
    editing: Team | None,
    department: Department | None,
    form: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Return the page; four queries for any number of teams.

    Without a department the form first asks for one: who can be chosen depends on it.
    """
    members = TeamMember.objects.filter(user__is_active=True).select_related("user")
    rows = (
        Team.objects.select_related("department")
        .prefetch_related(
            Prefetch("members", queryset=members.order_by("user__name", "id"), to_attr="people")
        )
        .order_by("department__name", "-is_active", "name", "id")
    )
    chosen_members = form["data"].get("members", set())
    return settings_page(
        request,
        "teams",
        {
            "teams": [team_in_list(row) for row in rows],
            "form": form,
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "department": {"id": department.pk, "name": department.name} if department else None,
            "departments": [{"value": one.pk, "label": one.name} for one in active_departments()],
            "people": [
                {"id": user.pk, "name": user.name, "is_member": user.pk in chosen_members}
                for user in (may_join(department) if department else ())
            ],
        },
        status=status,
    )


def team_in_list(team: Team) -> dict[str, Any]:
    """Return what a row shows; the members were fetched with it."""
    return {
        "id": team.pk,
        "name": team.name,
        "department": team.department.name,
        "hue": team.department.hue,
        "people": [place.user.name for place in team.people],  # type: ignore[attr-defined]
        "is_active": team.is_active,
        "edit_href": f"{reverse('settings:teams')}?edit={team.pk}#edit",
    }
