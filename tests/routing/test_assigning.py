"""Problems and cases are given to somebody who can have them, with the reason kept."""

from datetime import date, time
from functools import partial
from typing import Any

import pytest

from cases.assigning import assign_case_by_rule
from cases.models import Case
from problems.assigning import (
    CannotHaveIt,
    NobodyToAssign,
    assign_by_rule,
    assign_problem,
)
from problems.giving_again import give_again
from problems.handing import accept_problem, route_problem
from problems.models import Leg, Problem
from tests.concurrency.at_once import all_at_once
from tests.hearing import hear_everything
from tests.make import (
    AT,
    DAY,
    HOUR,
    make_actor,
    make_case,
    make_department,
    make_problem,
    make_user,
)
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import Absence, AssignBy, Department, User
from workflow.people.permissions import Role
from workflow.rota.changing import save_rota, set_assignment, set_limits
from workflow.rota.on_call import Shift
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def make_payments(by: AssignBy) -> Department:
    """Return a department that gives its work by a rule."""
    department = make_department("Payments")
    set_assignment(department_id=department.pk, assign_by=by, actor=make_actor(Role.ADMIN), at=AT)
    department.refresh_from_db()
    return department


def make_member(department: Department, name: str, *, limit: int | None = None) -> User:
    """Return somebody who works in a department and takes so many problems."""
    user = make_user(Role.MEMBER, department=department, name=name)
    if limit is not None:
        set_limits(limits={user.pk: (limit, limit)}, actor=make_actor(Role.ADMIN), at=AT)
    return user


def routed(department: Department, title: str = "Taken twice") -> Problem:
    """Return a problem that has just been routed to a department."""
    problem = make_problem(title=title, at=AT)
    return route_problem(problem_id=problem.pk, department=department, actor=SYSTEM, at=AT + HOUR)


def given(problem: Problem) -> User | None:
    """Give a problem by the rule of its department."""
    return assign_by_rule(problem_id=problem.pk, actor=SYSTEM, at=AT + HOUR)


def why(problem: Problem) -> dict[str, Any]:
    """Return the last reason in the history of a problem."""
    entries = Entry.objects.filter(
        subject_kind="problem", subject_id=problem.pk, action="problem.assigned"
    )
    return dict(entries.latest("id").changes)


def test_what_is_routed_is_given_to_the_least_loaded_before_the_department_is_told(
    tenant: Any,
) -> None:
    payments = make_payments(AssignBy.LEAST)
    ann, bob = make_member(payments, "Ann"), make_member(payments, "Bob")
    problems = [routed(payments, f"Problem {place}") for place in range(3)]

    hear_everything()

    legs = [Leg.objects.get(problem=problem, left_at=None) for problem in problems]
    assert [leg.assignee for leg in legs] == [ann, bob, ann]
    assert why(problems[2]) == {
        "assignee": ann.pk, "assignee_was": None, "by": "least", "able": 2, "away": 0, "full": 0,
        "load": 1, "on_call": False,
    }  # fmt: skip


def test_nobody_absent_full_or_inactive_is_given_anything(tenant: Any) -> None:
    payments = make_payments(AssignBy.TURN)
    away, gone = make_member(payments, "Ann"), make_member(payments, "Bob")
    full = make_member(payments, "Cem", limit=1)
    Absence.objects.create(user=away, begins_at=AT - DAY, ends_at=AT + DAY)
    gone.is_active = False
    gone.save()

    first, second = routed(payments, "One"), routed(payments, "Two")

    assert (given(first), given(second)) == (full, None)
    assert why(second) == {
        "assignee": None, "assignee_was": None, "by": "turn", "able": 0, "away": 1, "full": 1
    }  # fmt: skip


def test_what_nobody_could_take_is_given_once_somebody_can(tenant: Any) -> None:
    payments = make_payments(AssignBy.LEAST)
    ann = make_member(payments, "Ann")
    absence = Absence.objects.create(user=ann, begins_at=AT - DAY, ends_at=AT + DAY)
    waiting, put_back = routed(payments, "One"), routed(payments, "Two")
    lead = make_actor(Role.LEAD)
    assert (given(waiting), given(put_back)) == (None, None)
    assign_problem(problem_id=put_back.pk, user_id=None, actor=lead, at=AT + HOUR)
    while_away = give_again(at=AT + 2 * HOUR)
    told_while_away = why(waiting)
    absence.delete()
    bob = make_user(Role.MEMBER, department=payments)
    assign_problem(problem_id=put_back.pk, user_id=bob.pk, actor=lead, at=AT + 3 * HOUR)
    assign_problem(problem_id=put_back.pk, user_id=None, actor=lead, at=AT + 3 * HOUR)
    bob.is_active = False
    bob.save()

    once_back = [give_again(at=AT + 2 * DAY), give_again(at=AT + 2 * DAY)]

    assert (while_away, once_back) == (0, [1, 0])
    assert told_while_away["away"] == 1
    assert Leg.objects.get(problem=waiting, left_at=None).assignee == ann
    # Who gave it to nobody by hand meant it so.
    assert Leg.objects.get(problem=put_back, left_at=None).assignee is None


def test_a_case_that_nobody_could_take_is_given_once_somebody_can(tenant: Any) -> None:
    payments = make_payments(AssignBy.TURN)
    ann = make_member(payments, "Ann", limit=0)
    case = make_case()
    Case.objects.filter(pk=case.pk).update(queue=payments)
    before = give_again(at=AT + HOUR)
    set_limits(limits={ann.pk: (1, 1)}, actor=make_actor(Role.ADMIN), at=AT)

    assert (before, give_again(at=AT + HOUR)) == (0, 1)
    case.refresh_from_db()
    assert case.owner == ann


def test_who_is_on_call_comes_first_and_a_substitute_steps_in(tenant: Any) -> None:
    payments = make_payments(AssignBy.ON_CALL)
    _idle, ann, bob = (make_member(payments, name) for name in ("Idle", "Ann", "Bob"))
    save_rota(
        rota_id=None,
        department=payments,
        team=None,
        name="Days",
        timezone="UTC",
        weeks=1,
        begins_on=date(2026, 3, 2),
        shifts=[Shift(ann.pk, 1, 0, time(0), time(0))],
        actor=make_actor(Role.ADMIN),
        at=AT,
    )

    first = given(routed(payments, "One"))
    Absence.objects.create(user=ann, begins_at=AT, ends_at=AT + DAY, substitute=bob)
    second = given(routed(payments, "Two"))

    assert (first, second) == (ann, bob)


def test_what_somebody_has_or_a_department_gives_by_hand_is_left_alone(tenant: Any) -> None:
    payments = make_department("Payments")
    make_member(payments, "Ann")
    problem = routed(payments)

    assert given(problem) is None

    Department.objects.filter(pk=payments.pk).update(assign_by=AssignBy.LEAST)
    assert given(problem) is not None
    assert given(problem) is None


def test_a_lead_who_accepts_leaves_it_to_whom_the_rule_chose(tenant: Any) -> None:
    payments = make_payments(AssignBy.LEAST)
    ann, bob = make_member(payments, "Ann"), make_member(payments, "Bob")
    by_lead, by_bob = routed(payments, "One"), routed(payments, "Two")
    given(by_lead)
    given(by_bob)

    accept_problem(problem_id=by_lead.pk, actor=make_actor(Role.LEAD), at=AT + 2 * HOUR)
    accept_problem(
        problem_id=by_bob.pk, actor=actor_for_user(bob, source=Source.AGENT), at=AT + 2 * HOUR
    )

    assert Leg.objects.get(problem=by_lead, left_at=None).assignee == ann
    assert Leg.objects.get(problem=by_bob, left_at=None).assignee == bob


def test_by_hand_it_goes_to_somebody_of_the_department_who_is_there_and_has_room(
    tenant: Any,
) -> None:
    payments = make_department("Payments")
    ann, bob = make_member(payments, "Ann"), make_member(payments, "Bob", limit=0)
    away, stranger = make_member(payments, "Cem"), make_user(Role.AGENT)
    Absence.objects.create(user=away, begins_at=AT - DAY, ends_at=AT + DAY)
    problem, head = routed(payments), make_actor(Role.HEAD, department=payments)
    give = partial(assign_problem, problem_id=problem.pk, at=AT + HOUR)

    for refused in (bob, away, stranger):
        with pytest.raises(CannotHaveIt):
            give(user_id=refused.pk, actor=head)
    with pytest.raises(NotPermitted):
        give(user_id=ann.pk, actor=make_actor(Role.MEMBER, department=make_department("Cards")))
    give(user_id=ann.pk, actor=head)

    assert Leg.objects.get(problem=problem, left_at=None).assignee == ann
    assert why(problem)["by"] == "hand"
    with pytest.raises(NobodyToAssign):
        assign_problem(problem_id=make_problem().pk, user_id=ann.pk, actor=head, at=AT)


def test_a_case_goes_to_an_agent_by_the_rule_of_customer_service(tenant: Any) -> None:
    service = Department.objects.get(is_customer_service=True)
    Department.objects.filter(pk=service.pk).update(assign_by=AssignBy.LEAST)
    agent = make_user(Role.AGENT, name="Ann")
    set_limits(limits={agent.pk: (None, 1)}, actor=make_actor(Role.ADMIN), at=AT)
    taken, waiting = make_case(), make_case()

    hear_everything()

    taken.refresh_from_db()
    waiting.refresh_from_db()
    assert (taken.owner, waiting.owner) == (agent, None)
    entry = Entry.objects.get(subject_kind="case", subject_id=taken.pk, action="case.assigned")
    assert entry.changes["by"] == "least"
    assert assign_case_by_rule(case_id=waiting.pk, actor=SYSTEM, at=AT) is None


def test_two_at_once_do_not_both_get_the_last_place(committed_tenant: Tenant) -> None:
    payments = make_payments(AssignBy.LEAST)
    ann = make_member(payments, "Ann", limit=2)
    problems = [routed(payments, f"Problem {place}") for place in range(6)]

    chosen, refused = all_at_once(committed_tenant, [partial(given, one) for one in problems])

    assert refused == []
    assert [user for user in chosen if user is not None] == [ann, ann]
    assert Leg.objects.filter(assignee=ann, left_at=None).count() == 2
