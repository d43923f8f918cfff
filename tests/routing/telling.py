"""Problems that rules routed, and what departments did with them."""

from datetime import datetime

from problems.fixing import put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import accept_problem
from problems.linking import open_problem_from_cases
from problems.models import Problem
from problems.routing import route_by_rules
from tests.make import AT, make_case, make_product
from workflow.people.actors import Actor

SYSTEM = Actor.system("test")


def make_routed(*, product: str = "Card", title: str = "Taken twice", at: datetime = AT) -> Problem:
    """Return a problem about billing that the rules have sent."""
    problem = open_problem_from_cases(
        cases=[make_case(at=at)],
        title=title,
        statement="The amount is collected again.",
        category="billing",
        product=make_product(product),
        actor=SYSTEM,
        at=at,
    )
    assert route_by_rules(problem_id=problem.pk, actor=SYSTEM, at=at)
    return problem


def fix(problem: Problem, *, actor: Actor, at: datetime) -> None:
    """Let a department that has a problem fix it for good."""
    accept_problem(problem_id=problem.pk, actor=actor, at=at)
    record_root_cause(
        problem_id=problem.pk, root_cause="A retry.", public_cause="", actor=actor, at=at
    )
    put_fix_in_place(problem_id=problem.pk, fix="No retry.", actor=actor, at=at)
    resolve_problem(problem_id=problem.pk, solution="It is fixed.", actor=actor, at=at)
