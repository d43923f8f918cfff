"""The board and the page of a problem ask the same, however much there is, and answer quickly."""

from time import process_time

import pytest
from django.test import Client
from django.utils.timezone import now

from problems.handing import accept_problem, route_problem
from problems.models import CaseLink, Leg, Problem
from tests.make import HOUR, make_case, make_contact, make_department, make_problem, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.multiplying import lengthen, link_many, multiply_problem
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
# Seconds of this processor under load; what a quiet machine measures stands in docs/performance.md.
PATIENCE = 5.0


def in_work(department: Department, *, accepted: bool = True) -> Problem:
    """Return a problem that a department got an hour ago."""
    at = now() - HOUR
    problem = make_problem(cases=[make_case(contact=make_contact(at=at), at=at)], at=at)
    route_problem(problem_id=problem.pk, department=department, actor=SYSTEM, at=at)
    if accepted:
        accept_problem(problem_id=problem.pk, actor=SYSTEM, at=at)
    return Problem.objects.get(pk=problem.pk)


def asked(client: Client, path: str) -> tuple[list[str], float]:
    """Return what a page asks and how many seconds of the processor it takes."""
    client.get(path)
    began = process_time()
    with counted() as queries:
        answer = client.get(path)
        assert answer.status_code == 200, answer.content[-2500:].decode()
    seconds = process_time() - began
    # Which tenant is at a host is kept for a while: whether it is asked is a matter of time.
    return [sql for sql in queries if "workflow_tenanthost" not in sql], seconds


@pytest.mark.queries
@pytest.mark.parametrize("count", [pytest.param(60), pytest.param(500, marks=pytest.mark.full)])
def test_the_board_asks_the_same_for_two_problems_and_for_hundreds(
    tenant: Tenant, count: int
) -> None:
    payments = make_department("Payments")
    in_work(payments)
    waiting = in_work(payments, accepted=False)
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))

    few, _seconds = asked(client, "/work/")
    multiply_problem(waiting, count=count - 2)
    many, seconds = asked(client, "/work/")

    shown = client.get("/work/").context["columns"]
    assert sum(len(column["problems"]) for column in shown) == count
    assert len(few) == len(many), told(many)
    assert seconds < PATIENCE


@pytest.mark.queries
@pytest.mark.parametrize(
    ("legs", "cases"),
    [pytest.param(60, 300), pytest.param(60, 5_000, marks=pytest.mark.full)],
)
@pytest.mark.parametrize("accepted", [True, False], ids=["in work", "waiting for a yes"])
def test_a_problem_asks_the_same_however_long_its_way_and_however_many_cases(
    tenant: Tenant, legs: int, cases: int, *, accepted: bool
) -> None:
    payments, cards = make_department("Payments"), make_department("Cards")
    problem = in_work(payments, accepted=accepted)
    client = signed_in_staff(tenant, make_user(Role.HEAD, department=payments))
    path = f"/p/{problem.number}/"

    few, _seconds = asked(client, path)
    lengthen(
        problem,
        legs=legs - Leg.objects.filter(problem=problem).count(),
        departments=[payments.pk, cards.pk],
    )
    link_many(problem, count=cases - 1)
    many, seconds = asked(client, path)

    assert Leg.objects.filter(problem=problem).count() == legs
    assert CaseLink.objects.filter(problem=problem).count() == cases
    assert len(few) == len(many), told(many)
    assert seconds < PATIENCE
