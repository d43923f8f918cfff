"""All problems."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from problems.queries import (
    FILTERS,
    counts_of_filters,
    legs_of,
    open_clocks_of_problems,
    page_of_problems,
)
from servicedesk.pages.answers import page
from servicedesk.pages.case_words import PRIORITY_CODES, priority_words
from servicedesk.pages.clock_chip import first_chip
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.journey_data import Told, strip_of, told
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.problem_words import FILTERS as FILTER_NAMES
from servicedesk.pages.problem_words import estimate_words, state_words
from workflow.people.permissions import Permission


@require_safe
@staff(Permission.VIEW_PROBLEM)
def problems(request: StaffRequest) -> HttpResponse:
    """Show problems, newest first, each with who has it and how it came there."""
    at = now()
    asked = request.GET.get("state", "")
    current = asked if asked in FILTER_NAMES else FILTERS[0].code
    shown = page_of_problems(request.actor, current, after=id_in(request.GET.get("after", "")))
    ids = [problem.pk for problem in shown.problems]
    legs, clocks = legs_of(ids), open_clocks_of_problems(ids)
    counts = counts_of_filters(request.actor)
    address = reverse("problem:list")
    next_url = ""
    if shown.ends_at is not None:
        more = urlencode({"state": current, "after": cursor_of(shown.ends_at)})
        next_url = f"{address}?{more}"
    return page(
        request,
        "problem/problems.html",
        {
            "filters": [
                {
                    "label": FILTER_NAMES[one.code],
                    "href": f"{address}?{urlencode({'state': one.code})}",
                    "count": counts[one.code],
                    "is_current": one.code == current,
                }
                for one in FILTERS
            ],
            "problems": [
                row_of(
                    problem,
                    journey=told(problem, legs[problem.pk], at=at),
                    clocks=clocks.get(problem.pk, []),
                    at=at,
                )
                for problem in shown.problems
            ],
            "next_url": next_url,
        },
    )


def row_of(problem: Any, *, journey: Told, clocks: list[Any], at: datetime) -> dict[str, Any]:
    """Return one problem as a row; no query."""
    department = journey.last.department
    return {
        "number": problem.name,
        "href": reverse("problem:problem", args=[problem.name]),
        "title": problem.title,
        "priority_code": PRIORITY_CODES[problem.priority],
        "priority": priority_words(problem.priority),
        "state": problem.state,
        "state_label": state_words(problem.state),
        "department": department.name,
        "department_hue": department.hue,
        "cases": problem.linked_cases,
        "customers": problem.affected_contacts,
        "clock": first_chip(clocks, at=at),
        "estimate": estimate_words(problem.expected_on, problem.latest_on),
        "strip": strip_of(journey, at=at),
        "opened_at": problem.opened_at,
        "live_of": f"problem:{problem.pk}",
    }
