"""Frames between those who ask and the matcher: signed, limited, and believed only from ours."""

import socket
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from problems import matcher_client
from problems.asking import Alike, Answer, Candidate, Question, Source
from problems.matcher_talk import (
    LARGEST_FRAME,
    LENGTH,
    Address,
    NotUnderstood,
    heard,
    heard_answer,
    heard_question,
    key_from,
    packed,
    said_answer,
    said_question,
)
from tests.make import AT

KEY = key_from("a secret")
WITHIN = 5.0


def passed(frame: bytes, *, keys: tuple[bytes, ...] = (KEY,)) -> object:
    """Send bytes through a socket that is then closed, and hear what they say."""
    here, there = socket.socketpair()
    with here, there:
        here.sendall(frame)
        here.shutdown(socket.SHUT_WR)
        return heard(there, keys=keys, until=time.monotonic() + WITHIN)


def test_what_is_said_is_heard():
    assert passed(packed({"wie": "geht es — naïve"}, key=KEY)) == {"wie": "geht es — naïve"}


def test_half_a_letter_breaks_nothing():
    assert passed(packed({"text": "cut \ud83d here"}, key=KEY)) == {"text": "cut ? here"}


def test_what_is_signed_with_an_earlier_secret_is_heard_while_that_is_named():
    frame = packed({"a": 1}, key=key_from("the earlier secret"))

    assert passed(frame, keys=(KEY, key_from("the earlier secret"))) == {"a": 1}
    with pytest.raises(NotUnderstood):
        passed(frame)


def test_a_changed_word_is_not_believed():
    frame = packed({"tenant": 1}, key=KEY)

    with pytest.raises(NotUnderstood):
        passed(frame.replace(b'"tenant":1', b'"tenant":2'))


@pytest.mark.parametrize("length", [0, 10, 40])
def test_half_a_frame_is_none(length):
    with pytest.raises(NotUnderstood):
        passed(packed({"a": "word"}, key=KEY)[:length])


def test_more_than_a_frame_may_hold_is_not_even_read():
    with pytest.raises(NotUnderstood, match="too large"):
        passed(LENGTH.pack(LARGEST_FRAME + 1))


def test_silence_is_not_waited_for():
    here, there = socket.socketpair()
    with here, there, pytest.raises(TimeoutError):
        heard(there, keys=[KEY], until=time.monotonic() + 0.05)


def test_questions_and_answers_travel_whole():
    question = Question(subject="Hej", text="å", at=AT, case_id=3, product_id=4, at_most=7)
    answer = Answer(
        source=Source.MODEL,
        problems=(Candidate(1, probability=0.8, score=2.5, nearest=(7, 8)),),
        some=0.9,
        cases=(Alike(7, likeness=0.7),),
        articles=(Alike(2, likeness=0.5),),
        vector=bytes(range(256)) * 3,
        model="a/1",
    )

    assert heard_question(said_question(question)) == question
    assert heard_answer(said_answer(answer)) == answer
    assert heard_answer(said_answer(Answer(source=Source.MODEL))) == Answer(source=Source.MODEL)


def test_a_socket_in_a_deep_folder_can_be_reached(tmp_path: Path):
    deep = tmp_path / ("a-long-name-for-a-folder" * 6)
    address = Address.of(f"unix://{deep}/matcher.socket")

    with address.listening(backlog=1), address.connected(within=WITHIN):
        assert (deep / "matcher.socket").stat().st_mode & 0o777 == 0o600


def test_a_port_in_the_network_can_be_named():
    assert Address.of("tcp://matcher:8003") == Address(host="matcher", port=8003)


STATE = {
    "model": "a/1", "missing": "", "cases": 1, "problems": 1, "backlog": 0, "memory": 1, "answered": 1,
}  # fmt: skip


@pytest.mark.parametrize(("changed", "is_believed"), [({}, True), ({"mark": "of another"}, False),
                                                      ({"tenant": 7}, False)])  # fmt: skip
def test_an_answer_serves_for_its_own_question_alone(
    settings: Any, tmp_path: Path, changed: dict[str, Any], *, is_believed: bool
):
    settings.MATCHER_URL = f"unix://{tmp_path}/matcher.socket"
    matcher_client.forget_silences()
    listener = Address.of(settings.MATCHER_URL).listening(backlog=1)
    key = key_from(settings.SECRET_KEY)

    def replay() -> None:
        connection, _peer = listener.accept()
        with connection:
            asked = heard(connection, keys=[key], until=time.monotonic() + WITHIN)
            about = {"mark": asked["mark"], "tenant": asked["tenant"], **changed}
            connection.sendall(packed({"state": STATE, **about}, key=key))

    with closing(listener):
        between = threading.Thread(target=replay)
        between.start()
        state = matcher_client.state_of_matcher(within=WITHIN)
        between.join(WITHIN)

    assert (state is not None) is is_believed
