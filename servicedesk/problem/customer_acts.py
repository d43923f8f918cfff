"""What is done with the list of affected customers: whom it reaches, exceptions, solutions."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from problems.access import problem_for
from problems.ledger_acts import apply_solution, excuse, take_excuse_back
from problems.problem_passes import end_passes
from problems.reaching import add_scope, end_scope, preview_of
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.refusals import status_of
from servicedesk.problem.chosen import UnknownAct
from servicedesk.problem.customer_forms import (
    ChosenForm,
    EndScopeForm,
    ExcuseForm,
    OneContactForm,
    ScopeForm,
)
from servicedesk.problem.customers import Attempt, customers_page
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Work = Callable[[Actor, Any, Any, datetime], str]


def add(actor: Actor, problem: Any, form: ScopeForm, at: datetime) -> str:
    """Reach such customers from now on."""
    _scope, reached = add_scope(
        problem_id=problem.pk, description=form.description(), actor=actor, at=at
    )
    return ngettext(
        "Saved. %(count)d customer joined the list.",
        "Saved. %(count)d customers joined the list.",
        reached.found,
    ) % {"count": reached.found}


def end(actor: Actor, problem: Any, form: EndScopeForm, at: datetime) -> str:
    """Reach them no more."""
    scope_id = form.cleaned_data["scope"]
    reached = end_scope(problem_id=problem.pk, scope_id=scope_id, actor=actor, at=at)
    return ngettext(
        "Ended. %(count)d customer left the list.",
        "Ended. %(count)d customers left the list.",
        reached.left,
    ) % {"count": reached.left}


def except_them(actor: Actor, problem: Any, form: ExcuseForm, at: datetime) -> str:
    """Name customers exceptions."""
    named = excuse(
        problem_id=problem.pk,
        contact_ids=form.contacts(problem),
        reason=form.cleaned_data["reason"],
        actor=actor,
        at=at,
    )
    return ngettext(
        "%(count)d customer is an exception now.",
        "%(count)d customers are exceptions now.",
        named,
    ) % {"count": named}


def count_again(actor: Actor, problem: Any, form: OneContactForm, at: datetime) -> str:
    """Let a customer be no exception any more."""
    contact_id = form.cleaned_data["contact"]
    take_excuse_back(problem_id=problem.pk, contact_id=contact_id, actor=actor, at=at)
    return _("This customer counts again.")


def applied(actor: Actor, problem: Any, form: ChosenForm, at: datetime) -> str:
    """Note that customers have the solution."""
    count = apply_solution(
        problem_id=problem.pk, contact_ids=form.contacts(problem), actor=actor, at=at
    )
    return ngettext(
        "Noted: %(count)d customer has the solution.",
        "Noted: %(count)d customers have the solution.",
        count,
    ) % {"count": count}


def end_links(actor: Actor, problem: Any, _form: forms.Form, at: datetime) -> str:
    """Let the links of our mails open the problem's page no more."""
    count = end_passes(problem.pk, actor=actor, at=at)
    return ngettext(
        "%(count)d mailed link opens nothing any more.",
        "%(count)d mailed links open nothing any more.",
        count,
    ) % {"count": count}


ACTS: dict[str, tuple[type[forms.Form], Work]] = {
    "scope": (ScopeForm, add),
    "end_scope": (EndScopeForm, end),
    "excuse": (ExcuseForm, except_them),
    "take_back": (OneContactForm, count_again),
    "applied": (ChosenForm, applied),
    "end_links": (forms.Form, end_links),
}


@require_POST
@staff(Permission.VIEW_CUSTOMER)
def act(request: StaffRequest, number: int) -> HttpResponse:
    """Do with the list what the form's `action` says; `count` only counts a scope."""
    problem = problem_for(request.actor, number)
    action = request.POST.get("action", "")
    if action == "count":
        return count(request, number)
    if action not in ACTS:
        raise UnknownAct(
            _("This cannot be done with the list."), next_step=_("Open the list again.")
        )
    form_class, work = ACTS[action]
    form = form_class(request.POST)
    if not form.is_valid():
        return customers_page(request, number, attempt=Attempt(status=422, forms={action: form}))
    try:
        with transaction.atomic():
            done = work(request.actor, problem, form, now())
    except Refusal as refusal:
        status = status_of(refusal)
        if status in (403, 404):
            raise
        kept = Attempt(status=status, refusal=refusal, forms={action: form})
        return customers_page(request, number, attempt=kept)
    messages.success(request, done)
    address = reverse("problem:customers", args=[problem.name])
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{address}?{query}" if query else address)


def count(request: StaffRequest, number: int) -> HttpResponse:
    """Say how many customers a scope would reach, and keep what was written."""
    problem = problem_for(request.actor, number)
    form = ScopeForm(request.POST)
    if not form.is_valid():
        return customers_page(request, number, attempt=Attempt(status=422, forms={"scope": form}))
    try:
        preview = preview_of(problem, form.description())
    except Refusal as refusal:
        kept = Attempt(status=status_of(refusal), refusal=refusal, forms={"scope": form})
        return customers_page(request, number, attempt=kept)
    return customers_page(request, number, attempt=Attempt(forms={"scope": form}, preview=preview))
