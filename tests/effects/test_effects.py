"""Effects on the world: once by key, leased, tried again later and later, then shown to an admin."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import DatabaseError, connections, transaction

from tests.effects.conftest import OwnOutbox, World
from tests.isolation.roles import HAS_ADMIN, as_admin
from tests.make import AT, HOUR, MINUTE, make_actor
from workflow.history.models import Entry
from workflow.outbox.dead_letters import NotDead, dead_letters, give_up_letter, retry_letter
from workflow.outbox.effects import (
    LAST_ATTEMPT,
    LEASE,
    LONGEST_PAUSE,
    Claimed,
    Drop,
    carry_out,
    carry_out_effects,
    claim_effects,
)
from workflow.outbox.models import Effect
from workflow.outbox.publishing import OutsideTransaction, request_effect
from workflow.people.actors import NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.scope import tenant_scope

pytestmark = pytest.mark.skipif(not HAS_ADMIN, reason="needs DATABASE_ADMIN_URL: use make test")

SECOND = timedelta(seconds=1)
BATCH = 8


def stopped_at(at: datetime) -> Callable[[], datetime]:
    """Return a clock that always says the same."""
    return lambda: at


def carry_out_due(outbox: OwnOutbox, *, at: datetime, for_seconds: float = 20) -> int:
    """Carry out what is due at a time."""
    return carry_out_effects(
        queue=outbox.queue, clock=stopped_at(at), sent_by="test", for_seconds=for_seconds
    )


def test_an_effect_is_carried_out_once_and_says_by_whom(outbox, world):
    outbox.ask("one", at=AT)

    assert carry_out_due(outbox, at=AT - SECOND) == 0
    assert carry_out_due(outbox, at=AT) == 1
    assert carry_out_due(outbox, at=AT + HOUR) == 0

    effect = outbox.effect("one")
    assert world.reached == ["one"]
    assert (effect.state, effect.sent_at, effect.sent_by) == ("sent", AT, "test")
    assert outbox.woken == [outbox.queue]


def test_the_same_key_asks_for_one_effect(outbox, world):
    with transaction.atomic():
        first = request_effect(kind="probe", key="one", payload={}, at=AT, queue=outbox.queue)
        second = request_effect(kind="probe", key="one", payload={}, at=AT, queue=outbox.queue)

    carry_out_due(outbox, at=AT)

    assert (first, second) == (True, False)
    assert world.reached == ["one"]


def test_an_effect_is_asked_for_with_its_change_or_not_at_all(outbox, world):
    with pytest.raises(OutsideTransaction):
        request_effect(kind="probe", key="one", payload={}, at=AT, queue=outbox.queue)
    with transaction.atomic():
        request_effect(kind="probe", key="one", payload={}, at=AT, queue=outbox.queue)
        transaction.set_rollback(True)

    assert carry_out_due(outbox, at=AT) == 0
    assert (world.reached, outbox.woken) == ([], [])


def test_a_failure_waits_longer_each_time_and_keeps_no_words_of_the_fault(outbox, world):
    world.is_down = True
    outbox.ask("one", at=AT)
    at = AT

    for attempt in range(1, LAST_ATTEMPT):
        carry_out_due(outbox, at=at)

        effect = outbox.effect("one")
        assert (effect.state, effect.attempts) == ("pending", attempt)
        assert effect.due_at == at + min(timedelta(seconds=2**attempt), LONGEST_PAUSE)
        assert effect.last_error == "WorldIsDown"
        assert carry_out_due(outbox, at=effect.due_at - SECOND) == 0
        assert len(world.reached) == attempt
        at = effect.due_at


def test_after_the_last_attempt_it_is_dead_and_stays_so(outbox, world):
    die(outbox, world)

    assert outbox.effect("one").state == "dead"
    assert carry_out_due(outbox, at=AT + 1000 * HOUR) == 0
    assert len(world.reached) == LAST_ATTEMPT


def test_an_admin_sees_a_dead_letter_and_lets_it_be_tried_again(outbox, world):
    die(outbox, world)
    admin = make_actor(Role.ADMIN)
    (letter,) = dead_letters()
    assert (letter.is_effect, letter.about, letter.why) == (True, "one", "WorldIsDown")

    world.is_down = False
    at = AT + 100 * HOUR
    retry_letter(is_effect=True, letter_id=letter.id, actor=admin, at=at)
    carry_out_due(outbox, at=at)

    assert outbox.effect("one").state == "sent"
    assert dead_letters() == []
    assert Entry.objects.get(subject_kind="effect", subject_id=letter.id).actor_id == admin.id


def test_a_retried_letter_has_all_its_attempts_again(outbox, world):
    die(outbox, world)
    (letter,) = dead_letters()
    at = AT + 100 * HOUR
    retry_letter(is_effect=True, letter_id=letter.id, actor=make_actor(Role.ADMIN), at=at)

    carry_out_due(outbox, at=at)

    assert (outbox.effect("one").state, outbox.effect("one").attempts) == ("pending", 1)


def test_a_letter_is_retried_or_given_up_once_and_only_by_whom_it_is_for(outbox, world):
    die(outbox, world)
    (letter,) = dead_letters()
    agent, admin = make_actor(Role.AGENT), make_actor(Role.ADMIN)
    with pytest.raises(NotPermitted):
        retry_letter(is_effect=True, letter_id=letter.id, actor=agent, at=AT)
    with pytest.raises(NotPermitted):
        give_up_letter(is_effect=True, letter_id=letter.id, actor=agent, at=AT)

    give_up_letter(is_effect=True, letter_id=letter.id, actor=admin, at=AT)

    assert outbox.effect("one").state == "given_up"
    for act in (retry_letter, give_up_letter):
        with pytest.raises(NotDead):
            act(is_effect=True, letter_id=letter.id, actor=admin, at=AT)


def test_an_effect_without_a_reason_any_more_is_dropped(outbox):
    def drop(effect: Claimed) -> None:
        raise Drop

    outbox.sent_by(drop)
    outbox.ask("one", at=AT)

    assert carry_out_due(outbox, at=AT) == 0
    assert outbox.effect("one").state == "dropped"


def test_a_lease_keeps_others_away_until_it_ends(outbox, world):
    outbox.ask("one", at=AT)

    (lost,) = claim_effects(queue=outbox.queue, at=AT)

    assert claim_effects(queue=outbox.queue, at=AT + LEASE) == []
    (found,) = claim_effects(queue=outbox.queue, at=AT + LEASE + SECOND)
    assert (lost.id, lost.attempts, found.attempts) == (found.id, 1, 2)


def test_whoever_outlasts_the_lease_cannot_undo_what_the_next_one_did(outbox, world):
    outbox.ask("one", at=AT)
    (late,) = claim_effects(queue=outbox.queue, at=AT)
    (next_one,) = claim_effects(queue=outbox.queue, at=AT + LEASE + SECOND)

    world.is_down = True
    carry_out(late, clock=stopped_at(AT + 2 * LEASE), sent_by="late")
    assert outbox.effect("one").state == "sending"
    world.is_down = False
    carry_out(next_one, clock=stopped_at(AT + 2 * LEASE), sent_by="next")

    assert (outbox.effect("one").state, outbox.effect("one").sent_by) == ("sent", "next")


def test_what_left_after_its_lease_ended_has_left_and_does_not_leave_again(outbox, world):
    outbox.ask("one", at=AT)
    (late,) = claim_effects(queue=outbox.queue, at=AT)
    (next_one,) = claim_effects(queue=outbox.queue, at=AT + LEASE + SECOND)

    world.is_down = True
    carry_out(next_one, clock=stopped_at(AT + LEASE + SECOND), sent_by="next")
    world.is_down = False
    carry_out(late, clock=stopped_at(AT + LEASE + MINUTE), sent_by="late")

    assert (outbox.effect("one").state, outbox.effect("one").sent_by) == ("sent", "late")
    assert carry_out_due(outbox, at=AT + HOUR) == 0


def test_what_is_not_begun_in_time_is_given_back_with_its_attempt(outbox):
    begun: list[str] = []
    enough = Event()

    def dawdle(effect: Claimed) -> None:
        begun.append(effect.key)
        enough.wait(0.1)

    outbox.sent_by(dawdle)
    keys = [f"key {number}" for number in range(BATCH)]
    outbox.ask(*keys, at=AT)

    done = carry_out_due(outbox, at=AT, for_seconds=0.05)

    assert (done, len(begun)) == (1, 1)
    left = Effect.objects.exclude(key=begun[0])
    assert set(left.values_list("state", "attempts", "locked_until")) == {("pending", 0, None)}
    assert carry_out_due(outbox, at=AT) == BATCH - 1
    assert sorted(begun) == sorted(keys)


def test_two_workers_at_once_carry_out_each_effect_once(outbox, world):
    keys = {f"key {number}" for number in range(60)}
    outbox.ask(*keys, at=AT)

    def work() -> None:
        try:
            carry_out_due(outbox, at=AT)
        finally:
            connections.close_all()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(world.reached) == len(keys)
    assert set(world.reached) == keys


def test_what_is_sent_is_marked_though_the_connection_goes_away_meanwhile(outbox):
    def send(effect: Claimed) -> None:
        with connections["sweeper"].cursor() as cursor, pytest.raises(DatabaseError):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    outbox.sent_by(send)
    outbox.ask("one", at=AT)

    assert carry_out_due(outbox, at=AT) == 1
    assert outbox.effect("one").state == "sent"


def test_afterwards_runs_only_when_it_is_written_down(outbox):
    states: list[str] = []

    def send(effect: Claimed) -> Callable[[], None]:
        return lambda: states.append(outbox.effect(effect.key).state)

    outbox.sent_by(send)
    outbox.ask("one", at=AT)
    carry_out_due(outbox, at=AT)

    assert states == ["sent"]


def die(outbox: OwnOutbox, world: World) -> None:
    """Let the effect "one" fail as often as it may."""
    world.is_down = True
    outbox.ask("one", at=AT)
    at = AT
    for _ in range(LAST_ATTEMPT):
        carry_out_due(outbox, at=at)
        at = outbox.effect("one").due_at


def test_a_connection_that_went_away_costs_one_attempt_of_one_effect(outbox):
    reached: list[str] = []

    def read_and_send(effect: Claimed) -> None:
        with tenant_scope(effect.tenant_id), transaction.atomic():
            Effect.objects.get(pk=effect.id)
        reached.append(effect.key)

    outbox.sent_by(read_and_send)
    outbox.ask("one", "two", "three", at=AT)
    end_connection("default")

    done = carry_out_due(outbox, at=AT)

    assert (done, len(reached)) == (2, 2)
    assert sorted(Effect.objects.values_list("attempts", "state")) == [
        (1, "pending"),
        (1, "sent"),
        (1, "sent"),
    ]


def test_a_connection_lost_at_the_beginning_is_an_error_of_the_database_and_heals(outbox):
    connections["default"].ensure_connection()
    end_connection("default")

    with pytest.raises(DatabaseError), transaction.atomic():
        pass

    with transaction.atomic():
        assert not Effect.objects.exists()


def end_connection(alias: str) -> None:
    """Let the server end a connection, as when it restarts."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with as_admin() as at:
        at.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
