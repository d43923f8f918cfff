"""News: heard in order, exactly once, and whoever fails holds back its own subject only."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections, transaction

from customers.models import Product
from tests.effects.conftest import Happened, OwnOutbox, WorldIsDown
from tests.make import AT, HOUR, make_actor
from workflow.outbox.dead_letters import dead_letters, retry_letter
from workflow.outbox.models import Delivery
from workflow.outbox.publishing import OutsideTransaction, publish
from workflow.outbox.relay import LAST_ATTEMPT, LONGEST_PAUSE, Line, due_lines
from workflow.people.permissions import Role
from workflow.tenancy.scope import current_tenant_id, tenant_scope

SECOND = timedelta(seconds=1)


class Listener:
    """Hears news, and fails at the words it is told to fail at."""

    def __init__(self, name: str = "listener") -> None:
        self.__name__ = name
        self.heard: list[str] = []
        self.fails_at: set[str] = set()

    def __call__(self, event: Happened) -> None:
        if event.word in self.fails_at:
            Product.objects.create(name="Half done", slug="half-done")
            raise WorldIsDown("A name that is kept nowhere.")
        self.heard.append(event.word)


def test_news_of_a_subject_is_heard_in_order_by_each_subscriber_in_turn(outbox):
    heard: list[str] = []

    def first(event: Happened) -> None:
        heard.append(f"first {event.word}")

    def second(event: Happened) -> None:
        heard.append(f"second {event.word}")

    outbox.heard_by(first, second)
    outbox.tell(1, "a", "b", at=AT)

    assert outbox.relay(at=AT - SECOND) == 0
    assert outbox.relay(at=AT) == 4
    assert outbox.relay(at=AT) == 0

    assert heard == ["first a", "second a", "first b", "second b"]


def test_news_is_heard_in_the_scope_of_its_tenant(outbox, committed_tenant):
    tenants: list[int | None] = []

    def listen(event: Happened) -> None:
        tenants.append(current_tenant_id())

    outbox.heard_by(listen)
    outbox.tell(1, "a", at=AT)

    outbox.relay(at=AT)

    assert tenants == [committed_tenant.pk]


def test_news_is_told_with_its_change_or_not_at_all(outbox):
    listener = Listener()
    outbox.heard_by(listener)
    with pytest.raises(OutsideTransaction):
        publish(Happened(thing=1, word="a"), at=AT)
    with transaction.atomic():
        publish(Happened(thing=1, word="a"), at=AT)
        transaction.set_rollback(True)

    outbox.relay(at=AT)

    assert (listener.heard, outbox.woken) == ([], [])


def test_a_failing_subscriber_holds_back_its_subject_only(outbox):
    listener = Listener()
    listener.fails_at = {"bad"}
    outbox.heard_by(listener)
    outbox.tell(1, "bad", "after bad", at=AT)
    outbox.tell(2, "elsewhere", at=AT)

    outbox.relay(at=AT)

    assert listener.heard == ["elsewhere"]
    assert outbox.delivery("after bad").attempts == 0

    listener.fails_at = set()
    outbox.relay(at=outbox.delivery("bad").due_at)
    assert listener.heard == ["elsewhere", "bad", "after bad"]


def test_a_failure_leaves_nothing_half_done_and_no_words_of_the_fault(outbox):
    listener = Listener()
    listener.fails_at = {"bad"}
    outbox.heard_by(listener)
    outbox.tell(1, "bad", at=AT)

    outbox.relay(at=AT)

    assert not Product.objects.exists()
    delivery = outbox.delivery("bad")
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("pending", 1, "WorldIsDown")


def test_a_line_that_waits_for_its_next_attempt_is_no_work_that_keeps_others_waiting(outbox):
    listener = Listener()
    listener.fails_at = {"bad"}
    outbox.heard_by(listener)
    outbox.tell(1, "bad", "after bad", at=AT)
    outbox.relay(at=AT)

    assert due_of(outbox, at=AT + SECOND) == []
    assert len(due_of(outbox, at=outbox.delivery("bad").due_at)) == 1


def test_attempts_wait_longer_each_time_until_it_is_dead_and_holds_nobody_back(outbox):
    listener = Listener()
    listener.fails_at = {"bad"}
    outbox.heard_by(listener)
    outbox.tell(1, "bad", "after bad", at=AT)
    at = AT

    for attempt in range(1, LAST_ATTEMPT):
        outbox.relay(at=at)
        bad = outbox.delivery("bad")
        assert (bad.state, bad.attempts) == ("pending", attempt)
        assert bad.due_at == at + min(timedelta(seconds=2**attempt), LONGEST_PAUSE)
        assert outbox.relay(at=bad.due_at - SECOND) == 0
        assert listener.heard == []
        at = bad.due_at
    outbox.relay(at=at)

    assert (outbox.delivery("bad").state, outbox.delivery("bad").attempts) == ("dead", 8)
    assert listener.heard == ["after bad"]


def test_an_admin_lets_dead_news_be_heard(outbox):
    listener = Listener()
    listener.fails_at = {"bad"}
    outbox.heard_by(listener)
    outbox.tell(1, "bad", at=AT)
    at = AT
    for _ in range(LAST_ATTEMPT):
        outbox.relay(at=at)
        at = outbox.delivery("bad").due_at
    (letter,) = dead_letters()
    assert (letter.is_effect, letter.about) == (False, "thing:1")

    listener.fails_at = set()
    retry_letter(is_effect=False, letter_id=letter.id, actor=make_actor(Role.ADMIN), at=at + HOUR)
    outbox.relay(at=at + HOUR)

    assert listener.heard == ["bad"]
    assert outbox.delivery("bad").state == "done"


def test_a_subscriber_that_is_gone_is_a_dead_letter_in_the_end_and_no_silence(outbox):
    listener = Listener("leaving")
    outbox.heard_by(listener)
    outbox.tell(1, "a", at=AT)
    outbox.heard_by(Listener("staying"))

    outbox.relay(at=AT)

    assert outbox.delivery("a").last_error == "UnknownSubscriber"


def test_two_relays_at_once_deliver_everything_exactly_once_and_in_order(outbox, committed_tenant):
    listener = Listener()
    outbox.heard_by(listener)
    words = [(thing, f"{thing}.{place}") for place in range(6) for thing in range(10)]
    for thing, word in words:
        outbox.tell(thing, word, at=AT)
    start = Barrier(3)

    def relay() -> None:
        try:
            with tenant_scope(committed_tenant.pk):
                start.wait(10)
                while Delivery.objects.filter(state="pending").exists():
                    outbox.relay(at=AT)
        finally:
            connections.close_all()

    relays = [Thread(target=relay) for _ in range(3)]
    for one in relays:
        one.start()
    for one in relays:
        one.join()

    assert sorted(listener.heard) == sorted(word for _, word in words)
    for thing in range(10):
        mine = [word for word in listener.heard if word.startswith(f"{thing}.")]
        assert mine == [f"{thing}.{place}" for place in range(6)]


def due_of(outbox: OwnOutbox, *, at: datetime) -> list[Line]:
    """Return the tenant's lines that are due."""
    return [line for line in due_lines(at=at) if line.tenant_id == outbox.tenant.pk]
