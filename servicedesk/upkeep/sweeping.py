"""Sweep every table of clocks, in turns that are short."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from servicedesk.walk import SWEPT_CLOCKS
from workflow.clocks.sweeping import sweep_behind_the_line, sweep_clocks

# So many of a table before somebody looks at the time: about a quarter of a second.
STEP = 1_000


def sweep_all_clocks(*, at: datetime, limit: int = STEP) -> int:
    """Let a batch of due clocks of each table speak; returns how many spoke."""
    return sum(sweep_clocks(model, at=at, limit=limit) for model in SWEPT_CLOCKS)


def sweep_for(seconds: float, *, clock: Callable[[], datetime], limit: int = STEP) -> int:
    """Sweep until no clock is due or the time is up; returns how many spoke.

    `clock` is read for each step of `limit` clocks. Tenants behind another's storm come first in
    each turn.
    """
    end = monotonic() + seconds
    spoken = sum(sweep_behind_the_line(model, at=clock()) for model in SWEPT_CLOCKS)
    while step := sweep_all_clocks(at=clock(), limit=limit):
        spoken += step
        if monotonic() >= end:
            break
    return spoken
