"""A tenant's own classifier: softmax regression over its problems, fitted to its linked cases."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from problems.likeness.pausing import Pause, go_on
from problems.likeness.vectors import SIZE, Floats

LOOSENESS = 30.0
"""How freely the weights follow the examples (the inverse of the penalty on their squares)."""

MOST_WORK = 3_000_000
"""Examples times problems beyond which no head is fitted: it would take minutes, and adds little."""

TOLERANCE = 5e-4
"""Steepest slope at which the fit ends, shared among the problems."""

_MOST_STEPS = 200
_REMEMBERED = 8
_MOST_HALVINGS = 30
_SUFFICIENT = 1e-4

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.int64]]
Loss = Callable[[Numbers], tuple[float, Numbers]]


@dataclass(frozen=True, slots=True)
class Head:
    """Weights by problem; `keys` says which row belongs to which problem, in ascending order."""

    keys: tuple[int, ...]
    weights: Floats
    bias: Floats

    def scores(self, query: Floats) -> Floats:
        """Return each problem's score in the order of `keys`: shares are e to its power."""
        scores: Floats = self.weights @ query + self.bias
        return scores


def log_softmax(scores: np.ndarray[Any, Any]) -> Floats:
    """Return logarithms of shares that add up to one, along the last axis."""
    highest = scores.max(axis=-1, keepdims=True)
    total = np.log(np.exp(scores - highest).sum(axis=-1, keepdims=True))
    shares: Floats = (scores - highest - total).astype(np.float32)
    return shares


def fit_head(
    rows: np.ndarray[Any, Any], owners: Places, *, keys: tuple[int, ...], pause: Pause = go_on
) -> Head | None:
    """Fit a head, or return None if there is nothing to choose from or too much to fit.

    `owners` holds the place in `keys` of each row's problem. Deterministic: the loss has one
    lowest point. Takes about 0.2 s for 1,000 rows of 77 problems and 5 s for 10,000.
    """
    if len(keys) < 2 or len(rows) * len(keys) > MOST_WORK:
        return None
    # A problem with many cases says no more than one with few: each counts the same in all.
    sizes = np.bincount(owners, minlength=len(keys))
    weight = (len(rows) / (len(keys) * sizes[owners])).astype(np.float32)
    tightness = 1 / (LOOSENESS * len(rows))
    inputs = np.hstack([rows.astype(np.float32), np.ones((len(rows), 1), np.float32)])

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        pause()
        weights = flat.reshape(len(keys), SIZE + 1)
        shares = log_softmax(inputs @ weights.T.astype(np.float32))
        own = shares[np.arange(len(rows)), owners]
        error = np.exp(shares)
        error[np.arange(len(rows)), owners] -= 1
        error *= weight[:, None]
        slope = (error.T @ inputs).astype(np.float64) / len(rows)
        slope[:, :SIZE] += weights[:, :SIZE] * tightness
        penalty = 0.5 * tightness * float(np.sum(weights[:, :SIZE] ** 2))
        return penalty - float(np.mean(own * weight, dtype=np.float64)), slope.ravel()

    flat = lowest_point(loss, np.zeros(len(keys) * (SIZE + 1)), tolerance=TOLERANCE / len(keys))
    weights = flat.reshape(len(keys), SIZE + 1).astype(np.float32)
    return Head(keys, np.ascontiguousarray(weights[:, :SIZE]), weights[:, SIZE].copy())


def lowest_point(loss: Loss, start: Numbers, *, tolerance: float) -> Numbers:
    """Return where a smooth convex function is lowest (L-BFGS with backtracking).

    Ends when no slope is steeper than `tolerance`, or after 200 steps.
    """
    point, (value, slope) = start, loss(start)
    steps: list[tuple[Numbers, Numbers]] = []
    for _ in range(_MOST_STEPS):
        if np.abs(slope).max() <= tolerance:
            break
        direction = -_bent(slope, steps)
        downhill = float(slope @ direction)
        length = 1.0 if steps else 1.0 / float(np.linalg.norm(slope))
        for _halving in range(_MOST_HALVINGS):
            there = point + length * direction
            new_value, new_slope = loss(there)
            if new_value <= value + _SUFFICIENT * length * downhill:
                break
            length /= 2
        else:
            break
        moved, turned = there - point, new_slope - slope
        if float(moved @ turned) > 1e-12:
            steps = [*steps[1 - _REMEMBERED :], (moved, turned)]
        point, value, slope = there, new_value, new_slope
    return point


def _bent(slope: Numbers, steps: list[tuple[Numbers, Numbers]]) -> Numbers:
    """Return the slope bent by what earlier steps say of the curvature."""
    bent = slope.copy()
    shares: list[float] = []
    for moved, turned in reversed(steps):
        share = float(moved @ bent) / float(moved @ turned)
        shares.append(share)
        bent -= share * turned
    if steps:
        moved, turned = steps[-1]
        bent *= float(moved @ turned) / float(turned @ turned)
    for (moved, turned), share in zip(steps, reversed(shares), strict=True):
        bent += (share - float(turned @ bent) / float(moved @ turned)) * moved
    return bent
