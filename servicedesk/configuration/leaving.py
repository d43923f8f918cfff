"""Settings: a colleague leaves, a department closes; asked first, with where the work goes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from problems.changes import changes_ahead_of
from problems.leaving import (
    CannotTakeOver,
    Moved,
    cases_of_department,
    cases_of_person,
    close_department,
    let_person_go,
    problems_led_by,
    problems_of_department,
    problems_of_person,
    rules_of_department,
)
from problems.lifecycle import ReasonMissing
from problems.task_moving import tasks_of_department, tasks_of_person
from servicedesk.configuration.frame import NotFound, chosen, settings_page
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.models import Department, Membership, User
from workflow.people.permissions import ROLE_NAMES, ROLE_PERMISSIONS, Permission, Role

NAMED_AT_MOST = 20


# ---- a colleague -----------------------------------------------------------------------------


@staff(Permission.MANAGE_PEOPLE)
def person_leaving(request: StaffRequest, user_id: int) -> HttpResponse:
    """Ask before a colleague is let in no more, then do it and move the work.

    Raises:
        NotFound: there is no such colleague, or the account is off already.
        LastAdmin, NotYourself: see `deactivate_user`.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound(
            _("This colleague may not sign in already."), next_step=_("Look at the list of people.")
        )
    if request.method != "POST":
        return person_page(request, user)
    cases_to = chosen(User.objects.all(), request.POST.get("cases_to"))
    problems_to = chosen(User.objects.all(), request.POST.get("problems_to"))
    try:
        moved = let_person_go(
            user_id=user.pk,
            cases_to=cases_to,
            problems_to=problems_to,
            actor=request.actor,
            at=now(),
        )
    except CannotTakeOver as refusal:
        return person_page(request, user, refusal=refusal, status=422)
    messages.success(
        request,
        _("%(name)s may not sign in any more. %(moved)s")
        % {"name": user.name, "moved": in_words(moved)},
    )
    return redirect("settings:people")


def person_page(
    request: StaffRequest,
    user: User,
    *,
    refusal: CannotTakeOver | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page that asks; nine queries for any amount of work."""
    memberships = Membership.objects.filter(user=user).select_related("department").order_by("id")
    return settings_page(
        request,
        "person_leaving",
        {
            "settings_page": "people",
            "person": {"id": user.pk, "name": user.name},
            "work": [
                work_of(_("Open cases"), cases_of_person(user), named=case_named),
                work_of(_("Problems being worked on"), problems_of_person(user), named=named),
                work_of(_("Problems answered for"), problems_led_by(user), named=named),
                work_of(_("Tasks"), tasks_of_person(user), named=task_named),
            ],
            "memberships": [
                {
                    "role": ROLE_NAMES[Role(membership.role)],
                    "department": membership.department.name if membership.department else "",
                }
                for membership in memberships
            ],
            "case_heirs": heirs(user, may=Permission.WORK_CASE),
            "problem_heirs": heirs(user, may=Permission.WORK_PROBLEM),
            "data": request.POST,
            "error": str(refusal) if refusal else "",
        },
        status=status,
    )


def heirs(leaving: User, *, may: Permission) -> list[dict[str, Any]]:
    """Return the colleagues who may do a kind of work, as options; two queries."""
    roles = [role for role, permissions in ROLE_PERMISSIONS.items() if may in permissions]
    people = (
        User.objects.filter(is_active=True, memberships__role__in=roles)
        .exclude(pk=leaving.pk)
        .order_by("name", "id")
        .distinct()
        .prefetch_related("memberships__department")
    )
    return [{"value": person.pk, "label": with_departments(person)} for person in people]


def with_departments(person: User) -> str:
    """Return a name with the departments that somebody works in."""
    departments = dict.fromkeys(
        membership.department.name
        for membership in person.memberships.all()
        if membership.department
    )
    return f"{person.name} ({', '.join(departments)})" if departments else person.name


def work_of(
    label: str, rows: "QuerySet[Any]", *, named: Callable[[Any], dict[str, str]]
) -> dict[str, Any]:
    """Return a kind of work: how much it is and the first of it; two queries."""
    return {
        "label": label,
        "count": rows.count(),
        "first": [named(row) for row in rows[:NAMED_AT_MOST]],
    }


def task_named(task: Any) -> dict[str, str]:
    """Return a task with where it is."""
    href = reverse("problem:task", args=[task.number])
    return {"label": task.name, "says": task.title, "href": href}


def change_named(change: Any) -> dict[str, str]:
    """Return a change with where it is."""
    href = reverse("problem:change", args=[change.number])
    return {"label": change.name, "says": change.title, "href": href}


def case_named(case: Any) -> dict[str, str]:
    """Return a case with where it is."""
    return {
        "label": _("Case %(number)s") % {"number": case.number},
        "says": case.subject,
        "href": reverse("agent:case", args=[case.number]),
    }


def named(problem: Any) -> dict[str, str]:
    """Return a problem with where it is."""
    return {
        "label": problem.name,
        "says": problem.title,
        "href": reverse("problem:problem", args=[problem.number]),
    }


def rule_named(rule: Any) -> dict[str, str]:
    """Return a routing rule with where it is."""
    return {
        "label": rule.name,
        "says": "",
        "href": f"{reverse('settings:routing')}?edit={rule.pk}#edit",
    }


def in_words(moved: Moved) -> str:
    """Say how much went to others."""
    return _("Moved: cases %(cases)d, problems %(problems)d, rules %(rules)d.") % {
        "cases": moved.cases,
        "problems": moved.problems + moved.led,
        "rules": moved.rules,
    }


# ---- a department ----------------------------------------------------------------------------


@staff(Permission.CONFIGURE)
def department_closing(request: StaffRequest, department_id: int) -> HttpResponse:
    """Ask before a department is closed, then do it and move the work.

    Raises:
        NotFound: there is no such department, or it is closed already.
        DepartmentHasWork: it is customer service, which stays.
    """
    department = Department.objects.filter(pk=department_id, is_active=True).first()
    if department is None:
        raise NotFound(
            _("This department is closed already."), next_step=_("Look at the list of departments.")
        )
    if request.method != "POST":
        return department_page(request, department)
    errors: dict[str, str] = {}
    work_to = chosen(Department.objects.all(), request.POST.get("work_to"))
    if work_to is None:
        errors["work_to"] = _("Choose where the work goes.")
        return department_page(request, department, errors=errors, status=422)
    try:
        moved = close_department(
            department_id=department.pk,
            work_to=work_to,
            reason=request.POST.get("reason", ""),
            actor=request.actor,
            at=now(),
        )
    except CannotTakeOver as refusal:
        errors["work_to"] = str(refusal)
    except ReasonMissing as refusal:
        errors["reason"] = str(refusal)
    else:
        said = _("%(name)s is closed. %(moved)s") % {
            "name": department.name,
            "moved": in_words(moved),
        }
        messages.success(request, said)
        return redirect("settings:departments")
    return department_page(request, department, errors=errors, status=422)


def department_page(
    request: StaffRequest,
    department: Department,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page that asks; seven queries for any amount of work."""
    others = Department.objects.filter(is_active=True).exclude(pk=department.pk)
    return settings_page(
        request,
        "department_closing",
        {
            "settings_page": "departments",
            "department": {"id": department.pk, "name": department.name, "hue": department.hue},
            "work": [
                work_of(_("Open problems"), problems_of_department(department), named=named),
                work_of(_("Cases in its queue"), cases_of_department(department), named=case_named),
                work_of(_("Tasks"), tasks_of_department(department), named=task_named),
                work_of(_("Changes ahead"), changes_ahead_of(department), named=change_named),
                work_of(_("Routing rules"), rules_of_department(department), named=rule_named),
            ],
            "departments": [
                {"value": one.pk, "label": one.name}
                for one in others.order_by("-is_customer_service", "name", "id")
            ],
            "data": request.POST,
            "errors": errors or {},
        },
        status=status,
    )
