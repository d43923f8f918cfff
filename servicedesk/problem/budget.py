"""How the promise to customers is split: what was used by whom, and what the next one would have."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from problems.access import problem_for
from problems.planned_chain import Planned, planned_chain
from problems.time_budget import Budget, Promised, split_of
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.spans import hours_in_words
from workflow.people.models import Department
from workflow.people.permissions import Permission


@require_safe
@staff(Permission.VIEW_PROBLEM)
def budget(request: StaffRequest, number: int) -> HttpResponse:
    """Show what is left of the promise to customers, and for whom it would be enough; seven queries."""
    at = now()
    problem = problem_for(request.actor, number)
    split = split_of(problem, at=at)
    here = split.journey.legs[-1].fact.department
    return page(
        request,
        "problem/budget.html",
        {
            "problem": {"number": problem.name, "title": problem.title},
            "promised": promised_shown(split.promised, at=at),
            "used": [
                {
                    "name": share.department_name,
                    "used": hours_in_words(split.used_for[share.department]),
                    "late": hours_in_words(share.delay) if share.delay else "",
                    "has_it": problem.is_open and share.department == here,
                }
                for share in split.journey.shares
            ],
            "departments": [
                would_have(department, found)
                for department, found in split.departments
                if found is not None and department.pk != here
            ],
            "planned": [
                planned_shown(one, promised=split.promised)
                for one in planned_chain(
                    problem, departments=[one for one, _budget in split.departments], at=at
                )
            ],
        },
        partial="budget",
    )


def promised_shown(promised: Promised | None, *, at: datetime) -> dict[str, Any] | None:
    """Return until when customers were promised a solution, and by what."""
    if promised is None:
        return None
    return {
        "due_at": promised.due_at,
        "is_over": promised.due_at <= at,
        "case": f"#{promised.case_number}" if promised.case_number is not None else "",
        "href": reverse("agent:case", args=[promised.case_number])
        if promised.case_number is not None
        else "",
    }


def planned_shown(one: Planned, *, promised: Promised | None) -> dict[str, Any]:
    """Return a stay that lies ahead; no query."""
    return {
        "stage": one.stage,
        "name": one.department.name,
        "hue": one.department.hue,
        "target": hours_in_words(one.asks_for),
        "ends_at": one.ends_at,
        "is_late": one.is_late(promised.due_at if promised is not None else None),
        "is_promised": promised is not None,
    }


def would_have(department: Department, found: Budget) -> dict[str, Any]:
    """Return what a department would have if it got the problem now; no query."""
    return {
        "name": department.name,
        "hue": department.hue,
        "target": hours_in_words(found.target),
        "left": hours_in_words(found.left_for),
        "is_short": found.is_short,
        "verdict": _("%(span)s short") % {"span": hours_in_words(found.short_by)}
        if found.is_short
        else _("enough"),
    }
