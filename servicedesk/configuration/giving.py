"""Settings: who of a department gets its work, how much each person takes, who is on call."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.load import open_cases_of
from problems.load import open_stays_of
from servicedesk.configuration.frame import NotFound, posted_id, settings_page, whole_number
from servicedesk.pages.giving_words import ASSIGN_BY
from servicedesk.pages.guards import StaffRequest, staff
from workflow.amending import BadSetting
from workflow.people.absences import away_at
from workflow.people.models import AssignBy, Department, User
from workflow.people.permissions import Permission
from workflow.rota.changing import set_assignment, set_limits
from workflow.rota.on_call import Plan
from workflow.rota.reading import plans_of, present_by

MOST_PEOPLE = 500


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.CONFIGURE)
def giving(request: StaffRequest) -> HttpResponse:
    """Show how departments give their work and what people carry, or change it."""
    if request.method != "POST":
        return giving_page(request)
    action = request.POST.get("action", "")
    if action == "rule":
        return save_rule_of(request)
    if action == "limits":
        return save_limits(request)
    raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def save_rule_of(request: StaffRequest) -> HttpResponse:
    """Say how one department gives its work."""
    wanted = request.POST.get("assign_by", "")
    if wanted not in AssignBy.values:
        raise NotFound(_("There is no such way."), next_step=_("Load the page again."))
    department = set_assignment(
        department_id=posted_id(request),
        assign_by=AssignBy(wanted),
        actor=request.actor,
        at=now(),
    )
    messages.success(request, _("%(name)s is saved.") % {"name": department.name})
    return redirect("settings:giving")


def save_limits(request: StaffRequest) -> HttpResponse:
    """Say how much people take; a limit that cannot be used stands above the table."""
    try:
        set_limits(limits=limits_in(request.POST), actor=request.actor, at=now())
    except BadSetting as refusal:
        return giving_page(request, error=str(refusal), typed=request.POST, status=422)
    messages.success(request, _("Limits saved."))
    return redirect("settings:giving")


def limits_in(given: QueryDict) -> dict[int, tuple[int | None, int | None]]:
    """Return the limits of the form by person.

    Raises:
        BadSetting: one is no whole number.
    """
    people = [whole_number(one) for one in given.getlist("person")[:MOST_PEOPLE]]
    return {
        user_id: (
            limit_in(given.get(f"problems-{user_id}", "")),
            limit_in(given.get(f"cases-{user_id}", "")),
        )
        for user_id in people
        if user_id is not None
    }


def limit_in(text: str) -> int | None:
    """Return a limit, None where the field is empty.

    Raises:
        BadSetting: it is no whole number.
    """
    if not text.strip():
        return None
    found = whole_number(text.strip())
    if found is None:
        raise BadSetting(
            _("A limit is a whole number."), next_step=_("Leave it empty for no limit.")
        )
    return found


def giving_page(
    request: StaffRequest,
    *,
    error: str = "",
    typed: QueryDict | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; about a dozen queries for any number of people and departments."""
    at = now()
    plans = plans_of(at=at)
    departments = list(Department.objects.filter(is_active=True).order_by("name", "id"))
    return settings_page(
        request,
        "giving",
        {
            "departments": departments_shown(departments, plans, at=at),
            "ways": [
                {"value": code.value, "label": str(label)} for code, label in ASSIGN_BY.items()
            ],
            "people": people_shown(plans, typed=typed, at=at),
            "error": error,
            "rotas_url": reverse("settings:rotas"),
        },
        status=status,
    )


def departments_shown(
    departments: list[Department], plans: list[Plan], *, at: datetime
) -> list[dict[str, Any]]:
    """Return departments with who is on call now and next; two queries."""
    away = away_at(at)
    present = {plan.rota_id: present_by([plan], at=at, away=away) for plan in plans}
    following = {plan.rota_id: plan.next_turn(at=at) for plan in plans}
    turns = [turn for turn in following.values() if turn is not None]
    wanted = {turn.user_id for turn in turns}.union(*present.values())
    names = dict(
        User.objects.filter(pk__in=[one for one in wanted if one]).values_list("pk", "name")
    )
    return [
        {
            "id": one.pk,
            "name": one.name,
            "hue": one.hue,
            "assign_by": one.assign_by,
            "rotas": [
                {
                    "name": plan.name,
                    "href": reverse("settings:rota", args=[plan.rota_id]),
                    "now": sorted(names[user] for user in present[plan.rota_id]),
                    "next": names.get(turn.user_id or 0, "") if turn else "",
                    "next_at": turn.begins_at if turn else None,
                }
                for plan in plans
                if plan.department_id == one.pk
                for turn in (following[plan.rota_id],)
            ],
        }
        for one in departments
    ]


def people_shown(
    plans: list[Plan], *, typed: QueryDict | None, at: datetime
) -> list[dict[str, Any]]:
    """Return everybody who may sign in with what they carry and take at most; six queries."""
    users = list(
        User.objects.filter(is_active=True)
        .prefetch_related("memberships__department")
        .order_by("name", "id")[:MOST_PEOPLE]
    )
    ids = [user.pk for user in users]
    problems, cases = open_stays_of(ids), open_cases_of(ids)
    away = away_at(at)
    on_call = present_by(plans, at=at, away=away)
    return [
        {
            "id": user.pk,
            "name": user.name,
            "departments": ", ".join(
                sorted({one.department.name for one in user.memberships.all() if one.department})
            ),
            "problems": problems.get(user.pk, 0),
            "cases": cases.get(user.pk, 0),
            "problem_limit": written(typed, f"problems-{user.pk}", user.problem_limit),
            "case_limit": written(typed, f"cases-{user.pk}", user.case_limit),
            "is_away": user.pk in away,
            "is_on_call": user.pk in on_call,
        }
        for user in users
    ]


def written(typed: QueryDict | None, name: str, limit: int | None) -> str:
    """Return what stands in a field: what was typed, else the limit."""
    if typed is not None:
        return typed.get(name, "")
    return "" if limit is None else str(limit)
