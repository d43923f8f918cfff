"""What clocks know of a problem at a moment; the facts are documented in workflow/clocks/metrics.py."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from problems.models import Leg, Problem
from problems.states import ProblemState
from workflow.clocks.engine import Moment
from workflow.conditions import Facts
from workflow.history.models import Entry

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


def moments_of(
    problems: Iterable[Problem], *, severities: Mapping[int, int]
) -> dict[int, list[Moment]]:
    """Return the history of problems as moments for the engine, by id; one query.

    They end with the first end of a problem: what begins anew is another department's. What is
    told is enough for targets of the whole problem, as that for the root cause.
    """
    found = {problem.pk: problem for problem in problems}
    ends: dict[int, datetime] = dict(
        Entry.objects.filter(
            subject_kind="problem",
            subject_id__in=list(found),
            to_state__in=[ProblemState.RESOLVED, ProblemState.CLOSED],
        )
        .order_by("-id")
        .values_list("subject_id", "at")
    )
    return {
        pk: list(moments_from(problem, severity=severities[pk], ended_at=ends.get(pk)))
        for pk, problem in found.items()
    }


def moments_from(problem: Problem, *, severity: int, ended_at: datetime | None) -> Iterator[Moment]:
    """Yield what was so of a problem when it was opened, its cause was found, and it ended."""
    facts: dict[str, object] = {
        "state": ProblemState.NEW.value,
        "severity": severity,
        "priority": severity,
        "is_cause_found": False,
        "opened_at": problem.opened_at,
    }
    yield Moment(problem.opened_at, {**facts, "event": "opened"})
    found_at = problem.root_cause_found_at
    if found_at is not None and (ended_at is None or found_at <= ended_at):
        facts["is_cause_found"] = True
        yield Moment(found_at, {**facts, "event": "cause_found"})
    if ended_at is not None:
        yield Moment(ended_at, {**facts, "state": ProblemState.RESOLVED.value, "event": "ended"})
