"""Cases planted around topics: vectors at random about a direction each, at times and by whom."""

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta

import numpy as np

from problems.patterns.arriving import DIMENSIONS, Arrival, Vector

MONDAY = datetime(2025, 1, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Planting:
    """Draws cases, the same ones every time; each customer is a new one unless named."""

    def __init__(self, *, seed: int = 1) -> None:
        self.chance = np.random.default_rng(seed)
        self.topics: dict[str, Vector] = {}
        self.count = 0

    def vector(self, topic: str, *, spread: float = 0.7) -> Vector:
        """Return what a case about a topic means; the wider the spread, the less like others."""
        if topic not in self.topics:
            self.topics[topic] = self.unit(self.chance.normal(size=DIMENSIONS))
        noise = self.unit(self.chance.normal(size=DIMENSIONS))
        return self.unit(self.topics[topic] + spread * noise)

    def unit(self, vector: np.ndarray) -> Vector:
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)

    def case(
        self,
        topic: str,
        *,
        at: datetime,
        customer: Hashable | None = None,
        known: float = 0.0,
        vector: Vector | None = None,
    ) -> Arrival:
        self.count += 1
        return Arrival(
            case_id=self.count,
            at=at,
            customer=self.count if customer is None else customer,
            vector=self.vector(topic) if vector is None else vector,
            known=known,
        )

    def usual(self, count: int, *, begin: datetime = MONDAY, topics: int = 40) -> list[Arrival]:
        """Return cases of a quiet time, one a minute, about topics that come again and again."""
        return [
            self.case(f"usual {self.chance.integers(topics)}", at=begin + place * MINUTE)
            for place in range(count)
        ]
