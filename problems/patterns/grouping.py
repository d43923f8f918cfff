"""Unmatched cases that are about the same, however slowly they came.

Two cases are about the same when the cases that are most like the one are those most like the
other: likeness by shared neighbours (k-reciprocal, as in re-identification), joined by average
linkage. Neither the number of groups nor their width is given: what counts as near differs
between a narrow topic and a broad one, whom one's neighbours have for neighbours does not.
Deterministic.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
_ROWS_AT_ONCE = 256

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
        between_two = (count * self.cohesion**2 - 1) / (count - 1)
        return between_two / max(self.cohesion, 1e-6)


def group_cases(arrivals: Sequence[Arrival], *, least_customers: int = 1) -> list[Group]:
    """Return the groups of cases, the largest by customers first; each case is in one at most.

    The caller hands over unmatched cases of the time in question, 4,000 at most: that takes some
    seconds and 80 MB. Groups of fewer customers are left out.
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
    labels = np.arange(len(vectors))
    if len(vectors) < 2:
        return labels
    neighbourhoods = _neighbourhoods(vectors)
    # An average is nowhere above its greatest part: no group reaches beyond what is tied together by
    # pairs that share enough, and only among those each pair is looked at.
    for members in _tied(neighbourhoods):
        labels[members] = members[_linked(_shared(neighbourhoods, among=members))]
    return labels


@dataclass(frozen=True, slots=True, eq=False)
class _Neighbourhoods:
    """How much a case belongs to the neighbourhood of another, where it does at all.

    Neighbour by neighbour: `cases` in whose neighbourhood it is, ascending, with their `shares`;
    those of neighbour n stand from `begins[n]` to `begins[n + 1]`. The shares of a case sum to 1.
    """

    begins: NDArray[np.int64]
    cases: NDArray[np.int64]
    shares: _Numbers

    def __len__(self) -> int:
        return len(self.begins) - 1

    def each(self) -> Iterator[tuple[NDArray[np.int64], _Numbers]]:
        """Yield cases and shares of one neighbour after the other."""
        for begin, end in pairwise(self.begins.tolist()):
            yield self.cases[begin:end], self.shares[begin:end]


def _neighbourhoods(vectors: _Numbers) -> _Neighbourhoods:
    """Return the neighbourhood of each case, averaged with those of the cases most like it."""
    nearest, weights = _nearest(vectors)
    is_like = weights[:, : _LISTENS_TO + 1] > 0
    own = np.where(_is_mutual(nearest, weights), weights, np.float32(0))
    own /= own.sum(axis=1, keepdims=True)
    count = len(vectors)
    row = np.zeros(count, dtype=np.float32)
    found: list[tuple[NDArray[np.int64], _Numbers]] = []
    for case in range(count):
        listened = nearest[case, : _LISTENS_TO + 1][is_like[case]]
        np.add.at(row, nearest[listened].ravel(), own[listened].ravel())
        neighbours = np.flatnonzero(row)
        found.append((neighbours, row[neighbours] / np.float32(len(listened))))
        row[neighbours] = 0.0
    neighbours = np.concatenate([each for each, _shares in found])
    cases = np.repeat(np.arange(count), [len(each) for each, _shares in found])
    shares = np.concatenate([shares for _each, shares in found])
    order = np.argsort(neighbours, kind="stable")
    begins = np.searchsorted(neighbours[order], np.arange(count + 1))
    return _Neighbourhoods(begins=begins, cases=cases[order], shares=shares[order])


def _nearest(vectors: _Numbers) -> tuple[NDArray[np.int64], _Numbers]:
    """Return the places of the nearest to each, itself first, and how much each weighs."""
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
    return nearest, weights


def _is_mutual(nearest: NDArray[np.int64], weights: _Numbers) -> NDArray[np.bool_]:
    """Return whether each of the nearest has the case among its own nearest."""
    found = np.zeros(nearest.shape, dtype=bool)
    for begin in range(0, len(nearest), _ROWS_AT_ONCE):
        theirs = nearest[begin : begin + _ROWS_AT_ONCE]
        ours = np.arange(begin, begin + len(theirs))[:, None, None]
        found[begin : begin + _ROWS_AT_ONCE] = (
            (nearest[theirs] == ours) & (weights[theirs] > 0)
        ).any(axis=2)
    return found


def _tied(neighbourhoods: _Neighbourhoods) -> list[NDArray[np.int64]]:
    """Return which cases are tied together by pairs that share enough, two and more at a time."""
    count = len(neighbourhoods)
    root = np.arange(count)
    for begin in range(0, count, _ROWS_AT_ONCE):
        rows = np.arange(begin, min(begin + _ROWS_AT_ONCE, count))
        for near in _shared(neighbourhoods, rows=rows) >= _JOINED_FROM:
            roots = np.unique(root[near])
            if len(roots) > 1:
                root[np.isin(root, roots)] = roots[0]
    sets = [np.flatnonzero(root == place) for place in np.unique(root).tolist()]
    return [members for members in sets if len(members) > 1]


def _shared(
    neighbourhoods: _Neighbourhoods,
    *,
    rows: NDArray[np.int64] | None = None,
    among: NDArray[np.int64] | None = None,
) -> _Numbers:
    """Return which part of their neighbourhoods two cases share (0 to 1; weighted Jaccard).

    Of some rows with all cases, or of each two among some.
    """
    everybody = np.arange(len(neighbourhoods))
    columns = everybody if among is None else among
    down = columns if rows is None else rows
    row_of, column_of = np.full(len(everybody), -1), np.full(len(everybody), -1)
    row_of[down], column_of[columns] = np.arange(len(down)), np.arange(len(columns))
    common = np.zeros((len(down), len(columns)), dtype=np.float32)
    for cases, shares in neighbourhoods.each():
        in_rows, in_columns = row_of[cases] >= 0, column_of[cases] >= 0
        if in_rows.any():
            places = np.ix_(row_of[cases[in_rows]], column_of[cases[in_columns]])
            common[places] += np.minimum.outer(shares[in_rows], shares[in_columns])
    for begin in range(0, len(common), _ROWS_AT_ONCE):
        common[begin : begin + _ROWS_AT_ONCE] /= 2.0 - common[begin : begin + _ROWS_AT_ONCE]
    return common


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
