"""Every moment of a problem belongs to one department and one kind of time, exactly."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from problems.time_spent import NOTHING, LegTime, Share, Spent, shares_of, spent_on
from workflow.clocks.working_time import WorkingTime

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = WorkingTime.from_dict(
    {
        "tz": "UTC",
        "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": [],
        "breaks": {},
    }
)


def leg(**more: object) -> LegTime:
    """Return a stay from Monday 8:00 to Tuesday 10:00, taken up on Monday at 11:00."""
    facts: dict[str, object] = {
        "entered_at": MONDAY + 8 * HOUR,
        "acknowledged_at": MONDAY + 11 * HOUR,
        "left_at": MONDAY + 34 * HOUR,
        "due_at": MONDAY + 16 * HOUR,
        "hours": OFFICE,
        "pauses": (),
    }
    return LegTime(**{**facts, **more})  # type: ignore[arg-type]


def test_a_stay_is_worked_on_waited_for_and_closed() -> None:
    spent = spent_on(leg())

    assert (spent.waiting, spent.working, spent.closed) == (2 * HOUR, 7 * HOUR, 17 * HOUR)
    assert spent.total == 26 * HOUR
    assert spent.late == 2 * HOUR


def test_pauses_by_others_are_no_time_of_the_department() -> None:
    paused = (MONDAY + 12 * HOUR, MONDAY + 33 * HOUR)

    spent = spent_on(leg(pauses=(paused,)))

    assert (spent.working, spent.paused, spent.closed) == (2 * HOUR, 5 * HOUR, 17 * HOUR)
    assert spent.own == 4 * HOUR
    assert spent.total == 26 * HOUR


def test_what_nobody_took_up_was_waiting_all_the_time() -> None:
    spent = spent_on(leg(acknowledged_at=None))

    assert (spent.waiting, spent.working) == (9 * HOUR, NOTHING)


def test_a_clock_that_was_set_back_takes_nothing_away() -> None:
    spent = spent_on(leg(left_at=MONDAY))

    assert spent == Spent()


@pytest.mark.parametrize("seed", range(40))
def test_random_journeys_add_up_to_the_microsecond(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a test that can be repeated
    moments = sorted(
        MONDAY + timedelta(microseconds=random.randrange(60 * 86_400 * 10**6)) for _ in range(30)
    )
    parts = []
    for begin, end in pairwise(moments):
        whole = (end - begin) // timedelta(microseconds=1)

        def within(begin: datetime = begin, whole: int = whole) -> datetime:
            return begin + timedelta(microseconds=random.randrange(-(10**11), whole + 10**11))

        pauses = tuple(
            (one, one + timedelta(microseconds=random.randrange(10**11)))
            for one in (within() for _ in range(random.randrange(4)))
        )
        taken = random.choice([None, begin + (end - begin) * random.random()])
        spent = spent_on(
            LegTime(begin, taken, end, random.choice([None, within()]), OFFICE, pauses)
        )
        assert min(spent.working, spent.waiting, spent.paused, spent.closed) >= NOTHING
        assert spent.total == end - begin
        assert spent.late <= spent.own + spent.paused
        parts.append((random.randrange(5), random.randrange(3), "Billing", "blue", spent))

    shares = shares_of(parts)

    attributed = sum((share.spent for share in shares), start=Spent())
    assert attributed.total == moments[-1] - moments[0]


def test_shares_say_what_each_department_had_and_its_median_of_a_problem() -> None:
    parts = [
        (1, 7, "Payments", "blue", Spent(working=HOUR)),
        (1, 7, "Payments", "blue", Spent(working=3 * HOUR, late=HOUR)),
        (2, 7, "Payments", "blue", Spent(waiting=2 * HOUR)),
        (2, 5, "Billing", "rose", Spent(closed=HOUR)),
    ]

    billing, payments = shares_of(parts)

    assert (billing.name, billing.spent.own) == ("Billing", NOTHING)
    assert payments == Share(
        department_id=7,
        name="Payments",
        hue="blue",
        problems=2,
        stays=3,
        late_stays=1,
        spent=Spent(working=4 * HOUR, waiting=2 * HOUR, late=HOUR),
        median_own=3 * HOUR,
    )
