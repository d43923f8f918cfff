"""The journey of a problem: every second attributed once, delays in opening hours, detours by rule."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.journey import BrokenJourney, Journey, LegFact, journey_of, to_payload
from workflow.clocks.working_time import WorkingTime

MONDAY = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZERO = timedelta()
OFFICE = WorkingTime.from_dict(
    {"tz": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed")}}
)
RANK = {"new": 1, "assess": 2, "root_cause": 3, "fix": 4, "verifying": 5}


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def life(*stays: tuple[str, str, str, float], until: float | None = None) -> list[LegFact]:
    """Return legs from (department, stage, because, hour of entry); the last ends at `until`."""
    ends = [*(stay[3] for stay in stays[1:]), until]
    return [
        LegFact(
            position=position,
            department=department,
            department_name=department.title(),
            stage=stage,
            stage_rank=RANK[stage],
            entered_at=at(hour),
            due_at=None,
            acknowledged_at=None,
            left_at=None if end is None else at(end),
            because=because,
        )
        for position, ((department, stage, because, hour), end) in enumerate(
            zip(stays, ends, strict=True)
        )
    ]


def told(legs: list[LegFact], *, now: float = 1000) -> Journey:
    return journey_of(
        legs, discovered_at=legs[0].entered_at, resolved_at=legs[-1].left_at, now=at(now)
    )


def detours_of(journey: Journey) -> list[tuple[str, datetime, datetime | None]]:
    return [(detour.cause, detour.began_at, detour.ended_at) for detour in journey.detours]


# ---- sums ------------------------------------------------------------------------------------


def test_the_legs_add_up_to_the_time_from_discovery_to_resolution():
    legs = life(
        ("service", "new", "discovered", 0),
        ("network", "assess", "routed", 5.25),
        ("network", "fix", "forward", 30.5),
        until=77.125,
    )

    journey = told(legs)

    assert journey.total == timedelta(hours=77.125)
    assert [leg.duration for leg in journey.legs] == [5.25 * HOUR, 25.25 * HOUR, 46.625 * HOUR]


def test_an_open_leg_lasts_until_now():
    journey = told(life(("service", "new", "discovered", 0)), now=3)

    assert journey.legs[0].is_open
    assert journey.total == 3 * HOUR
    assert journey.resolved_at is None


def test_a_clock_that_was_set_back_makes_no_leg_negative():
    journey = told(life(("service", "new", "discovered", 0)), now=-1)

    assert journey.total == ZERO


def test_waiting_ends_with_acknowledgement():
    legs = life(("service", "new", "discovered", 0), ("network", "fix", "routed", 1), until=9)
    legs[1] = replace(legs[1], acknowledged_at=at(3))

    leg = told(legs).legs[1]

    assert (leg.waiting_for, leg.working_for) == (2 * HOUR, 6 * HOUR)
    assert not leg.is_waiting


def test_a_leg_that_nobody_acknowledged_was_waiting_all_along():
    legs = life(("service", "new", "discovered", 0), ("network", "fix", "routed", 1))

    leg = told(legs, now=5).legs[1]

    assert (leg.waiting_for, leg.working_for) == (4 * HOUR, ZERO)
    assert leg.is_waiting


def test_a_reopened_problem_has_rested_and_nobody_is_charged_for_it():
    legs = life(
        ("service", "new", "discovered", 0),
        ("network", "fix", "routed", 2),
        ("network", "fix", "reopened", 50),
        until=60,
    )
    legs[1] = replace(legs[1], left_at=at(10))

    journey = told(legs)

    assert journey.resting_for == 40 * HOUR
    assert journey.total + journey.resting_for == 60 * HOUR


def test_shares_say_what_each_department_had():
    journey = told(
        life(
            ("service", "new", "discovered", 0),
            ("network", "assess", "routed", 1),
            ("billing", "assess", "handed_over", 4),
            ("network", "fix", "forward", 5),
            until=12,
        )
    )

    assert [(share.department_name, share.legs, share.duration) for share in journey.shares] == [
        ("Service", 1, HOUR),
        ("Network", 2, 10 * HOUR),
        ("Billing", 1, HOUR),
    ]


# ---- delays ----------------------------------------------------------------------------------


def test_a_delay_counts_in_the_opening_hours_of_the_department():
    legs = life(("network", "fix", "discovered", 0), until=27)
    legs[0] = replace(legs[0], due_at=at(7), calendar=OFFICE)

    leg = told(legs).legs[0]

    # Due Monday 15:00, left Tuesday 11:00: two hours on Monday and two on Tuesday.
    assert leg.delay == 4 * HOUR
    assert leg.open_for == 10 * HOUR
    assert leg.is_late


def test_beyond_the_target_but_closed_is_not_late():
    legs = life(("network", "fix", "discovered", 0), until=12)
    legs[0] = replace(legs[0], due_at=at(9), calendar=OFFICE)

    leg = told(legs).legs[0]

    assert leg.delay == ZERO
    assert not leg.is_late


def test_a_leg_entered_after_its_due_time_is_late_from_its_entry_only():
    legs = life(("network", "fix", "discovered", 5), until=8)
    legs[0] = replace(legs[0], due_at=at(1))

    assert told(legs).legs[0].delay == 3 * HOUR


# ---- detours ---------------------------------------------------------------------------------


def test_a_refusal_is_a_detour_until_the_problem_stands_in_that_stage_again():
    journey = told(
        life(
            ("service", "new", "discovered", 0),
            ("network", "assess", "routed", 1),
            ("service", "new", "refused", 4),
            ("billing", "assess", "routed", 9),
            ("billing", "fix", "forward", 10),
            until=20,
        )
    )

    assert detours_of(journey) == [("refused", at(4), at(9))]
    assert journey.detoured_for == 5 * HOUR
    assert [leg.in_detour for leg in journey.legs] == [False, False, True, False, False]
    assert journey.detours[0].left_department_name == "Network"
    assert journey.detours[0].left_stage == "assess"


def test_a_back_step_to_another_department_is_a_detour():
    journey = told(
        life(
            ("service", "new", "discovered", 0),
            ("network", "fix", "routed", 1),
            ("billing", "root_cause", "back", 3),
            ("network", "verifying", "forward", 8),
            until=10,
        )
    )

    assert detours_of(journey) == [("back", at(3), at(8))]


def test_changing_stage_within_one_department_is_never_a_detour():
    journey = told(
        life(
            ("network", "fix", "discovered", 0),
            ("network", "assess", "back", 3),
            ("network", "fix", "forward", 8),
            until=10,
        )
    )

    assert journey.detours == ()


@pytest.mark.parametrize("because", ["forward", "side", "routed", "accepted", "opened"])
def test_other_ways_to_an_earlier_stage_are_no_detour(because):
    journey = told(
        life(
            ("network", "fix", "discovered", 0),
            ("billing", "assess", because, 3),
            until=10,
        )
    )

    assert journey.detours == ()


def test_a_hand_over_that_stays_in_the_stage_is_no_detour():
    journey = told(
        life(("network", "fix", "discovered", 0), ("billing", "fix", "handed_over", 3), until=10)
    )

    assert journey.detours == ()


def test_a_detour_within_a_detour_is_part_of_it():
    journey = told(
        life(
            ("service", "new", "discovered", 0),
            ("network", "fix", "routed", 1),
            ("billing", "root_cause", "handed_over", 3),
            ("service", "new", "refused", 5),
            ("billing", "root_cause", "routed", 6),
            ("network", "fix", "forward", 9),
            until=12,
        )
    )

    assert detours_of(journey) == [("handed_over", at(3), at(9))]
    assert journey.detoured_for == 6 * HOUR


def test_two_detours_one_after_the_other_are_two():
    journey = told(
        life(
            ("service", "new", "discovered", 0),
            ("network", "assess", "routed", 1),
            ("service", "new", "refused", 2),
            ("billing", "assess", "routed", 3),
            ("service", "new", "refused", 5),
            ("network", "assess", "routed", 6),
            until=9,
        )
    )

    assert detours_of(journey) == [("refused", at(2), at(3)), ("refused", at(5), at(6))]


def test_a_detour_that_lasts_has_no_end_yet():
    journey = told(
        life(
            ("service", "new", "discovered", 0),
            ("network", "assess", "routed", 1),
            ("service", "new", "refused", 2),
        ),
        now=7,
    )

    assert detours_of(journey) == [("refused", at(2), None)]
    assert journey.detoured_for == 5 * HOUR


def test_resolution_ends_a_detour():
    journey = told(
        life(("network", "fix", "discovered", 0), ("billing", "new", "back", 2), until=4)
    )

    assert detours_of(journey) == [("back", at(2), at(4))]


# ---- what is refused -------------------------------------------------------------------------


def broken_lives() -> list[tuple[str, list[LegFact]]]:
    sound = life(
        ("service", "new", "discovered", 0),
        ("network", "assess", "routed", 2),
        ("network", "fix", "forward", 5),
        until=9,
    )

    def changed(which: int, **changes: Any) -> list[LegFact]:
        return [replace(leg, **changes) if leg.position == which else leg for leg in sound]

    return [
        ("at least the leg of its discovery", []),
        ("does not begin at the discovery", changed(0, entered_at=at(1))),
        ("Nobody had the problem between leg 0", changed(1, entered_at=at(3))),
        ("Leg 1 begins before leg 0 ends", changed(1, entered_at=at(1))),
        ("Leg 0 is still open", changed(0, left_at=None)),
        ("Leg 2 was not entered", changed(2, entered_at=at(10), left_at=at(9))),
        ("Leg 1 was not entered, acknowledged and left", changed(1, acknowledged_at=at(6))),
        ("Leg 3 follows leg 1", changed(2, position=3)),
        ("does not end at the resolution", changed(2, left_at=at(8))),
    ]


@pytest.mark.parametrize(("sentence", "legs"), broken_lives())
def test_a_broken_journey_is_refused_with_what_is_wrong(sentence, legs):
    with pytest.raises(BrokenJourney, match=sentence):
        journey_of(legs, discovered_at=at(0), resolved_at=at(9), now=at(20))


def test_a_last_leg_that_is_over_without_resolution_is_refused():
    legs = life(("service", "new", "discovered", 0), until=2)

    with pytest.raises(BrokenJourney, match="the problem is not resolved"):
        journey_of(legs, discovered_at=at(0), resolved_at=None, now=at(20))


# ---- as data ---------------------------------------------------------------------------------


def test_the_payload_has_the_promised_shape():
    legs = life(
        ("service", "assess", "discovered", 0),
        ("network", "new", "refused", 2),
    )
    legs[0] = replace(legs[0], due_at=at(1), acknowledged_at=at(0))

    payload = to_payload(told(legs, now=4), number="P-204", state="new")

    assert json.loads(json.dumps(payload)) == {
        "number": "P-204",
        "state": "new",
        "discovered_at": "2025-01-06T08:00:00+00:00",
        "resolved_at": None,
        "legs": [
            {
                "department": "Service",
                "stage": "assess",
                "entered_at": "2025-01-06T08:00:00+00:00",
                "acknowledged_at": "2025-01-06T08:00:00+00:00",
                "due_at": "2025-01-06T09:00:00+00:00",
                "left_at": "2025-01-06T10:00:00+00:00",
                "step": "discovered",
                "delay_seconds": 3600,
                "stage_key": "",
                "stage_name": "",
                "step_key": "",
                "lost_seconds": 0,
                "in_detour": False,
            },
            {
                "department": "Network",
                "stage": "new",
                "entered_at": "2025-01-06T10:00:00+00:00",
                "acknowledged_at": None,
                "due_at": None,
                "left_at": None,
                "step": "refused",
                "delay_seconds": 0,
                "stage_key": "",
                "stage_name": "",
                "step_key": "",
                "lost_seconds": 0,
                "in_detour": True,
            },
        ],
        "detours": [
            {"began_at": "2025-01-06T10:00:00+00:00", "ended_at": None, "cause": "refused"}
        ],
    }


# ---- random lives ----------------------------------------------------------------------------


def simulate(chance: random.Random) -> tuple[list[LegFact], dict[str, int], list[bool]]:
    """Live a random life and keep its own books, second by second: who had it, and astray or not.

    A second is astray while some refusal, back step or hand-over across departments has taken the
    problem from a stage that it has not reached again.
    """
    legs: list[LegFact] = []
    seconds_of: dict[str, int] = {}
    astray: list[bool] = []
    owed: list[int] = []
    clock, department, stage, because = 0, "service", "new", "discovered"
    for position in range(chance.randint(1, 12)):
        stay = chance.choice([0, 1, 59, chance.randint(1, 200_000)])
        owed = [rank for rank in owed if rank > RANK[stage]]
        seconds_of[department] = seconds_of.get(department, 0) + stay
        astray.append(bool(owed))
        legs.append(
            LegFact(
                position=position,
                department=department,
                department_name=department,
                stage=stage,
                stage_rank=RANK[stage],
                entered_at=MONDAY + timedelta(seconds=clock),
                due_at=MONDAY + timedelta(seconds=clock + chance.randint(0, 100_000)),
                acknowledged_at=MONDAY + timedelta(seconds=clock + chance.randint(0, stay)),
                left_at=MONDAY + timedelta(seconds=clock + stay),
                because=because,
            )
        )
        clock += stay
        before = department, stage
        department = chance.choice(["service", "network", "billing"])
        stage = chance.choice(list(RANK))
        because = chance.choice(["forward", "side", "back", "refused", "handed_over", "routed"])
        if because in ("back", "refused", "handed_over") and department != before[0]:
            owed.append(RANK[before[1]])
    return legs, seconds_of, astray


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_every_second_of_a_random_life_is_attributed_once(chance):
    legs, seconds_of, astray = simulate(chance)

    journey = told(legs)

    assert journey.total == journey.legs[-1].ended_at - MONDAY
    assert journey.waiting_for + journey.working_for == journey.total
    assert {share.department: share.duration.total_seconds() for share in journey.shares} == (
        seconds_of
    )
    assert [leg.in_detour for leg in journey.legs] == astray
    assert journey.detoured_for == sum(
        (leg.duration for leg in journey.legs if leg.in_detour), ZERO
    )
    for leg in journey.legs:
        assert leg.delay == max(ZERO, leg.ended_at - (leg.fact.due_at or leg.ended_at))
    for earlier, later in pairwise(journey.detours):
        assert earlier.began_at + earlier.cost <= later.began_at
