"""Waiting for a condition."""

import time
from collections.abc import Callable
from threading import Event

LOOK_EVERY = 0.05


def wait_until(
    condition: Callable[[], bool], *, seconds: float, look_every: float = LOOK_EVERY
) -> bool:
    """Return whether the condition became true within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        pause(look_every)
    return True


def pause(seconds: float) -> None:
    """Let so many seconds pass between two looks."""
    Event().wait(seconds)
