"""What somebody may do with a problem now, and what is the next thing to do."""

from typing import Any

from problems.describing import is_described
from problems.stages import is_closing_drawn
from problems.states import WORKING_STATES, ProblemState
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

NEXT = ("take", "route", "accept", "root_cause", "fix", "resolve")


def rights(actor: Actor, problem: Any, *, department_id: int) -> dict[str, bool]:
    """Return what an actor may do with a problem that this department has; no query."""
    state = problem.state
    steers = actor.may(Permission.STEER_PROBLEM)
    is_ours = steers or (actor.may(Permission.WORK_PROBLEM) and actor.works_in(department_id))
    is_new = state == ProblemState.NEW
    has_ended = not problem.is_open
    may_take = actor.may(Permission.WORK_PROBLEM) and bool(actor.departments)
    found = {
        "take": is_new and may_take and is_described(problem),
        "see_what_lacks": is_new and not is_described(problem),
        "route": is_new and actor.may(Permission.ROUTE_PROBLEM),
        "accept": state == ProblemState.ASSESS and is_ours,
        "refuse": state == ProblemState.ASSESS and is_ours,
        "hand_over": state in WORKING_STATES and is_ours,
        "assign": state in (ProblemState.ASSESS, *WORKING_STATES) and is_ours,
        "root_cause": state == ProblemState.ROOT_CAUSE and is_ours,
        "workaround": problem.is_open and is_ours,
        "fix": state == ProblemState.FIX_IN_PROGRESS and is_ours,
        "find_wanting": state == ProblemState.VERIFYING and is_ours,
        "resolve": state == ProblemState.VERIFYING and is_ours,
        "estimate": problem.is_open and is_ours,
        "describe": problem.is_open and actor.may(Permission.OPEN_PROBLEM),
        "ask": problem.is_open and is_ours,
        "note": actor.may(Permission.VIEW_NOTE),
        "evidence": actor.may(Permission.VIEW_PROBLEM) and problem.is_open,
        "end": problem.is_open and steers,
        "reshape": steers and (problem.is_open or problem.survivor_id is not None),
        "reopen": has_ended and steers,
        "close": state == ProblemState.RESOLVED and steers,
    }
    return found if problem.workflow_version_id is None else beside(found, problem)


DRAWN = ("route", "accept", "hand_over", "root_cause", "fix", "find_wanting", "resolve", "close")


def beside(found: dict[str, bool], problem: Any) -> dict[str, bool]:
    """Return what may be done beside the drawing of a problem: what leads on is drawn.

    What was handed over waits for a yes that needs no step: where it leads was said with it.
    """
    kept = {code: may and code not in DRAWN for code, may in found.items()}
    kept["accept"] = found["accept"] and bool(problem.next_stage_key)
    kept["close"] = found["close"] and not is_closing_drawn(problem)
    return kept


def next_action(may: dict[str, bool]) -> str:
    """Return the code of the thing to do next, or nothing."""
    return next((code for code in NEXT if may[code]), "")
