"""What clocks know of a problem at a moment; the facts are documented in workflow/clocks/metrics.py."""

from problems.models import Leg, Problem
from problems.states import ProblemState
from workflow.conditions import Facts

FIXED = (ProblemState.VERIFYING, ProblemState.RESOLVED, ProblemState.CLOSED)


def facts_of(problem: Problem, leg: Leg, *, event: str) -> Facts:
    """Return the facts of a problem and its stay, right after something happened; no query.

    A problem that ends is `resolved` for its clocks, whatever comes of it.
    """
    state = ProblemState.RESOLVED if event == "ended" else problem.state
    is_discovery = leg.position == 0
    return {
        "event": event,
        "state": str(state),
        "severity": problem.severity,
        "priority": problem.severity,
        "department": leg.department.slug,
        "is_acknowledged": leg.acknowledged_at is not None,
        "is_cause_found": problem.root_cause_found_at is not None,
        "is_fixed": state in FIXED,
        "has_estimate": event == "estimated",
        "opened_at": problem.opened_at,
        # Nobody can be late before there is a problem: the discovery counts from its opening.
        "stage_since": problem.opened_at if is_discovery else leg.entered_at,
        "assigned_since": problem.opened_at if is_discovery else leg.entered_at,
    }
