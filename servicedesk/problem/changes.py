"""Changes: those of a problem, the list by time, one opened, and planning one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.queries import active_departments
from customers.queries import active_products
from problems.access import problem_for
from problems.change_rights import may_approve, may_work
from problems.changes import Plan, plan_change, revise_change
from problems.changes_told import (
    change_numbered,
    changes_of_problem,
    collisions_of,
    kind_named,
    page_of_changes,
    problems_of,
    risk_named,
    role_named,
    waiting_for_approval,
)
from servicedesk.pages.answers import page
from servicedesk.pages.change_words import (
    KINDS,
    RISKS,
    ROLES,
    change_shown,
    choices,
    link_shown,
)
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.history_lines import lines_about, timeline
from servicedesk.pages.paging import cursor_of, moment_and_id_in
from servicedesk.problem.change_forms import MINUTE_FORM, PlanForm, data_of
from servicedesk.problem.chosen import department_chosen
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

PAST = timedelta(days=30)
TYPICAL_WINDOW = timedelta(hours=2)


@dataclass(frozen=True)
class Attempt:
    """What somebody tried with a change and was refused: kept, so that no text is lost."""

    status: int = 200
    refusal: Refusal | None = None
    forms: dict[str, Any] = field(default_factory=dict)


def changes_beside(problem: Any, *, at: datetime) -> list[dict[str, Any]]:
    """Return the changes of a problem as rows of its page; one query."""
    return [link_shown(link, at=at) for link in changes_of_problem(problem.pk)]


# ---- the list --------------------------------------------------------------------------------


@require_safe
@staff(Permission.VIEW_PROBLEM)
def changes(request: StaffRequest) -> HttpResponse:
    """Show changes by their windows, day by day; four queries beside the frame's."""
    at = now()
    show = request.GET.get("show", "ahead")
    is_ahead = True if show == "ahead" else None
    departments = active_departments()
    department = next(
        (one for one in departments if one.slug == request.GET.get("department", "")), None
    )
    found = page_of_changes(
        request.actor,
        since=datetime.min.replace(tzinfo=at.tzinfo) if is_ahead else at - PAST,
        department_id=department.pk if department else None,
        is_ahead=is_ahead,
        after=moment_and_id_in(request.GET.get("after", "")),
    )
    asked = {"show": show, **({"department": department.slug} if department else {})}
    next_url = ""
    if found.ends_at is not None:
        next_url = f"?{urlencode({**asked, 'after': cursor_of(*found.ends_at)})}"
    return page(
        request,
        "problem/change_list.html",
        {
            "filters": [
                {
                    "label": words,
                    "href": f"?{urlencode({**asked, 'show': code})}",
                    "is_current": code == show,
                }
                for code, words in (("ahead", _("Ahead")), ("all", _("All of the last 30 days")))
            ],
            "departments": [{"value": one.slug, "label": one.name} for one in departments],
            "department": department.slug if department else "",
            "show": show,
            "days": by_day([change_shown(one, at=at) for one in found.changes]),
            "to_approve": [change_shown(one, at=at) for one in waiting_for_approval(request.actor)],
            "may_plan": may_plan(request.actor),
            "next_url": next_url,
        },
    )


def by_day(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows in order under the day on which their windows begin, in the page's zone."""
    days: list[dict[str, Any]] = []
    for row in rows:
        day = localtime(row["starts_at"]).date()
        if not days or days[-1]["day"] != day:
            days.append({"day": day, "changes": []})
        days[-1]["changes"].append(row)
    return days


def may_plan(actor: Actor) -> bool:
    """Whether somebody may plan changes at all; no query."""
    works = actor.may(Permission.WORK_PROBLEM) and bool(actor.departments)
    return works or actor.may(Permission.STEER_PROBLEM)


# ---- one change ------------------------------------------------------------------------------


@require_safe
@staff(Permission.VIEW_PROBLEM)
def change(request: StaffRequest, change: int) -> HttpResponse:
    """Show a change."""
    return change_page(request, change, attempt=Attempt())


def change_page(request: StaffRequest, number: int, *, attempt: Attempt) -> HttpResponse:
    """Return the page of a change; five queries beside the frame's."""
    at = now()
    shown = change_numbered(request.actor, number)
    departments = active_departments()
    return page(
        request,
        "problem/change.html",
        {
            "change": {
                **change_shown(shown, at=at),
                "plan": shown.plan,
                "back_out_plan": shown.back_out_plan,
                "reference": shown.reference,
                "outcome": shown.outcome,
                "asked_by": shown.asked_by.name if shown.asked_by else "",
                "approved_by": shown.approved_by.name if shown.approved_by else "",
                "approved_at": shown.approved_at,
                "began_at": shown.began_at,
                "ended_at": shown.ended_at,
                "needs_approval": shown.needs_approval,
            },
            "problems": [
                {
                    "number": link.problem.name,
                    "plain_number": link.problem.number,
                    "href": reverse("problem:problem", args=[link.problem.name]),
                    "title": link.problem.title,
                    "role_label": str(ROLES[link.role]),
                    "carried_at": link.carried_at,
                }
                for link in problems_of(shown)
            ],
            "collisions": [change_shown(one, at=at) for one in collisions_of(shown)]
            if shown.is_ahead
            else [],
            "may": rights_on(request.actor, shown),
            "roles": choices(ROLES),
            "forms": attempt.forms,
            "refusal": attempt.refusal,
            "history": timeline(
                lines_about(shown),
                names={("department", one.pk): str(one.name) for one in departments},
            ),
        },
        status=attempt.status,
    )


def rights_on(actor: Actor, change: Any) -> dict[str, bool]:
    """Return what somebody may do with a change now; no query."""
    works = may_work(actor, change.department)
    is_waiting = change.state == "planned" and change.needs_approval
    is_mine = actor.user_id is not None and actor.user_id == change.asked_by_id
    is_to_begin = change.state in ("planned", "approved")
    return {
        "approve": is_waiting and may_approve(actor, change) and not is_mine,
        "begin": works and is_to_begin and not is_waiting,
        "finish": works and change.state == "in_progress",
        "back_out": works and change.state in ("in_progress", "done"),
        "cancel": works and is_to_begin,
        "revise": works and is_to_begin,
        "link": works,
    }


# ---- planning --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)
def new(request: StaffRequest) -> HttpResponse:
    """Plan a change, for a problem if one is named in the address; what is refused stays."""
    if request.method != "POST":
        return planning_page(request, data=first_data(request), title=_("Plan a change"))
    form = PlanForm(request.POST)
    if not form.is_valid():
        return planning_page(request, form=form, title=_("Plan a change"), status=422)
    given = form.cleaned_data
    try:
        with transaction.atomic():
            problem = (
                problem_for(request.actor, given["problem"])
                if given["problem"] is not None
                else None
            )
            planned = plan_change(
                plan=plan_in(given),
                problem_id=problem.pk if problem is not None else None,
                role=role_named(given["role"] or "fixes"),
                actor=request.actor,
                at=now(),
            )
    except Refusal as refusal:
        return planning_page(
            request, form=form, title=_("Plan a change"), refusal=refusal, status=422
        )
    messages.success(request, _("%(change)s is planned.") % {"change": planned.name})
    return redirect("problem:change", planned.number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)
def revise(request: StaffRequest, change: int) -> HttpResponse:
    """Plan a change anew; what was approved has to be approved once more."""
    shown = change_numbered(request.actor, change)
    title = _("Plan %(change)s anew") % {"change": shown.name}
    if request.method != "POST":
        return planning_page(request, data=data_of(shown), title=title, change=shown)
    form = PlanForm(request.POST)
    if not form.is_valid():
        return planning_page(request, form=form, title=title, change=shown, status=422)
    try:
        with transaction.atomic():
            revise_change(
                change_id=shown.pk, plan=plan_in(form.cleaned_data), actor=request.actor, at=now()
            )
    except Refusal as refusal:
        return planning_page(
            request, form=form, title=title, change=shown, refusal=refusal, status=422
        )
    messages.success(request, _("Planned anew."))
    return redirect("problem:change", shown.number)


def first_data(request: HttpRequest) -> dict[str, Any]:
    """Return what an empty form begins with: the problem of the address, a window tomorrow."""
    begin = localtime(now()).replace(minute=0) + timedelta(days=1)
    return {
        "problem": request.GET.get("problem", "")[:20],
        "role": "fixes",
        "kind": "normal",
        "risk": "medium",
        "starts_at": begin.strftime(MINUTE_FORM),
        "ends_at": (begin + TYPICAL_WINDOW).strftime(MINUTE_FORM),
    }


def plan_in(given: dict[str, Any]) -> Plan:
    """Return the plan that a form holds; two queries.

    Raises:
        NoSuchDepartment: the department takes no work any more.
    """
    product = next((one for one in active_products() if one.pk == given["product"]), None)
    return Plan(
        title=given["title"],
        kind=kind_named(given["kind"]),
        risk=risk_named(given["risk"]),
        department=department_chosen(given["department"]),
        product=product,
        plan=given["plan"],
        back_out_plan=given["back_out_plan"],
        reference=given["reference"],
        starts_at=given["starts_at"],
        ends_at=given["ends_at"],
    )


def planning_page(
    request: StaffRequest,
    *,
    title: str,
    form: PlanForm | None = None,
    data: dict[str, Any] | None = None,
    change: Any = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the form of a plan; two queries beside the frame's."""
    actor = request.actor
    departments = [
        {"value": one.pk, "label": one.name} for one in active_departments() if may_work(actor, one)
    ]
    return page(
        request,
        "problem/change_form.html",
        {
            "heading": title,
            "change": {"number": change.name, "plain_number": change.number} if change else None,
            "departments": departments,
            "products": [{"value": one.pk, "label": one.name} for one in active_products()],
            "kinds": choices(KINDS),
            "risks": choices(RISKS),
            "roles": choices(ROLES),
            "data": form.data if form is not None else data or {},
            "errors": form.errors if form is not None else {},
            "refusal": refusal,
        },
        status=status,
    )
