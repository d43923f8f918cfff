"""A step that others have to approve waits for them, is taken once they agree, and is never forgotten."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from problems.approving import (
    AskedAlready,
    NobodyToApprove,
    NotAsked,
    RequestIsDecided,
    VotedAlready,
    ask_on,
)
from problems.gates import ApprovalNeeded
from problems.handing import hand_over_problem, refuse_problem
from problems.lifecycle import ReasonMissing
from problems.models import Problem, StepRequest, StepVote
from problems.models.step_request import RequestState, Round, Vote
from problems.quorum import Answer, verdict
from problems.stepping import vote_on_step
from problems.stuck_approvals import (
    LONGEST_PAUSE,
    NotStuck,
    retry_stuck_request,
    stuck_requests,
)
from servicedesk.upkeep.approvals import ask_on_everywhere, due_requests
from servicedesk.upkeep.due import find_due
from tests.hearing import hear_everything, told
from tests.make import AT, HOUR, make_actor, make_case, make_department, make_problem, make_user
from tests.problems.drawing import DRAWING, SYSTEM, publish, stands_in, take
from workflow.clocks.calendar_models import Calendar
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import Absence, Department, User
from workflow.people.permissions import Role
from workflow.stages.definition import Approval, Definition


def with_approval(**facts: Any) -> Definition:
    """Return the drawing in which the step to the cause needs an approval."""
    usual: dict[str, Any] = {"quorum": 100, "roles": ("head",), "within": timedelta(hours=2)}
    steps = tuple(
        replace(one, approval=Approval(**{**usual, **facts})) if one.key == "seen" else one
        for one in DRAWING.steps
    )
    return replace(DRAWING, steps=steps)


@pytest.fixture
def payments(tenant: Any) -> Department:
    return make_department("Payments")


@pytest.fixture
def member(payments: Department) -> Actor:
    return make_actor(Role.MEMBER, department=payments)


def reproducing(definition: Definition, *, member: Actor, department: Department) -> Problem:
    """Return a problem that follows a drawing and stands before the step that is approved."""
    publish(definition)
    return begun(member=member, department=department)


def begun(*, member: Actor, department: Department) -> Problem:
    """Return a problem that stands before the step that is approved."""
    problem = make_problem(cases=[make_case()])
    take(problem, "send", hours=2, department=department)
    take(problem, "ours", actor=member, hours=3)
    return problem


def acting(user: User) -> Actor:
    """Return a user as an actor."""
    return actor_for_user(user, source=Source.AGENT)


def vote(request: StepRequest, user: User, said: Vote, *, hours: float, reason: str = "") -> Any:
    """Let somebody say whether a step may be taken."""
    return vote_on_step(
        request_id=request.pk, vote=said, reason=reason, actor=acting(user), at=AT + hours * HOUR
    )


def asked(request: StepRequest) -> list[tuple[int, int]]:
    """Return who was asked in which round."""
    votes = StepVote.objects.filter(request=request).order_by("asked_round", "user_id")
    return list(votes.values_list("asked_round", "user_id"))


# ---- whether enough agree --------------------------------------------------------------------


def answers(said: Sequence[str], *, asked_round: int = 0) -> list[Answer]:
    """Return answers of one round."""
    return [Answer(asked_round=asked_round, vote=one) for one in said]


@pytest.mark.parametrize(
    ("quorum", "said", "found"),
    [
        (100, ["yes", "yes"], True),
        (100, ["yes", ""], None),
        (100, ["yes", "no"], False),
        (50, ["yes", "", ""], None),
        (50, ["yes", "yes", ""], True),
        (50, ["yes", ""], True),
        (50, ["no", ""], None),
        (50, ["no", "no", ""], False),
        (1, ["no", "no", "yes"], True),
    ],
)
def test_a_quorum_is_a_share_of_those_who_are_asked(
    quorum: int, said: list[str], found: bool | None
) -> None:
    assert verdict(answers(said), quorum=quorum, asked_round=0) is found


def test_who_said_nothing_in_an_earlier_round_does_not_count() -> None:
    said = [*answers(["yes", ""]), *answers(["yes"], asked_round=1)]

    assert verdict(said, quorum=100, asked_round=1) is True
    assert verdict(said, quorum=100, asked_round=0) is None


@given(
    said=st.lists(st.sampled_from(["yes", "no", ""]), min_size=1, max_size=12),
    quorum=st.integers(1, 100),
)
def test_everybody_who_answers_decides_it(said: list[str], quorum: int) -> None:
    open_verdict = verdict(answers(said), quorum=quorum, asked_round=0)
    all_for = verdict(answers([one or "yes" for one in said]), quorum=quorum, asked_round=0)
    all_against = verdict(answers([one or "no" for one in said]), quorum=quorum, asked_round=0)

    assert all_for is not None
    assert all_against is not None
    assert open_verdict in (None, all_for)
    if open_verdict is not None:
        assert all_for == all_against


# ---- asked and answered ----------------------------------------------------------------------


def test_a_step_waits_for_its_approval_and_is_taken_then_with_what_was_given(
    payments: Department, member: Actor
) -> None:
    heads = [make_user(Role.HEAD, department=payments) for _ in range(2)]
    make_user(Role.HEAD, department=make_department("Cards"))
    problem = reproducing(with_approval(), member=member, department=payments)

    request = take(problem, "seen", actor=member, hours=4, reason="Seen twice.").request
    assert request is not None
    waiting = stands_in(problem)
    vote(request, heads[0], Vote.YES, hours=5)
    still_waiting = stands_in(problem)
    vote(request, heads[1], Vote.YES, hours=5, reason="I saw it too.")

    assert waiting == still_waiting == ("root_cause", "reproduce")
    assert stands_in(problem) == ("root_cause", "cause")
    assert asked(request) == [(0, one.pk) for one in heads]
    assert StepRequest.objects.get().state == RequestState.TAKEN
    taken = Entry.objects.get(action="step.taken", changes__step="seen")
    assert (taken.actor_id, taken.changes["stage"]) == (member.id, "cause")
    assert Problem.objects.get().legs.get(left_at=None).reason == "Seen twice."
    assert "I saw it too." not in str(list(Entry.objects.values_list("changes", flat=True)))


def test_buttons_refuse_while_the_approval_is_missing(payments: Department, member: Actor) -> None:
    make_user(Role.HEAD, department=payments)
    drawing = with_approval()
    steps = [replace(one, approval=None) if one.key == "seen" else one for one in drawing.steps]
    approval = Approval(quorum=100, roles=("head",))
    steps = [replace(one, approval=approval) if one.key == "severe" else one for one in steps]
    problem = reproducing(replace(drawing, steps=tuple(steps)), member=member, department=payments)
    Problem.objects.update(severity=1)

    with pytest.raises(ApprovalNeeded):
        hand_over_problem(
            problem_id=problem.pk,
            department=make_department("Cards"),
            reason="Cards.",
            actor=member,
            at=AT + 4 * HOUR,
        )


def test_a_no_needs_a_reason_and_the_asker_is_told(payments: Department, member: Actor) -> None:
    head = make_user(Role.HEAD, department=payments)
    problem = reproducing(with_approval(), member=member, department=payments)
    request = take(problem, "seen", actor=member, hours=4).request
    assert request is not None

    with pytest.raises(ReasonMissing):
        vote(request, head, Vote.NO, hours=5)
    vote(request, head, Vote.NO, hours=5, reason="Show me first.")
    hear_everything()

    assert StepRequest.objects.get().state == RequestState.REJECTED
    assert stands_in(problem) == ("root_cause", "reproduce")
    assert [one.user_id for one in told("step_asked")] == []  # Decided before it was heard.
    assert [one.user_id for one in told("step_decided")] == [member.id]
    assert take(problem, "seen", actor=member, hours=6).waits


def test_nobody_decides_who_was_not_asked_or_has_answered(
    payments: Department, member: Actor
) -> None:
    heads = [make_user(Role.HEAD, department=payments) for _ in range(3)]
    problem = reproducing(with_approval(quorum=50), member=member, department=payments)
    request = take(problem, "seen", actor=member, hours=4).request
    assert request is not None
    vote(request, heads[0], Vote.YES, hours=5)

    with pytest.raises(NotAsked):
        vote(request, make_user(Role.LEAD), Vote.YES, hours=5)
    with pytest.raises(VotedAlready):
        vote(request, heads[0], Vote.NO, hours=5, reason="No.")
    with pytest.raises(AskedAlready):
        take(problem, "seen", actor=member, hours=5)
    vote(request, heads[1], Vote.YES, hours=6)
    with pytest.raises(RequestIsDecided):
        vote(request, heads[2], Vote.YES, hours=7)


def test_a_quorum_of_nobody_is_refused(payments: Department, member: Actor) -> None:
    head = make_user(Role.HEAD, department=payments)
    problem = reproducing(with_approval(), member=member, department=payments)

    with pytest.raises(NobodyToApprove) as refusal:
        take(problem, "seen", actor=acting(head), hours=4)

    assert "nobody but you" in refusal.value.sentence


def test_a_quorum_of_zero_only_tells(payments: Department, member: Actor) -> None:
    head = make_user(Role.HEAD, department=payments)
    problem = reproducing(with_approval(quorum=0), member=member, department=payments)

    take(problem, "seen", actor=member, hours=4)
    hear_everything()

    assert stands_in(problem) == ("root_cause", "cause")
    assert [one.user_id for one in told("step_taken")] == [head.pk]


def test_substitutes_step_in_for_who_is_away_and_for_who_is_silent(
    payments: Department, member: Actor
) -> None:
    away, stand_in, substitute, lead = (
        make_user(Role.HEAD, department=payments),
        make_user(Role.MEMBER, department=payments),
        make_user(Role.MEMBER, department=payments),
        make_user(Role.LEAD),
    )
    Absence.objects.create(user=away, begins_at=AT, ends_at=AT + 900 * HOUR, substitute=stand_in)
    drawing = with_approval(substitutes=(substitute.email,))
    problem = reproducing(drawing, member=member, department=payments)
    request = take(problem, "seen", actor=member, hours=4).request
    assert request is not None
    rounds = [asked(request)]

    early = ask_on(request_id=request.pk, at=AT + 5 * HOUR)
    for hours in (6, 8, 24 * 7):
        assert ask_on(request_id=request.pk, at=AT + hours * HOUR)
        rounds.append(asked(request))

    assert not early
    assert rounds == [
        [(0, stand_in.pk)],
        [(0, stand_in.pk), (1, substitute.pk)],
        [(0, stand_in.pk), (1, substitute.pk), (2, lead.pk)],
        [(0, stand_in.pk), (1, substitute.pk), (2, lead.pk)],
    ]
    assert StepRequest.objects.get().asked_round == Round.LEADS
    vote(request, lead, Vote.YES, hours=24 * 7 + 1)
    assert stands_in(problem) == ("root_cause", "cause")


def test_a_problem_that_moves_on_asks_nobody_any_more(payments: Department, member: Actor) -> None:
    head = make_user(Role.HEAD, department=payments)
    problem = reproducing(with_approval(), member=member, department=payments)
    request = take(problem, "seen", actor=member, hours=4).request
    assert request is not None

    hand_over_problem(
        problem_id=problem.pk,
        department=make_department("Cards"),
        reason="A ladder sends it on.",
        actor=SYSTEM,
        at=AT + 5 * HOUR,
        beside_drawing=True,
    )

    assert StepRequest.objects.get().state == RequestState.WITHDRAWN
    with pytest.raises(RequestIsDecided):
        vote(request, head, Vote.YES, hours=6)
    refuse_problem(problem_id=problem.pk, reason="No.", actor=SYSTEM, at=AT + 7 * HOUR)


def test_what_hinders_an_approved_step_is_kept_and_it_can_be_taken_later(
    payments: Department, member: Actor
) -> None:
    head = make_user(Role.HEAD, department=payments)
    problem = reproducing(with_approval(), member=member, department=payments)
    request = take(problem, "seen", actor=member, hours=4).request
    assert request is not None
    User.objects.get(pk=member.id).memberships.all().delete()

    vote(request, head, Vote.YES, hours=5)
    hindered = stands_in(problem)
    take(problem, "seen", actor=acting(head), hours=6)

    assert hindered == ("root_cause", "reproduce")
    assert Entry.objects.get(action="step.hindered").changes["code"] == "not_your_step"
    assert stands_in(problem) == ("root_cause", "cause")


def test_the_tick_finds_what_nobody_answered_and_the_next_ones_are_asked(
    committed_tenant: Any,
) -> None:
    payments = make_department("Payments")
    make_user(Role.HEAD, department=payments)
    lead = make_user(Role.LEAD)
    problem = reproducing(
        with_approval(),
        member=make_actor(Role.MEMBER, department=payments),
        department=payments,
    )
    request = take(problem, "seen", actor=SYSTEM, hours=4).request
    assert request is not None
    is_due = [
        request.pk in {one.request_id for one in due_requests(at=at)}
        for at in (AT + 5 * HOUR, AT + 6 * HOUR)
    ]
    is_woken = find_due(at=AT + 6 * HOUR).approvals

    asked_on = ask_on_everywhere(at=AT + 6 * HOUR)

    assert is_due == [False, True]
    assert is_woken
    assert asked_on >= 1
    assert (Round.LEADS, lead.pk) in asked(request)
    StepRequest.objects.update(state=RequestState.WITHDRAWN, due_at=None, decided_at=AT)


@contextmanager
def held_by_another(request: StepRequest) -> Iterator[None]:
    """Hold the row of a request, for which we wait a moment only."""
    with (
        connection.cursor() as ours,
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as theirs,
    ):
        theirs.execute("SELECT id FROM problems_steprequest WHERE id = %s FOR UPDATE", [request.pk])
        assert theirs.fetchall() == [(request.pk,)]
        ours.execute("SET lock_timeout = '50ms'")
        try:
            yield
        finally:
            ours.execute("RESET lock_timeout")


def test_one_that_cannot_be_asked_about_holds_up_no_other(committed_tenant: Any) -> None:
    payments, cards = make_department("Payments"), make_department("Cards")
    publish(with_approval())
    requests = []
    for hours, department in ((4, payments), (5, cards)):
        make_user(Role.HEAD, department=department)
        member = make_actor(Role.MEMBER, department=department)
        problem = begun(member=member, department=department)
        requests.append(take(problem, "seen", actor=SYSTEM, hours=hours).request)
    first, second = (request for request in requests if request is not None)
    lead = make_user(Role.LEAD)
    # The hours of one department were broken by hand: no time limit can be counted in them.
    broken = Calendar.objects.create(name="Broken", timezone="Nowhere", hours={})
    Department.objects.filter(pk=payments.pk).update(calendar=broken)

    # Somebody holds its row for so long that not even the fault can be noted.
    at = AT + 9 * HOUR
    with held_by_another(first):
        ask_on_everywhere(at=at, at_most=1)
    assert (Round.LEADS, lead.pk) in asked(second)
    assert StepRequest.objects.get(pk=first.pk).failed_asks == 0

    ask_on_everywhere(at=at, at_most=1)
    assert (Round.LEADS, lead.pk) not in asked(first)

    # It is tried again after pauses that grow, and not between them.
    pauses = []
    while first.pk not in stuck_requests().values_list("pk", flat=True):
        assert not find_due(at=at).approvals
        first.refresh_from_db()
        assert first.ask_again_at is not None
        pauses.append((first.ask_again_at - at).total_seconds())
        at = first.ask_again_at
        assert find_due(at=at).approvals
        ask_on_everywhere(at=at)
    assert pauses == [2, 4, 8, 16]
    first.refresh_from_db()
    assert first.ask_error
    for _ in range(12):
        assert first.ask_again_at is not None
        at = first.ask_again_at
        ask_on_everywhere(at=at)
        first.refresh_from_db()
    assert first.ask_again_at == at + LONGEST_PAUSE

    # The hours are mended, and somebody says so.
    Department.objects.filter(pk=payments.pk).update(calendar=cards.calendar)
    with pytest.raises(NotPermitted):
        retry_stuck_request(request_id=first.pk, actor=member, at=at)
    retry_stuck_request(request_id=first.pk, actor=make_actor(Role.ADMIN), at=at)
    ask_on_everywhere(at=at)
    assert (Round.LEADS, lead.pk) in asked(first)
    assert list(stuck_requests()) == []
    with pytest.raises(NotStuck):
        retry_stuck_request(request_id=first.pk, actor=make_actor(Role.ADMIN), at=at)
    StepRequest.objects.update(state=RequestState.WITHDRAWN, due_at=None, decided_at=AT)
