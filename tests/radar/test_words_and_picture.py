"""What the radar says and draws: cost of waiting, the picture, marked words. No database."""

from datetime import timedelta

from problems.waiting_cost import cost_of_waiting
from servicedesk.lead.radar import SPANS
from servicedesk.pages.pattern_words import counts_in, marked
from servicedesk.pages.radar_picture import MIDDLE, OUTER, Blip, radar_picture, room_of
from tests.make import AT, DAY, HOUR, MINUTE

WORK = 12 * MINUTE
RINGS = SPANS[1].rings


def blip(key: int, *, team: str = "Billing", age: timedelta = HOUR, cases: int = 9) -> Blip:
    return Blip(
        key=key,
        team=team,
        hue="blue",
        age=age,
        cases=cases,
        is_seen=False,
        label=f"S-{key}",
        href=f"/radar/{key}/",
    )


def test_another_day_of_waiting_costs_what_the_last_day_did() -> None:
    steady = [AT - hours * HOUR for hours in range(1, 49, 2)]

    cost = cost_of_waiting(steady, customers=24, usual=0.0, work_per_case=WORK, at=AT)

    assert cost.cases == 12
    assert cost.customers == 12
    assert cost.work == 12 * WORK


def test_what_would_have_come_anyway_is_no_cost_of_waiting() -> None:
    steady = [AT - hours * HOUR for hours in range(1, 49, 2)]

    cost = cost_of_waiting(steady, customers=24, usual=24.0, work_per_case=WORK, at=AT)

    assert cost.cases == 0
    assert cost.work == timedelta()


def test_a_pattern_that_speeds_up_costs_more_and_one_that_ends_less() -> None:
    faster = [AT - hours * HOUR for hours in (20, 16, 10, 6, 5, 4, 3, 2, 1)]
    slower = [AT - DAY + (AT - one) for one in faster]

    more = cost_of_waiting(faster, customers=9, usual=0.0, work_per_case=WORK, at=AT)
    less = cost_of_waiting(slower, customers=9, usual=0.0, work_per_case=WORK, at=AT)

    assert more.cases > 9 > less.cases


def test_a_pattern_of_ten_minutes_is_not_taken_for_a_day_of_them() -> None:
    burst = [AT - minutes * MINUTE for minutes in range(10)]

    cost = cost_of_waiting(burst, customers=10, usual=0.0, work_per_case=WORK, at=AT)

    assert 10 <= cost.cases <= 90


def test_new_ones_stand_in_the_middle_and_old_ones_at_the_rim() -> None:
    picture = radar_picture(
        [blip(1, age=10 * MINUTE), blip(2, age=9 * DAY)], rings=RINGS, ages=["a", "b", "c", "d"]
    )

    near, far = (
        ((dot.x - MIDDLE) ** 2 + (dot.y - MIDDLE) ** 2) ** 0.5
        for dot in sorted(picture.dots, key=lambda dot: dot.label)
    )
    assert near < OUTER / 4
    assert abs(far - OUTER) < 1


def test_dots_of_one_team_and_age_do_not_cover_one_another() -> None:
    picture = radar_picture(
        [blip(key, age=30 * HOUR) for key in range(4)], rings=RINGS, ages=["a", "b", "c", "d"]
    )

    dots = picture.dots
    assert all(
        ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5 >= room_of(one) + room_of(other)
        for place, one in enumerate(dots)
        for other in dots[place + 1 :]
    )


def test_every_team_has_its_own_part_of_the_circle() -> None:
    picture = radar_picture(
        [blip(1, team="Billing", age=DAY), blip(2, team="Roaming", age=DAY)],
        rings=RINGS,
        ages=["a", "b", "c", "d"],
    )

    assert [word.text for word in picture.teams] == ["Billing", "Roaming"]
    billing, roaming = sorted(picture.dots, key=lambda dot: dot.label)
    assert (billing.x - MIDDLE) * (roaming.x - MIDDLE) < 0


def test_phrases_and_their_words_are_marked_whatever_their_case() -> None:
    pieces = marked("Taken twice! You have taken 649 TWICE.", ["taken twice"])

    assert [one["text"] for one in pieces if one["is_marked"]] == [
        "Taken twice",
        "taken",
        "TWICE",
    ]
    assert "".join(one["text"] for one in pieces) == "Taken twice! You have taken 649 TWICE."


def test_a_pattern_of_odd_signs_marks_nothing_by_accident() -> None:
    pieces = marked("All (of it) costs 5.", [".*", "a", ""])

    assert pieces == [{"text": "All (of it) costs 5.", "is_marked": False}]


def test_each_moment_of_a_span_is_counted_once() -> None:
    moments = [AT - hours * HOUR for hours in range(30)]

    counts = counts_in(moments, since=AT - DAY, until=AT, buckets=6)

    assert sum(counts) == 25
    assert counts[0] == 4
