"""The priority of a problem follows what it does to customers, by the tenant's rule; or a person says.

The rule raises what people said of the severity and never lowers it. Whatever the priority is, the
grounds stand beside the problem, and the clock for its cause follows it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from problems.events import PriorityChanged
from problems.legs import follow, open_leg
from problems.lifecycle import keep, lock_problem, refuse_unless, required_reason, tell
from problems.models import Problem
from problems.problem_policies import policy_of_tenant, thresholds_of
from problems.states import OPEN_STATES
from problems.urgency import Figures, grounds_of, kept_grounds, priority_of
from problems.weighing import figures_of
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue
from workflow.lengths import one_line
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LONGEST_REASON = 200
PRIORITIES = (1, 2, 3, 4)
SYSTEM = "impact"


class BadPriority(Refusal):
    """There is no such priority."""

    code = "bad_priority"
    status = 422


def follow_impact(*, at: datetime, among: Collection[int] | None = None) -> int:
    """Let open problems of the tenant, or some of them, have the priority that the rule gives them.

    Four queries for any number, and some for each that changes; returns how many did. A problem
    about which a person decided is left alone.
    """
    policy = policy_of_tenant()
    rows = Problem.objects.filter(state__in=OPEN_STATES, priority_reason="")
    if among is not None:
        rows = rows.filter(pk__in=list(among))
    problems = {problem.pk: problem for problem in rows.order_by("id")}
    figures = figures_of(problems, at=at) if policy.follows_impact else {}
    return sum(
        settle(pk, because, at=at)
        for pk, problem in problems.items()
        if is_new(problem, because := grounds_for(problem, figures.get(pk), policy=policy))
    )


def is_new(problem: Problem, because: dict[str, Any]) -> bool:
    """Whether grounds give another priority than before, or are of another kind; no query."""
    given = priority_of(severity=problem.severity, because=because)
    return given != problem.priority or kinds(because) != kinds(problem.priority_because)


def kinds(because: dict[str, Any]) -> list[tuple[str, int]]:
    """Return what grounds ask for, without their figures, which change all day."""
    return [(one.measure, one.priority) for one in kept_grounds(because)]


def grounds_for(problem: Problem, figures: Figures | None, *, policy: Any) -> dict[str, Any]:
    """Return on which grounds the rule would raise a problem, as they are kept; no query."""
    if figures is None:
        return {}
    held = {one.measure: one.priority for one in kept_grounds(problem.priority_because)}
    found = grounds_of(figures, thresholds_of(policy), held=held)
    return {"grounds": [one.as_facts() for one in found]} if found else {}


@transaction.atomic
def settle(problem_id: int, because: dict[str, Any], *, at: datetime) -> bool:
    """Give a problem the priority of its grounds, unless it ended or a person was faster."""
    problem = lock_problem(problem_id)
    if not problem.is_open or problem.priority_reason:
        return False
    problem.priority_because = because
    give(
        problem,
        priority_of(severity=problem.severity, because=because),
        actor=Actor.system(SYSTEM),
        at=at,
    )
    return True


@transaction.atomic
def set_priority(
    *, problem_id: int, priority: int, reason: str, actor: Actor, at: datetime
) -> Problem:
    """Decide on the priority against the rule, with a reason; it stays until somebody lets go of it.

    Raises:
        NotPermitted: the actor does not steer problems.
        BadPriority: there is no such priority.
        ReasonMissing: no reason was given.
        NotInThisState: the problem has ended.
    """
    actor.require(Permission.STEER_PROBLEM)
    if priority not in PRIORITIES:
        raise BadPriority(
            _("There is no such priority."), next_step=_("Choose one from 1 (urgent) to 4 (low).")
        )
    reason = one_line(required_reason(reason), longest=LONGEST_REASON)
    problem = lock_problem(problem_id)
    refuse_unless(problem, *OPEN_STATES)
    problem.priority_by_id = actor.user_id
    problem.priority_reason = reason
    give(problem, priority, actor=actor, at=at)
    return problem


@transaction.atomic
def let_priority_follow(*, problem_id: int, actor: Actor, at: datetime) -> Problem:
    """Let the rule decide again about a problem that a person had decided about.

    Raises:
        NotPermitted: the actor does not steer problems.
        NotInThisState: the problem has ended.
    """
    actor.require(Permission.STEER_PROBLEM)
    problem = lock_problem(problem_id)
    refuse_unless(problem, *OPEN_STATES)
    policy = policy_of_tenant()
    figures = figures_of([problem.pk], at=at) if policy.follows_impact else {}
    problem.priority_by = None
    problem.priority_reason = ""
    problem.priority_because = grounds_for(problem, figures.get(problem.pk), policy=policy)
    given = priority_of(severity=problem.severity, because=problem.priority_because)
    give(problem, given, actor=actor, at=at, had_reason=True)
    return problem


def give(
    problem: Problem, priority: int, *, actor: Actor, at: datetime, had_reason: bool = False
) -> None:
    """Save a priority with its history and news, and let the clock for the cause follow it.

    The same priority is told only where a person decided, or `had_reason` and lets go of it.
    """
    before = problem.priority
    problem.priority = priority
    keep(problem)
    if before == priority and not (problem.priority_reason or had_reason):
        return
    if before != priority:
        follow(problem, open_leg(problem), event="priority", at=at)
    changes: dict[str, ChangeValue] = {"from": before, "to": priority}
    if not problem.priority_reason:
        changes["grounds"] = " ".join(one.measure for one in kept_grounds(problem.priority_because))
    tell(
        problem,
        Action.PROBLEM_PRIORITY_SET,
        actor=actor,
        at=at,
        changes=changes,
        changes_state=False,
        event=PriorityChanged(problem_id=problem.pk, priority=priority, changed_at=at),
    )
