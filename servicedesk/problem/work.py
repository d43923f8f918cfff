"""What is done with a problem: from hand to hand, cause, workaround, fix, dates, notes."""

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

from cases.access import NoSuchCase, case_for
from customers.queries import active_products
from problems.access import problem_for
from problems.assigning import assign_problem
from problems.broadcasting import tell_why_not_fixed
from problems.changes import name_carrier
from problems.changes_told import change_numbered
from problems.estimates import BadEstimate, estimate_fix
from problems.fixing import (
    add_evidence,
    find_fix_wanting,
    note_problem,
    publish_workaround,
    put_fix_in_place,
    record_root_cause,
    resolve_problem,
)
from problems.handing import (
    accept_problem,
    hand_over_problem,
    refuse_problem,
    route_problem,
    take_problem,
)
from problems.lifecycle import (
    ReasonMissing,
    close_problem,
    describe_problem,
    end_problem_without_fix,
    lock_problem,
    reopen_problem,
)
from problems.promises import BadNews
from problems.queries import confidence_named
from problems.questions import ask_customer, withdraw_question
from problems.requests import questions_of_problem
from problems.states import Outcome
from problems.time_budget import ShortTime
from servicedesk.pages.forms import (
    AskForm,
    ColleagueForm,
    DepartmentForm,
    DescribeForm,
    EndForm,
    EstimateForm,
    EvidenceForm,
    FixForm,
    HandOverForm,
    NoteForm,
    ReasonForm,
    RefuseForm,
    RootCauseForm,
    SolutionForm,
    Versioned,
    WithdrawForm,
    WorkaroundForm,
)
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.refusals import status_of
from servicedesk.problem.chosen import UnknownAct, department_chosen
from servicedesk.problem.problem import Attempt, problem_page
from servicedesk.problem.promise_acts import PROMISE_ACTS, field_of_news
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Given = dict[str, Any]
Work = Callable[[Actor, int, Given, datetime], str]


def seen(problem_id: int, given: Given) -> None:
    """Refuse if the problem is not as the person saw it; it stays locked for the action."""
    lock_problem(problem_id, expected_version=given["version"])


# ---- from hand to hand -----------------------------------------------------------------------


def accept(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """The department says: it is real, and ours."""
    accept_problem(problem_id=problem_id, actor=actor, at=at, expected_version=given["version"])
    return _("Accepted. The problem is yours.")


def take(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """A department takes a problem that nobody was given."""
    department = department_chosen(given["department"])
    take_problem(problem_id=problem_id, department=department, actor=actor, at=at)
    return _("Taken for %(department)s.") % {"department": department.name}


def route(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Send a new problem to a department."""
    seen(problem_id, given)
    department = department_chosen(given["department"])
    route_problem(
        problem_id=problem_id,
        department=department,
        because={"chosen_by": actor.user_id},
        actor=actor,
        at=at,
        confirm=given["is_confirmed"],
    )
    return _("Sent to %(department)s.") % {"department": department.name}


def refuse(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """The department says: not ours."""
    seen(problem_id, given)
    key = given["department"]
    refuse_problem(
        problem_id=problem_id,
        reason=given["reason"],
        better_owner=department_chosen(key) if key is not None else None,
        actor=actor,
        at=at,
        confirm=given["is_confirmed"],
    )
    return _("Refused. The reason stands in the journey.")


def hand_over(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Let another department go on."""
    seen(problem_id, given)
    department = department_chosen(given["department"])
    hand_over_problem(
        problem_id=problem_id,
        department=department,
        reason=given["reason"],
        actor=actor,
        at=at,
        confirm=given["is_confirmed"],
    )
    return _("Handed over to %(department)s.") % {"department": department.name}


def assign(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Give it to a colleague of the department, or to nobody."""
    seen(problem_id, given)
    assign_problem(problem_id=problem_id, user_id=given["colleague"], actor=actor, at=at)
    return _("Given.") if given["colleague"] else _("Whoever is free may take it.")


# ---- cause, workaround, fix ------------------------------------------------------------------


def root_cause(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Write down why it happens; what shows it is kept as evidence."""
    record_root_cause(
        problem_id=problem_id,
        root_cause=given["cause"],
        public_cause=given["public_cause"],
        actor=actor,
        at=at,
        expected_version=given["version"],
    )
    if given["evidence"].strip():
        add_evidence(problem_id=problem_id, text=given["evidence"], actor=actor, at=at)
    return _("Root cause saved. It is a known error now.")


def workaround(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Tell everybody affected what helps until it is fixed."""
    publish_workaround(
        problem_id=problem_id,
        workaround=given["workaround"],
        actor=actor,
        at=at,
        expected_version=given["version"],
    )
    return _("Workaround published. Those affected are told.")


def fix(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Say what was changed; release or order is kept as evidence."""
    put_fix_in_place(
        problem_id=problem_id,
        fix=given["fix"],
        actor=actor,
        at=at,
        expected_version=given["version"],
    )
    if given["change"] is not None:
        change = change_numbered(actor, given["change"])
        name_carrier(problem_id=problem_id, change_id=change.pk, actor=actor, at=at)
    if given["reference"].strip():
        text = _("The fix came with %(reference)s.") % {"reference": given["reference"]}
        add_evidence(problem_id=problem_id, text=text, actor=actor, at=at)
    return _("Fix saved. It has yet to prove itself.")


def find_wanting(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """The fix does not hold: back to fixing."""
    find_fix_wanting(
        problem_id=problem_id,
        reason=given["reason"],
        actor=actor,
        at=at,
        expected_version=given["version"],
    )
    return _("Back to fixing.")


def resolve(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """The fix holds: everybody gets the permanent solution."""
    resolve_problem(
        problem_id=problem_id,
        solution=given["solution"],
        actor=actor,
        at=at,
        expected_version=given["version"],
    )
    return _("Resolved. Everybody affected is told, and their cases are solved.")


# ---- dates, notes, ends ----------------------------------------------------------------------


def estimate(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Say when the fix is expected."""
    seen(problem_id, given)
    estimate_fix(
        problem_id=problem_id,
        expected_on=given["expected_on"],
        latest_on=given["latest_on"],
        confidence=confidence_named(given["confidence"]),
        reason=given["reason"],
        is_public=given["is_public"],
        actor=actor,
        at=at,
    )
    return _("Date saved.")


def describe(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Say anew what is wrong."""
    product = next((one for one in active_products() if one.pk == given["product"]), None)
    describe_problem(
        problem_id=problem_id,
        title=given["title"],
        statement=given["statement"],
        category=given["category"],
        product=product,
        product_version=given["product_version"],
        severity=given["severity"],
        actor=actor,
        at=at,
        expected_version=given["version"],
    )
    return _("Description saved.")


def note(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Write to everybody who works on it."""
    note_problem(problem_id=problem_id, text=given["note"], actor=actor, at=at)
    return _("Note saved.")


def evidence(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Add something that shows the problem."""
    add_evidence(problem_id=problem_id, text=given["evidence"], actor=actor, at=at)
    return _("Evidence added.")


def end(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """End it another way than by a fix."""
    seen(problem_id, given)
    end_problem_without_fix(
        problem_id=problem_id,
        outcome=Outcome(given["outcome"]),
        reason=given["reason"],
        actor=actor,
        at=at,
    )
    reason = given["public_reason"]
    tell_why_not_fixed(problem_id=problem_id, reason=reason, actor=actor, at=at)
    return _("Ended. Its cases go back to their agents.")


def reopen(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """It is back."""
    seen(problem_id, given)
    reopen_problem(problem_id=problem_id, reason=given["reason"], actor=actor, at=at)
    return _("Reopened. The department that had it last has to accept it.")


def close(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """End a resolved problem for good."""
    seen(problem_id, given)
    close_problem(problem_id=problem_id, actor=actor, at=at)
    return _("Closed.")


# ---- questions to customers ------------------------------------------------------------------


def ask(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Ask the customer of a linked case something, through its agent."""
    case = case_for(actor, given["case"])
    ask_customer(problem_id=problem_id, case=case, text=given["question"], actor=actor, at=at)
    return _("Asked. The agent of case #%(case)s passes it on.") % {"case": case.number}


def withdraw(actor: Actor, problem_id: int, given: Given, at: datetime) -> str:
    """Ask no more."""
    if not any(one.pk == given["id"] for one in questions_of_problem(problem_id)):
        raise UnknownAct(
            _("This question is not about this problem."), next_step=_("Load the page again.")
        )
    withdraw_question(question_id=given["id"], actor=actor, at=at)
    return _("Question withdrawn.")


ACTS: dict[str, tuple[type[forms.Form], Work]] = {
    "accept": (Versioned, accept),
    "take": (DepartmentForm, take),
    "route": (DepartmentForm, route),
    "refuse": (RefuseForm, refuse),
    "hand_over": (HandOverForm, hand_over),
    "assign": (ColleagueForm, assign),
    "root_cause": (RootCauseForm, root_cause),
    "workaround": (WorkaroundForm, workaround),
    "fix": (FixForm, fix),
    "find_wanting": (ReasonForm, find_wanting),
    "resolve": (SolutionForm, resolve),
    "estimate": (EstimateForm, estimate),
    "describe": (DescribeForm, describe),
    "note": (NoteForm, note),
    "evidence": (EvidenceForm, evidence),
    "ask": (AskForm, ask),
    "withdraw": (WithdrawForm, withdraw),
    "end": (EndForm, end),
    "reopen": (ReasonForm, reopen),
    "close": (Versioned, close),
    **PROMISE_ACTS,
}


# What is refused beside a field of the form; all else stands above the page.
AT_FIELD: dict[type[Refusal], str] = {
    BadEstimate: "latest_on",
    ReasonMissing: "reason",
    ShortTime: "is_confirmed",
}
BESIDE_A_FIELD = (BadNews, BadEstimate, ReasonMissing, ShortTime)


def field_beside(refusal: Refusal, form: forms.Form) -> str:
    """Return beside which field of a form a refusal stands."""
    return AT_FIELD.get(type(refusal)) or field_of_news(form)


@require_POST
@staff(Permission.VIEW_PROBLEM)
def act(request: StaffRequest, number: int) -> HttpResponse:
    """Do with a problem what the form's `action` says; what is refused stays in the form."""
    problem = problem_for(request.actor, number)
    action = request.POST.get("action", "")
    if action not in ACTS:
        raise UnknownAct(
            _("This cannot be done with a problem."), next_step=_("Open the problem again.")
        )
    form_class, work = ACTS[action]
    form = form_class(request.POST)
    if not form.is_valid():
        return problem_page(request, number, attempt=Attempt(status=422, forms={action: form}))
    try:
        with transaction.atomic():
            done = work(request.actor, problem.pk, form.cleaned_data, now())
    except BESIDE_A_FIELD as refusal:
        form.add_error(field_beside(refusal, form), str(refusal))
        # The form asks: the same again with a yes goes through.
        status = 422 if isinstance(refusal, ShortTime) else status_of(refusal)
        return problem_page(request, number, attempt=Attempt(status=status, forms={action: form}))
    except Refusal as refusal:
        # A case that is not there was named in the form: the form stays, with what was written.
        status = 422 if isinstance(refusal, NoSuchCase) else status_of(refusal)
        if status in (403, 404):
            raise
        kept = Attempt(status=status, refusal=refusal, forms={action: form})
        return problem_page(request, number, attempt=kept)
    messages.success(request, done)
    if request.POST.get("back") == "board":
        return redirect("department:board")
    return redirect("problem:problem", problem.name)
