"""Take a step of a drawn workflow, and say whether one may be taken."""

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
from problems.fixing import TextMissing
from problems.gates import Offered, WrongOwner
from problems.lifecycle import ReasonMissing
from problems.queries import department_by_id
from problems.step_needs import StepNeeds
from problems.stepping import Taken, take_step, vote_named, vote_on_step
from problems.time_budget import ShortTime
from servicedesk.pages.forms import Form, Versioned, text
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.refusals import status_of
from servicedesk.problem.problem import Attempt, problem_page
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

TEXTS = ("root_cause", "public_cause", "fix", "solution", "evidence")


class StepForm(Versioned):
    """What a drawn step may ask for; which of it is needed says the drawing."""

    step = forms.CharField(max_length=40)
    department = forms.IntegerField(required=False)
    reason = text(required=False, most=4000)
    root_cause = text(required=False, most=20_000)
    public_cause = text(required=False, most=20_000)
    fix = text(required=False, most=20_000)
    solution = text(required=False, most=20_000)
    evidence = text(required=False, most=20_000)
    is_confirmed = forms.BooleanField(required=False)


class ApprovalForm(Form):
    """What somebody says to a step, and why."""

    request = forms.IntegerField(min_value=1)
    vote = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    reason = text(required=False, most=4000)


@require_POST
@staff(Permission.VIEW_PROBLEM)
def step(request: StaffRequest, number: int) -> HttpResponse:
    """Take a drawn step, or ask for its approval; what is refused stays in the form."""
    problem = problem_for(request.actor, number)
    form = StepForm(request.POST)
    name = f"step:{request.POST.get('step', '')[:40]}"
    if not form.is_valid():
        return problem_page(request, number, attempt=Attempt(status=422, forms={name: form}))
    given = form.cleaned_data
    try:
        with transaction.atomic():
            taken = take_step(
                problem_id=problem.pk,
                step_key=given["step"],
                offered=offered_in(given),
                actor=request.actor,
                at=now(),
                expected_version=given["version"],
            )
    except (ShortTime, StepNeeds, ReasonMissing, TextMissing, WrongOwner) as refusal:
        for field in fields_of(refusal):
            form.add_error(field, str(refusal))
        shown = None if fields_of(refusal) else refusal
        attempt = Attempt(status=422, refusal=shown, forms={name: form})
        return problem_page(request, number, attempt=attempt)
    except Refusal as refusal:
        status = status_of(refusal)
        if status in (403, 404):
            raise
        attempt = Attempt(status=status, refusal=refusal, forms={name: form})
        return problem_page(request, number, attempt=attempt)
    messages.success(request, done_words(taken))
    return redirect("problem:problem", problem.name)


def offered_in(given: dict[str, Any]) -> Offered:
    """Return what came with a step; one query if it goes to a department."""
    department = None
    if given["department"] is not None:
        department = department_by_id(given["department"])
    return Offered(
        reason=given["reason"],
        department=department,
        texts={field: given[field] for field in TEXTS if given[field].strip()},
        confirm=given["is_confirmed"],
    )


def fields_of(refusal: Refusal) -> list[str]:
    """Return beside which fields of the form a refusal stands; none: above the page."""
    if isinstance(refusal, ShortTime):
        return ["is_confirmed"]
    if isinstance(refusal, ReasonMissing):
        return ["reason"]
    if isinstance(refusal, WrongOwner):
        return ["department"]
    if isinstance(refusal, StepNeeds):
        return [name for name in refusal.fields if name in (*TEXTS, "reason")]
    return []


def done_words(taken: Taken) -> str:
    """Return what has been done."""
    if taken.waits:
        return _("“%(step)s” waits for its approval; those who decide are told.") % {
            "step": taken.step.name
        }
    return _("Done: %(step)s.") % {"step": taken.step.name}


@require_POST
@staff(Permission.VIEW_PROBLEM)
def approval(request: StaffRequest, number: int) -> HttpResponse:
    """Say whether a step may be taken; a no without a reason stays in the form."""
    problem = problem_for(request.actor, number)
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        return problem_page(request, number, attempt=Attempt(status=422, forms={"approval": form}))
    given = form.cleaned_data
    try:
        with transaction.atomic():
            vote_on_step(
                request_id=given["request"],
                problem_id=problem.pk,
                vote=vote_named(given["vote"]),
                reason=given["reason"],
                actor=request.actor,
                at=now(),
            )
    except ReasonMissing as refusal:
        form.add_error("reason", str(refusal))
        return problem_page(request, number, attempt=Attempt(status=422, forms={"approval": form}))
    except Refusal as refusal:
        status = status_of(refusal)
        if status in (403, 404):
            raise
        kept = Attempt(status=status, refusal=refusal, forms={"approval": form})
        return problem_page(request, number, attempt=kept)
    messages.success(request, _("Thank you: your answer is kept."))
    return redirect("problem:problem", problem.name)
