"""Which department? The rule that decides."""

from datetime import datetime

from problems.describing import NotDescribed
from problems.facts import facts_of
from problems.handing import route_problem
from problems.lifecycle import NotInThisState
from problems.models import Problem
from problems.step_needs import KeptByDrawing
from workflow.people.actors import Actor
from workflow.routing.deciding import Decision, decide


def decision_for(problem: Problem) -> Decision | None:
    """Return where the rules send a problem, or None; one query."""
    return decide(facts_of(problem))


def route_by_rules(*, problem_id: int, actor: Actor, at: datetime) -> Problem | None:
    """Route a new problem by the first rule that fits.

    Without a rule, while something is missing, and where its drawing leads elsewhere, it stays
    with customer service, whose clock runs; returns None then. A problem that is on its way already is left alone.
    """
    problem = Problem.objects.select_related("product").get(pk=problem_id)
    decision = decision_for(problem)
    if decision is None:
        return None
    try:
        return route_problem(
            problem_id=problem_id,
            department=decision.department,
            because={
                "rule": decision.rule_id,
                "rule_name": decision.rule_name[:80],
                "reasons": "; ".join(decision.reasons)[:200],
            },
            actor=actor,
            at=at,
        )
    except (NotDescribed, NotInThisState, KeptByDrawing):
        return None
