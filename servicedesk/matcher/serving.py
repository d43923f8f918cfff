"""Answer who asks at the matcher's socket: a few threads, each with one question at a time.

Who comes is heard at once and then waits for a turn (`turns`), tenant by tenant; whose patience
ends meanwhile hangs up, goes on by words alone, and costs nothing more.
"""

import logging
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

from problems.matcher_talk import Address, NotUnderstood, heard, packed
from servicedesk.matcher.turns import Turns

log = logging.getLogger(__name__)

ANSWERING, HEARING = 4, 2  # threads
WAITING_AT_MOST = 16
HEARS_WITHIN = 1.0  # seconds for a question to come whole
LOOKS_EVERY = 0.5  # seconds after nobody could be heard
ENDS_WITHIN = 5.0  # seconds for the answers that were begun

Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was heard, who waits for its answer, and since when."""

    said: Said
    connection: socket.socket
    since: float


class Door:
    """Listens at an address and hands what is said to `answer`; ends when it is closed.

    The first of `keys` signs what we say; what is signed with any of them is heard. What is left of
    a question's patience is told to `answer` as `within`.
    """

    def __init__(
        self,
        address: Address,
        *,
        keys: Sequence[bytes],
        answer: Callable[[Said], Said],
        stopping: Event,
    ) -> None:
        self.listener = address.listening(backlog=WAITING_AT_MOST)
        self.keys = keys
        self.answer = answer
        self.stopping = stopping
        self.turns: Turns[Asked] = Turns(answering=ANSWERING, waiting_at_most=WAITING_AT_MOST)
        self.threads = [
            Thread(target=act, name=f"{name}-{number}", daemon=True)
            for name, act, many in (
                ("hearing", self.hear, HEARING),
                ("answering", self.serve, ANSWERING),
            )
            for number in range(many)
        ]

    def open(self) -> None:
        """Begin to answer."""
        for thread in self.threads:
            thread.start()

    def close(self) -> None:
        """Hear nobody any more, and wait until the answers that were begun are given."""
        self.stopping.set()
        with suppress(OSError):
            # Whoever waits for somebody to come is told that nobody does.
            self.listener.shutdown(socket.SHUT_RDWR)
        for asked in self.turns.close():
            asked.connection.close()
        until = time.monotonic() + ENDS_WITHIN
        for thread in self.threads:
            thread.join(timeout=max(until - time.monotonic(), 0.0))
        self.listener.close()

    # ---- hearing -----------------------------------------------------------------------------

    def hear(self) -> None:
        """Let one after the other wait for a turn, until it is time to end."""
        while not self.stopping.is_set():
            try:
                connection, _address = self.listener.accept()
            except OSError:
                if self.stopping.is_set():
                    return
                log.exception("nobody can be heard for a moment")
                self.stopping.wait(LOOKS_EVERY)
                continue
            self.admit(connection)

    def admit(self, connection: socket.socket) -> None:
        """Hear a question and let it wait; what is none, or one too many, is sent away."""
        until = time.monotonic() + HEARS_WITHIN
        try:
            said = heard(connection, keys=self.keys, until=until)
            whose = whose_question(said)
        except (OSError, NotUnderstood, ValueError, RecursionError):
            log.warning("something came that is no question")
            connection.close()
            return
        asked = Asked(said, connection, since=time.monotonic())
        if not self.turns.put(asked, whose=whose):
            with connection:
                self.tell(asked, {"refused": "too_many"})

    # ---- answering ---------------------------------------------------------------------------

    def serve(self) -> None:
        """Answer one after the other until it is time to end."""
        while not self.stopping.is_set():
            with self.turns.next() as asked:
                if asked is None:
                    return
                with asked.connection:
                    self.attend(asked)

    def attend(self, asked: Asked) -> None:
        """Answer a question; whoever hung up meanwhile costs nothing more."""
        if has_hung_up(asked.connection):
            return
        said = asked.said
        try:
            if "within" in said:
                waited = time.monotonic() - asked.since
                said = {**said, "within": float(said["within"]) - waited}
            answer = self.answer(said)
        except Exception:
            log.exception("a question could not be answered")
            answer = {"refused": "fault"}
        self.tell(asked, answer)

    def tell(self, asked: Asked, answer: Said) -> None:
        """Say an answer, with the mark and tenant of its question: it serves for no other."""
        about: Said = {name: asked.said[name] for name in ("mark", "tenant") if name in asked.said}
        try:
            word = packed({**answer, **about}, key=self.keys[0])
            asked.connection.settimeout(HEARS_WITHIN)
            asked.connection.sendall(word)
        except OSError:
            log.debug("who asked has gone")
        except Exception:
            # No thread ends by one question, whatever stood in it.
            log.exception("an answer could not be told")


def whose_question(said: Said) -> str | int:
    """Return in whose turn a question is answered.

    Raises:
        NotUnderstood: it is signed and names no tenant, as none of ours does.
    """
    if "how" in said:
        # Asked of nobody's turn: that costs nothing.
        return "how we are"
    tenant = said.get("tenant")
    if type(tenant) is not int:
        raise NotUnderstood("The question names no tenant.")
    return tenant


def has_hung_up(connection: socket.socket) -> bool:
    """Whether the other side does not wait for an answer any more."""
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
