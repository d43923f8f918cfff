"""What is done with a change: approved, begun, finished, backed out, cancelled, linked."""

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

from problems.access import problem_for
from problems.changes import (
    approve_change,
    back_out_change,
    begin_change,
    cancel_change,
    finish_change,
    link_change,
    unlink_change,
)
from problems.changes_told import change_numbered, role_named
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.refusals import status_of
from servicedesk.problem.change_forms import (
    ChangeReasonForm,
    LinkForm,
    OutcomeForm,
    UnlinkForm,
)
from servicedesk.problem.changes import Attempt, change_page
from servicedesk.problem.chosen import UnknownAct
from servicedesk.problem.task_forms import NothingForm
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Given = dict[str, Any]
Work = Callable[[Actor, int, Given, datetime], str]


def approve(actor: Actor, change_id: int, _given: Given, at: datetime) -> str:
    """Say yes."""
    approve_change(change_id=change_id, actor=actor, at=at)
    return _("Approved.")


def begin(actor: Actor, change_id: int, _given: Given, at: datetime) -> str:
    """Begin to make it."""
    begin_change(change_id=change_id, actor=actor, at=at)
    return _("Begun.")


def finish(actor: Actor, change_id: int, given: Given, at: datetime) -> str:
    """It is in place."""
    finish_change(change_id=change_id, outcome=given["outcome"], actor=actor, at=at)
    return _("It is in place.")


def back_out(actor: Actor, change_id: int, given: Given, at: datetime) -> str:
    """Take it back."""
    back_out_change(change_id=change_id, reason=given["reason"], actor=actor, at=at)
    return _("Backed out. Those who answer for its problems are told.")


def cancel(actor: Actor, change_id: int, given: Given, at: datetime) -> str:
    """It will not be made."""
    cancel_change(change_id=change_id, reason=given["reason"], actor=actor, at=at)
    return _("Cancelled.")


def link(actor: Actor, change_id: int, given: Given, at: datetime) -> str:
    """Say what it is to a problem."""
    problem = problem_for(actor, given["problem"])
    link_change(
        change_id=change_id,
        problem_id=problem.pk,
        role=role_named(given["role"]),
        actor=actor,
        at=at,
    )
    return _("Linked with %(problem)s.") % {"problem": problem.name}


def unlink(actor: Actor, change_id: int, given: Given, at: datetime) -> str:
    """It has nothing to do with a problem."""
    problem = problem_for(actor, given["problem"])
    unlink_change(change_id=change_id, problem_id=problem.pk, actor=actor, at=at)
    return _("%(problem)s is not linked any more.") % {"problem": problem.name}


ACTS: dict[str, tuple[type[forms.Form], Work]] = {
    "approve": (NothingForm, approve),
    "begin": (NothingForm, begin),
    "finish": (OutcomeForm, finish),
    "back_out": (ChangeReasonForm, back_out),
    "cancel": (ChangeReasonForm, cancel),
    "link": (LinkForm, link),
    "unlink": (UnlinkForm, unlink),
}


@require_POST
@staff(Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)
def act(request: StaffRequest, change: int) -> HttpResponse:
    """Do with a change what the form's `action` says; what is refused stays in the form."""
    found = change_numbered(request.actor, change)
    action = request.POST.get("action", "")
    if action not in ACTS:
        raise UnknownAct(
            _("This cannot be done with a change."), next_step=_("Open the change again.")
        )
    form_class, work = ACTS[action]
    form = form_class(request.POST)
    if not form.is_valid():
        return change_page(request, change, attempt=Attempt(status=422, forms={action: form}))
    try:
        with transaction.atomic():
            said = work(request.actor, found.pk, form.cleaned_data, now())
    except Refusal as refusal:
        # A problem that is not there was named in the form: the form stays.
        status = 422 if action == "link" and status_of(refusal) == 404 else status_of(refusal)
        if status in (403, 404):
            raise
        kept = Attempt(status=status, refusal=refusal, forms={action: form})
        return change_page(request, change, attempt=kept)
    messages.success(request, said)
    return redirect("problem:change", found.number)
