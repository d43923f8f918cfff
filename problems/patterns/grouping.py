"""Unmatched cases that are about the same, however slowly they came.

Each case hears from those most like it and takes the group of most of them (label propagation on
the graph of nearest neighbours). The number of groups is not given. Deterministic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from problems.patterns.arriving import Arrival, Vector, centre_of

_NEIGHBOURS = 15
_LEAST_LIKE = 0.5
_ROUNDS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Cases about the same matter, in order of arrival.

    `customers` counts each customer once. `cohesion` is how like the cases are to their centre, on
    average (cosine; 1 is the same text).
    """

    case_ids: tuple[int, ...]
    customers: int
    cohesion: float
    centre: Vector


def group_cases(arrivals: Sequence[Arrival], *, least_customers: int = 1) -> list[Group]:
    """Return the groups of cases, the largest by customers first; each case is in one at most.

    The caller hands over unmatched cases of the time in question, 5,000 at most (the likeness of
    all pairs is computed in pieces: seconds). Groups of fewer customers are left out.
    """
    if not arrivals:
        return []
    vectors = np.stack([arrival.vector for arrival in arrivals])
    groups = [
        _group([arrivals[place] for place in np.flatnonzero(of_group)])
        for of_group in _each(labels_of(vectors))
    ]
    large = [group for group in groups if group.customers >= least_customers]
    return sorted(large, key=lambda group: (-group.customers, group.case_ids))


def _each(labels: NDArray[np.int64]) -> list[NDArray[np.bool_]]:
    return [labels == label for label in np.unique(labels)]


def _group(members: Sequence[Arrival]) -> Group:
    vectors = np.stack([member.vector for member in members])
    centre = centre_of(vectors)
    return Group(
        case_ids=tuple(member.case_id for member in members),
        customers=len({member.customer for member in members}),
        cohesion=float((vectors @ centre).mean()),
        centre=centre,
    )


def labels_of(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the group of each vector, as the place of one of its members."""
    count = len(vectors)
    labels = np.arange(count)
    if count < 2:
        return labels
    hears = _neighbours(vectors)
    for turn in range(_ROUNDS):
        changed = False
        for place in np.random.default_rng(turn).permutation(count):
            loudest = _loudest(hears[place], labels)
            if loudest is not None and loudest != labels[place]:
                labels[place] = loudest
                changed = True
        if not changed:
            break
    return labels


def _neighbours(vectors: NDArray[np.float32]) -> list[list[tuple[int, float]]]:
    """Return for each vector whom it hears, and how loud: its nearest, and whose nearest it is."""
    count = len(vectors)
    most = min(_NEIGHBOURS, count - 1)
    hears: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for begin in range(0, count, 512):
        likeness = vectors[begin : begin + 512] @ vectors.T
        rows = np.arange(len(likeness))
        likeness[rows, rows + begin] = -1.0
        nearest = np.argpartition(-likeness, most - 1, axis=1)[:, :most]
        for row, others in enumerate(nearest):
            for other in others:
                alike = float(likeness[row, other])
                if alike >= _LEAST_LIKE:
                    weight = alike - _LEAST_LIKE + 0.05
                    hears[begin + row].append((int(other), weight))
                    hears[int(other)].append((begin + row, weight))
    return hears


def _loudest(heard: list[tuple[int, float]], labels: NDArray[np.int64]) -> int | None:
    votes: dict[int, float] = {}
    for other, weight in heard:
        label = int(labels[other])
        votes[label] = votes.get(label, 0.0) + weight
    return max(votes, key=lambda label: (votes[label], -label)) if votes else None
