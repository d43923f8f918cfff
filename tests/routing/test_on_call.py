"""Who is on call: weeks that repeat, nights, changes of the clocks, exceptions, who comes next."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from workflow.people.models import AssignBy
from workflow.rota.choosing import Candidate, choose
from workflow.rota.on_call import Plan, Shift, Turn, gaps

ANN, BOB, CEM = 1, 2, 3
MONDAY = date(2026, 3, 2)


def plan(
    *shifts: Shift,
    weeks: int = 1,
    zone: str = "Europe/Oslo",
    exceptions: tuple[Turn, ...] = (),
) -> Plan:
    """Return a rota that begins on a Monday."""
    return Plan(
        rota_id=1,
        name="Nights",
        department_id=1,
        team_id=None,
        timezone=zone,
        weeks=weeks,
        begins_on=MONDAY,
        shifts=shifts,
        exceptions=exceptions,
    )


def day(user: int, *, week: int = 1, weekday: int = 0, hours: str = "08:00-16:00") -> Shift:
    """Return a shift of a day."""
    begins, ends = (time.fromisoformat(one) for one in hours.split("-"))
    return Shift(user, week, weekday, begins, ends)


def utc(text: str) -> datetime:
    """Return a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "there"),
    [
        ("2026-03-02T06:59:59", []),
        ("2026-03-02T07:00", [ANN]),
        ("2026-03-02T15:00", [BOB]),
        ("2026-03-03T01:00", [BOB]),
        ("2026-03-03T05:00", []),
        ("2026-03-09T07:00", [ANN]),
        ("2026-03-30T06:00", [ANN]),
    ],
)
def test_a_shift_counts_in_the_time_of_its_place_and_a_night_ends_next_morning(
    at: str, there: list[int]
) -> None:
    rota = plan(day(ANN), day(BOB, hours="16:00-06:00"))

    assert rota.on_call(at=utc(at)) == there


def test_weeks_take_turns_before_and_after_the_first() -> None:
    rota = plan(day(ANN, week=1), day(BOB, week=2), weeks=2)

    mondays = [utc("2026-02-23T08:00") + timedelta(days=7 * place) for place in range(4)]

    assert [rota.on_call(at=monday) for monday in mondays] == [[BOB], [ANN], [BOB], [ANN]]


def test_a_night_with_an_hour_skipped_is_an_hour_shorter() -> None:
    night = day(ANN, weekday=5, hours="22:00-06:00")

    (skipped,) = plan(night).turns(since=utc("2026-03-28T20:00"), until=utc("2026-03-29T12:00"))
    (twice,) = plan(night).turns(since=utc("2026-10-24T19:00"), until=utc("2026-10-25T12:00"))

    assert skipped.ends_at - skipped.begins_at == timedelta(hours=7)
    assert twice.ends_at - twice.begins_at == timedelta(hours=9)


def test_an_exception_replaces_what_it_covers_and_the_last_word_counts() -> None:
    cem = Turn(utc("2026-03-02T09:00"), utc("2026-03-02T11:00"), CEM)
    nobody = Turn(utc("2026-03-02T10:00"), utc("2026-03-02T12:00"), None)
    rota = plan(day(ANN), zone="UTC", exceptions=(cem, nobody))

    found = rota.turns(since=utc("2026-03-02T00:00"), until=utc("2026-03-03T00:00"))

    assert [(turn.begins_at.hour, turn.ends_at.hour, turn.user_id) for turn in found] == [
        (8, 9, ANN),
        (9, 10, CEM),
        (12, 16, ANN),
    ]


def test_the_next_turn_is_found_even_weeks_ahead_and_none_where_nobody_comes() -> None:
    rota = plan(day(ANN, week=4, weekday=6), weeks=4, zone="UTC")
    at = utc("2026-03-02T12:00")

    following = rota.next_turn(at=at)

    assert following is not None
    assert following.begins_at == utc("2026-03-29T08:00")
    assert plan().next_turn(at=at) is None


def test_times_without_anybody_are_gaps() -> None:
    rota = plan(day(ANN), day(BOB, hours="12:00-20:00"), zone="UTC")
    since, until = utc("2026-03-02T00:00"), utc("2026-03-03T00:00")

    found = gaps(rota.turns(since=since, until=until), since=since, until=until)

    assert [(gap.begins_at.hour, gap.ends_at.hour) for gap in found] == [(0, 8), (20, 0)]


# ---- who gets it -----------------------------------------------------------------------------


def able(user: int, load: int = 0, *, on_call: bool = False) -> Candidate:
    """Return somebody who may have it."""
    return Candidate(user_id=user, load=load, is_on_call=on_call)


@pytest.mark.parametrize(
    ("by", "last", "chosen"),
    [
        (AssignBy.HAND, None, None),
        (AssignBy.LEAST, None, BOB),
        (AssignBy.TURN, None, ANN),
        (AssignBy.TURN, ANN, BOB),
        (AssignBy.TURN, CEM, ANN),
        (AssignBy.ON_CALL, None, CEM),
    ],
)
def test_each_rule_chooses_in_its_own_way(
    by: AssignBy, last: int | None, chosen: int | None
) -> None:
    people = [able(ANN, 2), able(BOB, 1), able(CEM, 5, on_call=True)]

    found = choose(people, by=by, last=last).candidate

    assert (found.user_id if found else None) == chosen


def test_nobody_away_or_full_is_chosen_and_the_reason_counts_them() -> None:
    away = Candidate(user_id=ANN, load=0, is_away=True, is_on_call=True)
    full = Candidate(user_id=BOB, load=3, limit=3)

    nobody = choose([away, full], by=AssignBy.ON_CALL, last=None)
    cem = choose([away, full, able(CEM, 9)], by=AssignBy.ON_CALL, last=None)

    assert nobody.candidate is None
    assert nobody.facts() == {"by": "on_call", "able": 0, "away": 1, "full": 1}
    assert cem.facts() == {
        "by": "on_call", "able": 1, "away": 1, "full": 1, "load": 9, "on_call": False
    }  # fmt: skip


def test_among_equals_the_turn_decides() -> None:
    people = [able(ANN, 1), able(BOB, 1), able(CEM, 1)]

    assert choose(people, by=AssignBy.LEAST, last=BOB).candidate == people[2]
