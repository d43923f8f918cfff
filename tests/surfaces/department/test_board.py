"""The board of a department: what it may take, what it works on, what is due."""

from typing import Any

import pytest
from django.utils.timezone import now

from problems.handing import accept_problem, route_problem
from problems.models import Leg, Problem
from tests.make import AT, DAY, HOUR, make_case, make_department, make_problem, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import client_at, signed_in_staff
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SYSTEM = Actor.system("test")


def sent_to(department: Department, *, at: Any = AT + 2 * HOUR) -> Problem:
    """Return a problem that was sent to a department."""
    problem = make_problem(at=at)
    return route_problem(problem_id=problem.pk, department=department, actor=SYSTEM, at=at)


def columns_on(answer: Any) -> dict[str, list[str]]:
    """Return the numbers of the problems in each column."""
    return {
        column["code"]: [one["number"] for one in column["problems"]]
        for column in answer.context["columns"]
    }


def test_the_board_shows_what_the_department_has(tenant: Tenant) -> None:
    payments, billing = make_department("Payments"), make_department("Billing")
    nobodys = make_problem()
    to_take, late, in_work = sent_to(payments), sent_to(payments), sent_to(payments, at=now())
    for problem, at in ((late, AT + 3 * HOUR), (in_work, now())):
        accept_problem(problem_id=problem.pk, actor=SYSTEM, at=at)
    # The clock of this one is far from its end, whatever day the test runs on.
    in_work.clocks.filter(state="running").update(due_at=now() + 5 * DAY)
    sent_to(billing)
    member = make_user(Role.MEMBER, department=payments)

    answer = signed_in_staff(tenant, member).get("/work/")

    shown = columns_on(answer)
    assert sorted(shown["to_take"]) == sorted([nobodys.name, to_take.name])
    assert shown["due"] == [late.name]
    assert shown["working"] == [in_work.name]


def test_a_problem_is_accepted_from_the_board(tenant: Tenant) -> None:
    payments = make_department("Payments")
    problem = sent_to(payments)
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))

    answer = client.post(
        f"/p/{problem.number}/act/",
        {"action": "accept", "back": "board", "version": problem.version},
    )

    assert answer.headers["Location"] == "/work/"
    problem.refresh_from_db()
    assert problem.state == "root_cause"


def test_a_new_problem_is_taken_from_the_board(tenant: Tenant) -> None:
    payments, problem = make_department("Payments"), make_problem()
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))
    assert client.get("/work/").context["columns"][0]["problems"][0]["may_take"]

    client.post(
        f"/p/{problem.number}/act/",
        {"action": "take", "back": "board", "department": payments.pk},
    )

    assert Leg.objects.get(problem=problem, left_at=None).department_id == payments.pk


def test_what_is_not_described_yet_is_not_offered(tenant: Tenant) -> None:
    payments, problem = make_department("Payments"), make_problem()
    Problem.objects.filter(pk=problem.pk).update(statement="")
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))

    board, page = client.get("/work/"), client.get(f"/p/{problem.number}/").content.decode()

    assert not board.context["columns"][0]["problems"][0]["may_take"]
    assert "Not described yet" in board.content.decode()
    assert 'value="take"' not in page
    assert "Customer service writes them down." in page


def test_a_member_sees_the_own_departments_a_lead_sees_all(tenant: Tenant) -> None:
    payments, billing = make_department("Payments"), make_department("Billing")
    theirs = sent_to(billing)
    member = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))
    lead = signed_in_staff(tenant, make_user(Role.LEAD))
    head = signed_in_staff(tenant, make_user(Role.HEAD, department=payments))

    assert member.get("/work/?department=billing").status_code == 404
    for client in (lead, head):
        assert columns_on(client.get("/work/?department=billing"))["to_take"] == [theirs.name]


def test_somebody_without_a_department_is_told_so(tenant: Tenant) -> None:
    answer = signed_in_staff(tenant, make_user(Role.MEMBER)).get("/work/")

    assert answer.status_code == 200
    assert "You work in no department yet." in answer.content.decode()


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
def test_others_have_no_board(tenant: Tenant, role: Role) -> None:
    assert signed_in_staff(tenant, make_user(role)).get("/work/").status_code == 403


def test_nobody_sees_the_board_without_signing_in(tenant: Tenant) -> None:
    assert client_at(tenant).get("/work/").status_code == 302


def test_a_department_of_another_tenant_is_not_found(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant.pk):
        make_department("Elsewhere")

    answer = signed_in_staff(tenant, make_user(Role.LEAD)).get("/work/?department=elsewhere")

    assert answer.status_code == 404


def test_the_board_asks_the_same_for_two_problems_and_for_twenty(tenant: Tenant) -> None:
    payments = make_department("Payments")
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))
    client.get("/work/")

    def queries_with(count: int) -> list[str]:
        for _ in range(count - Problem.objects.count()):
            make_case()
            sent_to(payments)
        with counted() as queries:
            shown = columns_on(client.get("/work/"))
            assert sum(map(len, shown.values())) == count
        return queries

    few, many = queries_with(2), queries_with(20)

    assert len(few) == len(many), told(many)
    # Session, user with memberships; then departments, problems with counts, legs with departments
    # and calendars, open clocks, approvals, people with what they have, absences and rotas, four
    # for the impact, the count of tasks.
    assert len(many) == 2 + 14, told(many)
