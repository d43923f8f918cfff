"""The cases of the past that a spotter compares with, oldest first, never more than set."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from problems.patterns.arriving import DIMENSIONS, Vector


class CaseMemory:
    """Vectors of cases with the number under which each came; the oldest are dropped when full.

    Holds between `most` and one and a quarter of it; a case takes 1.6 KB.
    """

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._size = 0
        room = min(1024, most + most // 4)
        self._vectors = np.zeros((room, DIMENSIONS), dtype=np.float32)
        self._numbers = np.zeros(room, dtype=np.int64)
        self._case_ids = np.zeros(room, dtype=np.int64)
        self._hours = np.zeros(room, dtype=np.int16)
        self._counts = np.zeros(room, dtype=bool)
        self._known = np.zeros(room, dtype=np.float32)
        self._moments = np.zeros(room, dtype=np.float64)

    def __len__(self) -> int:
        return self._size

    @property
    def vectors(self) -> NDArray[np.float32]:
        """What each means; a row a case."""
        return self._vectors[: self._size]

    @property
    def numbers(self) -> NDArray[np.int64]:
        """As the how manieth case of the tenant each came; ascending."""
        return self._numbers[: self._size]

    @property
    def case_ids(self) -> NDArray[np.int64]:
        """Which case each is."""
        return self._case_ids[: self._size]

    @property
    def hours(self) -> NDArray[np.int16]:
        """The hour of the week in which each came."""
        return self._hours[: self._size]

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Whether each is its customer's first about the matter, and so counts."""
        return self._counts[: self._size]

    @property
    def known(self) -> NDArray[np.float32]:
        """How probable a known problem was behind each when it came."""
        return self._known[: self._size]

    def likeness(self, vector: Vector) -> NDArray[np.float32]:
        """Return how like each remembered case is (cosine)."""
        return np.asarray(self.vectors @ vector, dtype=np.float32)

    def place_of(self, number: int) -> int:
        """Return where the case of a number stands, or the first that came after it."""
        return int(np.searchsorted(self.numbers, number))

    def place_at(self, at: datetime) -> int:
        """Return where the first case stands that came at a moment or after it."""
        return int(np.searchsorted(self._moments[: self._size], at.timestamp()))

    def add(
        self,
        vector: Vector,
        *,
        number: int,
        case_id: int,
        at: datetime,
        hour: int,
        known: float,
        counts: bool,
    ) -> bool:
        """Remember a case that came after all others; say whether old ones had to be dropped."""
        dropped = self._make_room()
        place = self._size
        self._vectors[place] = vector
        self._numbers[place] = number
        self._case_ids[place] = case_id
        self._hours[place] = hour
        self._counts[place] = counts
        self._known[place] = known
        self._moments[place] = at.timestamp()
        self._size += 1
        return dropped

    def _make_room(self) -> bool:
        """Make the tables longer, or drop the oldest fifth once they are as long as they may be."""
        room = len(self._numbers)
        if self._size < room:
            return False
        longest = self._most + self._most // 4
        first = max(self._size - self._most, 0) if room >= longest else 0
        for name in (
            "_vectors",
            "_numbers",
            "_case_ids",
            "_hours",
            "_counts",
            "_known",
            "_moments",
        ):
            old = getattr(self, name)
            if first:
                # In place: full tables stay where they are.
                old[: self._size - first] = old[first : self._size].copy()
                continue
            new = np.zeros((min(room * 2, longest), *old.shape[1:]), dtype=old.dtype)
            new[: self._size] = old
            setattr(self, name, new)
        self._size -= first
        return first > 0
