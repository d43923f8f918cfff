"""A due time opened into lines: they follow one another and add up, however long it took."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from workflow.clocks.explaining import Line, Unit, lines, segments
from workflow.clocks.working_time import SegmentKind, WorkingTime

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
OFFICE = WorkingTime.from_dict(
    {
        "tz": "Europe/Berlin",
        "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": ["2025-01-07"],
    }
)
MONDAY = datetime(2025, 1, 6, 8, tzinfo=UTC)


def explained(span: timedelta, *, zone: ZoneInfo = BERLIN) -> tuple[Unit, tuple[Line, ...]]:
    """Return the lines of a clock that began on Monday at nine."""
    due = OFFICE.add(MONDAY, span)
    return lines(segments(OFFICE, MONDAY, due), zone=zone)


def test_a_short_time_is_told_stretch_by_stretch() -> None:
    unit, found = explained(10 * HOUR)

    assert unit is Unit.STRETCH
    assert [line.kind for line in found] == [
        SegmentKind.COUNTED,
        SegmentKind.CLOSED,
        SegmentKind.HOLIDAY,
        SegmentKind.CLOSED,
        SegmentKind.COUNTED,
    ]
    assert [line.counted_so_far / HOUR for line in found] == [8, 8, 8, 8, 10]


def test_a_long_time_is_told_day_by_day() -> None:
    unit, found = explained(80 * HOUR)

    assert unit is Unit.DAY
    assert len(found) == 15
    assert [line.counted / HOUR for line in found[:4]] == [8, 0, 8, 8]
    assert found[1].kind is SegmentKind.HOLIDAY
    assert found[5].kind is SegmentKind.CLOSED


def test_a_very_long_time_is_told_week_by_week() -> None:
    unit, found = explained(800 * HOUR)

    assert unit is Unit.WEEK
    assert [line.counted / HOUR for line in found[:3]] == [32, 40, 40]
    assert found[1].began_at.astimezone(BERLIN).weekday() == 0


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("hours", [0.5, 8, 80, 130, 800, 2000])
def test_lines_follow_one_another_and_add_up_to_the_target(zone: str, hours: float) -> None:
    _unit, found = explained(hours * HOUR, zone=ZoneInfo(zone))

    assert found[0].began_at == MONDAY
    assert [line.ended_at for line in found[:-1]] == [line.began_at for line in found[1:]]
    assert sum((line.counted for line in found), timedelta()) == hours * HOUR
    so_far = timedelta()
    for line in found:
        so_far += line.counted
        assert line.counted_so_far == so_far
    spent = sum((sum(line.spans.values(), timedelta()) for line in found), timedelta())
    assert spent == found[-1].ended_at - MONDAY


def test_pauses_stand_beside_what_counted() -> None:
    pause = (MONDAY + HOUR, MONDAY + 3 * HOUR)
    due = OFFICE.add(MONDAY, 80 * HOUR, [pause])

    _unit, found = lines(segments(OFFICE, MONDAY, due, [pause]), zone=BERLIN)

    assert (found[0].counted, found[0].paused) == (6 * HOUR, 2 * HOUR)
    assert found[-1].counted_so_far == 80 * HOUR


def test_a_day_that_a_zone_skipped_is_no_line() -> None:
    apia = ZoneInfo("Pacific/Apia")
    always = WorkingTime.from_dict({"tz": "Pacific/Apia", "hours": {}})
    begin = datetime(2011, 12, 20, tzinfo=apia)
    pieces = [
        segment
        for day in range(16)
        for segment in always.segments(
            begin + timedelta(days=day), begin + timedelta(days=day, hours=24)
        )
        if segment.lasted_for
    ]

    _unit, found = lines(pieces, zone=apia)

    days = {line.began_at.astimezone(apia).date().isoformat() for line in found}
    assert "2011-12-29" in days
    assert "2011-12-30" not in days
