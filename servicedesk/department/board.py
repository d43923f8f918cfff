"""What a department has now: to take, working, due."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from problems.describing import is_described
from problems.impact import impact_of
from problems.queries import departments_for, legs_of, open_clocks_of_problems, problems_at
from problems.states import ProblemState
from problems.tasks_told import count_of_department
from servicedesk.department.people_here import people_here
from servicedesk.pages.answers import page
from servicedesk.pages.clock_chip import first_chip
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.impact_shown import impact_shown
from servicedesk.pages.journey_data import Told, strip_of, told, why_there
from servicedesk.pages.problem_words import state_words
from servicedesk.pages.steps_shown import approvals_shown, stage_shown
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Permission

SOON = timedelta(hours=24)
WAITING_FOR_A_YES = (ProblemState.NEW, ProblemState.ASSESS)


@require_safe
@staff(Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)
def board(request: StaffRequest) -> HttpResponse:
    """Show the work of one department; heads and leads may look at any."""
    at = now()
    actor = request.actor
    departments = departments_for(actor, sees_all=sees_all(actor))
    department = chosen(departments, request.GET.get("department", ""), actor=actor)
    cards = cards_of(actor, department, at=at) if department else []
    return page(
        request,
        "department/board.html",
        {
            "department": {
                "name": department.name if department else _("No department"),
                "hue": department.hue if department else "",
            },
            "departments": [
                {
                    "name": one.name,
                    "href": f"{reverse('department:board')}?{urlencode({'department': one.slug})}",
                    "is_current": one == department,
                }
                for one in departments
            ]
            if len(departments) > 1
            else [],
            "columns": columns(cards, has_department=department is not None),
            "figures": figures(cards),
            "approvals": approvals_shown(actor),
            "here": people_here(department, at=at) if department else None,
            "impact": impact_shown(
                impact_of([one["id"] for one in cards], at=at, zone=get_current_timezone())
            ),
            "tasks_url": f"{reverse('department:tasks')}?"
            f"{urlencode({'department': department.slug if department else ''})}",
            "task_count": count_of_department(department.pk) if department else 0,
            "requests_url": f"{reverse('department:requests')}?"
            f"{urlencode({'department': department.slug if department else ''})}",
        },
    )


def sees_all(actor: Actor) -> bool:
    """Whether somebody may look at every department: those who route or steer."""
    return actor.may(Permission.STEER_PROBLEM) or actor.may(Permission.ROUTE_PROBLEM)


def chosen(departments: Sequence[Department], slug: str, *, actor: Actor) -> Department | None:
    """Return the department that was asked for, else an own one, else the first.

    Raises:
        Http404: it is not there, or not for this person.
    """
    if slug:
        found = next((one for one in departments if one.slug == slug), None)
        if found is None:
            raise Http404
        return found
    own = (one for one in departments if one.pk in actor.departments)
    return next(own, departments[0] if departments else None)


def cards_of(actor: Actor, department: Department, *, at: datetime) -> list[dict[str, Any]]:
    """Return all problems of a department as cards; three queries."""
    problems = problems_at(actor, department.pk)
    ids = [problem.pk for problem in problems]
    legs, clocks = legs_of(ids), open_clocks_of_problems(ids)
    return [
        card(
            problem,
            journey=told(problem, legs[problem.pk], at=at),
            clocks=clocks.get(problem.pk, []),
            department=department,
            actor=actor,
            at=at,
        )
        for problem in problems
    ]


def card(
    problem: Any,
    *,
    journey: Told,
    clocks: list[Any],
    department: Department,
    actor: Actor,
    at: datetime,
) -> dict[str, Any]:
    """Return one problem as a card; no query."""
    leg = journey.last
    is_new = problem.state == ProblemState.NEW
    works_here = actor.works_in(department.pk) and actor.may(Permission.WORK_PROBLEM)
    is_ours = works_here or actor.may(Permission.STEER_PROBLEM)
    may_take = is_new and works_here and not department.is_customer_service
    return {
        "id": problem.pk,
        "number": problem.name,
        "version": problem.version,
        "live_of": f"problem:{problem.pk}",
        "href": reverse("problem:problem", args=[problem.name]),
        "title": problem.title,
        "state": problem.state,
        "state_label": stage_shown(problem) or state_words(problem.state),
        "because": why_there(journey, -1) if not is_new else "",
        "from_department": "",
        "cases": problem.linked_cases,
        "customers": problem.affected_contacts,
        "responsible": leg.assignee.name if leg.assignee else "",
        "clock": first_chip(clocks, at=at),
        "strip": strip_of(journey, at=at),
        "is_detour": journey.journey.legs[-1].in_detour,
        "may_accept": problem.state == ProblemState.ASSESS and is_ours,
        "may_take": may_take and is_described(problem),
        "lacks_description": may_take and not is_described(problem),
        "department": department.pk,
        "due_at": min((clock.due_at for clock in clocks), default=None),
        "is_late": any(clock.due_at <= at for clock in clocks),
        "is_soon": any(clock.due_at <= at + SOON for clock in clocks),
    }


def columns(cards: list[dict[str, Any]], *, has_department: bool) -> list[dict[str, Any]]:
    """Return the cards in their columns, what is due first before what is due later."""
    to_take = [one for one in cards if one["state"] in WAITING_FOR_A_YES]
    mine = [one for one in cards if one["state"] not in WAITING_FOR_A_YES]
    due = [one for one in mine if one["is_soon"]]
    working = [one for one in mine if not one["is_soon"]]
    nothing = _("You work in no department yet. An administrator can add you to one.")
    return [
        {
            "code": "to_take",
            "name": _("To take"),
            "says": _("Nothing waits for a yes.") if has_department else nothing,
            "problems": to_take,
        },
        {
            "code": "due",
            "name": _("Due within a day, or late"),
            "says": _("Nothing is due."),
            "problems": due,
        },
        {
            "code": "working",
            "name": _("Working"),
            "says": _("Nothing else is in work."),
            "problems": working,
        },
    ]


def figures(cards: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return how much there is, and how much of it is late."""
    to_take = sum(1 for one in cards if one["state"] in WAITING_FOR_A_YES)
    late = sum(1 for one in cards if one["is_late"])
    customers = sum(one["customers"] for one in cards)
    return [
        {"label": _("To take"), "value": str(to_take), "more": "", "tone": ""},
        {"label": _("In work"), "value": str(len(cards) - to_take), "more": "", "tone": ""},
        {
            "label": _("Over target"),
            "value": str(late),
            "more": "",
            "tone": "bad" if late else "good",
        },
        {"label": _("Customers waiting"), "value": str(customers), "more": "", "tone": ""},
    ]
