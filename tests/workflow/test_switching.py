"""Working time across calendars that followed one another."""

from datetime import UTC, datetime, timedelta

import pytest

from workflow.clocks import switching
from workflow.clocks.working_time import NeverOpen, SegmentKind, WorkingTime

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Sunday the fifth of January 2025, from which minutes of the week count.
WEEK_BEGAN = datetime(2025, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def minute(count: float) -> datetime:
    return WEEK_BEGAN + timedelta(minutes=count)


def of_minutes(*windows: tuple[int, int]) -> WorkingTime:
    """Return opening hours given in minutes of a week that begins on Sunday."""
    hours: dict[str, list[list[str]]] = {}
    for number, day in enumerate((WEEK[6], *WEEK[:6])):
        midnight, next_midnight = number * 1440, (number + 1) * 1440
        for opens, closes in windows:
            ends = (max(opens, midnight) - midnight, min(closes, next_midnight) - midnight)
            if ends[0] < ends[1]:
                clocks = [f"{end // 60:02}:{end % 60:02}" for end in ends]
                hours.setdefault(day, []).append(clocks)
    return WorkingTime.from_dict({"tz": "UTC", "hours": hours})


EVERY_DAY = WorkingTime.from_dict(
    {"tz": "UTC", "hours": {day: [["09:00", "17:00"]] for day in WEEK}}
)
ALWAYS = WorkingTime.from_dict({"tz": "UTC", "hours": {day: [["00:00", "24:00"]] for day in WEEK}})
NEVER = WorkingTime.from_dict({"tz": "UTC", "hours": {}})
MONDAY = datetime(2025, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("created", "switched", "replied", "elapsed"),
    [
        # As the source counts: seconds written as hundredths of a minute.
        (minute(3902), minute(5461.25), minute(5461.46), timedelta(minutes=959.46)),
        # By the clock: created at 38 s, switched at 25 s, replied at 46 s.
        (
            minute(3901) + timedelta(seconds=38),
            minute(5461) + timedelta(seconds=25),
            minute(5461) + timedelta(seconds=46),
            timedelta(minutes=960, seconds=8),
        ),
    ],
)
def test_two_schedules_add_up_to_the_second(
    created: datetime, switched: datetime, replied: datetime, elapsed: timedelta
) -> None:
    """Case F8; only the last schedule, which case F9 warns of, would give 690 minutes."""
    first = of_minutes((3600, 4440), (5040, 5880))
    second = of_minutes((5220, 5790))

    counted = switching.elapsed([(created, first), (switched, second)], until=replied)

    assert counted == elapsed


def test_each_calendar_counts_from_its_own_moment() -> None:
    switches = [(MONDAY + 10 * HOUR, EVERY_DAY), (MONDAY + 20 * HOUR, ALWAYS)]

    assert switching.elapsed(switches, until=MONDAY + 23 * HOUR) == 10 * HOUR
    assert switching.due(switches, span=7 * HOUR) == MONDAY + 17 * HOUR
    assert switching.due(switches, span=9 * HOUR) == MONDAY + 22 * HOUR


def test_a_pause_counts_in_neither() -> None:
    switches = [(MONDAY + 10 * HOUR, EVERY_DAY), (MONDAY + 12 * HOUR, ALWAYS)]
    pause = (MONDAY + 11 * HOUR, MONDAY + 13 * HOUR)

    assert switching.elapsed(switches, until=MONDAY + 14 * HOUR, pauses=[pause]) == 2 * HOUR
    assert switching.due(switches, span=2 * HOUR, pauses=[pause]) == MONDAY + 14 * HOUR


def test_a_span_of_zero_waits_for_whoever_opens_first() -> None:
    evening = MONDAY + 18 * HOUR

    assert switching.due([(evening, EVERY_DAY)], span=timedelta()) == MONDAY + 33 * HOUR
    changed = [(evening, EVERY_DAY), (evening + HOUR, ALWAYS)]
    assert switching.due(changed, span=timedelta()) == evening + HOUR
    opened = [(evening, NEVER), (evening + HOUR, ALWAYS)]
    assert switching.due(opened, span=timedelta()) == evening + HOUR


def test_a_last_calendar_that_never_opens_is_refused() -> None:
    switches = [(MONDAY + 10 * HOUR, EVERY_DAY), (MONDAY + 12 * HOUR, NEVER)]

    assert switching.due(switches, span=2 * HOUR) == MONDAY + 12 * HOUR
    with pytest.raises(NeverOpen):
        switching.due(switches, span=3 * HOUR)


def test_segments_are_joined_across_a_switch_and_add_up() -> None:
    begin, switch, end = (MONDAY + hours * HOUR for hours in (10, 12, 20))

    found = switching.segments([(begin, EVERY_DAY), (switch, ALWAYS)], until=end)

    assert [(one.kind, one.began_at, one.ended_at) for one in found] == [
        (SegmentKind.COUNTED, begin, end)
    ]
    assert found[0].counted_so_far == 10 * HOUR


def test_segments_across_a_switch_end_with_what_has_elapsed() -> None:
    switches = [(MONDAY, EVERY_DAY), (MONDAY + 30 * HOUR, ALWAYS), (MONDAY + 40 * HOUR, EVERY_DAY)]
    end = MONDAY + 60 * HOUR

    found = switching.segments(switches, until=end)

    assert found[-1].counted_so_far == switching.elapsed(switches, until=end)
    assert [one.ended_at for one in found[:-1]] == [one.began_at for one in found[1:]]
