"""Tenants take turns: whoever asks much, or whatever takes long, holds up its own tenant alone."""

import hmac
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Semaphore
from time import monotonic
from typing import Any

import pytest

from problems.matcher_client import exchanged, forget_silences
from problems.matcher_talk import LENGTH, Address, NotUnderstood, heard, key_from
from servicedesk.matcher.pauses import Ended, Pauses
from servicedesk.matcher.serving import ANSWERING, HEARING, WAITING_AT_MOST, Door, Said
from servicedesk.matcher.turns import Turns

STUCK, OTHER = 1, 2
LONG = 20.0


def taken(turns: Turns[str], held: ExitStack) -> str | None:
    """Take what is next, and keep it in hand."""
    return held.enter_context(turns.next())


def test_tenants_are_answered_in_turn():
    turns: Turns[str] = Turns(answering=9, waiting_at_most=9)
    for asked in ("a1", "a2", "a3"):
        turns.put(asked, whose="a")
    turns.put("b1", whose="b")

    with ExitStack() as held:
        assert [taken(turns, held) for _ in range(4)] == ["a1", "b1", "a2", "a3"]


def test_one_who_answers_is_always_left_for_others():
    turns: Turns[str] = Turns(answering=3, waiting_at_most=9)
    for asked in ("a1", "a2", "a3"):
        turns.put(asked, whose="a")
    turns.put("b1", whose="b")

    with ExitStack() as held:
        assert [taken(turns, held) for _ in range(3)] == ["a1", "b1", "a2"]
        assert turns.whose_turn() is None
    assert turns.whose_turn() == "a"


def test_what_waits_of_one_is_limited_and_nobody_waits_after_the_end():
    turns: Turns[str] = Turns(answering=2, waiting_at_most=1)

    assert turns.put("a1", whose="a")
    assert not turns.put("a2", whose="a")
    assert turns.put("b1", whose="b")
    assert turns.close() == ["a1", "b1"]
    assert not turns.put("c1", whose="c")
    with turns.next() as asked:
        assert asked is None


@dataclass(frozen=True)
class Hanging:
    """A door behind which the questions of one tenant hang until they are released."""

    begun: Semaphore
    released: Event

    def answer(self, said: Said) -> Said:
        """Answer at once, or when it is released."""
        if said["tenant"] == STUCK:
            self.begun.release()
            self.released.wait(LONG)
        return {"answer": said["tenant"], "left": said["within"]}


@pytest.fixture
def hanging(settings: Any, tmp_path: Path) -> Iterator[Hanging]:
    """Open the door, and end it in order."""
    settings.MATCHER_URL = f"unix://{tmp_path}/matcher.socket"
    forget_silences()
    behind = Hanging(Semaphore(0), Event())
    door = Door(
        Address.of(settings.MATCHER_URL),
        keys=[key_from(settings.SECRET_KEY)],
        answer=behind.answer,
        stopping=Event(),
    )
    door.open()
    yield behind
    behind.released.set()
    door.close()
    assert not any(thread.is_alive() for thread in door.threads)


def ask(tenant_id: int) -> Said | None:
    """Ask for a tenant."""
    return exchanged({"ask": {}}, tenant_id=tenant_id, within=LONG)


@pytest.mark.parametrize(
    ("odd", "answer"),
    [
        ('{"tenant":2,"within":"soon"}', {"refused": "fault", "tenant": 2}),
        ('{"tenant":2,"within":[]}', {"refused": "fault", "tenant": 2}),
        ('{"tenant":[2],"within":1}', None),
        ('{"tenant":null,"within":1}', None),
        (f'{{"tenant":2,"mark":{"[" * 50_000}{"]" * 50_000}}}', None),
    ],
    ids=range(5),
)
def test_nobody_who_hears_or_answers_ends_by_an_odd_question(
    hanging: Hanging, settings: Any, odd: str, answer: Said | None
):
    key = key_from(settings.SECRET_KEY)
    frame = LENGTH.pack(len(odd)) + hmac.digest(key, odd.encode(), "sha256") + odd.encode()

    for _ in range(ANSWERING + HEARING):
        with Address.of(settings.MATCHER_URL).connected(within=LONG) as connection:
            connection.sendall(frame)
            try:
                said = heard(connection, keys=[key], until=monotonic() + LONG)
            except (NotUnderstood, ConnectionError):
                said = None
        assert said == answer

    good = ask(OTHER)
    assert good is not None
    assert good["answer"] == OTHER


def test_a_tenant_whose_questions_hang_keeps_nobody_else_waiting(hanging: Hanging):
    with ThreadPoolExecutor(WAITING_AT_MOST) as many:
        asking = [many.submit(ask, STUCK) for _ in range(WAITING_AT_MOST)]
        for _ in range(ANSWERING - 1):
            assert hanging.begun.acquire(timeout=LONG)

        answer = ask(OTHER)

        # The other is answered while as many as may hang, and no more of them were begun.
        is_another_begun = hanging.begun.acquire(blocking=False)
        is_one_answered = any(one.done() for one in asking)
        hanging.released.set()

    assert answer is not None
    assert answer["answer"] == OTHER
    assert 0 < answer["left"] < LONG
    assert (is_another_begun, is_one_answered) == (False, False)
    assert all(one.result() for one in asking)


def test_long_work_gives_way_and_ends_when_the_process_does():
    stopping, looks = Event(), iter([True, True, False])
    pauses = Pauses(stopping=stopping, is_busy=lambda: next(looks))

    pauses()
    assert next(looks, None) is None

    stopping.set()
    with pytest.raises(Ended):
        Pauses(stopping=stopping, is_busy=lambda: True)()
