"""Avoided contacts: the arithmetic, against known limits and against a simulation."""

import random
from datetime import timedelta

import pytest

from problems.avoided import Avoided, Counted, avoided_contacts, poisson_limits

DAY = timedelta(days=1)

# Exact limits of a Poisson mean at 95 %: F. Garwood, Biometrika 28 (1936), 437-442, table.
EXACT = {
    0: (0.0, 3.689),
    1: (0.025, 5.572),
    2: (0.242, 7.225),
    5: (1.623, 11.668),
    10: (4.795, 18.390),
    20: (12.217, 30.888),
    50: (37.111, 65.919),
}


def spared(before: Counted, after: Counted) -> Avoided:
    """Return what a fix spared; both times were watched."""
    found = avoided_contacts(before, after)
    assert found is not None
    return found


@pytest.mark.parametrize(("count", "limits"), EXACT.items())
def test_limits_of_a_count_are_the_exact_ones(count: int, limits: tuple[float, float]) -> None:
    low, high = poisson_limits(count)

    assert low == pytest.approx(limits[0], abs=0.1)
    assert high == pytest.approx(limits[1], abs=0.1)


def test_a_count_is_not_negative() -> None:
    with pytest.raises(ValueError, match="not negative"):
        poisson_limits(-1)


def test_what_was_spared_is_what_was_expected_less_what_came() -> None:
    found = spared(Counted(60, 30 * DAY), Counted(4, 15 * DAY))

    assert found.expected == pytest.approx(30)
    assert found.contacts.likely == pytest.approx(26)
    assert found.contacts.low < 26 < found.contacts.high
    assert found.compared == 15 * DAY


def test_nothing_is_told_for_longer_than_was_watched_before() -> None:
    found = spared(Counted(40, timedelta(hours=2)), Counted(0, 90 * DAY))

    assert found.expected == pytest.approx(40)
    assert found.compared == timedelta(hours=2)


def test_without_a_time_before_or_after_nothing_is_told() -> None:
    assert avoided_contacts(Counted(1, timedelta(0)), Counted(0, DAY)) is None
    assert avoided_contacts(Counted(1, DAY), Counted(0, timedelta(0))) is None


def test_a_fix_that_made_it_worse_spared_less_than_nothing() -> None:
    found = spared(Counted(2, 30 * DAY), Counted(20, 30 * DAY))

    assert found.contacts.high < 0


def drawn(chance: random.Random, *, mean: float) -> int:
    """Return how many of a steady stream of independent events come: waiting times, added up."""
    events, waited = 0, chance.expovariate(1.0)
    while waited < mean:
        events += 1
        waited += chance.expovariate(1.0)
    return events


@pytest.mark.parametrize(
    ("before", "after", "days_before", "days_after"),
    [
        (40.0, 4.0, 30, 30),
        (12.0, 1.0, 60, 20),
        (8.0, 8.0, 30, 90),
        (200.0, 0.5, 30, 30),
        (3.0, 0.2, 10, 10),
    ],
)
def test_the_interval_holds_what_was_spared_in_95_of_100_simulated_fixes(
    before: float, after: float, days_before: int, days_after: int
) -> None:
    chance, held, draws = random.Random(20261122), 0, 2000  # noqa: S311 - a simulation
    truth = before * min(days_before, days_after) / days_before - after

    for _draw in range(draws):
        found = spared(
            Counted(drawn(chance, mean=before), days_before * DAY),
            Counted(drawn(chance, mean=after), days_after * DAY),
        )
        held += found.contacts.low <= truth <= found.contacts.high

    # Limits of counts are careful by nature: they hold a little more than they promise.
    assert 0.94 <= held / draws <= 0.995
