"""A ladder's steps become moments in opening time, before and after the due time."""

from datetime import datetime, timedelta

import pytest

from cases.models import CaseClock
from tests.make import AT, DAY, HOUR, MINUTE
from workflow.clocks.ladders import Look, first_look, looks_ahead, looks_of
from workflow.clocks.models import Clock, LadderStep, StepAction
from workflow.clocks.working_time import WorkingTime

# Open from eight to eighteen on weekdays; AT is a Monday at nine.
OFFICE = WorkingTime.from_dict(
    {
        "tz": "UTC",
        "hours": {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": [],
        "breaks": {},
    }
)


def make_clock(
    *, within: timedelta = 8 * HOUR, pauses: list[list[str | None]] | None = None
) -> Clock:
    """Return a clock that started on Monday at nine, planned in office hours."""
    clock = CaseClock(started_at=AT, within=within, pauses=pauses or [])
    spans = clock.pause_spans(until=AT + DAY)
    clock.due_at = OFFICE.add(AT, within, spans)
    return clock


def make_step(
    position: int, *, percent: int | None = None, minutes: int | None = None
) -> LadderStep:
    """Return a step that tells somebody."""
    return LadderStep(position=position, percent=percent, minutes=minutes, action=StepAction.NOTIFY)


def taken(looks: list[Look]) -> list[tuple[datetime, int]]:
    """Return looks with their moments read."""
    return [(datetime.fromisoformat(str(at)), int(position)) for at, position in looks]


def test_a_share_of_the_target_is_counted_in_opening_hours() -> None:
    clock = make_clock(within=12 * HOUR)

    looks = looks_of(clock, working_time=OFFICE, steps=[make_step(1, percent=75)])

    # Nine hours on Monday until 18:00; three more on Tuesday until 11:00.
    assert taken(looks) == [(AT + 9 * HOUR, 1), (AT + DAY + 2 * HOUR, 0)]


def test_the_due_time_comes_before_the_steps_of_its_moment() -> None:
    steps = [make_step(2, percent=100), make_step(1, percent=100), make_step(3, minutes=0)]

    looks = looks_of(make_clock(), working_time=OFFICE, steps=steps)

    assert [position for _at, position in looks] == [0, 1, 2, 3]


def test_a_step_after_the_due_time_waits_for_the_next_opening_hours() -> None:
    looks = looks_of(make_clock(), working_time=OFFICE, steps=[make_step(1, minutes=90)])

    # Due at 17:00; an hour is left on Monday, half an hour comes on Tuesday.
    assert taken(looks)[-1] == (AT + DAY - 30 * MINUTE, 1)


def test_more_than_the_whole_target_is_after_the_due_time() -> None:
    looks = looks_of(
        make_clock(within=2 * HOUR), working_time=OFFICE, steps=[make_step(1, percent=150)]
    )

    assert taken(looks)[-1] == (AT + 3 * HOUR, 1)


def test_minutes_before_are_counted_back_from_the_due_time_across_a_pause() -> None:
    pause: list[str | None] = [(AT + HOUR).isoformat(), (AT + 3 * HOUR).isoformat()]
    clock = make_clock(within=4 * HOUR, pauses=[pause])

    looks = looks_of(clock, working_time=OFFICE, steps=[make_step(1, minutes=-210)])

    # Half an hour is used before it; the pause is later and moves only the due time.
    assert taken(looks) == [(AT + 30 * MINUTE, 1), (AT + 6 * HOUR, 0)]


@pytest.mark.parametrize(("minutes", "is_taken"), [(-119, True), (-120, False), (-500, False)])
def test_a_step_before_the_beginning_is_left_out(minutes: int, is_taken: bool) -> None:
    clock = make_clock(within=2 * HOUR)

    looks = looks_of(clock, working_time=OFFICE, steps=[make_step(1, minutes=minutes)])

    assert (1 in [position for _at, position in looks]) is is_taken


def test_a_promised_date_has_its_steps_between_the_promise_and_the_date() -> None:
    clock = make_clock()
    clock.is_fixed, clock.due_at = True, AT + 4 * HOUR

    looks = looks_of(clock, working_time=OFFICE, steps=[make_step(1, percent=50)])

    assert taken(looks) == [(AT + 2 * HOUR, 1), (AT + 4 * HOUR, 0)]


def test_a_date_promised_for_the_night_has_no_step_after_it_that_was_meant_before() -> None:
    clock = make_clock()
    clock.started_at = AT + 10 * HOUR
    clock.is_fixed, clock.due_at = True, AT + 11 * HOUR

    looks = looks_of(clock, working_time=OFFICE, steps=[make_step(1, percent=50)])

    assert {at for at, _position in taken(looks)} == {clock.due_at}


def test_who_has_acknowledged_is_not_woken_any_more() -> None:
    clock = make_clock()
    clock.acknowledged_at = AT

    looks = looks_of(clock, working_time=OFFICE, steps=[make_step(1, percent=75)])

    assert [position for _at, position in looks] == [0]


def test_a_plan_made_again_takes_no_step_twice() -> None:
    steps = [make_step(1, percent=50), make_step(2, percent=75), make_step(3, percent=100)]
    clock = make_clock()
    clock.looks = looks_of(clock, working_time=OFFICE, steps=steps)[1:]
    clock.within *= 2
    clock.due_at = OFFICE.add(AT, clock.within)

    looks = looks_ahead(clock, working_time=OFFICE, steps=steps)

    assert [position for _at, position in looks] == [2, 0, 3]
    # Twelve of sixteen hours: nine on Monday, three on Tuesday from eight on.
    assert first_look(looks) == AT + DAY + 2 * HOUR


def test_nothing_to_come_has_no_first_look() -> None:
    assert first_look([]) is None
