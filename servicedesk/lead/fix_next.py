"""What to fix next: open problems by what another week of each costs."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from cases.queries import active_departments
from problems.delay_cost import Weights
from problems.fix_next import Candidate, what_to_fix_next
from servicedesk.pages.answers import page
from servicedesk.pages.case_words import PRIORITY_CODES, priority_words
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.problem_words import estimate_words, state_words
from servicedesk.pages.promise_words import (
    contacts_words,
    ground_words,
    money_words,
    weights_words,
    work_words,
)
from workflow.people.permissions import Permission

SHOWN = 50


@require_safe
@staff(Permission.STEER_PROBLEM, Permission.WORK_PROBLEM)
def fix_next(request: StaffRequest) -> HttpResponse:
    """Show open problems, dearest first; eight queries on any size beside the frame's."""
    departments = active_departments()
    asked = request.GET.get("department", "")
    chosen = next((one for one in departments if one.slug == asked), None)
    ranking = what_to_fix_next(
        request.actor, at=now(), department_id=chosen.pk if chosen is not None else None
    )
    shown = ranking.candidates[:SHOWN]
    address = reverse("lead:fix_next")
    return page(
        request,
        "lead/fix_next.html",
        {
            "departments": [
                {
                    "label": one.name,
                    "href": f"{address}?{urlencode({'department': one.slug})}",
                    "is_current": one is chosen,
                }
                for one in departments
            ],
            "is_all": chosen is None,
            "rows": [
                row_of(one, place=place, weights=ranking.weights)
                for place, one in enumerate(shown, start=1)
            ],
            "more": len(ranking.candidates) - len(shown),
            "weights": weights_words(ranking.weights),
            "left_out": ranking.left_out,
            "may_configure": request.actor.may(Permission.CONFIGURE),
        },
    )


def row_of(one: Candidate, *, place: int, weights: Weights) -> dict[str, Any]:
    """Return one problem with what its delay costs; no query."""
    # The ranking has added counts and dates.
    problem: Any = one.problem
    cost = one.cost
    return {
        "place": place,
        "number": problem.name,
        "href": reverse("problem:problem", args=[problem.name]),
        "title": problem.title,
        "state": problem.state,
        "state_label": state_words(problem.state),
        "department": one.leg.department.name,
        "department_hue": one.leg.department.hue,
        "priority_code": PRIORITY_CODES[problem.priority],
        "priority": priority_words(problem.priority),
        "grounds": [ground_words(ground) for ground in one.grounds],
        "customers": problem.affected_contacts,
        "estimate": estimate_words(problem.expected_on, problem.latest_on),
        "contacts": contacts_words(cost),
        "breaking": cost.breaking,
        "upset": cost.upset,
        "work": work_words(cost.work),
        "money": money_words(cost, weights),
    }
