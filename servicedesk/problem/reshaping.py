"""Two problems are one, or one is two: the page for both, and what was done so before."""

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
from django.utils.translation import gettext_lazy

from problems.access import problem_for
from problems.describing import NotDescribed
from problems.lifecycle import ReasonMissing
from problems.merging import may_be_undone, merge_problems, reshapings_of, take_back
from problems.queries import page_of_linked_cases
from problems.splitting import split_problem
from servicedesk.pages.answers import page
from servicedesk.pages.case_words import state_words
from servicedesk.pages.forms import Form, text
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.numbers import problem_number_in
from servicedesk.pages.problem_words import state_words as problem_state_words
from servicedesk.pages.refusals import status_of
from servicedesk.problem.chosen import UnknownAct
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

MOST_CASES = 500
MOST_BEFORE = 50
Work = Callable[[Actor, Any, Any, datetime], tuple[str, str]]


class MergeForm(Form):
    """The problem that goes on, and why both are one."""

    into = forms.CharField(
        max_length=20, error_messages={"required": gettext_lazy("Write its number.")}
    )
    reason = text(most=4000)

    def clean_into(self) -> int:
        """Return the number of the problem."""
        number = problem_number_in(self.cleaned_data["into"])
        if number is None:
            raise forms.ValidationError(_("Write a number like P-204."))
        return number


class SplitForm(Form):
    """Which cases become a problem of their own, what it is called, and why."""

    title = text(most=200)
    statement = text(required=False, most=20_000)
    reason = text(most=4000)

    def cases(self) -> set[int]:
        """Return the ids of the cases that were ticked."""
        ticked = self.data.getlist("case")[:MOST_CASES]  # type: ignore[attr-defined]
        return {int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < 16}


class UndoForm(Form):
    """Which merge or split is taken back."""

    reshaping = forms.IntegerField(min_value=1, max_value=2**53)


def merge(actor: Actor, problem: Any, form: MergeForm, at: datetime) -> tuple[str, str]:
    """Merge it into another one, where people go on."""
    into = problem_for(actor, form.cleaned_data["into"])
    merge_problems(
        problem_id=problem.pk,
        into_id=into.pk,
        reason=form.cleaned_data["reason"],
        actor=actor,
        at=at,
    )
    return _("Merged: its cases and customers are here now."), into.name


def split(actor: Actor, problem: Any, form: SplitForm, at: datetime) -> tuple[str, str]:
    """Open a problem of its own for some cases."""
    given = form.cleaned_data
    done = split_problem(
        problem_id=problem.pk,
        case_ids=form.cases(),
        title=given["title"],
        statement=given["statement"],
        reason=given["reason"],
        actor=actor,
        at=at,
    )
    done_words = _("Split off from %(problem)s: this is the new problem.")
    return done_words % {"problem": problem.name}, done.into.name


def undo(actor: Actor, problem: Any, form: UndoForm, at: datetime) -> tuple[str, str]:
    """Take a merge or split of this problem back."""
    wanted = form.cleaned_data["reshaping"]
    if not reshapings_of(problem.pk).filter(pk=wanted).exists():
        raise UnknownAct(
            _("This was not done with this problem."), next_step=_("Load the page again.")
        )
    take_back(reshaping_id=wanted, actor=actor, at=at)
    return _("Taken back. Cases and customers are where they were."), problem.name


ACTS: dict[str, tuple[type[forms.Form], Work]] = {
    "merge": (MergeForm, merge),
    "split": (SplitForm, split),
    "undo": (UndoForm, undo),
}
AT_FIELD: dict[type[Refusal], str] = {ReasonMissing: "reason", NotDescribed: "title"}


@staff(Permission.STEER_PROBLEM)
def reshape(request: StaffRequest, number: int) -> HttpResponse:
    """Show what can be merged and split, or do it."""
    if request.method != "POST":
        return reshape_page(request, number)
    problem = problem_for(request.actor, number)
    action = request.POST.get("action", "")
    if action not in ACTS:
        raise UnknownAct(
            _("This cannot be done with a problem."), next_step=_("Open the page again.")
        )
    form_class, work = ACTS[action]
    form = form_class(request.POST)
    if not form.is_valid():
        return reshape_page(request, number, status=422, kept={action: form})
    try:
        with transaction.atomic():
            done, leads_to = work(request.actor, problem, form, now())
    except Refusal as refusal:
        if status_of(refusal) == 403:
            raise
        field = AT_FIELD.get(type(refusal))
        if field is not None:
            form.add_error(field, str(refusal))
        status = 422 if status_of(refusal) == 404 else status_of(refusal)
        above = None if field is not None else refusal
        return reshape_page(request, number, status=status, refusal=above, kept={action: form})
    messages.success(request, done)
    return redirect("problem:problem", leads_to)


def reshape_page(
    request: StaffRequest,
    number: int,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    kept: dict[str, Any] | None = None,
) -> HttpResponse:
    """Return the page; three queries for any number of cases."""
    at = now()
    problem = problem_for(request.actor, number)
    split_form = (kept or {}).get("split")
    ticked = split_form.cases() if split_form is not None else set()
    links = page_of_linked_cases(problem, at_most=MOST_CASES).links if problem.is_open else []
    return page(
        request,
        "problem/reshape.html",
        {
            "problem": {
                "number": problem.name,
                "title": problem.title,
                "statement": problem.statement,
                "state": problem.state,
                "state_label": problem_state_words(problem.state),
                "is_open": problem.is_open,
            },
            "cases": [
                {
                    "id": link.case_id,
                    "number": link.case.number,
                    "href": reverse("agent:case", args=[link.case.number]),
                    "subject": link.case.subject,
                    "contact": link.case.contact.name,
                    "state": link.case.state,
                    "state_label": state_words(link.case.state),
                    "is_ticked": link.case_id in ticked,
                }
                for link in links
            ],
            "before": [
                before(one, problem, at=at) for one in reshapings_of(problem.pk)[:MOST_BEFORE]
            ],
            "forms": kept or {},
            "refusal": refusal,
        },
        status=status,
    )


def before(one: Any, problem: Any, *, at: datetime) -> dict[str, Any]:
    """Return a merge or split as it is told on the page of one of its problems; no query."""
    other = one.into if one.problem_id == problem.pk else one.problem
    is_from_here = one.problem_id == problem.pk
    words = {
        ("merge", True): _("Merged into %(problem)s"),
        ("merge", False): _("%(problem)s was merged into it"),
        ("split", True): _("%(problem)s was split off"),
        ("split", False): _("Split off from %(problem)s"),
    }[one.kind, is_from_here]
    return {
        "id": one.pk,
        "words": words % {"problem": other.name},
        "href": reverse("problem:problem", args=[other.name]),
        "reason": one.reason,
        "cases": one.cases,
        "customers": one.customers,
        "at": one.done_at,
        "by": one.done_by.name if one.done_by else "",
        "undone_at": one.undone_at,
        "undone_by": one.undone_by.name if one.undone_by else "",
        "may_be_undone": may_be_undone(one, at=at),
    }
