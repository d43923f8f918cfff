"""What is done with a task: accepted, finished, refused, given to others, asked for anew."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from problems.department_tasks import (
    accept_task,
    assign_task,
    change_needs,
    finish_task,
    note_task,
    refuse_task,
    reopen_task,
    withdraw_task,
)
from problems.queries import department_by_id
from problems.task_moving import move_task
from problems.tasks_told import person_of, task_told, tasks_numbered
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.refusals import status_of
from servicedesk.problem.chosen import UnknownAct, department_chosen
from servicedesk.problem.task_forms import (
    AgainForm,
    AssigneeForm,
    MoveForm,
    NothingForm,
    ResultForm,
    TaskNoteForm,
    TaskReasonForm,
    numbers_in,
)
from servicedesk.problem.task_pages import Attempt, task_page
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Given = dict[str, Any]
Work = Callable[[Actor, Any, Given, datetime], str]


def accept(actor: Actor, task: Any, _given: Given, at: datetime) -> str:
    """The department says yes."""
    accept_task(task_id=task.pk, actor=actor, at=at)
    return _("Accepted.")


def finish(actor: Actor, task: Any, given: Given, at: datetime) -> str:
    """It is done."""
    finish_task(task_id=task.pk, result=given["result"], actor=actor, at=at)
    return _("Done. Whoever answers for the problem is told.")


def refuse(actor: Actor, task: Any, given: Given, at: datetime) -> str:
    """The department says no."""
    refuse_task(task_id=task.pk, reason=given["reason"], actor=actor, at=at)
    return _("Refused. Whoever answers for the problem is told.")


def withdraw(actor: Actor, task: Any, given: Given, at: datetime) -> str:
    """Nobody needs it any more."""
    withdraw_task(task_id=task.pk, reason=given["reason"], actor=actor, at=at)
    return _("Withdrawn.")


def reopen(actor: Actor, task: Any, given: Given, at: datetime) -> str:
    """Ask for it anew."""
    key = given["department"]
    reopen_task(
        task_id=task.pk,
        reason=given["reason"],
        department=department_by_id(key) if key is not None else None,
        actor=actor,
        at=at,
    )
    return _("Asked for anew.")


def move(actor: Actor, task: Any, given: Given, at: datetime) -> str:
    """Ask another department instead."""
    department = department_chosen(given["department"])
    move_task(task_id=task.pk, department=department, reason=given["reason"], actor=actor, at=at)
    return _("%(department)s is asked now.") % {"department": department.name}


def assign(actor: Actor, task: Any, given: Given, at: datetime) -> str:
    """Give it to a person of the department, or to nobody."""
    key = given["assignee"]
    person = person_of(task.department_id, user_id=key) if key is not None else None
    assign_task(task_id=task.pk, assignee=person, actor=actor, at=at)
    return _("Saved.")


def needs(actor: Actor, task: Any, given: Given, at: datetime) -> str:
    """Say anew what it waits for."""
    needed = tasks_numbered(task.problem_id, given["needs"])
    change_needs(task_id=task.pk, needs=needed, actor=actor, at=at)
    return _("Saved.")


def note(actor: Actor, task: Any, given: Given, at: datetime) -> str:
    """Write about it."""
    note_task(task_id=task.pk, text=given["note"], actor=actor, at=at)
    return _("Note saved.")


ACTS: dict[str, tuple[type[forms.Form], Work]] = {
    "accept": (NothingForm, accept),
    "finish": (ResultForm, finish),
    "refuse": (TaskReasonForm, refuse),
    "withdraw": (TaskReasonForm, withdraw),
    "reopen": (AgainForm, reopen),
    "move": (MoveForm, move),
    "assign": (AssigneeForm, assign),
    "needs": (NothingForm, needs),
    "note": (TaskNoteForm, note),
}


@require_POST
@staff(Permission.VIEW_PROBLEM)
def act(request: StaffRequest, task: int) -> HttpResponse:
    """Do with a task what the form's `action` says; what is refused stays in the form."""
    found = task_told(request.actor, task).task
    action = request.POST.get("action", "")
    if action not in ACTS:
        raise UnknownAct(_("This cannot be done with a task."), next_step=_("Open the task again."))
    form_class, work = ACTS[action]
    form = form_class(request.POST)
    if not form.is_valid():
        return task_page(request, task, attempt=Attempt(status=422, forms={action: form}))
    given = {**form.cleaned_data, "needs": numbers_in(request.POST, "needs")}
    try:
        with transaction.atomic():
            said = work(request.actor, found, given, now())
    except Refusal as refusal:
        status = status_of(refusal)
        if status in (403, 404):
            raise
        kept = Attempt(status=status, refusal=refusal, forms={action: form})
        return task_page(request, task, attempt=kept)
    messages.success(request, said)
    if request.POST.get("back") == "board":
        return redirect("department:tasks")
    return redirect("problem:task", found.number)
