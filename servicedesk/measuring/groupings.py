"""How well groups that were found agree with those that are right. Pure."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from statistics import fmean


def adjusted_rand(right: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """Return how many pairs are together or apart in both, beyond chance: 1 is all, 0 is chance."""
    both = pairs(Counter(zip(right, found, strict=True)))
    here, there = pairs(Counter(right)), pairs(Counter(found))
    whole = math.comb(len(right), 2)
    chance = here * there / whole if whole else 0.0
    most = (here + there) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def pairs(counts: Counter[Hashable]) -> int:
    """Return how many pairs are in the same group."""
    return sum(math.comb(count, 2) for count in counts.values())


def mutual_information(right: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """Return what one grouping tells of the other, as a share of what they tell on average."""
    here, there = entropy(Counter(right)), entropy(Counter(found))
    if not here and not there:
        return 1.0
    shared = here + there - entropy(Counter(zip(right, found, strict=True)))
    return shared / fmean((here, there))


def entropy(counts: Counter[Hashable]) -> float:
    """Return how much there is to be told about the groups, in nats."""
    whole = counts.total()
    return -sum(count / whole * math.log(count / whole) for count in counts.values())
