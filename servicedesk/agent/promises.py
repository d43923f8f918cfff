"""What an agent promises to a customer: made, kept, moved, taken back, from the page of the case."""

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
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cases.access import case_for
from cases.promises import (
    BadPromise,
    change_promise,
    keep_promise,
    make_promise,
    withdraw_promise,
)
from servicedesk.agent.clocks import clocks_page
from servicedesk.pages.forms import Form, text
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.refusals import status_of
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LONGEST = 200
LARGEST = 2**53
FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
Work = Callable[[Actor, int, dict[str, Any], datetime], str]


class UnknownAct(Refusal):
    """The form asks for something that cannot be done with a promise."""

    code = "unknown_act"
    status = 400


def by_when() -> forms.DateTimeField:
    """Return the field for the time of a promise, in the person's time zone."""
    return forms.DateTimeField(
        input_formats=FORMATS,
        error_messages={
            "required": gettext_lazy("Say by when."),
            "invalid": gettext_lazy("Write day and time, like 2026-03-05 15:00."),
        },
    )


class MakeForm(Form):
    """What is promised, and by when."""

    text = text(most=LONGEST)
    by = by_when()
    moves_to_opening = forms.BooleanField(required=False)


class PromiseForm(Form):
    """Which promise."""

    promise = forms.IntegerField(min_value=1, max_value=LARGEST)


class ChangeForm(PromiseForm):
    """By when now, and why."""

    by = by_when()
    moves_to_opening = forms.BooleanField(required=False)
    reason = text(most=LONGEST)


class WithdrawForm(PromiseForm):
    """Why a promise is taken back."""

    reason = text(most=LONGEST)


def make(actor: Actor, case_id: int, given: dict[str, Any], at: datetime) -> str:
    """Promise something."""
    make_promise(
        case_id=case_id,
        text=given["text"],
        by=given["by"],
        moves_to_opening=given["moves_to_opening"],
        actor=actor,
        at=at,
    )
    return _("Promised. The customer reads it in the portal.")


def keep(actor: Actor, case_id: int, given: dict[str, Any], at: datetime) -> str:
    """Say that a promise was kept."""
    promise = keep_promise(case_id=case_id, promise_id=given["promise"], actor=actor, at=at)
    if promise.clock.state == "missed":
        return _("Done, but after its time: it counts as broken.")
    return _("Promise kept.")


def change(actor: Actor, case_id: int, given: dict[str, Any], at: datetime) -> str:
    """Give a promise another time."""
    change_promise(
        case_id=case_id,
        promise_id=given["promise"],
        by=given["by"],
        moves_to_opening=given["moves_to_opening"],
        reason=given["reason"],
        actor=actor,
        at=at,
    )
    return _("The customer reads the new time and why it moved.")


def withdraw(actor: Actor, case_id: int, given: dict[str, Any], at: datetime) -> str:
    """Take a promise back."""
    withdraw_promise(
        case_id=case_id,
        promise_id=given["promise"],
        reason=given["reason"],
        actor=actor,
        at=at,
    )
    return _("Promise taken back.")


ACTS: dict[str, tuple[type[Form], Work]] = {
    "make": (MakeForm, make),
    "keep": (PromiseForm, keep),
    "change": (ChangeForm, change),
    "withdraw": (WithdrawForm, withdraw),
}


@require_POST
@staff(Permission.WORK_CASE)
def promise(request: StaffRequest, number: int) -> HttpResponse:
    """Do with a promise what the form's `action` says; what is refused stays in the form."""
    case = case_for(request.actor, number)
    action = request.POST.get("action", "")
    if action not in ACTS:
        raise UnknownAct(
            _("This cannot be done with a promise."), next_step=_("Open the case again.")
        )
    form_class, work = ACTS[action]
    form = form_class(request.POST)
    if not form.is_valid():
        return clocks_page(request, number, form=form, status=422)
    try:
        with transaction.atomic():
            done = work(request.actor, case.pk, form.cleaned_data, now())
    except BadPromise as refusal:
        form.add_error("by" if "by" in form.fields else "reason", str(refusal))
        return clocks_page(request, number, form=form, status=422)
    except Refusal as refusal:
        status = status_of(refusal)
        if status in (403, 404):
            raise
        return clocks_page(request, number, form=form, refusal=refusal, status=status)
    messages.success(request, done)
    return redirect("agent:case", number)
