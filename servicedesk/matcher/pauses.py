"""Work that nobody waits for gives way to questions, and ends at once when the process ends."""

import time
from collections.abc import Callable
from threading import Event

STANDS_BACK_FOR = 0.01  # seconds between two looks
STANDS_BACK_AT_MOST = 0.2  # seconds at one pause: even where somebody always asks, it goes on


class Ended(Exception):
    """The process is to end; what was begun is left as it is."""


class Pauses:
    """A pause between two steps of long work.

    `is_busy` says whether a question is being answered.
    """

    def __init__(self, *, stopping: Event, is_busy: Callable[[], bool]) -> None:
        self.stopping = stopping
        self.is_busy = is_busy

    def __call__(self) -> None:
        """Stand back while somebody asks.

        Raises:
            Ended: the process is to end.
        """
        until = time.monotonic() + STANDS_BACK_AT_MOST
        while self.is_busy() and time.monotonic() < until:
            if self.stopping.wait(STANDS_BACK_FOR):
                break
        if self.stopping.is_set():
            raise Ended
