"""Figures about rankings whose right answers are known. Pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

BINS = 10
LINKED_FROM = 0.5
"""Probability from which `f1_open` takes the first problem as the answer: more likely than not."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What became of one text: the place of its problem and how sure the answer was.

    `place` counts from 1; None if its problem was not among the answers or does not exist.
    `probability` is that of the first problem, `some` that of there being any. Milliseconds on the
    clock and of the processor.
    """

    is_known: bool
    place: int | None
    probability: float
    some: float
    ms: float = 0.0
    cpu_ms: float = 0.0

    @property
    def is_right(self) -> bool:
        """Whether the first problem is the right one."""
        return self.place == 1


Figures = dict[str, float | None]


def figures_of(matched: Sequence[Matched]) -> Figures:
    """Return all figures; those of texts without a problem are None if there are none."""
    known = [one for one in matched if one.is_known]
    is_open = len(known) < len(matched)
    return {
        "top1": share(known, lambda one: one.is_right),
        "top3": share(known, lambda one: one.place is not None and one.place <= 3),
        "mrr": fmean(1 / one.place if one.place else 0.0 for one in known),
        "auroc": area(matched) if is_open else None,
        "f1_open": f1(matched) if is_open else None,
        "precision_at_50": precision_at(matched, coverage=0.5),
        "precision_at_70": precision_at(matched, coverage=0.7),
        "calibration_error": calibration_error(matched),
        "cpu_ms_p50": median(one.cpu_ms for one in matched),
        "ms_p50": median(one.ms for one in matched),
        "ms_p95": quantile([one.ms for one in matched], 0.95),
    }


def share(matched: Sequence[Matched], holds: Callable[[Matched], bool]) -> float:
    """Return for which share something holds."""
    return fmean(1.0 if holds(one) else 0.0 for one in matched)


def area(matched: Sequence[Matched]) -> float:
    """Return how often a text of a known problem is surer than one without: the area under ROC."""
    order = sorted(matched, key=lambda one: one.some)
    ranks: dict[float, list[int]] = {}
    for rank, one in enumerate(order, start=1):
        ranks.setdefault(one.some, []).append(rank)
    known = [one for one in matched if one.is_known]
    unknown = len(matched) - len(known)
    total = sum(fmean(ranks[one.some]) for one in known)
    return (total - len(known) * (len(known) + 1) / 2) / (len(known) * unknown)


def f1(matched: Sequence[Matched], *, least: float = LINKED_FROM) -> float:
    """Return the harmonic mean of precision and recall of links to the first problem."""
    linked = [one for one in matched if one.probability >= least]
    right = sum(one.is_right for one in linked)
    known = sum(one.is_known for one in matched)
    return 2 * right / (len(linked) + known)


def precision_at(matched: Sequence[Matched], *, coverage: float) -> float:
    """Return how many links are right when the surest are made until they cover so many known."""
    known = sorted((one.probability for one in matched if one.is_known), reverse=True)
    least = known[max(math.ceil(coverage * len(known)) - 1, 0)]
    return share([one for one in matched if one.probability >= least], lambda one: one.is_right)


def calibration_error(matched: Sequence[Matched]) -> float:
    """Return how far the shown probability is from how often it is right: ten equal bins, weighed."""
    bins: list[list[Matched]] = [[] for _ in range(BINS)]
    for one in matched:
        bins[min(int(one.probability * BINS), BINS - 1)].append(one)
    return sum(
        len(some)
        / len(matched)
        * abs(fmean(one.probability for one in some) - share(some, lambda one: one.is_right))
        for some in bins
        if some
    )


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value that a part of all do not exceed."""
    return sorted(values)[max(math.ceil(part * len(values)) - 1, 0)]


def means(draws: Sequence[Figures]) -> Figures:
    """Return the mean of each figure over the draws."""
    return {
        name: None
        if any(draw[name] is None for draw in draws)
        else fmean(float(draw[name] or 0.0) for draw in draws)
        for name in draws[0]
    }
