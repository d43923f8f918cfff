"""What was found before, what grows, what comes back, and what a setting would have told."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from problems.patterns.arriving import UNMATCHED_BELOW
from problems.patterns.backtesting import backtest
from problems.patterns.spotting import Sensitivity
from problems.patterns.standing import Standing
from problems.patterns.surveying import Kind, Survey, survey
from problems.patterns.trend import Trend, trend_of
from tests.patterns.planted import MINUTE, MONDAY, Planting

ZONE = ZoneInfo("UTC")
DAY = timedelta(days=1)


@pytest.fixture
def planting() -> Planting:
    return Planting()


def looked(planting: Planting, *, burst: int, standing=(), lasting_customers=0) -> Survey:
    past = planting.usual(1000)
    latest = [planting.case("outage", at=past[-1].at + place * MINUTE) for place in range(1, burst)]
    return survey(
        [*past, *latest],
        since=latest[0].at,
        zone=ZONE,
        sensitivity=Sensitivity(),
        standing=standing,
        lasting_customers=lasting_customers,
    )


def standing_for(
    planting: Planting, *, customers: int, is_dismissed: bool, case_ids=frozenset()
) -> Standing:
    planting.vector("outage")
    return Standing(
        key="S-1",
        centre=planting.topics["outage"],
        case_ids=case_ids,
        customers=customers,
        is_dismissed=is_dismissed,
    )


def test_a_burst_is_found_and_what_follows_is_no_second_one(planting):
    seen = looked(planting, burst=40)

    assert [found.kind for found in seen.found] == [Kind.BURST]
    assert seen.found[0].again is None
    assert seen.looked_at == seen.unmatched == 39


def test_what_belongs_to_a_pattern_found_before_joins_it(planting):
    waiting = standing_for(planting, customers=5, is_dismissed=False)

    seen = looked(planting, burst=30, standing=[waiting])

    assert seen.found == ()
    assert set(seen.grown) == {"S-1"}
    assert len(seen.grown["S-1"]) == 29


def test_a_dismissed_pattern_stays_away_until_twice_as_many_customers_have_it(planting):
    large = standing_for(planting, customers=50, is_dismissed=True)
    small = standing_for(planting, customers=2, is_dismissed=True)

    away = looked(planting, burst=20, standing=[large])
    back = looked(planting, burst=20, standing=[small])

    assert (away.found, away.grown) == ((), {})
    assert [found.again for found in back.found] == ["S-1"]


def slow_stream(planting: Planting, *, known_beside: int = 0) -> Survey:
    """Look at twelve days with a matter that comes twice a day, and never bursts."""
    cases = []
    for place in range(600):
        at = MONDAY + place * timedelta(minutes=28)
        topic = "slow" if place % 25 == 0 else f"usual {planting.chance.integers(200)}"
        cases.append(planting.case(topic, at=at, known=0.0 if topic == "slow" else 0.9))
        if topic == "slow":
            cases += [
                planting.case("slow", at=at, known=UNMATCHED_BELOW) for _ in range(known_beside)
            ]
    return survey(
        cases,
        since=cases[-40].at,
        zone=ZONE,
        sensitivity=Sensitivity(),
        lasting_customers=12,
    )


def test_what_lasts_is_found_without_a_burst(planting):
    seen = slow_stream(planting)

    assert [(found.kind, found.customers) for found in seen.found] == [(Kind.LASTING, 24)]


def test_what_the_matching_left_over_of_a_known_problem_does_not_last(planting):
    seen = slow_stream(planting, known_beside=3)

    assert seen.found == ()


def test_a_backtest_counts_alerts_true_ones_and_how_early_they_were(planting):
    past = planting.usual(1000)
    real = [planting.case("outage", at=past[-1].at + place * MINUTE) for place in range(1, 25)]
    chance = [planting.case("chance", at=real[-1].at + place * MINUTE) for place in range(1, 25)]

    told = backtest(
        [*past, *real, *chance],
        since=real[0].at,
        zone=ZONE,
        sensitivity=Sensitivity(),
        became={case.case_id: 7 for case in real},
    )

    assert len(told.alerts) == 2
    assert (told.true_alerts, told.found_problems, told.problems) == (1, 1, 1)
    assert told.after_cases is not None
    assert 4 <= told.after_cases <= 8
    assert told.looked_at == told.judged == 48


def test_a_backtest_says_before_how_many_cases_enough_had_come(planting):
    past = planting.usual(700)
    burst = [planting.case("outage", at=past[-1].at + place * MINUTE) for place in range(1, 121)]

    told = backtest(
        [*past, *burst], since=past[650].at, zone=ZONE, sensitivity=Sensitivity(), became={}
    )
    never = backtest(
        past[:300], since=past[200].at, zone=ZONE, sensitivity=Sensitivity(), became={}
    )

    # The 300 latest are the present: the 500th of the past is let go by the 800th that comes.
    assert (told.looked_at, told.judged) == (170, 21)
    assert (never.looked_at, never.judged, never.alerts) == (100, 0, ())


def test_a_backtest_of_a_quiet_time_tells_nothing(planting):
    past = planting.usual(2000)
    more = planting.usual(200, begin=past[-1].at + MINUTE)

    told = backtest(
        [*past, *more], since=more[0].at, zone=ZONE, sensitivity=Sensitivity(), became={}
    )

    assert told.alerts == ()
    assert told.after_cases is None


def test_a_pattern_emerges_grows_goes_on_and_fades():
    def trend(*days_ago: float, came_now: int = 100, came_before: int = 100) -> Trend:
        return trend_of(
            [MONDAY - day * DAY for day in days_ago],
            at=MONDAY,
            span=3 * DAY,
            came_now=came_now,
            came_before=came_before,
        )

    assert trend(0.5, 1, 2) == Trend.EMERGING
    assert trend(0.1, 0.2, 0.5, 1, 1.5, 2, 2.5, 4) == Trend.GROWING
    assert trend(1, 2, 4, 5) == Trend.STEADY
    assert trend(1, 3.5, 4, 4.5, 5, 5.1, 5.5, 5.8) == Trend.FADING
    assert trend(8, 9) == Trend.FADING
    assert trend(0.1, 0.2, 0.5, 1, 1.5, 2, 2.5, 4, came_now=900) == Trend.STEADY
