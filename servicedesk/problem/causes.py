"""Look for the cause of a problem: its analyses, one as a tree with the equal text, and the steps."""

from collections.abc import Callable
from dataclasses import dataclass, field
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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from problems.access import problem_for
from problems.cause_methods import method_called, methods
from problems.causes import (
    CauseNotSaid,
    add_cause,
    begin_analysis,
    decide_cause,
    link_evidence,
    show_cause,
)
from problems.causes_told import (
    analyses_of,
    analysis_numbered,
    cause_numbered,
    causes_of,
    evidence_numbered,
    offered_root_cause,
    tree_of,
    verdict_named,
)
from problems.queries import evidence_of
from problems.task_rights import may_decide
from problems.tasks_told import open_leg_of
from servicedesk.pages.answers import page
from servicedesk.pages.cause_picture import draw
from servicedesk.pages.cause_words import KINDS, VERDICTS, causes_shown, supposed
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.refusals import status_of
from servicedesk.problem.cause_forms import AnalysisForm, CauseForm, ShownForm, VerdictForm
from servicedesk.problem.chosen import UnknownAct
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Given = dict[str, Any]
Work = Callable[[Actor, Any, Given, datetime], str]
MOST_WORDS = 80


@dataclass(frozen=True)
class Attempt:
    """What somebody tried with an analysis and was refused: kept, so that no text is lost."""

    status: int = 200
    refusal: Refusal | None = None
    forms: dict[str, Any] = field(default_factory=dict)


def analyses_beside(problem: Any) -> list[dict[str, Any]]:
    """Return the analyses of a problem as rows of its page; one query."""
    return [analysis_shown(one, problem=problem.name) for one in analyses_of(problem.pk)]


def analysis_shown(analysis: Any, *, problem: str) -> dict[str, Any]:
    """Return an analysis as a row; no query."""
    return {
        "number": analysis.number,
        "href": reverse("problem:analysis", args=[problem, analysis.number]),
        "method": analysis.method_name,
        "effect": analysis.effect,
        "begun_by": analysis.begun_by.name if analysis.begun_by else "",
        "begun_at": analysis.begun_at,
        "supposed": analysis.supposed,
        "confirmed": analysis.confirmed,
        "ruled_out": analysis.ruled_out,
    }


def may_suppose(actor: Actor) -> bool:
    """Whether somebody may add to an analysis; no query."""
    return any(
        actor.may(one)
        for one in (Permission.WORK_PROBLEM, Permission.STEER_PROBLEM, Permission.OPEN_PROBLEM)
    )


# ---- the analyses of a problem ---------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.VIEW_PROBLEM)
def analyses(request: StaffRequest, number: int) -> HttpResponse:
    """Show the analyses of a problem, and begin one; what is refused stays in the form."""
    problem = problem_for(request.actor, number)
    if request.method != "POST":
        return analyses_page(request, problem)
    form = AnalysisForm(request.POST)
    if not form.is_valid():
        return analyses_page(request, problem, form=form, status=422)
    try:
        with transaction.atomic():
            begun = begin_analysis(
                problem_id=problem.pk,
                method=method_called(form.cleaned_data["method"]),
                effect=form.cleaned_data["effect"],
                actor=request.actor,
                at=now(),
            )
    except Refusal as refusal:
        if status_of(refusal) == 403:
            raise
        return analyses_page(request, problem, form=form, refusal=refusal, status=422)
    return redirect("problem:analysis", problem.name, begun.number)


def analyses_page(
    request: StaffRequest,
    problem: Any,
    *,
    form: AnalysisForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the analyses of a problem; two queries beside the frame's."""
    return page(
        request,
        "problem/analyses.html",
        {
            "problem": {"number": problem.name, "title": problem.title},
            "analyses": analyses_beside(problem),
            "methods": [
                {
                    "value": one.code,
                    "label": one.name,
                    "kind": str(KINDS[one.kind]),
                    "parts": [*one.questions, *one.categories],
                }
                for one in methods()
            ],
            "may_suppose": may_suppose(request.actor),
            "form": form,
            "effect": problem.title,
            "refusal": refusal,
        },
        status=status,
    )


# ---- one analysis ----------------------------------------------------------------------------


@require_safe
@staff(Permission.VIEW_PROBLEM)
def analysis(request: StaffRequest, number: int, analysis: int) -> HttpResponse:
    """Show an analysis."""
    return analysis_page(request, number, analysis, attempt=Attempt())


def analysis_page(
    request: StaffRequest, number: int, analysis_number: int, *, attempt: Attempt
) -> HttpResponse:
    """Return the page of an analysis; six queries beside the frame's, however large its tree."""
    problem = problem_for(request.actor, number)
    found = analysis_numbered(problem.pk, analysis_number)
    causes = causes_of(found)
    tree = tree_of(found, causes)
    shown = causes_shown(tree, questions=found.questions)
    is_chain = found.kind == "chain"
    decides = may_decide(request.actor, problem, open_leg_of(problem))
    return page(
        request,
        "problem/analysis.html",
        {
            "problem": {"number": problem.name, "title": problem.title},
            "analysis": {
                "number": found.number,
                "method": found.method_name,
                "effect": found.effect,
                "is_chain": is_chain,
                "questions": found.questions,
                "begun_by": found.begun_by.name if found.begun_by else "",
                "begun_at": found.begun_at,
            },
            "tree": draw(found.effect, [supposed(one) for one in tree]),
            "causes": shown,
            "next_question": next_question(found.questions, shown) if is_chain else "",
            "goes_on_from": goes_on_from(shown) if is_chain else "",
            "parents": [
                {"value": one["number"], "label": f"{one['number']}. {one['words'][:MOST_WORDS]}"}
                for one in shown
                if one["may_go_on"]
            ],
            "categories": [{"value": one, "label": one} for one in found.categories],
            "verdicts": [{"value": code, "label": str(said)} for code, said in VERDICTS.items()],
            "numbers": [
                {"value": one["number"], "label": f"{one['number']}. {one['words'][:MOST_WORDS]}"}
                for one in shown
            ],
            "evidence": [
                {"value": one.pk, "label": one.text[:MOST_WORDS]} for one in evidence_of(problem)
            ],
            "offered": offered_root_cause(causes),
            "may": {
                "suppose": may_suppose(request.actor),
                "decide": decides,
                "take_over": decides and problem.state == "root_cause",
            },
            "forms": attempt.forms,
            "refusal": attempt.refusal,
        },
        status=attempt.status,
    )


def next_question(questions: list[str], shown: list[dict[str, Any]]) -> str:
    """Return what a chain asks next, after the deepest answer that holds; nothing at its end."""
    answered = max((one["depth"] + 1 for one in shown if one["may_go_on"]), default=0)
    return questions[answered] if answered < len(questions) else ""


def goes_on_from(shown: list[dict[str, Any]]) -> int | str:
    """Return the number of the deepest answer of a chain that holds; nothing before the first."""
    holding = [one for one in shown if one["may_go_on"]]
    return max(holding, key=lambda one: one["depth"])["number"] if holding else ""


# ---- what is done with one -------------------------------------------------------------------


def suppose(actor: Actor, analysis: Any, given: Given, at: datetime) -> str:
    """Suppose a cause."""
    key = given["parent"]
    parent = cause_numbered(causes_of(analysis), key) if key is not None else None
    add_cause(
        analysis=analysis,
        words=given["words"],
        parent=parent,
        category=given["category"],
        actor=actor,
        at=at,
    )
    return _("Added.")


def decide(actor: Actor, analysis: Any, given: Given, at: datetime) -> str:
    """Confirm a cause, rule it out, or open it again."""
    decide_cause(
        cause=cause_numbered(causes_of(analysis), given["cause"]),
        verdict=verdict_named(given["verdict"]),
        because=given["because"],
        actor=actor,
        at=at,
    )
    return _("Saved.")


def show(actor: Actor, analysis: Any, given: Given, at: datetime) -> str:
    """Link evidence with a cause, or add some."""
    cause = cause_numbered(causes_of(analysis), given["cause"])
    if given["text"].strip():
        show_cause(cause=cause, text=given["text"], actor=actor, at=at)
    elif given["evidence"] is not None:
        evidence = evidence_numbered(analysis.problem_id, given["evidence"])
        link_evidence(cause=cause, evidence=evidence, actor=actor, at=at)
    else:
        raise CauseNotSaid(
            _("The evidence is empty."), next_step=_("Say what shows it, or choose some.")
        )
    return _("Evidence linked.")


ACTS: dict[str, tuple[type[forms.Form], Work]] = {
    "suppose": (CauseForm, suppose),
    "decide": (VerdictForm, decide),
    "show": (ShownForm, show),
}


@require_POST
@staff(Permission.VIEW_PROBLEM)
def act(request: StaffRequest, number: int, analysis: int) -> HttpResponse:
    """Do with an analysis what the form's `action` says; what is refused stays in the form."""
    problem = problem_for(request.actor, number)
    found = analysis_numbered(problem.pk, analysis)
    action = request.POST.get("action", "")
    if action not in ACTS:
        raise UnknownAct(_("This cannot be done with an analysis."), next_step=_("Open it again."))
    form_class, work = ACTS[action]
    form = form_class(request.POST)
    if not form.is_valid():
        kept = Attempt(status=422, forms={action: form})
        return analysis_page(request, number, analysis, attempt=kept)
    try:
        with transaction.atomic():
            said = work(request.actor, found, form.cleaned_data, now())
    except Refusal as refusal:
        status = status_of(refusal)
        if status == 403:
            raise
        kept = Attempt(
            status=422 if status == 404 else status, refusal=refusal, forms={action: form}
        )
        return analysis_page(request, number, analysis, attempt=kept)
    messages.success(request, said)
    return redirect("problem:analysis", problem.name, found.number)
