"""How many contacts a fix spared, and how sure that is: pure arithmetic of counts and times."""

import math
from dataclasses import dataclass
from datetime import timedelta

Z_OF_95_PERCENT = 1.959964
"""The normal deviate that leaves two and a half per cent on either side."""


@dataclass(frozen=True, slots=True)
class Counted:
    """So many contacts in so long a time."""

    contacts: int
    time: timedelta


@dataclass(frozen=True, slots=True)
class Interval:
    """The likeliest number, and between which two it lies in 95 of 100 cases."""

    likely: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Avoided:
    """What a fix spared: `expected` contacts had it not come, `came` of them nevertheless.

    `compared` is for how long that is told: never longer than the time before the fix was watched.
    """

    expected: float
    came: int
    compared: timedelta
    contacts: Interval


def poisson_limits(count: int, *, z: float = Z_OF_95_PERCENT) -> tuple[float, float]:
    """Return between which two numbers the mean of a Poisson count lies; pure.

    Byar's approximation of the exact limits, with c = count:
        low  = c (1 - 1/(9c) - z/(3√c))³, 0 for c = 0
        high = (c+1) (1 - 1/(9(c+1)) + z/(3√(c+1)))³
    It is off by less than a fiftieth of a contact for counts of five and more, and by a tenth
    below. Source: N. E. Breslow, N. E. Day, Statistical Methods in Cancer Research, volume II,
    IARC 1987, chapter 2.3, formula 2.13.

    Raises:
        ValueError: the count is negative.
    """
    if count < 0:
        raise ValueError("A count is not negative.")
    above = count + 1
    high = above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3
    if count == 0:
        return 0.0, high
    low = count * max(0.0, 1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3
    return low, high


def avoided_contacts(before: Counted, after: Counted) -> Avoided | None:
    """Return how many contacts a fix spared, or None where no time before or after was watched.

    With n contacts in the time T before the fix and m in the time A after it, had it gone on as
    before there would have been E = n·w with w = C/T and C the shorter of T and A: what was seen
    for a day says nothing of a year, so nothing is told beyond the time that was seen. Then

        avoided = E - m
        low     = avoided - √( (E - w·low(n))²  + (high(m) - m)² )
        high    = avoided + √( (w·high(n) - E)² + (m - low(m))²  )

    where low and high are the limits of a Poisson mean (`poisson_limits`): the limits of a
    difference from those of its two parts ("MOVER"). Source: G. Y. Zou, A. Donner, Construction of
    confidence limits about effect measures: a general approach, Statistics in Medicine 27 (2008),
    1693-1702. It holds for contacts that come independently of one another at a steady rate; those
    of one bad hour do not, and the page says so.
    """
    if before.time <= timedelta(0) or after.time <= timedelta(0):
        return None
    compared = min(before.time, after.time)
    weight = compared / before.time
    expected = before.contacts * weight
    low_before, high_before = poisson_limits(before.contacts)
    low_after, high_after = poisson_limits(after.contacts)
    likely = expected - after.contacts
    return Avoided(
        expected=expected,
        came=after.contacts,
        compared=compared,
        contacts=Interval(
            likely=likely,
            low=likely - math.hypot(expected - weight * low_before, high_after - after.contacts),
            high=likely + math.hypot(weight * high_before - expected, after.contacts - low_after),
        ),
    )
