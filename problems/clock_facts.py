"""What clocks know of a problem at a moment; the facts are documented in workflow/clocks/metrics.py."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from problems.models import Leg, Problem
from problems.states import ProblemState
from workflow.clocks.engine import Moment
from workflow.conditions import Facts
from workflow.history.actions import Action
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
        "priority": problem.priority,
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
    told is enough for targets of the whole problem, as that for the root cause. `severities` are
    the priorities of those whose priority never changed.
    """
    found = {problem.pk: problem for problem in problems}
    ends: dict[int, datetime] = {}
    raised: dict[int, list[tuple[datetime, int, int]]] = {}
    for entry in Entry.objects.filter(
        Q(to_state__in=[ProblemState.RESOLVED, ProblemState.CLOSED])
        | Q(action=Action.PROBLEM_PRIORITY_SET),
        subject_kind="problem",
        subject_id__in=list(found),
    ).order_by("id"):
        if entry.action == Action.PROBLEM_PRIORITY_SET:
            given = (entry.at, int(entry.changes["from"]), int(entry.changes["to"]))
            raised.setdefault(entry.subject_id, []).append(given)
        else:
            ends.setdefault(entry.subject_id, entry.at)
    return {
        pk: list(
            moments_from(
                problem,
                priority=severities[pk],
                raised=raised.get(pk, []),
                ended_at=ends.get(pk),
            )
        )
        for pk, problem in found.items()
    }


def moments_from(
    problem: Problem,
    *,
    priority: int,
    raised: Sequence[tuple[datetime, int, int]] = (),
    ended_at: datetime | None,
) -> Iterator[Moment]:
    """Yield what was so of a problem when it was opened, at each change, and when it ended.

    `raised` tells when its priority changed, from which to which, in order of time.
    """
    facts: dict[str, object] = {
        "state": ProblemState.NEW.value,
        "severity": problem.severity,
        "priority": raised[0][1] if raised else priority,
        "is_cause_found": False,
        "opened_at": problem.opened_at,
    }
    yield Moment(problem.opened_at, {**facts, "event": "opened"})
    changes: list[tuple[datetime, dict[str, object]]] = [
        (at, {"priority": given, "event": "priority"}) for at, _before, given in raised
    ]
    if problem.root_cause_found_at is not None:
        found = {"is_cause_found": True, "event": "cause_found"}
        changes.append((problem.root_cause_found_at, found))
    for at, change in sorted(changes, key=lambda one: one[0]):
        if ended_at is None or at <= ended_at:
            facts |= change
            yield Moment(at, dict(facts))
    if ended_at is not None:
        yield Moment(ended_at, {**facts, "state": ProblemState.RESOLVED.value, "event": "ended"})
