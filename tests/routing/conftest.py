"""Rules with a past."""

from typing import Any

import pytest

from problems.handing import refuse_problem
from tests.make import AT, HOUR, make_actor, make_department, make_rule
from tests.routing.telling import fix, make_routed
from workflow.people.permissions import Role
from workflow.routing.models import RoutingRule


@pytest.fixture
def story(tenant: Any) -> RoutingRule:
    """Payments gets all about billing; two problems of loans were refused towards Loans."""
    payments, loans = make_department("Payments"), make_department("Loans")
    rule = make_rule(payments)
    payer = make_actor(Role.MEMBER, department=payments)
    lender = make_actor(Role.MEMBER, department=loans)
    for _ in range(3):
        fix(make_routed(), actor=payer, at=AT + HOUR)
    for _ in range(2):
        problem = make_routed(product="Loan")
        refuse_problem(
            problem_id=problem.pk,
            reason="It is a loan.",
            better_owner=loans,
            actor=payer,
            at=AT + HOUR,
        )
        fix(problem, actor=lender, at=AT + 2 * HOUR)
    return rule
