"""Tasks of departments: what a problem's page shows of them, asking for one, and one opened."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.queries import active_departments
from problems.access import problem_for
from problems.department_tasks import ask_department
from problems.queries import department_by_id
from problems.task_needs import blockers_of
from problems.task_rights import may_decide, may_do
from problems.tasks_told import (
    Told,
    needed_for_named,
    open_leg_of,
    people_of,
    task_told,
    tasks_numbered,
    tasks_of_problem,
)
from servicedesk.pages.answers import page
from servicedesk.pages.clock_told import clock_told
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.history_lines import lines_about, timeline
from servicedesk.pages.task_words import named, needed_choices, task_shown
from servicedesk.problem.task_forms import AskDepartmentForm, numbers_in
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


@dataclass(frozen=True)
class Attempt:
    """What somebody tried with a task and was refused: kept, so that no text is lost."""

    status: int = 200
    refusal: Refusal | None = None
    forms: dict[str, Any] = field(default_factory=dict)


def tasks_beside(problem: Any, *, at: datetime) -> list[dict[str, Any]]:
    """Return the tasks of a problem as rows of its page; one query, two if some are blocked."""
    tasks = tasks_of_problem(problem.pk)
    blocked = [task for task in tasks if task.is_blocked]
    blockers = blockers_of(blocked) if blocked else {}
    return [task_shown(task, blockers=blockers.get(task.pk, []), at=at) for task in tasks]


# ---- asking ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.VIEW_PROBLEM)
def ask(request: StaffRequest, number: int) -> HttpResponse:
    """Ask a department for a task; what is refused stays in the form."""
    problem = problem_for(request.actor, number)
    if request.method != "POST":
        return asking_page(request, problem, form=None, ticked=[])
    form = AskDepartmentForm(request.POST)
    ticked = numbers_in(request.POST, "needs")
    if not form.is_valid():
        return asking_page(request, problem, form=form, ticked=ticked, status=422)
    department = department_by_id(form.cleaned_data["department"])
    if department is None:
        form.add_error("department", _("This department takes no work any more."))
        return asking_page(request, problem, form=form, ticked=ticked, status=422)
    try:
        with transaction.atomic():
            task = ask_department(
                problem_id=problem.pk,
                department=department,
                title=form.cleaned_data["title"],
                text=form.cleaned_data["text"],
                within=form.within,
                needed_for=needed_for_named(form.cleaned_data["needed_for"]),
                needs=tasks_numbered(problem.pk, ticked),
                actor=request.actor,
                at=now(),
            )
    except Refusal as refusal:
        return asking_page(request, problem, form=form, ticked=ticked, refusal=refusal, status=422)
    messages.success(
        request,
        _("%(department)s is asked for %(task)s.")
        % {"department": department.name, "task": task.name},
    )
    return redirect(f"{reverse('problem:problem', args=[problem.name])}#tasks")


def asking_page(
    request: StaffRequest,
    problem: Any,
    *,
    form: AskDepartmentForm | None,
    ticked: list[int],
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the form that asks a department; three queries beside the frame's."""
    return page(
        request,
        "problem/task_ask.html",
        {
            "problem": {"number": problem.name, "title": problem.title},
            "departments": [{"value": one.pk, "label": one.name} for one in active_departments()],
            "needed": needed_choices(),
            "others": [
                {**named(one), "is_ticked": one.number in ticked}
                for one in tasks_of_problem(problem.pk)
                if one.is_undone
            ],
            "form": form,
            "refusal": refusal,
        },
        status=status,
    )


# ---- one task --------------------------------------------------------------------------------


@require_safe
@staff(Permission.VIEW_PROBLEM)
def task(request: StaffRequest, task: int) -> HttpResponse:
    """Show a task."""
    return task_page(request, task, attempt=Attempt())


def task_page(request: StaffRequest, number: int, *, attempt: Attempt) -> HttpResponse:
    """Return the page of a task; a dozen queries beside the frame's, however long it took."""
    at = now()
    told = task_told(request.actor, number)
    shown = told.task
    may = rights_on(request.actor, told)
    others = tasks_of_problem(shown.problem_id)
    needed = {one.pk for one in told.needs}
    departments = active_departments()
    sees_notes = request.actor.may(Permission.VIEW_NOTE)
    return page(
        request,
        "problem/task.html",
        {
            "task": {
                **task_shown(shown, blockers=[one for one in told.needs if one.is_undone], at=at),
                "text": shown.text,
                "result": shown.result,
                "reason": shown.reason,
                "asked_by": shown.asked_by.name if shown.asked_by else "",
                "is_open": shown.is_open,
                "live_of": f"problem:{shown.problem_id}",
                "plain_number": shown.number,
            },
            "needs": [named(one) for one in told.needs],
            "needed_by": [named(one) for one in told.needed_by],
            "notes": [
                {
                    "author": one.user.name if one.user else _("Automatic message"),
                    "text": one.text,
                    "at": one.at,
                }
                for one in told.notes
            ]
            if sees_notes
            else [],
            "clocks": [
                {**clock_told(clock, at=at), "title_id": f"clock-{clock.pk}", "in_hand_href": ""}
                for clock in told.clocks
            ],
            "may": may,
            "people": [
                {"value": one.pk, "label": one.name} for one in people_of(shown.department_id)
            ]
            if may["assign"]
            else [],
            "assignee": shown.assignee_id or "",
            "departments": [
                {"value": one.pk, "label": one.name}
                for one in departments
                if one.pk != shown.department_id
            ],
            "others": [
                {**named(one), "is_ticked": one.pk in needed}
                for one in others
                if one.pk != shown.pk and (one.is_undone or one.pk in needed)
            ],
            "forms": attempt.forms,
            "refusal": attempt.refusal,
            "history": timeline(
                lines_about(shown),
                names={("department", one.pk): str(one.name) for one in departments},
            ),
        },
        status=attempt.status,
    )


def rights_on(actor: Actor, told: Told) -> dict[str, bool]:
    """Return what somebody may do with a task now; one query."""
    task = told.task
    does = may_do(actor, task)
    decides = may_decide(actor, task.problem, open_leg_of(task.problem))
    is_blocked = any(one.is_undone for one in told.needs)
    return {
        "accept": does and task.state == "asked",
        "finish": does and task.is_open and not is_blocked,
        "refuse": does and task.is_open,
        "assign": does and task.is_open,
        "withdraw": decides and task.is_undone,
        "reopen": decides and not task.is_open and task.problem.is_open,
        "move": decides and task.is_open,
        "needs": decides and task.is_open,
        "note": does or decides,
    }
