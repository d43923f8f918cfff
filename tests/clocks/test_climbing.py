"""Ladders: what each step does, when it stops, and that a changed ladder is followed."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.utils.timezone import now

from cases.lifecycle import resolve_case
from cases.models import Case, CaseClock, CaseClockMark
from problems.handing import accept_problem, route_problem
from problems.models import ProblemClock
from servicedesk.notifications.models import Digest
from tests.hearing import hear_everything, news
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
from workflow.clocks.acknowledging import AlreadyInHand, ClockHasEnded, acknowledge_clock
from workflow.clocks.ladder_changes import LadderInUse, StepWish, remove_ladder, save_ladder
from workflow.clocks.models import Clock, Ladder, StepAction
from workflow.clocks.sweeping import look_at
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def usual_ladder(*steps: StepWish) -> Ladder:
    """Let everything climb these steps."""
    return save_ladder(
        ladder_id=Ladder.objects.get(is_default=True).pk,
        name="Standard",
        steps=steps,
        is_default=True,
        departments=[],
        actor=SYSTEM,
        at=AT,
    )


def first_response(case: Case) -> CaseClock:
    """Return the clock of the first answer: eight opening hours from Monday nine."""
    clock: CaseClock = case.clocks.get(metric="first_response")
    return clock


def climb(clock: Clock, *, at: Any) -> int:
    """Look at a clock and let everything be heard."""
    spoken = look_at(type(clock), clock.pk, at=at)
    hear_everything()
    return spoken


def test_a_step_raises_the_priority(tenant: Tenant) -> None:
    usual_ladder(StepWish(action=StepAction.RAISE_PRIORITY, minutes=0))
    case = make_case()

    climb(first_response(case), at=AT + 9 * HOUR)

    case.refresh_from_db()
    assert case.priority == 2


def test_a_step_sends_a_case_to_another_department(tenant: Tenant) -> None:
    billing = make_department("Billing")
    usual_ladder(StepWish(action=StepAction.REASSIGN, minutes=0, department_id=billing.pk))
    case = make_case()

    climb(first_response(case), at=AT + 9 * HOUR)

    case.refresh_from_db()
    assert (case.queue_id, case.owner_id) == (billing.pk, None)


def test_a_step_sends_a_problem_to_another_department(tenant: Tenant) -> None:
    payments, billing = make_department("Payments"), make_department("Billing")
    usual_ladder(
        StepWish(action=StepAction.REASSIGN, minutes=0, department_id=billing.pk),
        StepWish(action=StepAction.RAISE_PRIORITY, minutes=0),
    )
    problem = make_problem()
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)
    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=AT + 3 * HOUR)
    clock = problem.clocks.filter(metric="stage", state="running").get()

    climb(clock, at=clock.due_at + MINUTE)

    problem.refresh_from_db()
    leg = problem.legs.get(left_at__isnull=True)
    assert (leg.department_id, problem.severity) == (billing.pk, 2)


def test_a_step_leaves_a_case_alone_that_ended_before_it_was_heard(tenant: Tenant) -> None:
    usual_ladder(StepWish(action=StepAction.RAISE_PRIORITY, percent=50))
    case = make_case()
    look_at(CaseClock, first_response(case).pk, at=AT + 5 * HOUR)
    resolve_case(case_id=case.pk, actor=SYSTEM, at=AT + 5 * HOUR)

    hear_everything()

    case.refresh_from_db()
    assert case.priority == 3


def test_steps_before_and_after_the_due_time_are_taken_once_each(tenant: Tenant) -> None:
    make_user(Role.LEAD)
    usual_ladder(
        StepWish(action=StepAction.ESCALATE_LEAD, minutes=-60),
        StepWish(action=StepAction.ESCALATE_LEAD, minutes=30),
    )
    clock = first_response(make_case())

    spoken = [
        look_at(CaseClock, clock.pk, at=AT + hours * HOUR)
        for hours in (6, 7, 7.5, 8, 8.25, 8.5, 9, 48)
    ]

    assert spoken == [0, 1, 0, 1, 0, 1, 0, 0]
    kinds = CaseClockMark.objects.filter(clock=clock, kind__in=["stepped", "breached"])
    assert list(kinds.order_by("id").values_list("kind", flat=True)) == [
        "stepped",
        "breached",
        "stepped",
    ]
    assert news()[-2:] == ["workflow.clock.warned", "workflow.clock.breached"]


def test_who_has_it_in_hand_ends_the_ladder_and_not_the_promise(tenant: Tenant) -> None:
    make_user(Role.LEAD)
    clock = first_response(make_case())
    agent = make_actor(Role.AGENT)

    acknowledge(clock, actor=agent)

    assert look_at(CaseClock, clock.pk, at=AT + 7 * HOUR) == 0
    assert look_at(CaseClock, clock.pk, at=AT + 9 * HOUR) == 1
    clock.refresh_from_db()
    assert clock.breach_recorded_at == AT + 9 * HOUR
    assert clock.acknowledged_by_id == agent.id
    assert not Digest.objects.exists()


def acknowledge(clock: Clock, *, actor: Actor) -> None:
    """Say "I have it" an hour after the beginning."""
    acknowledge_clock(
        model=type(clock),
        owner_id=getattr(clock, clock.owner_field),
        clock_id=clock.pk,
        actor=actor,
        at=AT + HOUR,
    )


def test_only_one_has_it_and_nobody_has_what_is_over(tenant: Tenant) -> None:
    case = make_case()
    clock = first_response(case)
    acknowledge(clock, actor=make_actor(Role.AGENT))

    with pytest.raises(AlreadyInHand):
        acknowledge(clock, actor=make_actor(Role.AGENT))
    resolve_case(case_id=case.pk, actor=SYSTEM, at=AT + 2 * HOUR)
    with pytest.raises(ClockHasEnded):
        acknowledge(clock, actor=make_actor(Role.AGENT))


def test_a_departments_target_is_for_its_own_people_and_for_leads(tenant: Tenant) -> None:
    payments, billing = make_department("Payments"), make_department("Billing")
    problem = make_problem()
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)
    first, second = ProblemClock.objects.filter(problem=problem, department=payments)[:2]

    with pytest.raises(NotPermitted):
        acknowledge(first, actor=make_actor(Role.MEMBER, department=billing))
    acknowledge(first, actor=make_actor(Role.MEMBER, department=payments))
    acknowledge(second, actor=make_actor(Role.LEAD))


def test_a_changed_ladder_is_followed_for_what_is_still_to_come(tenant: Tenant) -> None:
    clock = first_response(make_case(at=now()))
    before = [position for _at, position in clock.looks]

    usual_ladder_now(StepWish(action=StepAction.NOTIFY, minutes=15))
    hear_everything()

    clock.refresh_from_db()
    after = [position for _at, position in clock.looks]
    assert before[1:2] != after[1:2]
    assert after[0] == 0
    assert len(after) == 2


def usual_ladder_now(*steps: StepWish) -> None:
    """Change the usual ladder at this moment."""
    save_ladder(
        ladder_id=Ladder.objects.get(is_default=True).pk,
        name="Standard",
        steps=steps,
        is_default=True,
        departments=[],
        actor=SYSTEM,
        at=now(),
    )


def test_a_ladder_that_clocks_ran_by_stays(tenant: Tenant) -> None:
    usual = Ladder.objects.get(is_default=True)
    gold = save_ladder(
        ladder_id=None,
        name="Gold",
        steps=[StepWish(action=StepAction.NOTIFY, percent=50)],
        is_default=False,
        departments=[],
        actor=SYSTEM,
        at=AT,
    )
    clock = first_response(make_case())
    CaseClock.objects.filter(pk=clock.pk).update(ladder=gold)

    for ladder in (usual, gold):
        with pytest.raises(LadderInUse):
            remove_ladder(ladder_id=ladder.pk, actor=SYSTEM, at=AT)
    CaseClock.objects.filter(pk=clock.pk).update(ladder=usual)
    remove_ladder(ladder_id=gold.pk, actor=SYSTEM, at=AT + DAY)

    assert names(Ladder.objects.order_by("id")) == ["Standard"]


def names(rows: Iterable[Any]) -> list[str]:
    """Return names of rows."""
    return [row.name for row in rows]
