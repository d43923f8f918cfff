"""Sweep every table of clocks."""

from datetime import datetime

from servicedesk.walk import SWEPT_CLOCKS
from workflow.clocks.sweeping import sweep_clocks


def sweep_all_clocks(*, at: datetime) -> int:
    """Let a batch of due clocks of each table speak; returns how many spoke."""
    return sum(sweep_clocks(model, at=at) for model in SWEPT_CLOCKS)
