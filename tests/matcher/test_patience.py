"""Whoever asks never waits long, and a matcher that hangs soon costs nobody anything."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from problems import matcher_client
from problems.asking import Question
from problems.matcher_client import ANSWERS_WITHIN, RESTS_FOR, Patience, ask, state_of_matcher
from problems.matcher_talk import Address
from problems.matching import find
from tests.make import AT, make_problem

QUESTION = Question(subject="Direct debit taken twice", text="It was collected again.", at=AT)
pytestmark = pytest.mark.usefixtures("tenant", "fresh_patience")


@pytest.fixture
def fresh_patience() -> Iterator[None]:
    """Nobody has been silent yet, before and after."""
    matcher_client.forget_silences()
    yield
    matcher_client.forget_silences()


class Watch:
    """A clock that stands until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def seconds_to_ask() -> float:
    """Ask in vain; return how long it took."""
    began = time.monotonic()
    assert ask(QUESTION) is None
    return time.monotonic() - began


def test_two_silences_bring_a_rest_and_one_question_tries_for_all():
    watch = Watch()
    patience = Patience(clock=watch)
    patience.note_silence()
    assert patience.is_left()

    patience.note_silence()

    assert not patience.is_left()
    watch.now += RESTS_FOR
    assert patience.is_left()
    assert not patience.is_left()
    patience.note_word()
    assert patience.is_left()


def test_nobody_there_costs_nothing_and_is_asked_again_at_once(settings, tmp_path: Path):
    settings.MATCHER_URL = f"unix://{tmp_path}/matcher.socket"

    assert max(seconds_to_ask() for _ in range(5)) < 0.1
    assert matcher_client._patience.is_left()


def test_a_matcher_that_hangs_is_waited_for_300_ms_twice_and_then_left_alone(
    settings, tmp_path: Path
):
    settings.MATCHER_URL = f"unix://{tmp_path}/matcher.socket"
    with Address.of(settings.MATCHER_URL).listening(backlog=8):
        first, second, third = seconds_to_ask(), seconds_to_ask(), seconds_to_ask()

    assert ANSWERS_WITHIN <= first < ANSWERS_WITHIN + 0.2
    assert ANSWERS_WITHIN <= second < ANSWERS_WITHIN + 0.2
    assert third < 0.05


def test_without_an_answer_a_text_is_matched_by_words_and_that_is_said(settings):
    settings.MATCHER_URL = ""
    problem = make_problem()

    found = find(QUESTION)

    assert found.is_by_words_alone
    assert [match.problem for match in found.matches] == [problem]
    assert state_of_matcher() is None
