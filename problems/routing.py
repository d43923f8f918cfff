"""Which department? Facts of a problem, and the rule that decides."""

from datetime import datetime

from customers.models import Product
from problems.handing import route_problem
from problems.lifecycle import NotDescribed, NotInThisState
from problems.models import Problem
from workflow.people.actors import Actor
from workflow.routing.deciding import Decision, decide


def facts_of(problem: Problem) -> dict[str, str | int]:
    """Return what rules may ask of a problem."""
    return facts(
        title=problem.title,
        statement=problem.statement,
        category=problem.category,
        product=problem.product,
        severity=problem.severity,
    )


def facts(
    *, title: str, statement: str, category: str, product: Product | None, severity: int = 3
) -> dict[str, str | int]:
    """Return what rules may ask of a problem that has yet to be opened."""
    return {
        "title": title,
        "statement": statement,
        "text": f"{title}\n{statement}",
        "category": category,
        "product": product.name if product else "",
        "severity": severity,
    }


def decision_for(problem: Problem) -> Decision | None:
    """Return where the rules send a problem, or None; one query."""
    return decide(facts_of(problem))


def route_by_rules(*, problem_id: int, actor: Actor, at: datetime) -> Problem | None:
    """Route a new problem by the first rule that fits.

    Without a rule, or while something is missing, it stays with customer service, whose clock
    runs; returns None then. A problem that is on its way already is left alone.
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
    except (NotDescribed, NotInThisState):
        return None
