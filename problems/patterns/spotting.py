"""Bursts as they begin: many customers with the same matter, more than the tenant's past explains.

Around each case that comes, unless a known problem is almost certainly behind it, the sphere is
sought in which the present is the least likely to be chance: customers among the latest cases,
against the cases of the past that lie as near (a scan statistic; Poisson). The cases themselves
decide the radius, so that narrow topics and broad ones are found alike. The likelier known problems
explain the cases of a sphere, the more it takes to call it a burst.
"""

from collections import Counter, deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from problems.patterns.arriving import (
    COMPARED_BELOW,
    UNMATCHED_BELOW,
    Arrival,
    Vector,
    centre_of,
)
from problems.patterns.baseline import LONGEST_PAST, Baseline, hour_of_week
from problems.patterns.limits import LEAST_PAST, PRESENT
from problems.patterns.memory import CaseMemory

REMEMBERED = 12_000
"""Cases that a spotter compares with."""

LEAST_LIKE = 0.5
"""Nothing farther than this (cosine) belongs to the same matter."""

# A spot that points where one did lately is the same, told already.
_SAME_DIRECTION = 0.75
# Nothing is certain about what has never been seen: as if half a case had come before.
_UNSEEN = 0.5
# What a burst must have more of, the likelier its cases are explained: as if the chance that they
# are not were asked so many times. The matching errs for a matter, not for each case by itself.
_DOUBTED = 2.5


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """When a burst is worth a lead's look: what an admin sets, and a backtest tries.

    `evidence` is how much likelier a burst must be than chance (natural logarithm; 10.5 is
    36,000 to 1; six times as much where known problems are as likely as not). `customers` is how
    many must have the matter. `window` is how many of the tenant's latest cases are the present,
    but never those older than `longest`. Only cases behind which a
    known problem is less probable than `compared_below` are looked at, and a burst is none when
    it is as probable as `unmatched_below` for its cases on the whole.
    """

    evidence: float = 10.5
    customers: int = 4
    window: int = PRESENT
    longest: timedelta = timedelta(days=14)
    unmatched_below: float = UNMATCHED_BELOW
    compared_below: float = COMPARED_BELOW


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A burst, as it was seen when the last of its cases came.

    `case_ids` in order of arrival. `customers` counts each customer once, and is less than the
    cases where one wrote again; `usual` is how many customers were to be expected (above 0).
    `evidence` is as in `Sensitivity`. `centre` is where the cases point together.
    """

    at: datetime
    began_at: datetime
    case_ids: tuple[int, ...]
    customers: int
    usual: float
    evidence: float
    centre: Vector

    @property
    def times_usual(self) -> float:
        """How many times what is usual."""
        return self.customers / self.usual


@dataclass(frozen=True, slots=True)
class _Present:
    """One of the latest cases: its number, and whether the spotter remembers it."""

    number: int
    at: datetime
    hour: int
    customer: Hashable


class Spotter:
    """Looks at one tenant's cases as they come, in order of time.

    First `remember` the past, then `observe` each new case: under 10 ms, and far less for one that is
    surely matched. Its memory does not grow once `REMEMBERED` cases that are not have come. `zone` is the
    tenant's: hours and weekdays are its own.
    """

    def __init__(
        self,
        *,
        zone: ZoneInfo,
        sensitivity: Sensitivity | None = None,
        remembered: int = REMEMBERED,
    ) -> None:
        self.sensitivity = sensitivity or Sensitivity()
        self._zone = zone
        self._memory = CaseMemory(most=remembered)
        self._baseline = Baseline()
        self._present: deque[_Present] = deque()
        self._hours: Counter[int] = Counter()
        self._of_customer: dict[Hashable, list[int]] = {}
        self._came = 0
        self._since = 0
        self._told: deque[tuple[int, Vector]] = deque()

    @property
    def remembers(self) -> int:
        """How many cases it compares with."""
        return len(self._memory)

    @property
    def past(self) -> int:
        """How many cases, matched or not, came before the present and are compared with."""
        return self._came - len(self._present) - self._since

    @property
    def is_learning(self) -> bool:
        """Whether too few cases have come to call anything unusual."""
        return self.past < LEAST_PAST

    def remember(self, arrivals: Iterable[Arrival]) -> None:
        """Take in cases of the past, oldest first, without looking for anything."""
        for arrival in arrivals:
            self._take_in(arrival)

    def observe(self, arrival: Arrival) -> Spot | None:
        """Take in a case that came after all others, and return the burst it shows, if it does.

        A burst is told once; what comes later belongs to the pattern that was made of it.
        """
        counts = self._take_in(arrival)
        if not counts or self.is_learning:
            return None
        spot = self._burst_around(arrival)
        return None if spot is None or self._is_told(spot) else spot

    def _take_in(self, arrival: Arrival) -> bool:
        """Count a case, remember it unless surely matched; say whether it is a customer's first."""
        number = self._came
        self._came += 1
        hour = hour_of_week(arrival.at, zone=self._zone)
        is_compared = arrival.known < self.sensitivity.compared_below
        counts = is_compared and not self._wrote_before(arrival)
        if is_compared:
            dropped = self._memory.add(
                arrival.vector,
                number=number,
                case_id=arrival.case_id,
                at=arrival.at,
                hour=hour,
                known=arrival.known,
                counts=counts,
            )
            if dropped:
                self._since = int(self._memory.numbers[0])
            self._of_customer.setdefault(arrival.customer, []).append(number)
        self._present.append(_Present(number, arrival.at, hour, arrival.customer))
        self._hours[hour] += 1
        self._let_go(arrival.at)
        return counts

    def _wrote_before(self, arrival: Arrival) -> bool:
        """Say whether a customer has a case about the same matter in the present."""
        earlier = self._of_customer.get(arrival.customer, ())
        places = [self._memory.place_of(number) for number in earlier]
        likeness = self._memory.vectors[places] @ arrival.vector
        return bool((likeness >= LEAST_LIKE).any())

    def _let_go(self, at: datetime) -> None:
        """Move cases from the present to the past, and forget what is older than eight weeks."""
        setting = self.sensitivity
        while len(self._present) > setting.window or self._present[0].at < at - setting.longest:
            gone = self._present.popleft()
            self._hours[gone.hour] -= 1
            self._baseline.add(gone.at, hour=gone.hour)
            numbers = self._of_customer.get(gone.customer)
            if numbers and numbers[0] == gone.number:
                numbers.pop(0)
                if not numbers:
                    del self._of_customer[gone.customer]
        oldest = self._memory.place_at(at - LONGEST_PAST)
        if oldest:
            self._since = max(self._since, int(self._memory.numbers[oldest - 1]) + 1)

    def _burst_around(self, arrival: Arrival) -> Spot | None:
        """Return the least likely sphere around the newest case, if it is unlikely enough."""
        memory = self._memory
        split = memory.place_of(self._present[0].number)
        likeness = memory.likeness(arrival.vector)
        likeness[: memory.place_of(self._since)] = 0.0
        near = np.flatnonzero((likeness >= LEAST_LIKE) & memory.counts)
        if not near.size:
            # A text of which nothing is left (a mere greeting) is like nothing, not even itself.
            return None
        near = near[np.argsort(-likeness[near], kind="stable")]
        is_new = near >= split
        customers = np.cumsum(is_new, dtype=np.int64)
        usual = self._usual(hours=memory.hours[near], is_old=~is_new)
        known = np.cumsum(np.where(is_new, memory.known[near], 0.0)) / np.maximum(customers, 1)
        evidence = _evidence(customers, usual) + _DOUBTED * np.log1p(-np.minimum(known, 0.999))
        is_explained = known >= self.sensitivity.unmatched_below
        evidence[~is_new | is_explained | (customers < self.sensitivity.customers)] = 0.0
        best = int(evidence.argmax())
        if evidence[best] < self.sensitivity.evidence:
            return None
        members = np.flatnonzero(likeness[split:] >= likeness[near[best]]) + split
        began = self._present[int(memory.numbers[members[0]]) - self._present[0].number].at
        return Spot(
            at=arrival.at,
            began_at=began,
            case_ids=tuple(int(case_id) for case_id in memory.case_ids[members]),
            customers=int(customers[best]),
            usual=float(usual[best]),
            evidence=float(evidence[best]),
            centre=centre_of(memory.vectors[members]),
        )

    def _usual(self, *, hours: NDArray[np.int16], is_old: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return how many customers were to be expected within the radius of each near case.

        The greater of two: by the share of all the past, and by that of the same hours of the week.
        """
        share = (np.cumsum(is_old) + _UNSEEN) / self.past
        weights, rest = self._baseline.weights(self._hours)
        by_hour = np.cumsum(np.where(is_old, weights[hours], 0.0)) + share * rest
        return np.asarray(np.maximum(share * len(self._present), by_hour) * self._surplus())

    def _surplus(self) -> float:
        """Return how many times more of the present is compared than of the past, from 1 to 2.

        What the matching is suddenly less sure of, of everything, is no burst of anything.
        """
        counts = self._memory.counts
        split = self._memory.place_of(self._present[0].number)
        first = self._memory.place_of(self._since)
        now = int(counts[split:].sum()) / len(self._present)
        before = max(int(counts[first:split].sum()), 1) / self.past
        return min(max(now / before, 1.0), 2.0)

    def _is_told(self, spot: Spot) -> bool:
        """Say whether a burst was told lately; it stays told as long as it goes on."""
        before = self._came - 2 * self.sensitivity.window
        while self._told and self._told[0][0] < before:
            self._told.popleft()
        told = any(float(centre @ spot.centre) >= _SAME_DIRECTION for _, centre in self._told)
        self._told.append((self._came, spot.centre))
        return told


def _evidence(customers: NDArray[np.int64], usual: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much likelier each count is under a burst than by chance (natural logarithm)."""
    counted = np.maximum(customers, 1)
    found = counted * np.log(counted / usual) - (counted - usual)
    return np.asarray(np.where(customers > usual, found, 0.0))
