"""What leads see of open problems: delayed, with nobody, on a detour, and by how much."""

from datetime import timedelta

from problems.at_risk import AtRisk, problems_at_risk
from problems.handing import accept_problem, refuse_problem, route_problem
from problems.models import Problem
from tests.journey.long_lives import problem_with_stays
from tests.make import (
    AT,
    DAY,
    HOUR,
    MINUTE,
    make_actor,
    make_case,
    make_department,
    make_problem,
    make_user,
)
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def routed(department: str = "Payments") -> Problem:
    """Return a problem that waits for a department's yes since 10:30 on a Monday."""
    problem = make_problem(cases=[make_case()])
    return route_problem(
        problem_id=problem.pk, department=make_department(department), actor=SYSTEM,
        at=AT + HOUR + 30 * MINUTE,
    )  # fmt: skip


def found(*, after: timedelta) -> list[AtRisk]:
    """Return what is at risk some time after the beginning."""
    return problems_at_risk(at=AT + after, at_most=8)


def test_what_is_in_time_is_not_named(tenant: Tenant) -> None:
    routed()

    assert found(after=2 * HOUR) == []


def test_past_its_target_with_nobody_it_is_lost_to_the_second(tenant: Tenant) -> None:
    problem = routed()
    leg = problem.legs.get(left_at=None)
    hours = leg.department.calendar.working_time()

    risk = found(after=3 * DAY)[0]

    assert risk.is_lost
    assert risk.delay == risk.lost_for == hours.between(leg.due_at, AT + 3 * DAY)
    assert risk.delay > timedelta()


def test_past_its_target_but_taken_up_it_is_only_late(tenant: Tenant) -> None:
    problem = routed()
    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=AT + 2 * HOUR)

    risk = found(after=3 * DAY)[0]

    assert not risk.is_lost
    assert risk.delay > timedelta()
    assert (risk.lost_for, risk.detour) == (timedelta(), timedelta())


def test_on_a_detour_it_says_since_when_and_from_whom(tenant: Tenant) -> None:
    problem = routed()
    refuse_problem(problem_id=problem.pk, reason="Not ours.", actor=SYSTEM, at=AT + 2 * HOUR)

    risk = found(after=5 * HOUR)[0]

    assert (risk.detour, risk.left_department, risk.delay) == (3 * HOUR, "Payments", timedelta())


def test_those_with_nobody_come_first(tenant: Tenant) -> None:
    taken, nobody = routed("Billing"), routed("Payments")
    accept_problem(problem_id=taken.pk, actor=SYSTEM, at=AT + 2 * HOUR)

    assert [risk.problem.pk for risk in found(after=9 * DAY)] == [nobody.pk, taken.pk]


def test_the_overview_names_them_and_leads_to_their_journeys(tenant: Tenant) -> None:
    problem = routed()
    lead = signed_in_staff(tenant, make_user(Role.LEAD))

    page = lead.get("/overview/")

    row = page.context["at_risk"][0]
    assert (row["number"], row["is_lost"], row["department"]) == (problem.name, True, "Payments")
    assert "nobody took it" in page.content.decode()
    assert lead.get(row["href"]).status_code == 200


def test_looking_for_risks_costs_the_same_queries_for_many(tenant: Tenant) -> None:
    make_actor()
    costs = []
    for _ in range(2):
        problem_with_stays(12)
        problem_with_stays(30)
        with counted() as queries:
            found(after=90 * DAY)
        costs.append(len(queries))

    assert costs == [2, 2], told(queries)
