"""Links that look wrong: cases that are much more like another problem than like their own.

People err in some of a hundred links. A case whose own problem's other texts speak for it far less
than another problem's do is not learned from; the link itself stays as it was decided.
"""

from typing import Any

import numpy as np

from problems.likeness.metric import Metric, Places
from problems.likeness.pausing import Pause, go_on
from problems.likeness.votes import WARMTH, votes_by_problem

FURTHER = 0.25
"""How much more another problem must speak for a case, in votes."""

LEAST_TEXTS = 4
"""Texts of a problem from which on a single one of them can be doubted."""

MOST_WITNESSES = 6_000
_AT_ONCE = 1_000_000
"""Likenesses that are computed together; each takes a dozen bytes meanwhile."""

Flags = np.ndarray[Any, np.dtype[np.bool_]]


def doubted(
    rows: np.ndarray[Any, Any],
    owners: Places,
    *,
    metric: Metric,
    count: int,
    pause: Pause = go_on,
) -> Flags:
    """Say of each row whether it looks like another problem's; `owners` as in `learned_metric`.

    Takes about 0.1 s for 1,000 rows and some seconds for 20,000.
    """
    sizes = np.bincount(owners, minlength=count)
    doubts = np.zeros(len(rows), bool)
    if count < 2:
        return doubts
    heard = _witnesses(owners, sizes=sizes)
    order = heard[np.argsort(owners[heard], kind="stable")]
    witnesses, of_problem = rows[order].astype(np.float32), owners[order]
    lengths = metric.lengths(witnesses)
    tellers = np.bincount(of_problem, minlength=count)
    step = max(_AT_ONCE // len(witnesses), 1)
    for start in range(0, len(rows), step):
        some = np.arange(start, min(start + step, len(rows)))
        alike = metric.table(rows[some].astype(np.float32), witnesses, lengths=lengths)
        # Nobody is a witness in his own case.
        alike[some[:, None] == order[None, :]] = -np.inf
        votes = votes_by_problem(alike, of_problem, count=count)
        own = votes[np.arange(len(some)), owners[some]]
        left = np.maximum(tellers[owners[some]] - np.isin(some, order), 1)
        own = own + (WARMTH * np.log(tellers[owners[some]] / left)).astype(np.float32)
        votes[np.arange(len(some)), owners[some]] = -np.inf
        doubts[some] = (votes.max(axis=1) - own > FURTHER) & (sizes[owners[some]] >= LEAST_TEXTS)
        pause()
    return doubts


def _witnesses(owners: Places, *, sizes: Places) -> Places:
    """Return the places of the rows that are heard: all, or as many of each problem as can be."""
    if len(owners) <= MOST_WITNESSES:
        return np.arange(len(owners))
    share = max(MOST_WITNESSES // len(sizes), 2)
    return np.concatenate([np.flatnonzero(owners == place)[-share:] for place in range(len(sizes))])
