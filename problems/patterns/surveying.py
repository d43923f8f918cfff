"""One look at a tenant's cases: what began, what lasts, and what grew since the last look."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np

from problems.patterns.arriving import Arrival, Vector
from problems.patterns.grouping import Group, group_cases
from problems.patterns.spotting import Sensitivity, Spot, Spotter
from problems.patterns.standing import Standing, joining, nearest_standing

LASTS_FOR = timedelta(days=14)
"""How far back slow patterns are looked for."""

MOST_GROUPED = 4_000
"""Unmatched cases that are grouped at a time: the latest ones."""


# Of cases of a matter that is known, the matching leaves out one in five; of others, most.
_MOST_EXPLAINED = 0.5


class Kind(StrEnum):
    """How a pattern showed."""

    BURST = "burst"
    LASTING = "lasting"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Cases that may have a problem in common that nobody has named yet, in order of arrival.

    `usual` is how many customers were to be expected in the time of a burst; for what lasts, it is
    0. `evidence` is as in `Sensitivity`, 0 for what lasts. `again` is the key of a dismissed
    pattern that has grown and comes back; None for a new one.
    """

    kind: Kind
    case_ids: tuple[int, ...]
    customers: int
    usual: float
    evidence: float
    centre: Vector
    began_at: datetime
    again: Hashable | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What a look found. `grown` holds case ids that joined patterns found before, by their key.

    `looked_at` counts the cases that came since the last look, `unmatched` those of them that no
    known problem explains. While `is_learning`, nothing is called unusual.
    """

    found: tuple[Found, ...]
    grown: dict[Hashable, tuple[int, ...]]
    looked_at: int
    unmatched: int
    is_learning: bool


def survey(
    arrivals: Sequence[Arrival],
    *,
    since: datetime,
    zone: ZoneInfo,
    sensitivity: Sensitivity,
    standing: Sequence[Standing] = (),
    lasting_customers: int = 12,
) -> Survey:
    """Look at the cases that came at `since` or later, against those that came before.

    `arrivals` are all cases of the tenant, matched or not, of the last eight weeks (20,000 are
    enough), oldest first. What is part of a pattern found before joins it and is not found again; a
    dismissed one is found again once it has grown. With `lasting_customers` or more, a group of the
    last two weeks that never burst is found too; 0 looks for none.
    """
    spotter = Spotter(zone=zone, sensitivity=sensitivity)
    spotter.remember(arrival for arrival in arrivals if arrival.at < since)
    latest = [arrival for arrival in arrivals if arrival.at >= since]
    free = [arrival for arrival in latest if arrival.known < sensitivity.unmatched_below]
    spots = [spot for arrival in latest if (spot := spotter.observe(arrival))]
    sorting = _Sorting(standing)
    for spot in spots:
        sorting.take(_from_spot(spot))
    if lasting_customers and free:
        for found in _lasting(arrivals, sensitivity=sensitivity, customers=lasting_customers):
            sorting.take(found)
    sorting.join(joining(free, standing=[one for one in standing if not one.is_dismissed]))
    return Survey(
        found=tuple(sorting.found),
        grown={key: tuple(case_ids) for key, case_ids in sorting.grown.items()},
        looked_at=len(latest),
        unmatched=len(free),
        is_learning=spotter.is_learning,
    )


class _Sorting:
    """Sorts what was found into what is new and what belongs to patterns found before."""

    def __init__(self, standing: Sequence[Standing]) -> None:
        self.found: list[Found] = []
        self.grown: dict[Hashable, dict[int, None]] = {}
        self._standing = list(standing)

    def take(self, found: Found) -> None:
        """Keep what was found, or give it to the pattern that it is part of."""
        before = nearest_standing(self._standing, centre=found.centre, case_ids=found.case_ids)
        if before is None:
            self._keep(found)
        elif before.is_dismissed:
            if before.may_come_back(customers=found.customers):
                self._keep(replace(found, again=before.key))
        else:
            fresh = [case_id for case_id in found.case_ids if case_id not in before.case_ids]
            self.join({before.key: fresh})

    def join(self, joined: dict[Hashable, list[int]]) -> None:
        """Give cases to patterns found before, each once."""
        for key, case_ids in joined.items():
            if case_ids:
                self.grown.setdefault(key, {}).update(dict.fromkeys(case_ids))

    def _keep(self, found: Found) -> None:
        """Keep what is new, unless this very look found it already."""
        for other in self.found:
            as_standing = Standing(
                key=None,
                centre=other.centre,
                case_ids=frozenset(other.case_ids),
                customers=other.customers,
            )
            if as_standing.is_same(centre=found.centre, case_ids=found.case_ids):
                return
        self.found.append(found)


def _from_spot(spot: Spot) -> Found:
    return Found(
        kind=Kind.BURST,
        case_ids=spot.case_ids,
        customers=spot.customers,
        usual=spot.usual,
        evidence=spot.evidence,
        centre=spot.centre,
        began_at=spot.began_at,
    )


def _lasting(
    arrivals: Sequence[Arrival], *, sensitivity: Sensitivity, customers: int
) -> list[Found]:
    """Return the groups of the last two weeks' unmatched cases that have enough customers."""
    after = arrivals[-1].at - LASTS_FOR
    unmatched = [
        arrival
        for arrival in arrivals
        if arrival.at > after and arrival.known < sensitivity.unmatched_below
    ][-MOST_GROUPED:]
    began = {arrival.case_id: arrival.at for arrival in unmatched}
    matched = [
        arrival.vector
        for arrival in arrivals
        if arrival.at > after and arrival.known >= sensitivity.unmatched_below
    ]
    return [
        _from_group(group, began_at=began[group.case_ids[0]])
        for group in group_cases(unmatched, least_customers=customers)
        if _is_unknown(group, matched=matched)
    ]


def _is_unknown(group: Group, *, matched: Sequence[Vector]) -> bool:
    """Say whether few cases that are as like the group are explained by a known problem.

    Otherwise its cases are those that the matching was not sure of, and no matter of their own.
    """
    if not matched:
        return True
    near = int((np.stack(matched) @ group.centre >= group.reach).sum())
    # Half of a matter's cases are as like the centre as they are on average.
    return near <= _MOST_EXPLAINED * len(group.case_ids) / 2


def _from_group(group: Group, *, began_at: datetime) -> Found:
    return Found(
        kind=Kind.LASTING,
        case_ids=group.case_ids,
        customers=group.customers,
        usual=0.0,
        evidence=0.0,
        centre=group.centre,
        began_at=began_at,
    )
