"""What a department asked and was asked: questions to customers, hand-overs without a yes."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from problems.queries import departments_for
from problems.requests import (
    hand_overs_from,
    hand_overs_to,
    open_questions_asked_by,
    questions_for_service,
    settled_questions_asked_by,
)
from servicedesk.department.board import chosen, sees_all
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.problem_words import BECAUSE
from servicedesk.pages.question_words import question_shown
from workflow.people.models import Department
from workflow.people.permissions import Permission


@require_safe
@staff(Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)
def requests(request: StaffRequest) -> HttpResponse:
    """Show what waits between a department, other departments and customers; five queries."""
    at = now()
    actor = request.actor
    departments = departments_for(actor, sees_all=sees_all(actor))
    department = chosen(departments, request.GET.get("department", ""), actor=actor)
    return page(
        request,
        "department/requests.html",
        {
            "department": {
                "name": department.name if department else _("No department"),
                "hue": department.hue if department else "",
            },
            "departments": [
                {
                    "name": one.name,
                    "href": address(one),
                    "is_current": one == department,
                }
                for one in departments
            ]
            if len(departments) > 1
            else [],
            "board_url": f"{reverse('department:board')}?"
            f"{urlencode({'department': department.slug if department else ''})}",
            **(
                waiting(department, at=at, after=request.GET.get("after", "")) if department else {}
            ),
        },
    )


def address(department: Department) -> str:
    """Return the address of a department's requests."""
    return f"{reverse('department:requests')}?{urlencode({'department': department.slug})}"


def waiting(department: Department, *, at: datetime, after: str) -> dict[str, Any]:
    """Return what waits for a department, what it waits for, and what was answered."""
    settled = settled_questions_asked_by(department.pk, before=id_in(after))
    to_pass_on = questions_for_service() if department.is_customer_service else []
    next_url = ""
    if settled.ends_at is not None:
        next_url = f"{address(department)}&{urlencode({'after': cursor_of(settled.ends_at)})}"
    return {
        "to_accept": [hand_over(leg, at=at) for leg in hand_overs_to(department.pk)],
        "handed_on": [hand_over(leg, at=at) for leg in hand_overs_from(department.pk)],
        "to_pass_on": [question_shown(one, at=at) for one in to_pass_on],
        "serves_customers": department.is_customer_service,
        "asked": [question_shown(one, at=at) for one in open_questions_asked_by(department.pk)],
        "settled": [question_shown(one, at=at) for one in settled.questions],
        "next_url": next_url,
    }


def hand_over(leg: Any, *, at: datetime) -> dict[str, Any]:
    """Return a stay that waits for its department's yes; no query."""
    return {
        "number": leg.problem.name,
        "href": reverse("problem:problem", args=[leg.problem.name]),
        "title": leg.problem.title,
        "department": leg.department.name,
        "department_hue": leg.department.hue,
        "because": str(BECAUSE.get(leg.entered_because, "")),
        "reason": leg.reason,
        "since": leg.entered_at,
        "due_at": leg.due_at,
        "is_late": leg.due_at <= at,
    }
