"""Turn scores into probabilities that can be taken at their word."""

from dataclasses import dataclass

import numpy as np

from problems.likeness.vectors import Floats


@dataclass(frozen=True, slots=True)
class Gate:
    """A logistic function of what a ranking looks like at its top.

    `weights` go with `features`; the first is the constant.
    """

    weights: tuple[float, ...]

    def some(self, features: Floats) -> float:
        """Return the probability that the text has any of the known problems as its cause."""
        return float(1 / (1 + np.exp(-(features @ np.asarray(self.weights, np.float32)))))


USUAL = Gate((-4.0, 8.0, 1.0))
"""Fitted on other people's messages; holds until a tenant's own history says more."""


def features(*, nearest: float, lead: float) -> Floats:
    """Return what the gate looks at: likeness of the best, and its lead before the next."""
    return np.asarray([1.0, nearest, lead], np.float32)
