"""What problems are called on pages: stages, reasons, outcomes, dates of the fix."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from problems.stages import stage_ahead, visible_stage
from problems.states import STATE_NAMES, Outcome, ProblemState, VisibleStage

SEVERITIES = {
    1: gettext_lazy("Critical"),
    2: gettext_lazy("Major"),
    3: "",
    4: gettext_lazy("Minor"),
}
BECAUSE = {
    "discovered": gettext_lazy("Found in what customers wrote"),
    "opened": gettext_lazy("Opened"),
    "routed": gettext_lazy("Sent to the department"),
    "taken": gettext_lazy("Taken by the department"),
    "accepted": gettext_lazy("Accepted"),
    "forward": "",
    "side": "",
    "back": gettext_lazy("The fix did not hold"),
    "refused": gettext_lazy("Refused"),
    "handed_over": gettext_lazy("Handed over"),
    "reopened": gettext_lazy("It came back"),
}
OUTCOMES = {
    Outcome.FIX_APPLIED: gettext_lazy("Fixed"),
    Outcome.RISK_ACCEPTED: gettext_lazy("Risk accepted"),
    Outcome.DUPLICATE: gettext_lazy("Duplicate of another problem"),
    Outcome.NOT_A_PROBLEM: gettext_lazy("Not a problem"),
    Outcome.CANCELLED: gettext_lazy("Cancelled"),
}
STAGES_CUSTOMERS_SEE = {
    VisibleStage.RECEIVED: gettext_lazy("Received"),
    VisibleStage.INVESTIGATING: gettext_lazy("Investigating"),
    VisibleStage.IDENTIFIED: gettext_lazy("Cause found"),
    VisibleStage.FIXING: gettext_lazy("Fixing"),
    VisibleStage.MONITORING: gettext_lazy("Checking the fix"),
    VisibleStage.RESOLVED: gettext_lazy("Resolved"),
}
CONFIDENCES = {
    "high": gettext_lazy("Sure"),
    "medium": gettext_lazy("Likely"),
    "low": gettext_lazy("A guess"),
}
FILTERS = {
    "open": gettext_lazy("Open"),
    "known-errors": gettext_lazy("Known errors"),
    "new": gettext_lazy("Not accepted yet"),
    "resolved": gettext_lazy("Resolved"),
}


def state_words(state: str) -> str:
    """Return a problem's state in words."""
    return str(STATE_NAMES[ProblemState(state)])


def leg_title(stage: str, *, name: str = "") -> str:
    """Return what a stay in a stage was for; `name` is what its drawing calls the stage."""
    if name:
        return name
    if stage == ProblemState.RESOLVED:
        return _("Held solved")
    if stage == ProblemState.NEW:
        return _("Discovery")
    return state_words(stage)


def because_words(code: str, reason: str, *, sender: str = "", drawn: str = "") -> str:
    """Return why a stay began: the kind of step, who sent it, and what was written.

    `drawn` is what its drawing calls the step.
    """
    step = drawn or str(BECAUSE.get(code, ""))
    if sender and not drawn and code == "refused":
        step = _("Refused by %(department)s") % {"department": sender}
    elif sender and not drawn and code == "handed_over":
        step = _("Handed over by %(department)s") % {"department": sender}
    if step and reason:
        return _("%(step)s: %(reason)s") % {"step": step, "reason": reason}
    return step or reason


def stage_customers_see(problem: Any) -> str:
    """Return what customers read of where a problem stands."""
    is_found = problem.root_cause_found_at is not None
    stage = visible_stage(stage_ahead(problem), state=problem.state, is_found=is_found)
    return str(STAGES_CUSTOMERS_SEE[stage])


def words_customers_read(problem: Any) -> str:
    """Return what customers read of a problem: solution, cause, or what its workflow says."""
    if problem.resolved_at is not None:
        return str(problem.solution)
    stage = stage_ahead(problem)
    said = stage.public_words.strip() if stage is not None else ""
    return "\n".join(text for text in (said, problem.public_cause) if text)


def day_words(on: date) -> str:
    """Return a day as people say it: Fri 20 Nov."""
    return date_format(on, "D j M")


def estimate_words(expected_on: date | None, latest_on: date | None) -> str:
    """Return when the fix is expected: one day, or from one to another; empty if not known."""
    if expected_on is None:
        return ""
    if latest_on is None or latest_on == expected_on:
        return day_words(expected_on)
    return _("%(day)s to %(latest)s") % {
        "day": day_words(expected_on),
        "latest": day_words(latest_on),
    }


def outcome_choices() -> list[dict[str, str]]:
    """Return the ways in which a problem ends without a fix."""
    return [
        {"value": outcome.value, "label": str(label)}
        for outcome, label in OUTCOMES.items()
        if outcome not in (Outcome.FIX_APPLIED, Outcome.DUPLICATE)
    ]


def confidence_choices() -> list[dict[str, str]]:
    """Return how sure one can be of a date."""
    return [{"value": code, "label": str(label)} for code, label in CONFIDENCES.items()]
