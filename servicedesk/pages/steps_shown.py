"""The steps of a drawn workflow as pages show them: buttons named by the drawing, forms, approvals."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from problems.offering import (
    Standing,
    StepOffered,
    approvals_waiting_for,
    may_vote,
    said_yes,
    standing_of,
)
from problems.stages import FIELDS, definition_with, stage_of
from problems.states import ProblemState
from workflow.people.actors import Actor
from workflow.stages.definition import StepKind

KIND_SYMBOLS = {
    StepKind.FORWARD: "arrow-right",
    StepKind.SIDE: "split",
    StepKind.BACK: "corner-up-left",
}
REQUEST_WORDS = {
    "open": lambda: _("Waits for an approval"),
    "approved": lambda: _("Approved"),
    "rejected": lambda: _("Rejected"),
}


def way_shown(
    problem: Any,
    leg: Any,
    *,
    actor: Actor,
    departments: Sequence[Mapping[str, Any]],
    forms: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Return what a drawing offers somebody, or None on the standard way; at most eight queries.

    `departments` are those that a step may send it to, `forms` holds what was refused as `step:KEY`.
    """
    if problem.workflow_version_id is None:
        return None
    standing = standing_of(problem, leg, actor=actor)
    steps = [
        step_shown(one, departments=departments, form=forms.get(form_name(one)))
        for one in standing.steps
    ]
    return {
        "workflow": definition_with(problem.workflow_version_id).name,
        "stage": standing.stage.name if standing.stage is not None else "",
        "offered": [one for one in steps if not one["why_not"]],
        "others": [one for one in steps if one["why_not"]],
        "requests": requests_shown(standing, actor=actor, form=forms.get("approval")),
    }


def form_name(offered: StepOffered) -> str:
    """Return the name under which the refused form of a step is kept."""
    return f"step:{offered.step.key}"


def step_shown(
    offered: StepOffered, *, departments: Sequence[Mapping[str, Any]], form: Any
) -> dict[str, Any]:
    """Return one step with what its form asks for."""
    data = getattr(form, "data", {}) or {}
    errors = getattr(form, "errors", {}) or {}
    return {
        "key": offered.step.key,
        "name": offered.step.name,
        "to": offered.end.name,
        "kind": offered.step.kind.value,
        "symbol": KIND_SYMBOLS[offered.step.kind],
        "department": offered.department,
        "why_not": offered.why_not,
        "needs_approval": offered.needs_approval,
        "is_plain_refusal": is_plain_refusal(offered),
        "departments": departments if offered.chooses_department else [],
        "needs_department": offered.needs_department,
        "asks_reason": offered.asks_reason,
        "is_plain": not (
            offered.asks or offered.asks_reason or offered.chooses_department or errors
        ),
        "is_open": form is not None,
        "fields": [
            {
                "id": f"step-{offered.step.key}-{name}",
                "name": name,
                "label": str(FIELDS[name].label),
                "value": data.get(name, ""),
                "error": errors.get(name, ""),
            }
            for name in offered.asks
        ],
        "ids": {name: f"step-{offered.step.key}-{name}" for name in ("department", "reason")},
        "data": data,
        "errors": errors,
    }


def is_plain_refusal(offered: StepOffered) -> bool:
    """Whether a step says no to a problem that waits for a yes, and asks for nothing but why.

    Only what waits for a yes leads back to the new ones. Refusing does the same, drawn or not.
    """
    return offered.end.state == ProblemState.NEW and not (offered.asks or offered.needs_approval)


def refusal_drawn(way: dict[str, Any] | None) -> str:
    """Take the one plain refusal out of what is offered and return its name, empty if there is none.

    The page has a form that refuses, also towards a better owner: it bears the name of the drawing
    instead of standing beside a button that does the same.
    """
    drawn = [step for step in way["offered"] if step["is_plain_refusal"]] if way else []
    if way is None or len(drawn) != 1:
        return ""
    way["offered"].remove(drawn[0])
    return str(drawn[0]["name"])


def requests_shown(standing: Standing, *, actor: Actor, form: Any) -> list[dict[str, Any]]:
    """Return the approvals that were asked for where a problem stands; no query."""
    names = {one.step.key: one.step.name for one in standing.steps}
    data = getattr(form, "data", {}) or {}
    errors = getattr(form, "errors", {}) or {}
    found = []
    for one in standing.requests:
        votes = sorted(one.votes.all(), key=lambda vote: (vote.asked_round, vote.pk))
        is_refused = data.get("request") == str(one.pk)
        found.append(
            {
                "id": one.pk,
                "field": f"approval-{one.pk}-reason",
                "step": names.get(one.step_key, one.step_key),
                "state": one.state,
                "state_label": REQUEST_WORDS[one.state](),
                "by": one.requested_by.name if one.requested_by else "",
                "asked_at": one.asked_at,
                "due_at": one.due_at,
                "progress": progress_words(said_yes(one), len(votes)),
                "may_vote": may_vote(one, actor),
                "reason": data.get("reason", "") if is_refused else "",
                "error": errors.get("reason", "") if is_refused else "",
                "votes": [vote_shown(vote) for vote in votes],
            }
        )
    return found


def vote_shown(vote: Any) -> dict[str, Any]:
    """Return what one of those who were asked said."""
    words = {"yes": _("agreed"), "no": _("said no"), "": _("has not answered")}
    return {
        "name": vote.user.name,
        "vote": vote.vote,
        "words": words[vote.vote],
        "reason": vote.reason,
        "at": vote.voted_at,
    }


def progress_words(agreed: int, asked: int) -> str:
    """Return how many of those who were asked agreed."""
    return ngettext("%(agreed)d of %(asked)d agreed", "%(agreed)d of %(asked)d agreed", asked) % {
        "agreed": agreed,
        "asked": asked,
    }


def approvals_shown(actor: Actor) -> list[dict[str, Any]]:
    """Return what waits for somebody's approval, due first; two queries at most."""
    return [approval_shown(one) for one in approvals_waiting_for(actor)]


def approval_shown(vote: Any) -> dict[str, Any]:
    """Return one step that waits for somebody's approval."""
    request = vote.request
    drawing = definition_with(request.workflow_version_id)
    step = next((one for one in drawing.steps if one.key == request.step_key), None)
    stages = {one.key: one.name for one in drawing.stages}
    return {
        "id": request.pk,
        "number": request.problem.name,
        "title": request.problem.title,
        "step": step.name if step is not None else request.step_key,
        "to": stages.get(step.end, step.end) if step is not None else "",
        "by": request.requested_by.name if request.requested_by else "",
        "reason": request.given.get("reason", ""),
        "department": request.department.name,
        "due_at": request.due_at,
        "stage": stages.get(request.stage_key, request.stage_key),
    }


def stage_shown(problem: Any) -> str:
    """Return what its drawing calls where a problem stands, empty on the standard way."""
    stage = stage_of(problem)
    return stage.name if stage is not None else ""


def drawn_action(way: Mapping[str, Any] | None) -> str:
    """Return the code of the thing to do next where a step leads on now, or nothing."""
    steps = way["offered"] if way is not None else ()
    return "step" if any(one["kind"] == StepKind.FORWARD.value for one in steps) else ""
