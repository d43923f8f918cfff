"""Ask the matcher, a process of its own, and never wait for it longer than a page may.

No answer is an answer, too: whoever asks goes on by words alone. After two silences in a row the
matcher is left alone for a moment, so that one that hangs costs nobody anything.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings

from problems.asking import Answer, Question
from problems.matcher_talk import (
    Address,
    NotUnderstood,
    heard,
    heard_answer,
    key_from,
    packed,
    remaining,
    said_question,
)
from workflow.tenancy.scope import current_tenant_id, tenant_of_the_scope

ANSWERS_WITHIN = 0.3  # seconds, from connecting to the last word
SILENCES_BEFORE_REST = 2
RESTS_FOR = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class MatcherState:
    """How the matcher is: `model` is its model's version, "" without one, then `missing` says why.

    Of the tenant who asks: `cases` and `problems` that it has in memory (none before the first
    question), and `backlog`, how many texts nobody has read with this model yet, when it last looked.
    Of the process: `memory` in bytes, and how many questions it `answered` since it began.
    """

    model: str
    missing: str
    cases: int
    problems: int
    backlog: int
    memory: int
    answered: int


class Patience:
    """Whether the matcher is asked at all: not for a while after it was silent again and again."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.lock = Lock()
        self.silences = 0
        self.rests_until = 0.0

    def is_left(self) -> bool:
        """Whether to ask; after a rest one question tries for all."""
        with self.lock:
            now = self.clock()
            if self.silences < SILENCES_BEFORE_REST:
                return True
            if now < self.rests_until:
                return False
            self.rests_until = now + RESTS_FOR
            return True

    def note_word(self) -> None:
        """Note that the matcher said something."""
        with self.lock:
            self.silences = 0

    def note_silence(self) -> None:
        """Note that nothing came."""
        with self.lock:
            self.silences += 1
            self.rests_until = self.clock() + RESTS_FOR


_patience = Patience()


def forget_silences() -> None:
    """Ask again at once, whatever happened before in this process."""
    _patience.note_word()


def ask(question: Question, *, within: float = ANSWERS_WITHIN) -> Answer | None:
    """Return what the matcher finds in the current tenant, or None if it cannot say in time.

    `within` is in seconds. No query; the tenant is the scope's.
    """
    said = exchanged(
        {"ask": said_question(question)}, tenant_id=tenant_of_the_scope(), within=within
    )
    try:
        return heard_answer(said["answer"]) if said is not None and "answer" in said else None
    except (KeyError, TypeError, ValueError):
        # A matcher of another version, for the minute in which everything is started anew.
        return None


def state_of_matcher(*, within: float = ANSWERS_WITHIN) -> MatcherState | None:
    """Return how the matcher is, and what it has of the current tenant; None if it is not there.

    May be asked outside every tenant.
    """
    said = exchanged({"how": "are you"}, tenant_id=current_tenant_id(), within=within)
    try:
        return MatcherState(**said["state"]) if said is not None and "state" in said else None
    except TypeError:
        return None


def ask_to_look(*, within: float = ANSWERS_WITHIN) -> bool:
    """Hand the matcher the look for patterns that is due in the current tenant.

    Answers False where it is not there, has no model, or has too many waiting: look yourself then.
    """
    said = exchanged({"look": "now"}, tenant_id=tenant_of_the_scope(), within=within)
    return said is not None and said.get("looks") is True


def exchanged(
    said: dict[str, Any], *, tenant_id: int | None, within: float
) -> dict[str, Any] | None:
    """Say something and return the answer, None if there is none in time."""
    if not settings.MATCHER_URL or not _patience.is_left():
        return None
    until = time.monotonic() + within
    key = key_from(settings.SECRET_KEY)
    about = {"mark": secrets.token_hex(8), "tenant": tenant_id}
    word = packed({**said, **about, "within": within}, key=key)
    try:
        with Address.of(settings.MATCHER_URL).connected(within=within) as connection:
            connection.settimeout(remaining(until))
            connection.sendall(word)
            answer = heard(connection, keys=[key], until=until)
    except (FileNotFoundError, ConnectionRefusedError):
        # Nobody listens: that is known at once, and so is its return.
        return None
    except (OSError, NotUnderstood, ValueError):
        _patience.note_silence()
        return None
    _patience.note_word()
    if any(answer.get(name) != value for name, value in about.items()):
        # The answer to another question, sent once more, or a matcher of another version.
        return None
    return answer
