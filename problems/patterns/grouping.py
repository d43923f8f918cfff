"""Unmatched cases that are about the same, however slowly they came.

Two cases are about the same when the cases that are most like the one are those most like the
other: likeness by shared neighbours (k-reciprocal, as in re-identification), joined by average
linkage. Neither the number of groups nor their width is given: what counts as near differs
between a narrow topic and a broad one, whom one's neighbours have for neighbours does not.
Deterministic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from problems.patterns.arriving import Arrival, Vector, centre_of

_NEIGHBOURS = 25
# A case's own list of neighbours is noisy: it is averaged with those of its nearest.
_LISTENS_TO = 8
# How fast neighbours count less when they are less like.
_STEEPNESS = 8.0
# Two groups are one when their cases share so much of their neighbourhoods, on average.
_JOINED_FROM = 0.1
# Cases without a word in common have neighbours, too, and are about nothing.
_LEAST_LIKE = 0.35
_ROWS_AT_ONCE = 512

_Numbers = NDArray[np.float32]


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

    @property
    def reach(self) -> float:
        """How like the centre another case of the matter would be on average, one not in it."""
        count = len(self.case_ids)
        if count < 2:
            return self.cohesion
        pairwise = (count * self.cohesion**2 - 1) / (count - 1)
        return pairwise / max(self.cohesion, 1e-6)


def group_cases(arrivals: Sequence[Arrival], *, least_customers: int = 1) -> list[Group]:
    """Return the groups of cases, the largest by customers first; each case is in one at most.

    The caller hands over unmatched cases of the time in question, 4,000 at most: that takes some
    seconds and 200 MB. Groups of fewer customers are left out.
    """
    if not arrivals:
        return []
    labels = labels_of(np.stack([arrival.vector for arrival in arrivals]))
    groups = [
        _group([arrivals[place] for place in np.flatnonzero(labels == label).tolist()])
        for label in np.unique(labels)
    ]
    large = [group for group in groups if group.customers >= least_customers]
    return sorted(large, key=lambda group: (-group.customers, group.case_ids))


def _group(members: Sequence[Arrival]) -> Group:
    vectors = np.stack([member.vector for member in members])
    centre = centre_of(vectors)
    return Group(
        case_ids=tuple(member.case_id for member in members),
        customers=len({member.customer for member in members}),
        cohesion=float((vectors @ centre).mean()),
        centre=centre,
    )


def labels_of(vectors: _Numbers) -> NDArray[np.int64]:
    """Return the group of each vector, as the place of its first member."""
    if len(vectors) < 2:
        return np.zeros(len(vectors), dtype=np.int64)
    return _linked(_shared(_neighbourhoods(vectors)))


def _neighbourhoods(vectors: _Numbers) -> _Numbers:
    """Return how much each other case belongs to the neighbourhood of each: a row a case, sum 1."""
    count = len(vectors)
    most = min(_NEIGHBOURS, count - 1)
    nearest = np.zeros((count, most + 1), dtype=np.int64)
    weights = np.zeros((count, most + 1), dtype=np.float32)
    for begin in range(0, count, _ROWS_AT_ONCE):
        likeness = vectors[begin : begin + _ROWS_AT_ONCE] @ vectors.T
        rows = np.arange(len(likeness))
        # Of many equal texts each is nearest to itself.
        likeness[rows, begin + rows] = 2.0
        best = np.argsort(-likeness, axis=1, kind="stable")[:, : most + 1]
        alike = np.minimum(np.take_along_axis(likeness, best, axis=1), 1.0)
        nearest[begin : begin + _ROWS_AT_ONCE] = best
        weights[begin : begin + _ROWS_AT_ONCE] = np.where(
            alike >= _LEAST_LIKE, np.exp(_STEEPNESS * (alike - 1.0)), 0.0
        )
    own = np.zeros((count, count), dtype=np.float32)
    np.put_along_axis(own, nearest, weights, axis=1)
    own[own.T == 0] = 0.0
    own /= own.sum(axis=1, keepdims=True)
    listened = slice(0, _LISTENS_TO + 1)
    return _averaged(own, nearest=nearest[:, listened], is_like=weights[:, listened] > 0)


def _averaged(own: _Numbers, *, nearest: NDArray[np.int64], is_like: NDArray[np.bool_]) -> _Numbers:
    """Return each neighbourhood averaged with those of the cases that are most like it."""
    found = np.zeros_like(own)
    for places, like in zip(nearest.T, is_like.T, strict=True):
        found[like] += own[places[like]]
    return np.asarray(found / is_like.sum(axis=1, keepdims=True), dtype=np.float32)


def _shared(neighbourhoods: _Numbers) -> _Numbers:
    """Return which part of their neighbourhoods each two cases share (0 to 1; weighted Jaccard)."""
    count = len(neighbourhoods)
    common = np.zeros((count, count), dtype=np.float32)
    for column in neighbourhoods.T:
        places = np.flatnonzero(column)
        weights = column[places]
        common[np.ix_(places, places)] += np.minimum.outer(weights, weights)
    return common / (2.0 - common)


def _linked(shared: _Numbers) -> NDArray[np.int64]:
    """Join the two groups that share most, again and again, while they share enough.

    Follows chains of nearest neighbours: for average linkage that joins the same groups.
    """
    count = len(shared)
    np.fill_diagonal(shared, -1.0)
    sizes = np.ones(count, dtype=np.float32)
    group_of = np.arange(count)
    is_open = np.ones(count, dtype=bool)
    chain: list[int] = []
    for start in range(count):
        if is_open[start]:
            chain.append(start)
        while chain:
            here = chain[-1]
            best = int(shared[here].argmax())
            # Of equally near ones the chain must turn back, or it would never end.
            if len(chain) > 1 and shared[here, chain[-2]] >= shared[here, best]:
                best = chain[-2]
            if shared[here, best] < _JOINED_FROM:
                is_open[here] = False
                chain.pop()
            elif len(chain) > 1 and best == chain[-2]:
                del chain[-2:]
                _join(shared, sizes, keep=min(here, best), drop=max(here, best))
                group_of[group_of == max(here, best)] = min(here, best)
                is_open[max(here, best)] = False
                chain = chain or [min(here, best)]
            else:
                chain.append(best)
    return group_of


def _join(shared: _Numbers, sizes: _Numbers, *, keep: int, drop: int) -> None:
    """Make two groups one, in place: what it shares with others is the average of its cases."""
    whole = sizes[keep] + sizes[drop]
    row = (sizes[keep] * shared[keep] + sizes[drop] * shared[drop]) / whole
    row[[keep, drop]] = -1.0
    row[shared[keep] < 0] = -1.0
    shared[keep], shared[:, keep] = row, row
    shared[drop], shared[:, drop] = -1.0, -1.0
    sizes[keep] = whole
