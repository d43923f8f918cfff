"""What prevents a problem: planned, given to somebody, reminded of, and done before it is closed."""

from datetime import date
from typing import Any

import pytest

from problems.lifecycle import ReasonMissing, close_problem
from problems.models import Prevention, Problem
from problems.models.after_fix import PreventionKind, PreventionState
from problems.preventing import (
    BadPrevention,
    NoSuchPrevention,
    PreventionHasEnded,
    change_prevention,
    drop_prevention,
    finish_prevention,
    plan_prevention,
    remind_of_preventions,
)
from problems.still_to_prevent import StillToPrevent
from servicedesk.notifications.models import NotificationKind
from tests.after_fix.fixed import SYSTEM, make_fixed_problem
from tests.hearing import hear_everything, told
from tests.make import AT, DAY, HOUR, make_actor, make_user
from workflow.people.actors import Actor, NotPermitted, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import User
from workflow.people.permissions import Role

FIXED = AT + 30 * DAY
DUE = date(2026, 4, 20)


@pytest.fixture
def problem(tenant: Any) -> Problem:
    return make_fixed_problem(fixed_at=FIXED)


@pytest.fixture
def owner(problem: Problem) -> User:
    return make_user(Role.AGENT, name="Omar")


def plan(problem: Problem, owner: User, *, actor: Actor = SYSTEM, due_on: date = DUE) -> Prevention:
    return plan_prevention(
        problem_id=problem.pk,
        kind=PreventionKind.PREVENTIVE,
        text="Let the test of the ledger run each night.",
        owner=owner,
        due_on=due_on,
        actor=actor,
        at=FIXED,
    )


def test_a_problem_is_closed_only_when_what_prevents_it_is_done(
    problem: Problem, owner: User
) -> None:
    done, dropped = plan(problem, owner), plan(problem, owner)

    with pytest.raises(StillToPrevent) as refusal:
        close_problem(problem_id=problem.pk, actor=SYSTEM, at=FIXED + DAY)
    finish_prevention(
        problem_id=problem.pk,
        position=done.position,
        result="It runs.",
        actor=actor_for_user(owner, source=Source.AGENT),
        at=FIXED + DAY,
    )
    drop_prevention(
        problem_id=problem.pk,
        position=dropped.position,
        reason="The first does it.",
        actor=SYSTEM,
        at=FIXED + DAY,
    )
    closed = close_problem(problem_id=problem.pk, actor=SYSTEM, at=FIXED + 2 * DAY)

    assert "2 preventive actions" in refusal.value.sentence
    assert closed.state == "closed"
    assert list(Prevention.objects.order_by("position").values_list("state", "result")) == [
        (PreventionState.DONE, "It runs."),
        (PreventionState.DROPPED, "The first does it."),
    ]


def test_who_has_nothing_to_do_with_it_plans_and_ends_nothing(
    problem: Problem, owner: User
) -> None:
    plan(problem, owner)
    stranger, reader = make_actor(Role.AGENT), make_actor(Role.READER)

    for actor in (stranger, reader):
        with pytest.raises(NotPermitted):
            plan(problem, owner, actor=actor)
        with pytest.raises(NotPermitted):
            finish_prevention(
                problem_id=problem.pk, position=1, result="Done.", actor=actor, at=FIXED
            )
        with pytest.raises(NotPermitted):
            drop_prevention(problem_id=problem.pk, position=1, reason="No.", actor=actor, at=FIXED)

    assert Prevention.objects.get().is_open


def test_what_cannot_be_meant_is_refused(problem: Problem, owner: User) -> None:
    left = make_user(Role.AGENT, name="Gone")
    left.is_active = False
    left.save()

    with pytest.raises(BadPrevention):
        plan(problem, owner, due_on=date(2026, 3, 1))
    with pytest.raises(BadPrevention):
        plan(problem, left)
    plan(problem, owner)
    with pytest.raises(NoSuchPrevention):
        finish_prevention(problem_id=problem.pk, position=2, result="x", actor=SYSTEM, at=FIXED)
    with pytest.raises(BadPrevention):
        finish_prevention(problem_id=problem.pk, position=1, result=" ", actor=SYSTEM, at=FIXED)
    with pytest.raises(ReasonMissing):
        drop_prevention(problem_id=problem.pk, position=1, reason=" ", actor=SYSTEM, at=FIXED)
    finish_prevention(problem_id=problem.pk, position=1, result="Done.", actor=SYSTEM, at=FIXED)
    with pytest.raises(PreventionHasEnded):
        finish_prevention(problem_id=problem.pk, position=1, result="x", actor=SYSTEM, at=FIXED)


def test_the_owner_is_told_and_reminded_and_the_leads_once_it_is_late(
    problem: Problem, owner: User
) -> None:
    make_user(Role.LEAD, name="Lena")
    plan(problem, owner)
    hear_everything()

    early = remind_of_preventions(at=FIXED + DAY)
    before = remind_of_preventions(at=moment(18))
    again_the_same_day = remind_of_preventions(at=moment(18) + HOUR)
    hear_everything()
    mails_before = readers()
    late = remind_of_preventions(at=moment(21))
    hear_everything()

    assert (early, before, again_the_same_day, late) == (0, 1, 0, 1)
    # Once when it was planned, once two days before its day.
    assert mails_before == ["Omar", "Omar"]
    assert sorted(readers()) == [
        "Lena",
        "Omar",
        "Omar",
        "Omar",
    ]
    assert Prevention.objects.get().next_look_at == moment(21) + 7 * DAY


def readers() -> list[str]:
    """Return who got a mail about what prevents a problem, oldest first."""
    return [mail.user.name for mail in told(NotificationKind.PREVENTION) if mail.user is not None]


def moment(day: int) -> Any:
    """Return nine o'clock of a day in April 2026, UTC as the tenant's zone."""
    return AT.replace(month=4, day=day)


def test_another_day_is_another_reminder_and_another_owner_is_told(
    problem: Problem, owner: User
) -> None:
    plan(problem, owner)
    other = make_user(Role.AGENT, name="Petra")
    hear_everything()

    change_prevention(
        problem_id=problem.pk,
        position=1,
        text="Let it run each hour.",
        owner=other,
        due_on=date(2026, 5, 20),
        actor=SYSTEM,
        at=FIXED + DAY,
    )
    hear_everything()

    assert readers() == ["Omar", "Petra"]
    assert remind_of_preventions(at=moment(21)) == 0
    assert Prevention.objects.get().text == "Let it run each hour."
