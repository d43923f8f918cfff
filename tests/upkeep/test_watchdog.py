"""What a change of people, departments or clocks leaves with nobody finds somebody by itself."""

from datetime import datetime

import pytest
from django.utils.timezone import now

from cases.lifecycle import assign_case
from problems.changes import Plan, plan_change
from problems.department_tasks import accept_task, ask_department
from problems.handing import accept_problem, route_problem
from problems.models import Problem, ProblemClock, Task
from problems.models.change import ChangeKind, ChangeRisk
from problems.repairing import repair
from problems.watching import forgotten_problems, look_again
from servicedesk.notifications.composing import letter_for
from servicedesk.upkeep.repairing import watch
from tests.hearing import hear_everything, told
from tests.make import (
    AT,
    DAY,
    HOUR,
    make_case,
    make_department,
    make_problem,
    make_user,
)
from tests.proof.asking import broken_rules
from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import Department, User
from workflow.people.permissions import Role
from workflow.staffing import deactivate_user
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def worked_on_by(member: User, department: Department) -> Problem:
    """Return a problem that somebody of a department has accepted."""
    problem = make_problem()
    route_problem(problem_id=problem.pk, department=department, actor=SYSTEM, at=AT + 2 * HOUR)
    actor = actor_for_user(member, source=Source.AGENT)
    accept_problem(problem_id=problem.pk, actor=actor, at=AT + 3 * HOUR)
    return Problem.objects.get(pk=problem.pk)


def asked_of(department: Department, *, problem: Problem, by: User | None) -> Task:
    """Return a task that a department was asked for, accepted if somebody took it."""
    task = ask_department(
        problem_id=problem.pk, department=department, title="Look", actor=SYSTEM, at=AT + 4 * HOUR
    )
    if by is not None:
        accept_task(
            task_id=task.pk, actor=actor_for_user(by, source=Source.AGENT), at=AT + 4 * HOUR
        )
    return task


def test_what_a_deactivated_colleague_had_goes_back(tenant: Tenant) -> None:
    payments = make_department("Payments")
    member, lead = make_user(Role.MEMBER, department=payments), make_user(Role.LEAD)
    problem = worked_on_by(member, payments)
    Problem.objects.filter(pk=problem.pk).update(lead=lead)
    task = asked_of(payments, problem=problem, by=member)
    case = make_case()
    assign_case(case_id=case.pk, owner=lead, queue=None, actor=SYSTEM, at=AT + HOUR)
    for user in (member, lead):
        deactivate_user(user_id=user.pk, actor=SYSTEM, at=AT + 5 * HOUR)
    before = set(broken_rules(at=AT + 6 * HOUR))

    repaired = repair(at=AT + 6 * HOUR)

    assert before == {
        "case_of_deactivated_owner",
        "problem_of_deactivated_person",
        "task_with_nobody",
    }
    assert (repaired.cases, repaired.problems, repaired.leads, repaired.tasks) == (1, 1, 1, 1)
    assert broken_rules(at=AT + 6 * HOUR) == {}
    case.refresh_from_db()
    assert (case.owner, case.needs_attention) == (None, True)
    assert case.queue is not None
    assert problem.legs.get(left_at=None).assignee is None
    assert Task.objects.get(pk=task.pk).assignee is None
    assert repair(at=AT + 6 * HOUR).total == 0


def test_what_a_closed_department_had_goes_to_customer_service(tenant: Tenant) -> None:
    payments, cards = make_department("Payments"), make_department("Cards")
    member = make_user(Role.MEMBER, department=payments)
    working = worked_on_by(member, payments)
    waiting = make_problem(cases=[make_case()])
    route_problem(problem_id=waiting.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)
    asked_of(
        payments, problem=worked_on_by(make_user(Role.MEMBER, department=cards), cards), by=None
    )
    case = make_case()
    assign_case(case_id=case.pk, owner=None, queue=payments, actor=SYSTEM, at=AT + HOUR)
    Department.objects.filter(pk=payments.pk).update(is_active=False)
    before = set(broken_rules(at=AT + 6 * HOUR))

    repaired = repair(at=AT + 6 * HOUR)

    assert before == {"leg_of_closed_department", "case_in_closed_queue", "task_with_nobody"}
    assert (repaired.cases, repaired.problems, repaired.tasks, repaired.failed) == (1, 2, 1, 0)
    assert broken_rules(at=AT + 6 * HOUR) == {}
    for problem in (working, waiting):
        leg = problem.legs.get(left_at=None)
        assert leg.department.is_customer_service
        assert leg.reason == "The department was closed."


def test_what_a_closed_department_had_planned_is_customer_services_to_make(tenant: Tenant) -> None:
    payments = make_department("Payments")
    plan = Plan(
        title="Release 4.2", kind=ChangeKind.STANDARD, risk=ChangeRisk.LOW, department=payments,
        product=None, plan="", back_out_plan="", reference="", starts_at=AT, ends_at=AT + HOUR,
    )  # fmt: skip
    change = plan_change(plan=plan, actor=SYSTEM, at=AT)
    Department.objects.filter(pk=payments.pk).update(is_active=False)
    before = set(broken_rules(at=AT + HOUR))

    repaired = repair(at=AT + HOUR)

    assert before == {"change_of_closed_department"}
    assert (repaired.changes, repaired.failed) == (1, 0)
    assert broken_rules(at=AT + HOUR) == {}
    change.refresh_from_db()
    assert change.department.is_customer_service


def speaks_no_more(problem: Problem, *, at: datetime) -> None:
    """Let every clock of a problem have said its last word."""
    ProblemClock.objects.filter(problem=problem, state="running").update(
        next_look_at=None, looks=[], breach_recorded_at=at
    )


def test_a_problem_for_which_nothing_speaks_is_told_of_once_a_day(tenant: Tenant) -> None:
    payments = make_department("Payments")
    head, lead = make_user(Role.HEAD, department=payments), make_user(Role.LEAD)
    problem = worked_on_by(make_user(Role.MEMBER, department=payments), payments)
    at = max(now(), problem.next_look_at + HOUR)
    speaks_no_more(problem, at=at)

    first = watch(at=at)
    again = watch(at=at + HOUR)
    next_day = watch(at=at + DAY)

    assert (first, again, next_day) == (2, 0, 2)
    problem.refresh_from_db()
    assert problem.next_look_at == at + 2 * DAY
    assert {one.user for one in told("forgotten")} == {head, lead}
    letter = letter_for(told("forgotten")[0], recipient=head.email, at=at)
    assert problem.name in letter.text
    assert "Looking for the cause, Payments" in letter.text


def test_a_problem_whose_clock_will_speak_is_not_told_of(tenant: Tenant) -> None:
    payments = make_department("Payments")
    make_user(Role.LEAD)
    problem = worked_on_by(make_user(Role.MEMBER, department=payments), payments)
    at = problem.next_look_at
    ProblemClock.objects.filter(problem=problem, state="running").update(next_look_at=at + HOUR)

    assert look_again(at=at) == []
    assert list(forgotten_problems(at=at)) == []
    problem.refresh_from_db()
    assert problem.next_look_at == at + DAY


@pytest.mark.parametrize("there", ["lead", "admin"])
def test_where_there_is_no_lead_administrators_hear_it(tenant: Tenant, there: str) -> None:
    payments = make_department("Payments")
    admin = make_user(Role.ADMIN)
    hears = make_user(Role.LEAD) if there == "lead" else admin
    problem = make_problem()

    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=now())
    hear_everything()

    assert [one.user for one in told("assigned")] == [hears]


def test_one_that_cannot_be_repaired_holds_up_no_other(tenant: Tenant) -> None:
    payments = make_department("Payments")
    waiting = worked_on_by(make_user(Role.MEMBER, department=payments), payments)
    # Imported badly: no department has a problem that was not sent to it.
    broken = make_problem(cases=[make_case()])
    broken.legs.filter(left_at=None).update(department=payments)
    Department.objects.filter(pk=payments.pk).update(is_active=False)

    repaired = repair(at=AT + 6 * HOUR)

    assert (repaired.problems, repaired.failed) == (1, 1)
    assert waiting.legs.get(left_at=None).department.is_customer_service
    assert set(broken_rules(at=AT + 6 * HOUR)) == {"leg_of_closed_department"}
