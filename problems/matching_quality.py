"""How right the matching was: arithmetic on what people decided. Pure.

A decision is about a suggestion that somebody confirmed (right), rejected, called only similar, or
passed over for another problem (wrong). What nobody decided says nothing.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ENOUGH_DECISIONS = 50
"""No threshold rests on fewer decisions."""

CERTAINTY = 1.2816
"""How far below the observed share the true one is taken to lie: right in nine of ten cases."""

BIN_WIDTH = 100
"""Width of a bar of the calibration picture, per mille."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A suggestion that somebody decided on: the certainty shown (per mille), and whether right."""

    score: int
    is_right: bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which certainty on (per mille) suggestions were right often enough, and how often.

    `decided` of them were decided, `right` of these were right.
    """

    score: int
    decided: int
    right: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Suggestions shown with about the same certainty: per mille, from `begins` on.

    `said` is the mean certainty shown (0 to 1), None without any; `was` the share that was right.
    """

    begins: int
    decided: int
    right: int
    said: float | None

    @property
    def was(self) -> float | None:
        """The share that was right, or None where nothing was decided."""
        return self.right / self.decided if self.decided else None


def surely(right: int, *, of: int) -> float:
    """Return the share that is at least right, nine times of ten (Wilson's lower bound)."""
    if of == 0:
        return 0.0
    share, square = right / of, CERTAINTY**2
    middle = share + square / (2 * of)
    spread = CERTAINTY * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return (middle - spread) / (1 + square / of)


def proven_threshold(decisions: Iterable[Decision], *, wanted_precision: int) -> Threshold | None:
    """Return the lowest certainty from which on links are right often enough, or None.

    `wanted_precision` is in per cent. Often enough is said carefully: the share that the decisions
    surely show, on at least fifty of them. Suggestions of the same certainty stand or fall together.
    """
    best: Threshold | None = None
    decided = right = 0
    in_order = sorted(decisions, key=lambda one: -one.score)
    for place, decision in enumerate(in_order):
        decided += 1
        right += decision.is_right
        is_last = place + 1 == len(in_order) or in_order[place + 1].score < decision.score
        if not is_last or decided < ENOUGH_DECISIONS:
            continue
        if surely(right, of=decided) * 100 >= wanted_precision:
            best = Threshold(score=decision.score, decided=decided, right=right)
    return best


def calibration(decisions: Sequence[Decision]) -> list[Bin]:
    """Return ten bins of certainty with what was said and what was true, the lowest first."""
    bins: list[list[Decision]] = [[] for _ in range(0, 1000, BIN_WIDTH)]
    for decision in decisions:
        bins[min(max(decision.score, 0) // BIN_WIDTH, len(bins) - 1)].append(decision)
    return [
        Bin(
            begins=place * BIN_WIDTH,
            decided=len(held),
            right=sum(one.is_right for one in held),
            said=sum(one.score for one in held) / len(held) / 1000 if held else None,
        )
        for place, held in enumerate(bins)
    ]


def calibration_error(bins: Iterable[Bin]) -> float | None:
    """Return by how much certainty and truth differ on average (0 to 1), or None without any."""
    filled = [one for one in bins if one.decided]
    total = sum(one.decided for one in filled)
    if not total:
        return None
    return sum(
        one.decided / total * abs((one.said or 0.0) - one.right / one.decided) for one in filled
    )
