"""Turn scores into probabilities that can be taken at their word.

Two logistic functions of what the top of a ranking looks like: whether any known problem is behind
the text, and, if so, whether it is the first one. They were fitted on other people's messages under
many conditions (422 draws of 2 to 70 of 77 problems, half of them with titles, with 1 to 100 cases
of each, matched with other texts of the same problems and of those that were left out), each draw
and, in the first, knowns and unknowns counting the same. What nearness and doubt say depends on
how many texts there are to be near to, and doubt on how many problems there are to choose from:
their products stand beside them.
"""

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_PROBLEMS = 100
MOST_EXAMPLES = 200
KNOWN = (
    *(-2.854, -0.402, 6.018, -0.116, 0.184, 0.076, -0.101, -1.205, 0.082, -0.592),
    *(0.869, -0.136, 0.087),
)
RIGHT = (
    *(0.229, -0.298, -0.585, 0.696, 0.47, 0.051, 0.027, -0.05, 0.104, -0.337),
    0.042,
)
"""Weights of what `Top` says, and of the products that the functions below add."""

USUAL_SHARE = 0.8
"""Share of texts that have a known problem as their cause, where nothing says otherwise."""

LEAST_SHARE, MOST_SHARE = 0.5, 0.98
CASES_REMEMBERED = 2_000
SETTLED_EVERY = 10
_BELIEF, _BELIEVED, _UNTOLD = 20, 0.98, 0.2
_ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Top:
    """What the top of a ranking looks like.

    `vote` is the vote of the first problem's texts, `cosine` the plain likeness of the nearest of
    them, `share` the first's share of all scores, `lead` its lead before the second, `rise` before
    the mean of the best ten; `agree` says whether votes and classifier favour the same problem, and
    `doubt` is how evenly the classifier spreads its belief (entropy in nats, 0 is sure of one).
    """

    vote: float
    cosine: float
    share: float
    lead: float
    rise: float
    agree: bool
    examples: int
    problems: int
    doubt: float

    def features(self) -> tuple[float, ...]:
        """Return what both logistic functions look at; the first is the constant."""
        return (
            1.0,
            self.vote,
            self.cosine,
            math.log1p(self.lead),
            math.log(self.share / (1 - self.share + 1e-4)),
            self.rise,
            float(self.agree),
            math.log(min(self.examples, MOST_EXAMPLES)),
            math.log(min(self.problems, MOST_PROBLEMS)),
            self.doubt,
        )


def known_evenly(top: Top) -> float:
    """Return the probability that a known problem is the cause, were half of all texts such."""
    features = top.features()
    _, _, cosine, _, _, _, _, examples, problems, doubt = features
    return logistic(KNOWN, (*features, examples * cosine, examples * doubt, problems * doubt))


def right_if_known(top: Top) -> float:
    """Return the probability that the first problem is the cause, if any known one is."""
    features = top.features()
    _, _, _, _, share, _, _, examples, _, _ = features
    return logistic(RIGHT, (*features, examples * share))


def logistic(weights: Sequence[float], features: Sequence[float]) -> float:
    """Return a logistic function of features, never nearer to 0 or 1 than 0.003."""
    height = sum(weight * feature for weight, feature in zip(weights, features, strict=True))
    return min(max(1 / (1 + math.exp(-min(max(height, -30.0), 30.0))), 0.003), 0.997)


def with_share(evenly: float, *, share: float) -> float:
    """Return the probability of being known when a share of all texts is, instead of half."""
    known, unknown = evenly * share, (1 - evenly) * (1 - share)
    return known / (known + unknown)


class ShareOfKnown:
    """Which share of the cases that come in has a known problem as its cause, as it seems.

    Estimated from how known each of the last cases was, by expectation and maximisation in turn. It
    begins at the usual share and believes that nearly all cases are known: as if beside those that
    came 20 had been seen, 98 % of them known, and a fifth of those about which nothing is told. How
    many these are is the part of the information that is missing: none where every case is surely
    known or unknown, all where none tells anything. Where little is told, as with one case a
    problem, the estimate is drawn from the slant of the functions, and more cases do not mend it.

    It is held to what is sensible: texts of another kind than those of the fit must not persuade it
    that nothing is known. Two thousand cases are many enough that a wave of one new problem, or
    fifty cases in a row of a known one, do not make everything else doubtful or sure.
    """

    def __init__(self) -> None:
        self.share = USUAL_SHARE
        self._seen: OrderedDict[int, float] = OrderedDict()
        self._new = 0

    def __len__(self) -> int:
        return len(self._seen)

    def see(self, case_id: int, *, evenly: float) -> None:
        """Take in how known a case is, were half of all cases known; again for the same is once."""
        if case_id not in self._seen:
            self._new += 1
        self._seen[case_id] = evenly
        if len(self._seen) > CASES_REMEMBERED:
            self._seen.popitem(last=False)
        if self._new >= SETTLED_EVERY:
            self._settle()

    def _settle(self) -> None:
        evenly = np.fromiter(self._seen.values(), np.float64, len(self._seen))
        for _round in range(_ROUNDS):
            known = evenly * self.share
            each = known / (known + (1 - evenly) * (1 - self.share))
            untold = (each * (1 - each)).sum() / (self.share * (1 - self.share))
            belief = _BELIEF + _UNTOLD * untold
            share = (each.sum() + belief * _BELIEVED) / (len(evenly) + belief)
            self.share = min(max(float(share), LEAST_SHARE), MOST_SHARE)
        self._new = 0
