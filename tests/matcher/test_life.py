"""The matcher as a process: answered by meaning, killed, by words at once, and back by itself."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from problems import matcher_client
from problems.asking import Answer, Question, Source
from problems.likeness.building import FILE
from problems.likeness.embedding import Embedder
from problems.matcher_client import ask, state_of_matcher
from problems.matching import Findings, find, suggest_problems
from problems.models import CaseEmbedding, Radar
from problems.radar import look_soon
from servicedesk.upkeep.looking import look_at_tenant
from tests.make import AT, make_case, make_problem
from tests.matcher.conftest import CARD, DOUBLE
from tests.processes import process, wait_for
from workflow.tenancy.models import Tenant

QUESTION = Question(subject="", text="Where is my card? It has not arrived.", at=AT)
SECONDS_FOR_A_PAGE = 0.3
DAY = timedelta(days=1)
SECONDS_FOR_THE_END = 10


@contextmanager
def matcher(url: str) -> Iterator[Any]:
    """Run the matcher beside the test."""
    with process(sys.executable, "manage.py", "match", MATCHER_URL=url) as running:
        yield running


@pytest.fixture
def url(settings: Any, tmp_path: Path) -> str:
    """An address of our own."""
    settings.MATCHER_URL = f"unix://{tmp_path}/matcher.socket"
    matcher_client.forget_silences()
    return str(settings.MATCHER_URL)


def answered() -> Answer | None:
    """Ask; the first questions come before the model does."""
    return ask(QUESTION)


def find_and_time() -> tuple[Findings, float]:
    """Match the question; return what was found, and the seconds of the quickest of three."""
    spent = []
    for _ in range(3):
        began = time.monotonic()
        found = find(QUESTION)
        spent.append(time.monotonic() - began)
    return found, min(spent)


def test_the_matcher_answers_dies_and_is_back_by_itself(
    committed_tenant: Tenant, url: str, embedder: Embedder
):
    problem = make_problem(cases=[make_case(subject=t, text=t) for t in CARD], title="Card is late")
    make_problem(cases=[make_case(subject=t, text=t) for t in DOUBLE], title="Debit taken twice")
    new = make_case(subject=QUESTION.text, text=QUESTION.text)

    with matcher(url) as running:
        by_meaning = wait_for(answered, why="an answer of the matcher")
        # Everything that was said before is read when there is time.
        wait_for(
            lambda: CaseEmbedding.objects.count() == 1 + len(CARD) + len(DOUBLE), why="the backlog"
        )
        made = suggest_problems(case_id=new.pk, at=AT)
        state = state_of_matcher()
        look_soon(at=AT)
        handed_over = look_at_tenant(committed_tenant.pk, at=AT + DAY)
        wait_for(
            lambda: Radar.objects.filter(looked_at__isnull=False).exists(),
            why="the matcher to look for patterns",
        )
        running.send_signal(signal.SIGKILL)
        running.wait()
        by_words, took = find_and_time()
    with matcher(url) as again:
        back = wait_for(answered, why="the matcher that came back")
        again.send_signal(signal.SIGTERM)
        ended_with = again.wait(timeout=SECONDS_FOR_THE_END)

    assert by_meaning is not None
    assert back is not None
    assert by_meaning.problems[0].problem_id == back.problems[0].problem_id == problem.pk
    assert made[0].problem_id == problem.pk
    assert made[0].source == Source.MODEL
    assert state is not None
    assert (state.model, state.missing) == (embedder.version, "")
    assert state.answered > 0
    assert by_words.is_by_words_alone
    assert by_words.matches[0].problem == problem
    assert took < SECONDS_FOR_A_PAGE
    assert handed_over == 0
    assert ended_with == 0


def test_without_the_model_the_process_says_so(committed_tenant: Tenant, url: str, tmp_path: Path):
    (tmp_path / "data" / "matcher").mkdir(parents=True)
    (tmp_path / "data" / "matcher" / FILE).mkdir()

    with process(
        sys.executable, "manage.py", "match", MATCHER_URL=url, DATA_DIR=str(tmp_path / "data")
    ):
        state = wait_for(
            lambda: [one for one in [state_of_matcher()] if one and one.missing != "loading"],
            why="the matcher to say what it lacks",
        )[0]
        found = find(QUESTION)

    assert state.model == ""
    assert state.missing
    assert found.is_by_words_alone
