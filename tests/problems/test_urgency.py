"""Priority follows impact on grounds; a week's delay has its cost. Without a database."""

from datetime import timedelta

import pytest

from problems.delay_cost import Week, Weights, cost_of_a_week
from problems.hit_rates import likely_share
from problems.models import ProblemPromise
from problems.models.promise import Verdict
from problems.urgency import USUAL_THRESHOLDS, Figures, grounds_of, priority_of
from tests.make import AT, DAY, HOUR

WEIGHTS = Weights(
    contact=timedelta(minutes=12),
    broken_promise=HOUR,
    upset_customer=2 * HOUR,
    cost_per_hour=50,
    currency="EUR",
)


def asked(figures: Figures, *, held: dict[str, int] | None = None) -> list[tuple[str, int]]:
    """Return which figures ask for which priority."""
    found = grounds_of(figures, USUAL_THRESHOLDS, held=held or {})
    return [(one.measure, one.priority) for one in found]


@pytest.mark.parametrize(
    ("figures", "grounds"),
    [
        (Figures(customers=4), []),
        (Figures(customers=5), [("customers", 3)]),
        (Figures(customers=24, contracts=2), [("customers", 3)]),
        (Figures(customers=25), [("customers", 2)]),
        (Figures(customers=100), [("customers", 1)]),
        (Figures(contracts=10, customers=30), [("contracts", 1), ("customers", 2)]),
        (Figures(contacts_a_day=10, at_risk=5), [("contacts_a_day", 2), ("at_risk", 2)]),
    ],
)
def test_each_figure_asks_for_the_priority_from_whose_threshold_on_it_is(
    figures: Figures, grounds: list[tuple[str, int]]
) -> None:
    assert asked(figures) == grounds


def test_what_was_reached_is_held_until_a_fifth_below() -> None:
    assert asked(Figures(customers=85), held={"customers": 1}) == [("customers", 1)]
    assert asked(Figures(customers=79), held={"customers": 1}) == [("customers", 2)]
    assert asked(Figures(customers=85)) == [("customers", 2)]


def test_grounds_raise_what_people_said_and_never_lower_it() -> None:
    because = {
        "grounds": [
            one.as_facts() for one in grounds_of(Figures(customers=30), USUAL_THRESHOLDS, held={})
        ]
    }

    assert priority_of(severity=4, because=because) == 2
    assert priority_of(severity=1, because=because) == 1
    assert priority_of(severity=4, because={}) == 4


def test_a_week_costs_what_goes_on_what_breaks_and_who_is_upset() -> None:
    cost = cost_of_a_week(Week(contacts=29, contacts_before=29, breaking=3, upset=2), WEIGHTS)

    assert (cost.contacts, cost.contacts_least, cost.contacts_most) == (29, 18, 40)
    assert cost.contact_work == 29 * timedelta(minutes=12)
    assert cost.work == 29 * timedelta(minutes=12) + 3 * HOUR + 4 * HOUR
    assert cost.money == 640


def test_a_trend_at_most_doubles_or_halves_a_week() -> None:
    assert cost_of_a_week(Week(contacts=20, contacts_before=0), WEIGHTS).contacts == 40
    assert cost_of_a_week(Week(contacts=20, contacts_before=500), WEIGHTS).contacts == 10
    assert cost_of_a_week(Week(), WEIGHTS).work == timedelta()


def test_where_nobody_counts_money_none_is_told() -> None:
    weights = Weights(contact=HOUR, broken_promise=HOUR, upset_customer=HOUR)

    assert cost_of_a_week(Week(contacts=5, contacts_before=5), weights).money is None


def test_few_dates_say_little_and_many_say_more() -> None:
    few, many = likely_share(4, of=5), likely_share(80, of=100)

    assert few == pytest.approx((0.376, 0.964), abs=0.001)
    assert many == pytest.approx((0.711, 0.867), abs=0.001)
    assert likely_share(0, of=0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("ended_as", "ended_after", "verdict"),
    [
        ("", None, Verdict.RUNNING),
        ("kept", timedelta(0), Verdict.KEPT),
        ("kept", timedelta(seconds=1), Verdict.BROKEN),
        ("moved", -HOUR, Verdict.MOVED),
        ("moved", HOUR, Verdict.BROKEN),
        ("withdrawn", -HOUR, Verdict.WITHDRAWN),
        ("withdrawn", HOUR, Verdict.BROKEN),
    ],
)
def test_what_ended_after_its_time_is_broken_however_it_ended(
    ended_as: str, ended_after: timedelta | None, verdict: Verdict
) -> None:
    promise = ProblemPromise(
        kind="news",
        due_at=AT + DAY,
        ended_as=ended_as,
        ended_at=AT + DAY + ended_after if ended_after is not None else None,
    )

    assert promise.verdict(at=AT + HOUR) is verdict
