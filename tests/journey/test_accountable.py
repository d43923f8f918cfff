"""Who was accountable at a moment: one department at any time, and nobody before and after."""

from datetime import UTC, datetime, timedelta
from random import Random

from problems.accountable import Accountable, Given, Part, Standing, accountable_at
from problems.journey import LegFact
from tests.journey.detecting import facts_of, moment
from tests.journey.drawn import DrawnLife
from tests.journey.lives import Life

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MAYA, NADIA, OLAV = 1, 2, 3


def leg(position: int, department: str, hours: tuple[int, int | None], **more: object) -> LegFact:
    """Return a stay between two hours of a day, taken up at once unless `taken_up` says else."""
    entered, left = hours
    taken_up = more.pop("taken_up", entered)
    facts: dict[str, object] = {"because": "forward", "stage": "fix_in_progress", **more}
    return LegFact(
        position=position,
        department=department,
        department_name=department,
        stage_rank=position,
        entered_at=NINE + entered * HOUR,
        due_at=NINE + (entered + 2) * HOUR,
        acknowledged_at=None if taken_up is None else NINE + taken_up * HOUR,  # type: ignore[operator]
        left_at=None if left is None else NINE + left * HOUR,
        **facts,  # type: ignore[arg-type]
    )


WAY = [
    leg(0, "care", (0, 2), because="discovered", stage="new"),
    leg(1, "payments", (2, 5), because="routed", stage="assess", taken_up=5),
    leg(2, "payments", (5, 9), because="accepted", stage="root_cause"),
    leg(3, "care", (9, 20), stage="resolved"),
    leg(4, "payments", (20, None), because="reopened", stage="assess", taken_up=None),
]


def asked(hour: float, *, given: tuple[Given, ...] = (), lead: int | None = None) -> Accountable:
    """Return who answered at an hour."""
    return accountable_at(
        WAY,
        at=NINE + hour * HOUR,
        assignees=[None, NADIA, NADIA, None, None],
        lead=lead,
        given=given,
    )


def test_whoever_gets_it_answers_for_the_moment_in_which_it_comes():
    before, at_once = asked(4.999), asked(5)

    assert (before.department, before.position, before.standing) == (
        "payments", 1, Standing.WAITING,
    )  # fmt: skip
    assert (at_once.department, at_once.position, at_once.standing) == (
        "payments", 2, Standing.WORKING,
    )  # fmt: skip
    assert (at_once.since, at_once.until) == (NINE + 5 * HOUR, NINE + 9 * HOUR)


def test_nobody_answered_before_it_was_known():
    found = asked(-1)

    assert (found.standing, found.department, found.until) == (Standing.UNKNOWN, None, NINE)


def test_customer_service_answers_while_it_is_held_solved():
    found = asked(15)

    assert (found.standing, found.department) == (Standing.HELD_SOLVED, "care")
    assert not found.is_late


def test_in_a_gap_of_rest_nobody_has_it():
    way = [leg(0, "care", (0, 2)), leg(1, "payments", (6, None), because="reopened")]

    found = accountable_at(way, at=NINE + 3 * HOUR, assignees=[None, None], lead=MAYA)

    assert (found.standing, found.department, found.lead) == (Standing.RESOLVED, None, MAYA)
    assert (found.since, found.until) == (NINE + 2 * HOUR, NINE + 6 * HOUR)


def test_after_the_end_it_is_resolved():
    found = accountable_at(
        [leg(0, "care", (0, 2))], at=NINE + 3 * HOUR, assignees=[None], lead=None
    )

    assert (found.standing, found.since, found.until) == (
        Standing.RESOLVED, NINE + 2 * HOUR, None,
    )  # fmt: skip


def test_past_its_target_a_stay_is_late():
    assert not asked(3.5).is_late
    assert asked(4.5).is_late


def test_nobody_by_name_answers_before_somebody_took_it_up():
    assert asked(4).assignee is None
    assert asked(6).assignee == NADIA


def test_a_person_answers_from_the_moment_in_which_it_was_given():
    given = (
        Given(Part.ASSIGNEE, at=NINE + 7 * HOUR, user=OLAV, was=MAYA),
        Given(Part.LEAD, at=NINE + 6 * HOUR, user=OLAV, was=NADIA),
    )

    assert [asked(hour, given=given).assignee for hour in (6, 7, 8)] == [MAYA, OLAV, OLAV]
    assert [asked(hour, given=given, lead=OLAV).lead for hour in (1, 5.9, 6, 21)] == [
        NADIA, NADIA, OLAV, OLAV,
    ]  # fmt: skip


def holder(life: Life, second: int) -> str | None:
    """Return who had a planted problem at a second, by the simulator's own stays."""
    for stay in life.stays:
        if stay.entered <= second and (stay.left is None or second < stay.left):
            return stay.department.name
    return None


def test_at_any_second_of_a_planted_life_exactly_its_holder_is_named():
    chance = Random(7)  # noqa: S311
    for seed in range(60):
        life = DrawnLife(Random(seed)).tell()  # noqa: S311
        legs, begin = facts_of(life), life.stays[0].entered
        seconds = [chance.randint(begin - 9_000, life.now + 9_000) for _ in range(30)]
        seconds += [edge for stay in life.stays for edge in (stay.entered, stay.entered - 1)]

        named = [
            accountable_at(legs, at=moment(one), assignees=[None] * len(legs), lead=None).department
            for one in seconds
        ]

        assert named == [holder(life, one) for one in seconds]
