"""What is usual at this hour of this weekday: the tenant's own past, and never anybody else's.

A topic's share among all cases differs between Monday morning and Saturday night. The share in an
hour of the week is estimated from the same hours of past weeks, and leans on the share in all hours
as long as few cases came in them.
"""

from collections import Counter, deque
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

HOURS_OF_WEEK = 168
LONGEST_PAST = timedelta(weeks=8)
# So many cases of an hour weigh as much as what is known of all hours.
LEANING = 100.0
# Neighbouring hours are much alike: half of an hour's cases speak for it, a quarter on each side.
_SPREAD = ((-1, 0.25), (0, 0.5), (1, 0.25))


def hour_of_week(at: datetime, *, zone: ZoneInfo) -> int:
    """Return the hour of the week in the tenant's zone: 0 is Monday from midnight to one."""
    local = at.astimezone(zone)
    return local.weekday() * 24 + local.hour


class Baseline:
    """How many cases came in each hour of the week, of eight weeks at most.

    Takes the room of eight weeks of hours, however many cases come.
    """

    def __init__(self) -> None:
        self._by_hour = np.zeros(HOURS_OF_WEEK)
        self._counted: deque[tuple[float, int, int]] = deque()

    def add(self, at: datetime, *, hour: int) -> None:
        """Count a case; `at` never runs backwards."""
        began = at.timestamp() // 3600 * 3600
        if self._counted and self._counted[-1][0] >= began:
            began, hour, count = self._counted.pop()
            self._counted.append((began, hour, count + 1))
        else:
            self._counted.append((began, hour, 1))
        self._by_hour[hour] += 1
        self.forget(at - LONGEST_PAST)

    def forget(self, before: datetime) -> None:
        """Count no longer what came in hours that were over before a moment."""
        while self._counted and self._counted[0][0] + 3600 <= before.timestamp():
            _, hour, count = self._counted.popleft()
            self._by_hour[hour] -= count

    def weights(self, present: Counter[int]) -> tuple[NDArray[np.float64], float]:
        """Return how much a past case says about the present, by its hour, and what is left over.

        `present` counts the present's cases by hour of the week. The expected number of cases of
        a matter is the sum of the first over its past cases, plus its share of all past cases
        times the second.
        """
        now = np.zeros(HOURS_OF_WEEK)
        for hour, count in present.items():
            now[hour] = count
        each = now / (_spread(self._by_hour) + LEANING)
        return _spread(each), float(LEANING * each.sum())


def _spread(by_hour: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each hour and its neighbours say together."""
    parts = [share * np.roll(by_hour, shift) for shift, share in _SPREAD]
    return np.asarray(sum(parts))
