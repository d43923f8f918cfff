"""What waiting costs: how many more cases a pattern brings if nobody acts, and how much work. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LOOKS_AHEAD = timedelta(hours=24)
RECENT = timedelta(hours=24)
HOUR = timedelta(hours=1)
# Nothing grows for ever: a pattern at most doubles while nobody looks at it.
STEEPEST = 2.0
EMERGING_FOR = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class WaitingCost:
    """What the next 24 hours bring if nobody acts: more cases, more customers, work for agents."""

    cases: int
    customers: int
    work: timedelta


def cost_of_waiting(
    moments: Sequence[datetime],
    *,
    customers: int,
    usual: float,
    work_per_case: timedelta,
    at: datetime,
) -> WaitingCost:
    """Return what another day of waiting is expected to cost.

    `moments` are when the cases of the pattern came, in any order (aware), `customers` how many
    wrote them, `usual` how many would have come anyway in that time. The last 24 hours go on as
    they were, faster or slower by as much as their second half differs from their first.
    """
    if not moments:
        return WaitingCost(cases=0, customers=0, work=timedelta())
    earliest = min(moments)
    lasted = max(at - earliest, HOUR)
    window = min(lasted, RECENT)
    recent = [moment for moment in moments if at - window <= moment <= at]
    per_day = len(recent) * (LOOKS_AHEAD / window)
    expected_anyway = usual * (LOOKS_AHEAD / lasted)
    # A pattern of one hour would be multiplied by 24: it counts as if it had lasted six.
    if window < EMERGING_FOR:
        per_day *= window / EMERGING_FOR
        expected_anyway *= lasted / EMERGING_FOR if lasted < EMERGING_FOR else 1.0
    more = max(0.0, per_day * acceleration(recent, window=window, at=at) - expected_anyway)
    cases = round(more)
    return WaitingCost(
        cases=cases,
        customers=round(more * customers / len(moments)),
        work=cases * work_per_case,
    )


def acceleration(recent: Sequence[datetime], *, window: timedelta, at: datetime) -> float:
    """Return how the second half of a window compares with its first, between a half and two."""
    middle = at - window / 2
    late = sum(1 for moment in recent if moment > middle)
    early = len(recent) - late
    # One is added to both, so that two cases after none are not called an explosion.
    return min(STEEPEST, max(1 / STEEPEST, (late + 1) / (early + 1)))
