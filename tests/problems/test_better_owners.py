"""Whoever refuses is told who likely owns it, and why."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from problems.better_owners import better_owners
from problems.fixing import put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import accept_problem, refuse_problem, route_problem
from problems.models import Problem
from tests.make import AT, HOUR, make_case, make_department, make_problem, make_rule
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def fixed_by(department: Department) -> Problem:
    """Return a problem about billing of the card that a department fixed for good."""
    problem = make_problem(cases=[make_case()])
    route_problem(problem_id=problem.pk, department=department, actor=SYSTEM, at=AT + 2 * HOUR)
    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=AT + 2 * HOUR)
    record_root_cause(
        problem_id=problem.pk, root_cause="A job.", public_cause="", actor=SYSTEM, at=AT + 3 * HOUR
    )
    put_fix_in_place(problem_id=problem.pk, fix="Off.", actor=SYSTEM, at=AT + 3 * HOUR)
    resolve_problem(problem_id=problem.pk, solution="Done.", actor=SYSTEM, at=AT + 4 * HOUR)
    return problem


def test_who_fixed_the_like_comes_before_what_rules_choose(tenant: Tenant) -> None:
    payments, cards = make_department("Payments"), make_department("Cards")
    billing, closed = make_department("Billing"), make_department("Closed")
    for department in (payments, cards, closed):
        make_rule(department)
    Department.objects.filter(pk=closed.pk).update(is_active=False)
    fixed_by(billing)
    problem = make_problem(cases=[make_case()])

    found = better_owners(problem, has_it=payments.pk)

    assert [(one.department.name, one.why) for one in found] == [
        ("Billing", "it fixed 1 problem like this (Card, billing)."),
        ("Cards", "the rule “To Cards” fits too."),
    ]
    assert found[0].reason == "It belongs to Billing: it fixed 1 problem like this (Card, billing)."


def test_who_had_it_before_is_named_and_the_one_that_has_it_is_not(tenant: Tenant) -> None:
    payments, cards = make_department("Payments"), make_department("Cards")
    problem = make_problem()
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)
    before = better_owners(problem, has_it=payments.pk)
    refuse_problem(
        problem_id=problem.pk, reason="No.", better_owner=cards, actor=SYSTEM, at=AT + 3 * HOUR
    )

    assert before == []
    assert better_owners(problem, has_it=cards.pk) == []


def test_asking_who_else_could_own_it_costs_five_queries(tenant: Tenant) -> None:
    payments = make_department("Payments")
    for name in ("Cards", "Billing", "Fraud"):
        fixed_by(make_department(name))
        make_rule(make_department(name))
    problem = make_problem(cases=[make_case()])

    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = better_owners(problem, has_it=payments.pk)

    assert (len(found), len(asked)) == (3, 5)
