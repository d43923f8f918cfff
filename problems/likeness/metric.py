"""What counts as a difference here: learned from how texts of one problem differ from each other.

Directions in which texts about the same thing vary anyway (politeness, length, who is meant) count
less. The learned metric is held near the plain one, so few examples cannot bend it much.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from problems.likeness.pausing import Pause, go_on
from problems.likeness.vectors import SIZE, Floats

LEARNED_SHARE = 0.2
FULL_SHARE_FROM = 50
"""Examples beyond the first of each problem, from which on the learned share is whole."""

_AT_ONCE = 4_000

Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Metric:
    """A way to compare: likeness is the cosine about `centre`, weighed by `weights`."""

    centre: Floats
    weights: Floats

    def turned(self, query: Floats) -> Floats:
        """Return a query as rows are compared with it: `rows @ turned` is their likeness."""
        away = query - self.centre
        weighed = self.weights @ away
        turned: Floats = weighed / np.sqrt(np.float32(max(float(away @ weighed), 1e-12)))
        return turned

    def lengths(self, rows: Floats) -> Floats:
        """Return how far each row is from the centre."""
        away = rows - self.centre
        squares = np.einsum("ij,ij->i", away @ self.weights, away)
        lengths: Floats = np.sqrt(np.maximum(squares, 1e-12))
        return lengths

    def likeness(self, query: Floats, rows: Floats, *, lengths: Floats) -> Floats:
        """Return the likeness of a query to each row, from -1 to 1."""
        turned = self.turned(query)
        alike: Floats = np.asarray((rows @ turned - self.centre @ turned) / lengths, np.float32)
        return alike

    def table(self, queries: Floats, rows: Floats, *, lengths: Floats) -> Floats:
        """Return the likeness of each query to each row."""
        weighed = (queries - self.centre) @ self.weights
        alike: Floats = np.asarray(weighed @ rows.T - (weighed @ self.centre)[:, None], np.float32)
        alike /= self.lengths(queries)[:, None]
        alike /= lengths
        return alike


def plain_metric() -> Metric:
    """Return the metric of somebody who has seen no examples."""
    return Metric(np.zeros(SIZE, np.float32), np.eye(SIZE, dtype=np.float32))


def learned_metric(
    rows: np.ndarray[Any, Any], owners: Places, *, count: int, pause: Pause = go_on
) -> Metric:
    """Learn from examples: `owners` holds the place (below `count`) of each row's problem.

    Every place owns at least one row. Takes about 0.2 s for 20,000 rows.
    """
    seconds = len(rows) - count
    if count < 2 or seconds < 1:
        return plain_metric()
    sizes = np.bincount(owners, minlength=count).astype(np.float32)
    means = np.zeros((count, SIZE), np.float32)
    for start in range(0, len(rows), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        np.add.at(means, owners[some], rows[some].astype(np.float32))
        pause()
    means /= sizes[:, None]
    within = np.zeros((SIZE, SIZE), np.float32)
    for start in range(0, len(rows), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        apart = rows[some] - means[owners[some]]
        within += apart.T @ apart
        pause()
    within /= seconds
    usual = float(np.trace(within)) / SIZE
    if usual < 1e-9:
        return plain_metric()
    share = LEARNED_SHARE * min(1.0, seconds / FULL_SHARE_FROM)
    mixed = share * within + (1 - share) * usual * np.eye(SIZE, dtype=np.float32)
    inverse = np.linalg.inv(mixed.astype(np.float64))
    scaled = inverse * (SIZE / np.trace(inverse))
    return Metric(means.mean(0), np.asarray(scaled, np.float32))
