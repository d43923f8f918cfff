"""Bursts: told early and once, by customers and never by cases, against the same hours before."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from problems.patterns.arriving import DIMENSIONS, Arrival
from problems.patterns.spotting import Sensitivity, Spot, Spotter
from tests.patterns.planted import MINUTE, MONDAY, Planting

ZONE = ZoneInfo("UTC")


def spots_of(past: list[Arrival], *latest: Arrival, **setting: Any) -> list[Spot]:
    spotter = Spotter(zone=ZONE, sensitivity=Sensitivity(**setting))
    spotter.remember(past)
    return [spot for arrival in latest if (spot := spotter.observe(arrival))]


def test_many_customers_with_a_matter_that_never_came_before_are_told_once():
    planting = Planting()
    past = planting.usual(1000)
    burst = [planting.case("outage", at=past[-1].at + place * MINUTE) for place in range(1, 21)]

    spots = spots_of(past, *burst)

    assert len(spots) == 1
    assert set(spots[0].case_ids) <= {case.case_id for case in burst}
    assert spots[0].customers == len(spots[0].case_ids) <= 8
    assert spots[0].times_usual > 5


def test_five_hundred_identical_cases_of_one_customer_raise_nothing_and_of_as_many_do():
    planting = Planting()
    past = planting.usual(1000)
    text = planting.vector("newsletter")
    began = past[-1].at

    by_one = [
        planting.case("", at=began + place * MINUTE, customer="one", vector=text)
        for place in range(1, 501)
    ]
    by_many = [planting.case("", at=case.at, vector=text) for case in by_one]

    assert spots_of(past, *by_one) == []
    assert len(spots_of(past, *by_many)) == 1


def test_further_cases_of_a_customer_are_shown_but_count_nothing():
    planting = Planting()
    past = planting.usual(1000)
    began = past[-1].at
    burst = [
        planting.case("outage", at=began + place * MINUTE, customer=f"customer {place // 2}")
        for place in range(2, 30)
    ]

    (spot,) = spots_of(past, *burst)

    assert spot.customers < len(spot.case_ids) <= 2 * spot.customers


def test_what_comes_as_often_as_ever_is_no_burst():
    planting = Planting()
    past = planting.usual(3000)
    more = planting.usual(600, begin=past[-1].at + MINUTE)

    assert spots_of(past, *more) == []


def test_cases_that_a_known_problem_explains_raise_nothing():
    planting = Planting()
    past = planting.usual(1000)
    burst = [
        planting.case("outage", at=past[-1].at + place * MINUTE, known=0.95)
        for place in range(1, 41)
    ]

    assert spots_of(past, *burst) == []


def burst_of(*, known: float, count: int) -> list[Spot]:
    """Return what is told of a new matter behind whose cases a known problem is so probable."""
    planting = Planting()
    past = planting.usual(1000)
    burst = [
        planting.case("outage", at=past[-1].at + place * MINUTE, known=known)
        for place in range(1, count + 1)
    ]
    return spots_of(past, *burst)


def test_a_new_matter_that_is_mostly_taken_for_a_known_one_is_told_later():
    unlike, alike = burst_of(known=0.1, count=30), burst_of(known=0.88, count=30)

    assert len(unlike) == len(alike) == 1
    assert unlike[0].customers < alike[0].customers < 20


def test_cases_that_are_surely_explained_do_not_hide_those_that_are_not():
    planting = Planting()
    past = planting.usual(1000)
    burst = [
        planting.case("outage", at=past[-1].at + place * MINUTE, known=0.99 if place % 2 else 0.3)
        for place in range(1, 31)
    ]

    (spot,) = spots_of(past, *burst)

    assert all(case.known < 0.9 for case in burst if case.case_id in spot.case_ids)


def test_texts_of_which_nothing_is_left_are_like_nothing():
    planting = Planting()
    past = planting.usual(1000)
    empty = [
        planting.case("", at=past[-1].at + place * MINUTE, vector=np.zeros(DIMENSIONS, np.float32))
        for place in range(1, 21)
    ]

    assert spots_of(past, *empty) == []


def test_nothing_is_unusual_while_too_little_is_known():
    planting = Planting()
    past = planting.usual(200)
    burst = [planting.case("outage", at=past[-1].at + place * MINUTE) for place in range(1, 21)]
    spotter = Spotter(zone=ZONE)
    spotter.remember(past)

    assert spotter.is_learning
    assert [spot for case in burst if (spot := spotter.observe(case))] == []


def week_of_cases(
    planting: Planting, *, monday: datetime, logins_on: int | None = None
) -> list[Arrival]:
    """Return a week of 30 cases an hour from 8 to 18; on one day at nine, ten are about signing in."""
    found: list[Arrival] = []
    for day in range(5):
        for place in range(300):
            at = monday + timedelta(days=day, hours=8, minutes=2 * place)
            is_login = day == logins_on and at.hour == 9 and place % 3 == 0
            topic = "signing in" if is_login else f"usual {planting.chance.integers(40)}"
            found.append(planting.case(topic, at=at))
    return found


@pytest.mark.full
def test_what_every_monday_brings_is_usual_on_a_monday_and_a_burst_on_a_thursday():
    mondays, thursdays = Planting(seed=3), Planting(seed=3)
    week = timedelta(weeks=1)

    def told_at_nine(planting: Planting, *, day: int) -> list[Spot]:
        past = [
            case
            for number in range(4)
            for case in week_of_cases(planting, monday=MONDAY + number * week, logins_on=0)
        ]
        last_week = week_of_cases(planting, monday=MONDAY + 4 * week, logins_on=day)
        # Forty matters that come by chance are sometimes many at once: those are told at other hours.
        spots = spots_of(past, *last_week, window=100)
        return [spot for spot in spots if (spot.at.weekday(), spot.at.hour) == (day, 9)]

    assert told_at_nine(mondays, day=0) == []
    assert len(told_at_nine(thursdays, day=3)) == 1


def test_a_higher_threshold_tells_later():
    planting = Planting()
    past = planting.usual(1000)
    burst = [planting.case("outage", at=past[-1].at + place * MINUTE) for place in range(1, 31)]

    (early,) = spots_of(past, *burst, evidence=7.0)
    (late,) = spots_of(past, *burst, evidence=20.0)

    assert early.at < late.at
    assert early.evidence >= 7.0
    assert late.evidence >= 20.0


def test_the_memory_of_a_spotter_does_not_grow_for_ever():
    planting = Planting()
    spotter = Spotter(zone=ZONE, remembered=400)

    spotter.remember(planting.usual(2000))

    assert spotter.remembers <= 500
    assert spotter.past >= 100
