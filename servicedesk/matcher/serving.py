"""Answer who asks at the matcher's socket: a few threads, each with one question at a time.

Nobody waits in a queue of ours: who finds all threads busy waits in the kernel's, which is short,
and goes on by words alone when its patience ends.
"""

import logging
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Thread
from typing import Any

from problems.matcher_talk import Address, NotUnderstood, heard, packed

log = logging.getLogger(__name__)

THREADS = 4
WAITING_AT_MOST = 16
HEARS_WITHIN = 1.0  # seconds for a question to come whole
LOOKS_EVERY = 0.5  # seconds between two looks whether to end

Said = dict[str, Any]


class Door:
    """Listens at an address and hands what is said to `answer`; ends when `stopping` is set.

    The first of `keys` signs what we say; what is signed with any of them is heard.
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
        self.listener.settimeout(LOOKS_EVERY)
        self.keys = keys
        self.answer = answer
        self.stopping = stopping
        self.threads = [
            Thread(target=self.serve, name=f"answering-{number}", daemon=True)
            for number in range(THREADS)
        ]

    def open(self) -> None:
        """Begin to answer."""
        for thread in self.threads:
            thread.start()

    def close(self) -> None:
        """Wait until the answers that were begun are given."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(timeout=2 * LOOKS_EVERY + HEARS_WITHIN)
        self.listener.close()

    def serve(self) -> None:
        """Answer one after the other until it is time to end."""
        while not self.stopping.is_set():
            try:
                connection, _address = self.listener.accept()
            except TimeoutError:
                continue
            except OSError:
                log.exception("nobody can be heard for a moment")
                self.stopping.wait(LOOKS_EVERY)
                continue
            with connection:
                self.attend(connection)

    def attend(self, connection: socket.socket) -> None:
        """Hear one question and answer it; whoever hung up meanwhile costs nothing more."""
        until = time.monotonic() + HEARS_WITHIN
        try:
            said = heard(connection, keys=self.keys, until=until)
        except (OSError, NotUnderstood, ValueError):
            log.warning("something came that is no question")
            return
        if has_hung_up(connection):
            return
        try:
            answer = self.answer(said)
        except Exception:
            log.exception("a question could not be answered")
            answer = {"refused": "fault"}
        with suppress(OSError):
            connection.settimeout(HEARS_WITHIN)
            # With its mark and tenant: an answer serves for no other question.
            about: dict[str, Any] = {
                name: said[name] for name in ("mark", "tenant") if name in said
            }
            connection.sendall(packed({**answer, **about}, key=self.keys[0]))


def has_hung_up(connection: socket.socket) -> bool:
    """Whether the other side does not wait for an answer any more."""
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
