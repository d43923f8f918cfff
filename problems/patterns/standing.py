"""Patterns that were found before: what belongs to them, and when a dismissed one comes back."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from problems.patterns.arriving import UNMATCHED_BELOW, Arrival, Vector

SAME_DIRECTION = 0.85
"""Two groups whose centres are as like as this are about the same matter."""

BELONGS = 0.75
"""A case as like the centre as this belongs to the pattern."""

GROWN = 2
"""A dismissed pattern comes back when so many times as many customers have the matter."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A pattern that a lead has before him, or has decided.

    `key` is the caller's own name of it. `customers` is how many had the matter, for a dismissed
    one when it was dismissed. `centre` is the middle of its cases that were not excluded
    (`arriving.centre_of`).
    """

    key: Hashable
    centre: Vector
    case_ids: frozenset[int]
    customers: int
    is_dismissed: bool = False

    def is_same(self, *, centre: Vector, case_ids: Iterable[int]) -> bool:
        """Say whether cases found now are this pattern: the same direction, or half of them its."""
        ids = set(case_ids)
        if ids and 2 * len(ids & self.case_ids) >= len(ids):
            return True
        return float(self.centre @ centre) >= SAME_DIRECTION

    def may_come_back(self, *, customers: int) -> bool:
        """Say whether so many customers are worth a lead's look once more.

        True for whatever was not dismissed.
        """
        return not self.is_dismissed or customers >= GROWN * self.customers


def nearest_standing(
    standing: Sequence[Standing], *, centre: Vector, case_ids: Iterable[int]
) -> Standing | None:
    """Return the pattern that cases found now are part of, the likest one; None if they are new."""
    ids = tuple(case_ids)
    same = [one for one in standing if one.is_same(centre=centre, case_ids=ids)]
    return max(same, key=lambda one: float(one.centre @ centre), default=None)


def joining(
    arrivals: Iterable[Arrival],
    *,
    standing: Sequence[Standing],
    unmatched_below: float = UNMATCHED_BELOW,
) -> dict[Hashable, list[int]]:
    """Return the cases that belong to patterns found before and are not in them yet, by their key.

    Matched cases belong to none; a case near several belongs to the nearest.
    """
    found: dict[Hashable, list[int]] = {}
    taken = frozenset().union(*(one.case_ids for one in standing))
    free = [one for one in arrivals if one.known < unmatched_below and one.case_id not in taken]
    if not standing or not free:
        return found
    likeness = np.stack([one.vector for one in free]) @ np.stack([one.centre for one in standing]).T
    for arrival, near in zip(free, likeness, strict=True):
        place = int(near.argmax())
        if near[place] >= BELONGS:
            found.setdefault(standing[place].key, []).append(arrival.case_id)
    return found
