"""Nothing stays with somebody who left, or with a department that closed."""

import pytest

from cases.lifecycle import assign_case
from cases.models import Case
from problems.handing import accept_problem, route_problem
from problems.leaving import CannotTakeOver, close_department, let_person_go
from problems.lifecycle import ReasonMissing
from problems.models import Leg, Problem
from tests.make import (
    AT,
    HOUR,
    make_actor,
    make_case,
    make_department,
    make_problem,
    make_rule,
    make_user,
)
from workflow.configuring import DepartmentHasWork
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import Department, User
from workflow.people.permissions import Role
from workflow.staffing import LastAdmin, NotYourself

SYSTEM = Actor.system("test")


def owned(case: Case, user: User) -> Case:
    """Return a case that somebody owns now."""
    return assign_case(case_id=case.pk, owner=user, queue=None, actor=SYSTEM, at=AT)


def worked_on_by(user: User, department: Department) -> Problem:
    """Return a problem that somebody of a department accepted."""
    problem = make_problem()
    route_problem(problem_id=problem.pk, department=department, actor=SYSTEM, at=AT)
    actor = actor_for_user(user, source=Source.AGENT)
    return accept_problem(problem_id=problem.pk, actor=actor, at=AT + HOUR)


def open_leg_of(problem: Problem) -> Leg:
    """Return the stay that goes on."""
    return Leg.objects.get(problem=problem, left_at__isnull=True)


def test_cases_go_to_the_one_who_was_named_and_ask_to_be_looked_at(tenant):
    leaving, staying = make_user(), make_user()
    case = owned(make_case(), leaving)
    other = owned(make_case(), staying)

    moved = let_person_go(
        user_id=leaving.pk,
        cases_to=staying,
        problems_to=None,
        actor=make_actor(Role.ADMIN),
        at=AT + HOUR,
    )

    case.refresh_from_db()
    assert moved.cases == 1
    assert (case.owner_id, case.needs_attention, case.next_look_at) == (
        staying.pk,
        True,
        AT + HOUR,
    )
    assert Case.objects.get(pk=other.pk).version == other.version
    assert not User.objects.get(pk=leaving.pk).is_active


def test_problems_lose_their_name_or_get_another_of_the_same_department(tenant):
    payments, cards = make_department("Payments"), make_department("Cards")
    leaving = make_user(Role.MEMBER, department=payments)
    heir = make_user(Role.MEMBER, department=payments)
    here = worked_on_by(leaving, payments)
    make_user(Role.MEMBER, department=cards)
    admin = make_actor(Role.ADMIN)

    let_person_go(
        user_id=leaving.pk, cases_to=None, problems_to=heir, actor=admin, at=AT + 2 * HOUR
    )
    assert open_leg_of(here).assignee_id == heir.pk

    stranger = make_user(Role.MEMBER, department=cards)
    let_person_go(
        user_id=heir.pk, cases_to=None, problems_to=stranger, actor=admin, at=AT + 3 * HOUR
    )
    here.refresh_from_db()
    assert open_leg_of(here).assignee_id is None
    assert here.next_look_at == AT + 3 * HOUR
    told = Entry.objects.filter(action="problem.assigned").order_by("id")
    assert [entry.changes for entry in told] == [
        {"assignee": heir.pk, "assignee_was": leaving.pk},
        {"assignee": None, "assignee_was": heir.pk},
    ]
    assert {entry.actor_id for entry in told} == {admin.id}


def test_who_answered_for_a_problem_hands_that_on_too(tenant):
    leaving, staying = make_user(Role.LEAD), make_user(Role.LEAD)
    problem = make_problem()
    Problem.objects.filter(pk=problem.pk).update(lead=leaving)

    let_person_go(
        user_id=leaving.pk,
        cases_to=staying,
        problems_to=None,
        actor=make_actor(Role.ADMIN),
        at=AT,
    )

    problem.refresh_from_db()
    assert problem.lead_id == staying.pk


@pytest.mark.parametrize("role", [Role.READER, Role.MEMBER])
def test_work_goes_to_nobody_who_may_not_do_it(tenant, role):
    leaving, heir = make_user(), make_user(role, department=make_department())
    case = owned(make_case(), leaving)

    with pytest.raises(CannotTakeOver):
        let_person_go(
            user_id=leaving.pk,
            cases_to=heir,
            problems_to=None,
            actor=make_actor(Role.ADMIN),
            at=AT,
        )

    assert Case.objects.get(pk=case.pk).owner_id == leaving.pk
    assert User.objects.get(pk=leaving.pk).is_active


def test_work_goes_to_nobody_who_left_or_leaves(tenant):
    leaving, gone = make_user(), make_user()
    admin = make_actor(Role.ADMIN)
    let_person_go(user_id=gone.pk, cases_to=None, problems_to=None, actor=admin, at=AT)
    gone.refresh_from_db()

    for heir in (leaving, gone):
        with pytest.raises(CannotTakeOver):
            let_person_go(user_id=leaving.pk, cases_to=heir, problems_to=None, actor=admin, at=AT)


def test_only_who_manages_people_lets_go_and_never_themselves(tenant):
    agent, admin = make_user(), make_user(Role.ADMIN)
    acting = actor_for_user(admin, source=Source.AGENT)

    with pytest.raises(NotPermitted):
        let_person_go(user_id=admin.pk, cases_to=None, problems_to=None, actor=make_actor(), at=AT)
    with pytest.raises(NotYourself):
        let_person_go(user_id=admin.pk, cases_to=None, problems_to=None, actor=acting, at=AT)
    with pytest.raises(LastAdmin):
        let_person_go(user_id=admin.pk, cases_to=None, problems_to=None, actor=SYSTEM, at=AT)
    let_person_go(user_id=agent.pk, cases_to=None, problems_to=None, actor=acting, at=AT)


def test_a_department_that_closes_sends_everything_on(tenant):
    closing, staying = make_department("Cards"), make_department("Payments")
    member = make_user(Role.MEMBER, department=closing)
    accepted = worked_on_by(member, closing)
    waiting = make_problem()
    route_problem(problem_id=waiting.pk, department=closing, actor=SYSTEM, at=AT)
    owner = make_user()
    case = assign_case(case_id=make_case().pk, owner=owner, queue=closing, actor=SYSTEM, at=AT)
    rule = make_rule(closing)

    moved = close_department(
        department_id=closing.pk,
        work_to=staying,
        reason="Cards moved to Payments.",
        actor=make_actor(Role.ADMIN),
        at=AT + 2 * HOUR,
    )

    assert (moved.problems, moved.cases, moved.rules) == (2, 1, 1)
    for problem in (accepted, waiting):
        leg = open_leg_of(problem)
        assert (leg.department_id, leg.reason) == (staying.pk, "Cards moved to Payments.")
        assert leg.acknowledged_at is None
    case.refresh_from_db()
    rule.refresh_from_db()
    assert (case.queue_id, case.owner_id) == (staying.pk, owner.pk)
    assert rule.department_id == staying.pk
    assert not Department.objects.get(pk=closing.pk).is_active
    assert Entry.objects.latest("id").changes == {
        "what": "department",
        "active": False,
        "active_was": True,
    }


def test_a_department_closes_towards_another_one_that_is_open(tenant):
    closing, closed = make_department("Cards"), make_department("Payments")
    Department.objects.filter(pk=closed.pk).update(is_active=False)
    closed.refresh_from_db()
    admin = make_actor(Role.ADMIN)

    for work_to in (closing, closed):
        with pytest.raises(CannotTakeOver):
            close_department(
                department_id=closing.pk, work_to=work_to, reason="So.", actor=admin, at=AT
            )


def test_nothing_moves_without_a_reason_or_from_customer_service(tenant):
    closing, staying = make_department("Cards"), make_department("Payments")
    waiting = make_problem()
    route_problem(problem_id=waiting.pk, department=closing, actor=SYSTEM, at=AT)
    service = Department.objects.get(is_customer_service=True)
    admin = make_actor(Role.ADMIN)

    with pytest.raises(ReasonMissing):
        close_department(department_id=closing.pk, work_to=staying, reason=" ", actor=admin, at=AT)
    with pytest.raises(DepartmentHasWork):
        close_department(
            department_id=service.pk, work_to=staying, reason="So.", actor=admin, at=AT
        )

    assert open_leg_of(waiting).department_id == closing.pk
    assert Department.objects.get(pk=service.pk).is_active
