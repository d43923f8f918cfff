"""What is learned from all examples of a tenant together."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from problems.likeness.doubt import doubted
from problems.likeness.head import Head, fit_head
from problems.likeness.metric import Metric, learned_metric, plain_metric
from problems.likeness.pausing import Pause, go_on
from problems.likeness.vectors import Floats, Vectors16


@dataclass(frozen=True, slots=True)
class Learned:
    """How to compare, the tenant's own classifier, and the cases whose links look wrong.

    `changes` counts the changes of the memory that it takes into account.
    """

    metric: Metric
    head: Head | None
    changes: int = 0
    doubted: frozenset[int] = frozenset()

    def lengths(self, rows: Floats) -> Floats:
        """Return how far rows are from the middle; 0 for those of texts that say nothing."""
        lengths: Floats = self.metric.lengths(rows) * rows.any(axis=1)
        return lengths


@dataclass(frozen=True, slots=True)
class Examples:
    """Titles and linked cases as rows, the place in `keys` of each row's problem, and its case.

    The case of a title is None.
    """

    keys: tuple[int, ...]
    rows: Vectors16
    owners: np.ndarray[Any, np.dtype[np.int64]]
    cases: tuple[int | None, ...]
    changes: int = 0

    def learned(self, *, pause: Pause = go_on) -> Learned:
        """Learn from them; some seconds for 20,000, and it may be interrupted.

        What looks wrong is found first, and nothing is learned from it.
        """
        if not self.keys:
            return Learned(plain_metric(), None, self.changes)
        count = len(self.keys)
        metric = learned_metric(self.rows, self.owners, count=count, pause=pause)
        is_case = np.asarray([case_id is not None for case_id in self.cases], bool)
        doubts = doubted(self.rows, self.owners, metric=metric, count=count, pause=pause)
        wrong = doubts & is_case
        rows, owners = self.rows, self.owners
        if wrong.any():
            rows, owners = rows[~wrong], owners[~wrong]
            metric = learned_metric(rows, owners, count=count, pause=pause)
        return Learned(
            metric,
            fit_head(rows, owners, keys=self.keys, pause=pause),
            self.changes,
            frozenset(
                case_id
                for case_id, is_wrong in zip(self.cases, wrong, strict=True)
                if is_wrong and case_id is not None
            ),
        )
