"""Whether a pattern emerges, grows, goes on or fades, by when its customers came.

Loads no numbers library: pages may ask.
"""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

# Half the 90 % point of chi squared: a likelihood ratio beyond it is no chance.
_SURE = 1.35


class Trend(StrEnum):
    """What becomes of a pattern."""

    EMERGING = "emerging"
    GROWING = "growing"
    STEADY = "steady"
    FADING = "fading"


def trend_of(
    moments: Iterable[datetime],
    *,
    at: datetime,
    span: timedelta,
    came_now: int = 1,
    came_before: int = 1,
) -> Trend:
    """Return what becomes of a pattern, comparing the latest span with the one before.

    `moments` are the first times of its customers (aware). It emerges while its first case lies
    within the span; else it grows or fades when the difference is no chance, or when it is silent.
    `came_now` and `came_before` are how many cases the tenant got in both spans: twice as many
    cases of everything are no growth.
    """
    times = sorted(moment for moment in moments if moment <= at)
    now = sum(1 for moment in times if moment > at - span)
    before = sum(1 for moment in times if at - 2 * span < moment <= at - span)
    if now and times[0] > at - span:
        return Trend.EMERGING
    if not now:
        return Trend.FADING
    expected = max(came_now, 1) / (max(came_now, 1) + max(came_before, 1))
    if _likelihood_ratio(now, before, expected=expected) < _SURE:
        return Trend.STEADY
    return Trend.GROWING if now > (now + before) * expected else Trend.FADING


def _likelihood_ratio(now: int, before: int, *, expected: float) -> float:
    """Return how much likelier the two counts are with their own share than with the expected."""
    total = now + before
    found = now * math.log(now / (total * expected))
    if before:
        found += before * math.log(before / (total * (1 - expected)))
    return found
