"""After the fix of a problem: whether it holds, what prevents it, and why it happened."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from problems.access import problem_for
from problems.after_fix_told import (
    owner_chosen,
    owners_to_choose,
    suspected_again,
    watches_of,
)
from problems.preventing import (
    BadPrevention,
    change_prevention,
    drop_prevention,
    finish_prevention,
    kind_named,
    may_plan,
    plan_prevention,
    preventions_of,
)
from problems.queries import legs_of
from problems.rating import ratings_of
from problems.reviewing import (
    Words,
    approve_review,
    ask_for_review,
    decline_review,
    reviews_of,
    withdraw_review,
    write_review,
)
from servicedesk.pages.answers import page
from servicedesk.pages.fix_words import (
    KINDS,
    prevention_shown,
    ratings_shown,
    review_shown,
    watch_shown,
)
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.problem_words import state_words
from servicedesk.pages.refusals import status_of
from servicedesk.problem.after_forms import (
    ChangeForm,
    DoneForm,
    DropForm,
    NothingForm,
    PlanForm,
    ReasonForm,
    ReviewForm,
)
from servicedesk.problem.chosen import UnknownAct
from servicedesk.problem.problem import Attempt
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Given = dict[str, Any]
Work = Callable[[Actor, Any, Given, datetime], str]


@require_safe
@staff(Permission.VIEW_PROBLEM)
def after(request: StaffRequest, number: int) -> HttpResponse:
    """Show what is after the fix of a problem."""
    return after_page(request, number, attempt=Attempt())


def after_page(request: StaffRequest, number: int, *, attempt: Attempt) -> HttpResponse:
    """Return the page; eleven queries at most beside the frame's, however much was planned.

    Three of them for what customers said of the fix.
    """
    at = now()
    problem = problem_for(request.actor, number)
    last = legs_of([problem.pk])[problem.pk][-1]
    watched = watches_of(problem.pk, at=at)
    going = watched[0].watch if watched and watched[0].watch.is_going else None
    reviews = [review_shown(one) for one in reviews_of(problem.pk)]
    plans = may_plan(request.actor, department_id=last.department_id)
    steers = request.actor.may(Permission.STEER_PROBLEM)
    return page(
        request,
        "problem/after.html",
        {
            "problem": {
                "number": problem.name,
                "title": problem.title,
                "state": problem.state,
                "state_label": state_words(problem.state),
                "live_of": f"problem:{problem.pk}",
            },
            "watches": [watch_shown(one) for one in watched],
            "ratings": ratings_shown(ratings_of(problem)),
            "suspected": suspected_again(going) if going is not None else None,
            "preventions": [
                prevention_shown(one, today=localdate(at), actor_id=request.actor.user_id)
                for one in preventions_of(problem.pk)
            ],
            "kinds": [{"value": code, "label": str(words)} for code, words in KINDS.items()],
            "owners": [{"value": one.pk, "label": one.name} for one in owners_to_choose()]
            if plans
            else [],
            "reviews": reviews,
            "review": reviews[0] if reviews and reviews[0]["is_open"] else None,
            "may": {
                "plan": plans and problem.state != "closed",
                "write": plans,
                "decide": steers,
                "link": request.actor.may(Permission.LINK_CASE),
                "withdraw": steers and any(one["state"] == "approved" for one in reviews),
            },
            "forms": attempt.forms,
            "refusal": attempt.refusal,
        },
        status=attempt.status,
    )


# ---- what is done there ----------------------------------------------------------------------


def owner_in(given: Given) -> Any:
    """Return who was chosen; one query.

    Raises:
        BadPrevention: nobody was.
    """
    owner = owner_chosen(given["owner"])
    if owner is None:
        raise BadPrevention(
            _("Nobody was chosen who can do it."), next_step=_("Choose somebody of the list.")
        )
    return owner


def plan(actor: Actor, problem: Any, given: Given, at: datetime) -> str:
    """Plan what prevents it."""
    plan_prevention(
        problem_id=problem.pk,
        kind=kind_named(given["kind"]),
        text=given["text"],
        owner=owner_in(given),
        due_on=given["due_on"],
        actor=actor,
        at=at,
    )
    return _("Planned.")


def change(actor: Actor, problem: Any, given: Given, at: datetime) -> str:
    """Say otherwise what prevents it."""
    change_prevention(
        problem_id=problem.pk,
        position=given["position"],
        text=given["text"],
        owner=owner_in(given),
        due_on=given["due_on"],
        actor=actor,
        at=at,
    )
    return _("Saved.")


def finish(actor: Actor, problem: Any, given: Given, at: datetime) -> str:
    """Say that it is done."""
    finish_prevention(
        problem_id=problem.pk,
        position=given["position"],
        result=given["result"],
        actor=actor,
        at=at,
    )
    return _("Done.")


def drop(actor: Actor, problem: Any, given: Given, at: datetime) -> str:
    """Say why it is not done."""
    drop_prevention(
        problem_id=problem.pk,
        position=given["position"],
        reason=given["reason"],
        actor=actor,
        at=at,
    )
    return _("Dropped.")


def write(actor: Actor, problem: Any, given: Given, at: datetime) -> str:
    """Write what customers shall read."""
    write_review(problem_id=problem.pk, words=Words(**given), actor=actor, at=at)
    return _("Saved. Customers read it once a lead has said yes.")


def ask(actor: Actor, problem: Any, _given: Given, at: datetime) -> str:
    """Ask the leads to read it."""
    ask_for_review(problem_id=problem.pk, actor=actor, at=at)
    return _("The service leads are asked.")


def approve(actor: Actor, problem: Any, _given: Given, at: datetime) -> str:
    """Let customers read it."""
    approve_review(problem_id=problem.pk, actor=actor, at=at)
    return _("Customers concerned can read it now.")


def decline(actor: Actor, problem: Any, given: Given, at: datetime) -> str:
    """Say what has to be said otherwise."""
    decline_review(problem_id=problem.pk, reason=given["reason"], actor=actor, at=at)
    return _("It is a draft again.")


def withdraw(actor: Actor, problem: Any, given: Given, at: datetime) -> str:
    """Let customers read it no more."""
    withdraw_review(problem_id=problem.pk, reason=given["reason"], actor=actor, at=at)
    return _("Customers read it no more.")


ACTS: dict[str, tuple[type[forms.Form], Work]] = {
    "plan": (PlanForm, plan),
    "change": (ChangeForm, change),
    "finish": (DoneForm, finish),
    "drop": (DropForm, drop),
    "write": (ReviewForm, write),
    "ask": (NothingForm, ask),
    "approve": (NothingForm, approve),
    "decline": (ReasonForm, decline),
    "withdraw": (ReasonForm, withdraw),
}


@require_POST
@staff(Permission.VIEW_PROBLEM)
def act(request: StaffRequest, number: int) -> HttpResponse:
    """Do what the form's `action` says; what is refused stays in the form."""
    problem = problem_for(request.actor, number)
    action = request.POST.get("action", "")
    if action not in ACTS:
        raise UnknownAct(_("This cannot be done after a fix."), next_step=_("Open it again."))
    form_class, work = ACTS[action]
    form = form_class(request.POST)
    if not form.is_valid():
        return after_page(request, number, attempt=Attempt(status=422, forms={action: form}))
    try:
        with transaction.atomic():
            said = work(request.actor, problem, form.cleaned_data, now())
    except Refusal as refusal:
        status = status_of(refusal)
        if status == 403:
            raise
        kept = Attempt(
            status=422 if status == 404 else status, refusal=refusal, forms={action: form}
        )
        return after_page(request, number, attempt=kept)
    messages.success(request, said)
    return redirect("problem:after", problem.name)
