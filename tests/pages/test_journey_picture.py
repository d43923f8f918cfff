"""The drawing of a journey: nothing on top of anything, time runs right, all is reachable."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from time import process_time

import pytest

from servicedesk.pages.journey_part import Part, part_asked, part_of
from servicedesk.pages.journey_picture import Journey, PictureTask, PictureUsual, draw, strip
from servicedesk.pages.journey_scale import OpenTime, Scale
from tests.pages.journeys import double_debit, journey_of, november

MANY = {
    "the story": double_debit(),
    "the story, resolved": double_debit(resolved=True),
    "one leg of four minutes": journey_of(legs=1, each=timedelta(minutes=4)),
    "seven legs of three minutes": journey_of(legs=7, each=timedelta(minutes=3)),
    "seven legs of five hours": journey_of(legs=7, each=timedelta(hours=5)),
    "seven legs of a fortnight": journey_of(legs=7, each=timedelta(days=14)),
    "sixty legs of nine hours": journey_of(legs=60, each=timedelta(hours=9)),
    "sixty legs in twelve departments": journey_of(
        legs=60, each=timedelta(hours=30), departments=12
    ),
    "sixty legs in three departments": journey_of(legs=60, each=timedelta(hours=5), departments=3),
    "two hundred legs in fourteen departments": journey_of(
        legs=200, each=timedelta(hours=8), departments=14
    ),
    "two hundred legs of three hours": journey_of(legs=200, each=timedelta(hours=3)),
    "a part of a hundred legs": part_of(
        journey_of(legs=100, each=timedelta(hours=5)), Part(20, 40, 100)
    ),
    "the story with what is usual": replace(
        double_debit(),
        usual=[
            PictureUsual(code, timedelta(days=days), f"{days} d")
            for code, days in (("care", 1), ("billing", 2), ("payments", 9), ("release", 1))
        ],
    ),
    "a leg of no time": journey_of(legs=1, each=timedelta(0)),
}
each_journey = pytest.mark.parametrize("journey", MANY.values(), ids=MANY)


@each_journey
def test_no_label_lies_on_another(journey: Journey) -> None:
    labels = draw(journey).labels

    overlaps = [
        (one.text, other.text) for one, other in combinations(labels, 2) if one.box.meets(other.box)
    ]

    assert overlaps == []


@each_journey
def test_no_number_covers_another_and_the_first_of_each_lane_is_there(journey: Journey) -> None:
    picture = draw(journey)

    last: dict[float, float] = {}
    for badge in picture.badges:
        assert badge.x - last.get(badge.y, -99) >= badge.width - 6
        last[badge.y] = badge.x
    assert len(last) == len(picture.lanes)


@each_journey
def test_now_and_the_expected_fix_are_both_written_while_it_goes_on(journey: Journey) -> None:
    kinds = {label.kind for label in draw(journey).labels}

    if journey.resolved_at is None and journey.ends_at is None:
        assert {"now-label", "flag-label"} <= kinds
    else:
        assert "now-label" not in kinds


@each_journey
def test_time_runs_right(journey: Journey) -> None:
    starts = [leg.x for leg in draw(journey).legs]

    assert starts == sorted(starts)


@each_journey
def test_each_leg_is_drawn_inside_and_wide_enough_to_be_seen(journey: Journey) -> None:
    picture = draw(journey)

    assert len(picture.legs) == len(journey.legs)
    for leg in picture.legs:
        assert picture.gutter <= leg.x <= picture.width
        assert all(bar.width >= 3 and bar.x >= picture.gutter for bar in leg.bars)


@each_journey
def test_each_leg_names_its_number_department_and_times(journey: Journey) -> None:
    for leg, drawn in zip(journey.legs, draw(journey).legs, strict=True):
        assert drawn.says.startswith(f"{leg.number}. {leg.department_name}: {leg.title}.")
        assert "worked" in drawn.says
        assert drawn.href


@each_journey
def test_the_strip_stays_in_its_box_and_says_the_way(journey: Journey) -> None:
    row = strip(journey)

    assert all(0 <= part.x <= part.x + part.width <= row.width + 3 for part in row.parts)
    assert journey.legs[-1].department_name in row.says


def test_a_bar_begins_where_the_one_before_it_ends() -> None:
    picture = draw(journey_of(legs=7, each=timedelta(hours=5)))

    for before, after in zip(picture.legs, picture.legs[1:], strict=False):
        end = max(bar.x + bar.width for bar in before.bars)
        assert end == pytest.approx(after.x, abs=0.2)


def test_a_stay_of_seconds_beside_one_of_days_can_be_pointed_at() -> None:
    journey = double_debit()
    ends = journey.legs[0].entered_at + timedelta(seconds=10)
    first = replace(journey.legs[0], left_at=ends)
    second = replace(journey.legs[1], entered_at=ends)

    picture = draw(replace(journey, legs=[first, second, *journey.legs[2:]]))

    assert picture.legs[1].x - picture.legs[0].x >= 20


def test_an_open_hour_is_wider_than_a_closed_one() -> None:
    journey = double_debit()
    scale = Scale(
        begin=november(9, 0),
        end=november(14, 0),
        left=0,
        right=1000,
        open_time=OpenTime(journey.windows),
    )

    by_day = scale(november(10, 11)) - scale(november(10, 10))
    by_night = scale(november(10, 3)) - scale(november(10, 2))

    assert by_day > 10 * by_night > 0


def test_what_is_past_its_target_is_outlined_and_counted_in_open_hours() -> None:
    drawn = draw(double_debit()).legs[2]

    late = next(bar for bar in drawn.bars if bar.kind == "late")

    assert late.width > 0
    # Due Wednesday 10:00, left Thursday 11:00: eight open hours that day and three the next.
    assert drawn.says.endswith("+11 h over target")


def test_of_many_delays_only_the_worst_are_named() -> None:
    journey = MANY["two hundred legs of three hours"]
    worst = replace(journey.legs[99], over=timedelta(hours=77), due_at=journey.legs[99].entered_at)

    labels = draw(replace(journey, legs=[*journey.legs[:99], worst, *journey.legs[100:]])).labels

    over = [label.text for label in labels if label.kind == "over"]
    assert len(over) <= 10
    assert "+77 h over target" in over


def test_the_cause_stands_above_a_number_it_would_cover() -> None:
    journey = double_debit()
    beside = draw(replace(journey, cause_found_at=journey.legs[4].entered_at))

    assert beside.cause is not None
    middle = beside.legs[4].y
    assert beside.cause[1] < middle - 10
    assert draw(journey).cause == (draw(journey).cause[0], middle)  # type: ignore[index]


def test_a_task_forks_off_to_the_lane_of_its_department() -> None:
    journey = double_debit()
    task = PictureTask(
        "legal", "Legal", "orange", "Check the notice", november(13, 14), november(16, 10), "/t/4/"
    )
    other = replace(task, department="finance", department_name="Finance Control", ended_at=None)

    picture = draw(replace(journey, tasks=[task, other]))

    assert [lane.name for lane in picture.lanes][-1] == "Legal"
    first, second = picture.tasks
    assert picture.lanes[-1].top < first.bar.y < picture.lanes[-1].top + 68
    assert first.line.startswith(f"M{first.bar.x:g} ")
    assert first.says == "At the same time Legal: Check the notice. Asked Fri 13 Nov 14:00"
    assert second.bar.x + second.bar.width == pytest.approx(picture.now.x, abs=0.2)  # type: ignore[union-attr]
    assert "Check the notice" in [label.text for label in picture.labels]


def test_a_way_back_is_dashed_and_named() -> None:
    picture = draw(double_debit())

    assert [handover.kind for handover in picture.handovers].count("sent-back") == 1
    assert "sent back" in [label.text for label in picture.labels]


def test_many_ways_back_between_the_same_two_are_named_once() -> None:
    begin = november(9, 9)
    legs = [
        replace(
            double_debit().legs[number % 2],
            number=number + 1,
            entered_at=begin + timedelta(hours=8 * number),
            acknowledged_at=None,
            due_at=None,
            left_at=begin + timedelta(hours=8 * number + 8) if number < 7 else None,
            is_sent_back=number > 0 and number % 2 == 0,
        )
        for number in range(8)
    ]

    picture = draw(replace(double_debit(), legs=legs, cause_found_at=None))

    texts = [label.text for label in picture.labels if label.kind == "sent-back-label"]
    assert texts == ["sent back 3 times"]


def test_a_resolved_journey_shows_the_fix_and_no_now() -> None:
    picture = draw(double_debit(resolved=True))

    assert picture.now is None
    assert [flag.kind for flag in picture.flags] == ["flag"]
    assert any(label.text.startswith("Fixed") for label in picture.labels)
    assert picture.plans == ()


def test_a_moved_date_leaves_its_hollow_flag() -> None:
    kinds = [flag.kind for flag in draw(double_debit()).flags]

    assert kinds == ["flag", "flag old"]


def test_small_departments_share_a_lane() -> None:
    picture = draw(journey_of(legs=60, each=timedelta(hours=30), departments=12))

    assert len(picture.lanes) <= 8


def test_a_part_of_a_long_journey_is_drawn_with_what_happened_meanwhile() -> None:
    journey = journey_of(legs=100, each=timedelta(hours=5))

    picture = draw(part_of(journey, part_asked(40, 20, count=100)))
    end = draw(part_of(journey, part_asked(90, None, count=100)))

    assert [leg.number for leg in picture.legs] == list(range(20, 41))
    assert (picture.now, picture.flags, picture.cause) == (None, (), None)
    assert picture.says == "Stays 20 to 40 of the problem's way."
    assert [leg.number for leg in end.legs] == list(range(90, 101))
    assert end.now is not None
    assert len(end.told) < len(draw(journey).told)


@pytest.mark.parametrize(
    ("part", "nearer", "further", "earlier", "later"),
    [
        ((1, 100), (26, 75), None, None, None),
        ((20, 40), (26, 35), (10, 51), (1, 21), (41, 61)),
        ((97, 100), None, (93, 100), (93, 96), None),
        ((1, 4), None, (1, 8), None, (5, 8)),
    ],
)
def test_looking_nearer_and_further_stays_within_the_journey(
    part: tuple[int, int],
    nearer: tuple[int, int] | None,
    further: tuple[int, int] | None,
    earlier: tuple[int, int] | None,
    later: tuple[int, int] | None,
) -> None:
    here = Part(*part, 100)

    found = [here.nearer(), here.further(), here.earlier(), here.later()]

    assert [(one.first, one.last) if one else None for one in found] == [
        nearer, further, earlier, later,
    ]  # fmt: skip


def test_what_is_usual_is_a_pale_line_from_where_a_department_had_it_first() -> None:
    usual = [
        PictureUsual("payments", timedelta(days=2), "2 d"),
        PictureUsual("legal", timedelta(days=1), "1 d"),
    ]

    picture = draw(replace(double_debit(), usual=usual))

    (line,) = picture.usual
    third, fifth = picture.legs[2], picture.legs[4]
    assert (line.x, line.hue) == (third.x, "blue")
    # Two days are less than the stay that followed later.
    assert third.x + line.width < fifth.x + 200
    assert "usually 2 d here" in [label.text for label in picture.labels]
    assert draw(double_debit()).usual == ()


def test_a_weekend_is_one_hatched_strip() -> None:
    strips = draw(double_debit()).closed

    assert len(strips) == 2


def test_a_journey_without_legs_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one leg"):
        draw(replace(double_debit(), legs=[]))

    assert strip(replace(double_debit(), legs=[])).parts == ()


def test_two_hundred_legs_are_drawn_quickly() -> None:
    journey = journey_of(legs=200, each=timedelta(hours=3))
    draw(journey)

    spent = []
    for _ in range(8):
        began = process_time()
        draw(journey)
        spent.append(process_time() - began)

    # Some 10 ms on the machine it was measured on; other work on it may double that.
    assert min(spent) < 0.04


def test_open_time_counts_across_nights() -> None:
    open_time = OpenTime(double_debit().windows)

    assert open_time.between(november(9, 17), november(10, 9)) == timedelta(hours=2)
    assert open_time.between(november(14, 9), november(15, 9)) == timedelta(0)
    assert open_time.between(november(10, 9), november(9, 9)) == timedelta(0)
