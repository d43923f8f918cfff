"""What is left of the promise to customers when a problem goes to the next department."""

from datetime import date, timedelta

import pytest

from problems.estimates import estimate_fix
from problems.handing import accept_problem, hand_over_problem, refuse_problem, route_problem
from problems.models import Problem
from problems.models.estimate import Confidence
from problems.time_budget import ShortTime, promise_of, split_of
from tests.make import AT, DAY, HOUR, make_actor, make_case, make_department, make_problem
from workflow.clocks.working_time import WorkingTime
from workflow.history.models import Entry
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")
ALL_DAY = WorkingTime.from_dict(
    {"tz": "Europe/Oslo", "hours": {"mon": [["00:00", "24:00"]]}, "holidays": [], "breaks": {}}
)


def department(name: str, *, within: timedelta, fix: timedelta | None = None) -> Department:
    """Return a department that asks for so many opening hours a step, and for the fix."""
    made = make_department(name)
    made.stage_within, made.fix_within = within, fix
    made.save()
    return made


def promised(problem: Problem, *, due_in: timedelta) -> None:
    """Let the solution of the problem's first case be promised for so long after AT."""
    clock = problem.links.get().case.clocks.get(metric="resolution")
    clock.due_at = AT + due_in
    clock.save(update_fields=["due_at"])


def kept_of(problem: Problem, action: str) -> dict[str, object]:
    """Return what the history keeps of the last act of a kind."""
    entry = Entry.objects.filter(
        subject_kind="problem", subject_id=problem.pk, action=action
    ).last()
    assert entry is not None
    changes: dict[str, object] = entry.changes
    return changes


def test_a_person_is_asked_before_a_department_gets_less_than_its_target(tenant: Tenant) -> None:
    lead, payments = make_actor(Role.LEAD), department("Payments", within=8 * HOUR)
    problem = make_problem()
    promised(problem, due_in=5 * HOUR)

    with pytest.raises(ShortTime) as refused:
        route_problem(problem_id=problem.pk, department=payments, actor=lead, at=AT + 2 * HOUR)

    assert refused.value.code == "short_time"
    assert refused.value.sentence == (
        "Payments asks for 8 h, and the promise to customers leaves 3 h."
    )
    problem.refresh_from_db()
    assert problem.state == "new"


def test_confirmed_it_goes_there_and_the_history_keeps_how_little_was_left(tenant: Tenant) -> None:
    lead, payments = make_actor(Role.LEAD), department("Payments", within=8 * HOUR)
    problem = make_problem()
    promised(problem, due_in=5 * HOUR)

    route_problem(
        problem_id=problem.pk, department=payments, actor=lead, at=AT + 2 * HOUR, confirm=True
    )

    kept = kept_of(problem, "problem.routed")
    assert (kept["left_seconds"], kept["target_seconds"]) == (3 * 3600, 8 * 3600)
    assert kept["confirmed"] is True


def test_with_enough_time_nobody_is_asked_and_nothing_is_kept(tenant: Tenant) -> None:
    lead, payments = make_actor(Role.LEAD), department("Payments", within=3 * HOUR)
    problem = make_problem()
    promised(problem, due_in=5 * HOUR)

    route_problem(problem_id=problem.pk, department=payments, actor=lead, at=AT + 2 * HOUR)

    assert "left_seconds" not in kept_of(problem, "problem.routed")


def test_the_target_for_the_fix_goes_before_that_of_a_step(tenant: Tenant) -> None:
    payments = department("Payments", within=HOUR, fix=6 * HOUR)
    problem = make_problem()
    promised(problem, due_in=5 * HOUR)

    with pytest.raises(ShortTime):
        route_problem(
            problem_id=problem.pk,
            department=payments,
            actor=make_actor(Role.LEAD),
            at=AT + 2 * HOUR,
        )


def test_handing_over_and_refusing_towards_somebody_ask_too(tenant: Tenant) -> None:
    billing = department("Billing", within=HOUR)
    payments = department("Payments", within=8 * HOUR)
    member = make_actor(Role.MEMBER, department=billing)
    problem = make_problem()
    promised(problem, due_in=5 * HOUR)
    route_problem(problem_id=problem.pk, department=billing, actor=SYSTEM, at=AT + HOUR)
    with pytest.raises(ShortTime):
        refuse_problem(
            problem_id=problem.pk,
            reason="Not ours.",
            better_owner=payments,
            actor=member,
            at=AT + 2 * HOUR,
        )
    accept_problem(problem_id=problem.pk, actor=member, at=AT + 2 * HOUR)
    handing = {
        "problem_id": problem.pk,
        "department": payments,
        "reason": "The gateway.",
        "actor": member,
        "at": AT + 3 * HOUR,
    }
    with pytest.raises(ShortTime):
        hand_over_problem(**handing)  # type: ignore[arg-type]

    hand_over_problem(**handing, confirm=True)  # type: ignore[arg-type]

    assert kept_of(problem, "problem.handed_over")["left_seconds"] == 2 * 3600


def test_back_to_customer_service_asks_nobody(tenant: Tenant) -> None:
    billing = department("Billing", within=HOUR)
    problem = make_problem()
    promised(problem, due_in=3 * HOUR)
    route_problem(problem_id=problem.pk, department=billing, actor=SYSTEM, at=AT + HOUR)

    refuse_problem(
        problem_id=problem.pk,
        reason="Not ours.",
        actor=make_actor(Role.MEMBER, department=billing),
        at=AT + 2 * HOUR,
    )

    assert "left_seconds" not in kept_of(problem, "problem.refused")


def test_a_rule_is_not_asked_but_what_it_did_is_kept(tenant: Tenant) -> None:
    payments = department("Payments", within=8 * HOUR)
    problem = make_problem()
    promised(problem, due_in=5 * HOUR)

    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)

    kept = kept_of(problem, "problem.routed")
    assert kept["left_seconds"] == 3 * 3600
    assert kept["confirmed"] is False


def test_a_promise_that_is_over_leaves_nothing(tenant: Tenant) -> None:
    payments = department("Payments", within=8 * HOUR)
    problem = make_problem()
    promised(problem, due_in=HOUR)

    with pytest.raises(ShortTime) as refused:
        route_problem(
            problem_id=problem.pk,
            department=payments,
            actor=make_actor(Role.LEAD),
            at=AT + 3 * HOUR,
        )

    assert refused.value.budget.left_for == timedelta()
    assert refused.value.budget.short_by == 8 * HOUR


def test_the_earliest_of_the_linked_cases_counts(tenant: Tenant) -> None:
    early, late = make_case(priority=1), make_case(priority=4)
    problem = make_problem(cases=[late, early])

    found = promise_of(problem, hours=ALL_DAY)

    assert found is not None
    assert found.due_at == early.clocks.get(metric="resolution").due_at
    assert found.case_number == early.number


def test_the_day_that_customers_were_told_counts_if_it_is_earlier(tenant: Tenant) -> None:
    problem = make_problem(cases=[make_case(priority=4)])
    estimate_fix(
        problem_id=problem.pk,
        expected_on=date(2026, 3, 2),
        latest_on=date(2026, 3, 2),
        confidence=Confidence.HIGH,
        reason="A hot fix.",
        is_public=True,
        actor=make_actor(Role.LEAD),
        at=AT + HOUR,
    )

    found = promise_of(problem, hours=ALL_DAY)

    assert found is not None
    # The end of the day in Oslo is 23:00 UTC.
    assert found.due_at == AT.replace(hour=23)
    assert found.case_number is None


def test_a_promise_without_a_clock_or_a_public_day_is_none(tenant: Tenant) -> None:
    problem = make_problem()
    problem.links.get().case.clocks.all().delete()

    assert promise_of(problem, hours=ALL_DAY) is None
    assert split_of(problem, at=AT + HOUR).departments[0][1] is None


def test_the_split_says_who_used_how_much_and_who_would_have_what(tenant: Tenant) -> None:
    payments = department("Payments", within=8 * HOUR)
    problem = make_problem()
    promised(problem, due_in=6 * HOUR)
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)

    split = split_of(problem, at=AT + 3 * HOUR)

    service = Department.objects.get(is_customer_service=True)
    assert split.used_for == {service.pk: 2 * HOUR, payments.pk: HOUR}
    budgets = {one.pk: budget for one, budget in split.departments}
    found = budgets[payments.pk]
    assert found is not None
    assert (found.left_for, found.short_by) == (3 * HOUR, 5 * HOUR)


def test_hours_when_the_department_is_closed_are_none_of_its_budget(tenant: Tenant) -> None:
    payments = department("Payments", within=DAY)
    problem = make_problem()
    promised(problem, due_in=DAY)
    hours = payments.calendar.working_time()

    budgets = {one.pk: budget for one, budget in split_of(problem, at=AT).departments}

    found = budgets[payments.pk]
    assert found is not None
    assert found.left_for == hours.between(AT, AT + DAY)
    assert found.left_for < DAY
