"""A live ledger grows: nobody beyond what is allowed is told before a lead says yes."""

import pytest
from django.utils.timezone import now

from problems.broadcast_occasions import NothingToTell
from problems.broadcast_policies import room_of, set_approval_size
from problems.broadcasting import decide_broadcast, send_broadcast, stop_broadcast
from problems.models import Affected, Broadcast, Problem
from servicedesk.notifications.latecomers import tell_latecomers
from tests.broadcasts.test_broadcasts import SYSTEM, draft, go, problem_of, publish
from tests.hearing import told
from tests.make import AT, DAY, HOUR, make_actor, make_contact, make_problem
from workflow.outbox.models import Effect
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant


def grow(problem: Problem, many: int) -> None:
    """Let so many more customers come into the ledger."""
    for _ in range(many):
        Affected.objects.create(
            problem=problem, contact=make_contact(), found="me_too", found_at=AT
        )


def test_what_grows_while_it_is_under_way_tells_no_more_than_is_allowed(tenant: Tenant) -> None:
    set_approval_size(3, actor=SYSTEM, at=AT)
    problem = problem_of(2)
    lead = make_actor(Role.LEAD)

    began = publish(problem)
    grow(problem, 4)
    Effect.objects.filter(key__startswith="workaround:").update(state="sent")
    go(began, at=now() + DAY)
    Effect.objects.filter(key__startswith="workaround:").update(state="sent")
    ended = go(began, at=now() + 2 * DAY)
    before = len(told("workaround"))
    rest = Broadcast.objects.exclude(pk=began.pk).get()
    decide_broadcast(broadcast_id=rest.pk, is_approved=True, actor=lead, at=now())
    go(rest, at=now() + 3 * DAY)

    assert (began.state, ended.state, before) == ("sending", "sent", 3)
    assert (rest.state, rest.size) == ("asked", 3)
    assert len(told("workaround")) == 6


def test_what_grew_beyond_a_yes_asks_again_before_it_goes_out(tenant: Tenant) -> None:
    set_approval_size(1, actor=SYSTEM, at=AT)
    problem, lead = problem_of(2), make_actor(Role.LEAD)
    broadcast = publish(problem)
    decide_broadcast(broadcast_id=broadcast.pk, is_approved=True, actor=lead, at=now())

    grow(problem, 1)
    asks_again = go(broadcast)
    before = len(told("workaround"))
    decide_broadcast(broadcast_id=broadcast.pk, is_approved=True, actor=lead, at=now() + HOUR)
    go(broadcast, at=now() + 2 * HOUR)

    assert (asks_again.state, asks_again.size, asks_again.decided_by_id) == ("asked", 3, None)
    assert (before, len(told("workaround"))) == (0, 3)


def test_a_yes_holds_for_a_tenth_more(tenant: Tenant) -> None:
    yes = Broadcast(pk=7, size=1001, decided_at=AT, state="scheduled", occasion="workaround:1")
    refused = Broadcast(pk=7, size=1001, decided_at=AT, state="draft", occasion="workaround:1")

    assert (room_of(yes), room_of(refused)) == (1101, 1000)


def test_a_decision_told_in_parts_needs_a_yes_like_one_told_at_once(tenant: Tenant) -> None:
    set_approval_size(0, actor=SYSTEM, at=AT)
    problem = problem_of(2)
    grow(problem, 2)
    stop_broadcast(broadcast_id=publish(problem).pk, actor=SYSTEM, at=now())
    set_approval_size(3, actor=SYSTEM, at=AT)

    first = send_broadcast(broadcast_id=draft(problem, who="with_case").pk, actor=SYSTEM, at=now())
    go(first)
    second = send_broadcast(
        broadcast_id=draft(problem, who="without_case").pk, actor=SYSTEM, at=now()
    )

    assert (first.state, second.state) == ("scheduled", "asked")
    assert len(told("workaround")) == 2


def test_who_comes_late_one_by_one_needs_a_yes_above_the_size(tenant: Tenant) -> None:
    set_approval_size(3, actor=SYSTEM, at=AT)
    problem = problem_of(2)
    broadcast = publish(problem)
    Effect.objects.filter(key__startswith="workaround:").update(state="sent")
    go(broadcast, at=now() + DAY)

    for _ in range(3):
        grow(problem, 1)
        tell_latecomers(problem.pk, at=now())

    assert len(told("workaround")) == 3
    assert list(Broadcast.objects.order_by("id").values_list("state", flat=True)) == [
        "sent",
        "asked",
    ]


def test_what_was_merged_meanwhile_does_not_begin(tenant: Tenant) -> None:
    set_approval_size(0, actor=SYSTEM, at=AT)
    problem = problem_of(1)
    stop_broadcast(broadcast_id=publish(problem).pk, actor=SYSTEM, at=now())
    written = draft(problem)
    # As if a merge had been done between the reading of the page and the lock.
    Problem.objects.filter(pk=problem.pk).update(survivor=make_problem(title="Survivor"))

    with pytest.raises(NothingToTell):
        send_broadcast(broadcast_id=written.pk, actor=SYSTEM, at=now())
