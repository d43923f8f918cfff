"""How the texts of a problem vote together for a text: the nearest most, the rest a little."""

from typing import Any

import numpy as np

from problems.likeness.vectors import Floats

WARMTH = 0.07
"""How much likeness makes a vote e times heavier."""

Places = np.ndarray[Any, np.dtype[np.int64]]


def votes_by_problem(alike: Floats, owners: Places, *, count: int) -> Floats:
    """Return the vote of each problem (columns) for each text (rows).

    `alike` holds the likeness of each text to each witness, `owners` the ascending places of the
    witnesses' problems; every place below `count` has one. A likeness of minus infinity is not
    heard, but counts among those who might have spoken.
    """
    sizes = np.bincount(owners, minlength=count)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    highest = np.maximum.reduceat(alike, starts, axis=1)
    highest = np.where(np.isfinite(highest), highest, -1.0)
    weights = np.exp((alike - np.repeat(highest, sizes, axis=1)) / WARMTH)
    means = np.add.reduceat(weights, starts, axis=1) / sizes
    votes: Floats = (highest + WARMTH * np.log(np.maximum(means, 1e-12))).astype(np.float32)
    return votes
