"""Where long work may be interrupted: it says so between its steps, and whoever began it decides."""

from collections.abc import Callable

Pause = Callable[[], None]
"""Called between two steps of some hundredths of a second. What it raises ends the work."""


def go_on() -> None:
    """Never wait and never end: for who has all the time."""
