"""A thousand planted lives: each delay, loss and detour is found, nothing else, sums are exact."""

from functools import lru_cache
from random import Random

import pytest

from problems.time_spent import Spent
from tests.journey.detecting import MUTATED, moment, score, spent_in
from tests.journey.drawn import DrawnLife
from tests.journey.lives import Life

ORDINARY, MANY = 1_000, 20_000
SEED = 41


@lru_cache(maxsize=1)
def planted_lives() -> list[Life]:
    """Return the lives that the tests share; nobody changes them."""
    return [DrawnLife(Random(SEED + number)).tell() for number in range(ORDINARY)]  # noqa: S311


def test_the_lives_hold_enough_of_everything():
    lives = planted_lives()

    planted = [thing[0] for life in lives for thing in life.planted.things().elements()]
    causes = {cause for life in lives for cause, _begin, _end in life.planted.detours}
    ends = [end for life in lives for _cause, _begin, end in life.planted.detours]

    assert planted.count("delay") > 1_500
    assert planted.count("loss") > 500
    assert planted.count("detour") > 800
    assert planted.count("pause") > 500
    assert causes == {"back", "refused", "handed_over"}
    assert 100 < ends.count(None) < len(ends) / 2
    assert sum(life.planted.resting > 0 for life in lives) > 60
    assert sum(life.resolved_at is None for life in lives) > 100
    assert max(len({stay.department.name for stay in life.stays}) for life in lives) >= 7


def test_everything_planted_in_a_thousand_lives_is_found_and_nothing_else():
    result = score(planted_lives())

    assert (result.precision, result.recall) == (1.0, 1.0)
    assert result.wrong_sums == []


def test_every_second_of_a_thousand_lives_belongs_to_one_department_and_one_kind_of_time():
    for life in planted_lives():
        spent = sum(spent_in(life), start=Spent())

        lived = moment(life.resolved_at or life.now) - moment(life.stays[0].entered)

        assert spent.total.total_seconds() == life.planted.total
        assert lived.total_seconds() == life.planted.total + life.planted.resting


@pytest.mark.parametrize("name", MUTATED)
def test_a_mutated_detector_fails(name: str):
    lives = planted_lives()[:200]

    result = score(lives, MUTATED[name])

    assert score(lives).is_perfect
    assert not result.is_perfect


@pytest.mark.full
def test_everything_planted_in_many_lives_is_found_and_nothing_else():
    lives = [DrawnLife(Random(number)).tell() for number in range(100_000, 100_000 + MANY)]  # noqa: S311

    result = score(lives)

    assert (result.precision, result.recall) == (1.0, 1.0)
    assert result.wrong_sums == []
