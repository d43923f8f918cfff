"""Settings: take a problem through a draft, and see the journey that it would have had."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from problems.access import NoSuchProblem
from problems.drawn import STAGES_OF_A_STATE, stay_of
from problems.journey import journey_of
from problems.models import Leg, Problem
from problems.queries import (
    facts_of_legs,
    legs_of,
    new_cases_per_day,
    page_of_problems,
    problem_with_counts,
)
from problems.states import RANK, ProblemState
from servicedesk.configuration.frame import settings_page, whole_number
from servicedesk.configuration.workflow_draft import draft_with
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.journey_data import (
    Told,
    costed,
    delay_figure,
    detour_figure,
    log_of,
    picture_of,
    told,
    waiting_figure,
)
from servicedesk.pages.workflow_words import limit_of
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.stages.definition import Definition
from workflow.stages.models import WorkflowVersion
from workflow.stages.trying import TriedStay, taken_through
from workflow.stages.versions import definition_of

OFFERED = 8


@require_safe
@staff(Permission.CONFIGURE)
def workflow_try(request: StaffRequest, workflow_id: int) -> HttpResponse:
    """Ask for a problem by its number, and draw both journeys; a fixed number of queries."""
    draft = draft_with(workflow_id)
    written = request.GET.get("problem", "").strip()
    shown: dict[str, Any] = {"taken": None, "error": "", "next_step": ""}
    status = 200
    if written:
        try:
            problem = problem_with_counts(request.actor, number_in(written))
            shown["taken"] = taken_shown(problem, draft, at=now())
        except Refusal as refusal:
            shown |= {"error": str(refusal), "next_step": refusal.next_step}
            status = 422
    return settings_page(
        request,
        "workflow_try",
        {
            "settings_page": "workflows",
            "workflow": {"id": workflow_id, "name": definition_of(draft).name},
            "draft": {
                "number": draft.number,
                "href": reverse("settings:workflow_draft", args=[workflow_id]),
            },
            "written": written,
            "offered": offered(request),
            **shown,
        },
        status=status,
    )


def number_in(written: str) -> int:
    """Return the number that somebody wrote, with or without the letter before it.

    Raises:
        NoSuchProblem: it is no number.
    """
    number = whole_number(written.upper().removeprefix("P-").removeprefix("#").strip())
    if number is None or number > 2**31:
        raise NoSuchProblem(
            _("“%(written)s” is not the number of a problem.") % {"written": written[:20]},
            next_step=_("Write it like 17 or P-17."),
        )
    return number


def offered(request: StaffRequest) -> list[dict[str, str]]:
    """Return the last problems that were solved, to begin with; one query."""
    return [
        {"value": str(one.number), "label": f"P-{one.number} {one.title}"}
        for one in page_of_problems(request.actor, "resolved", at_most=OFFERED).problems
    ]


def taken_shown(problem: Problem, draft: WorkflowVersion, *, at: datetime) -> dict[str, Any]:
    """Return both journeys of a problem: figures, drawings, and each stay side by side."""
    drawing = definition_of(draft)
    legs = legs_of([problem.pk])[problem.pk]
    departments = {
        one.slug: one for one in Department.objects.select_related("calendar").order_by("id")
    }
    tried = taken_through(
        drawing,
        [stay_of(leg) for leg in legs],
        departments={slug: one.name for slug, one in departments.items()},
    )
    was = told(problem, legs, at=at)
    would = would_have_been(was, tried, drawing=drawing, departments=departments, at=at)
    around: dict[str, Any] = {
        "at": at,
        "cases_per_day": new_cases_per_day(problem, zone=get_current_timezone()),
        "told_at": (),
        "estimates": (),
    }
    return {
        "number": f"P-{problem.number}",
        "href": reverse("problem:problem", args=[problem.number]),
        "title": problem.title,
        "figures": figures(was, would),
        "was": picture_of(was, **around),
        "would": picture_of(would, **around),
        "stays": [
            stay_shown(one, before, after)
            for one, before, after in zip(tried, log_of(was), log_of(would), strict=True)
        ],
        "remarks": sum(bool(one.remark) for one in tried),
    }


def would_have_been(
    was: Told,
    tried: Sequence[TriedStay],
    *,
    drawing: Definition,
    departments: Mapping[str, Department],
    at: datetime,
) -> Told:
    """Return the journey under a draft, counted as every other one; nothing of it is stored."""
    legs = [
        leg_under(leg, one, departments=departments)
        for leg, one in zip(was.legs, tried, strict=True)
    ]
    places = {stage.key: place for place, stage in enumerate(drawing.stages, start=1)}
    facts = [
        replace(
            fact,
            stage_key=one.stage.key,
            stage_name=one.stage.name,
            stage_rank=RANK[ProblemState(one.stage.state)] * STAGES_OF_A_STATE
            + places[one.stage.key],
        )
        if one.stage is not None
        else fact
        for fact, one in zip(facts_of_legs(legs), tried, strict=True)
    ]
    journey = journey_of(
        facts, discovered_at=was.problem.discovered_at, resolved_at=was.problem.resolved_at, now=at
    )
    return costed(was.problem, legs, journey)


def leg_under(leg: Leg, one: TriedStay, *, departments: Mapping[str, Department]) -> Leg:
    """Return a stay as it would have been, with the draft's owner and limit."""
    department = departments.get(one.department, leg.department)
    hours = department.calendar.working_time()
    within = one.limit or department.stage_within
    return Leg(
        problem_id=leg.problem_id,
        position=leg.position,
        department=department,
        stage=leg.stage,
        assignee=leg.assignee if department.pk == leg.department_id else None,
        entered_because=one.because,
        reason=leg.reason,
        entered_at=leg.entered_at,
        # Nobody is late with the discovery, and what stands still has the target that it had.
        due_at=hours.add(leg.entered_at, within) if leg.position and one.stage else leg.due_at,
        acknowledged_at=leg.acknowledged_at,
        left_at=leg.left_at,
    )


def figures(was: Told, would: Told) -> list[dict[str, Any]]:
    """Return what both journeys cost, side by side."""
    rows = []
    for figure in (waiting_figure, delay_figure, detour_figure):
        before, after = figure(was), figure(would)
        rows.append(
            {
                "label": before["label"],
                "was": before["value"],
                "would": after["value"],
                "more": after["more"],
                "is_other": before["value"] != after["value"],
                "tone": after["tone"],
            }
        )
    return rows


def stay_shown(one: TriedStay, was: dict[str, Any], would: dict[str, Any]) -> dict[str, Any]:
    """Return a stay as it was beside what it would have been."""
    return {
        "was": was,
        "would": would,
        "step": one.step.name if one.step else "",
        "limit": limit_of(one.limit),
        "is_elsewhere": was["department"] != would["department"],
        "remark": one.remark,
    }
