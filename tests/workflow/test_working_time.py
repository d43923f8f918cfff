"""Opening hours as arithmetic: conformance cases, sentences for bad calendars, and an oracle."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflow import interval_oracle as oracle
from workflow.clocks.working_time import (
    BadCalendar,
    BadSpan,
    NeverOpen,
    SegmentKind,
    WorkingTime,
)

CASES = json.loads(
    (Path(__file__).parents[1] / "data" / "working-time" / "cases.json").read_text("utf-8")
)
EXECUTABLE = [case for case in CASES if case["kind"] in {"due", "elapsed"}]
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {"tz": "Europe/Berlin", "hours": {day: [["09:00", "17:00"]] for day in WEEK[:5]}}
ALWAYS = {"tz": "America/New_York", "hours": {day: [["00:00", "24:00"]] for day in WEEK}}
HOUR = timedelta(hours=1)
ZERO = timedelta()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def pauses_of(case: oracle.Spec) -> list[tuple[datetime, datetime]]:
    return [
        (datetime.fromisoformat(begin), datetime.fromisoformat(end))
        for begin, end in case["pauses_utc"]
    ]


def test_thirty_four_conformance_cases_are_run():
    assert len(EXECUTABLE) == 34


@pytest.mark.parametrize("case", EXECUTABLE, ids=lambda case: case["id"])
def test_a_conformance_case_holds(case):
    calendar = WorkingTime.from_dict(case["spec"])
    start = datetime.fromisoformat(case["start_utc"])

    if case["kind"] == "elapsed":
        end = datetime.fromisoformat(case["end_utc"])
        assert calendar.between(start, end, pauses_of(case)) == timedelta(
            seconds=case["elapsed_seconds"]
        )
    elif case["expect_utc"] is None:
        with pytest.raises(NeverOpen):
            calendar.add(start, timedelta(seconds=case["target_seconds"]))
    else:
        due = calendar.add(start, timedelta(seconds=case["target_seconds"]), pauses_of(case))
        assert due == datetime.fromisoformat(case["expect_utc"])


def test_a_span_of_zero_returns_the_start_if_open():
    calendar = WorkingTime.from_dict(OFFICE)

    assert calendar.add(utc("2025-01-06T12:00"), ZERO) == utc("2025-01-06T12:00")


def test_a_span_of_zero_returns_the_next_opening_if_closed():
    calendar = WorkingTime.from_dict(OFFICE)

    assert calendar.add(utc("2025-01-04T12:00"), ZERO) == utc("2025-01-06T08:00")


def test_a_span_of_zero_within_a_pause_waits_for_its_end():
    calendar = WorkingTime.from_dict(OFFICE)
    pause = (utc("2025-01-06T10:00"), utc("2025-01-06T13:00"))

    assert calendar.add(utc("2025-01-06T11:00"), ZERO, [pause]) == utc("2025-01-06T13:00")


def test_a_span_used_up_at_a_pause_ends_where_the_pause_begins():
    calendar = WorkingTime.from_dict(OFFICE)
    pause = (utc("2025-01-06T10:00"), utc("2025-01-06T13:00"))

    assert calendar.add(utc("2025-01-06T09:00"), HOUR, [pause]) == utc("2025-01-06T10:00")


def test_overlapping_pauses_count_once():
    calendar = WorkingTime.from_dict(OFFICE)
    pauses = [
        (utc("2025-01-06T09:00"), utc("2025-01-06T11:00")),
        (utc("2025-01-06T10:00"), utc("2025-01-06T12:00")),
    ]

    worked = calendar.between(utc("2025-01-06T08:00"), utc("2025-01-06T16:00"), pauses)

    assert worked == 5 * HOUR


def test_a_pause_that_ends_before_it_begins_counts_as_none():
    calendar = WorkingTime.from_dict(OFFICE)
    pause = (utc("2025-01-06T12:00"), utc("2025-01-06T11:00"))

    assert calendar.add(utc("2025-01-06T09:00"), HOUR * 4, [pause]) == utc("2025-01-06T13:00")


def test_an_end_before_its_start_counts_as_nothing():
    calendar = WorkingTime.from_dict(OFFICE)

    assert calendar.between(utc("2025-01-06T12:00"), utc("2025-01-06T11:00")) == ZERO


def test_the_moment_of_opening_is_open_and_the_moment_of_close_is_not():
    calendar = WorkingTime.from_dict(OFFICE)

    assert calendar.is_open(utc("2025-01-06T08:00"))
    assert not calendar.is_open(utc("2025-01-06T16:00"))


def test_the_next_opening_skips_a_holiday():
    calendar = WorkingTime.from_dict(OFFICE | {"holidays": ["2025-01-06"]})

    assert calendar.next_opening(utc("2025-01-06T10:00")) == utc("2025-01-07T08:00")


def test_microseconds_are_kept():
    calendar = WorkingTime.from_dict(OFFICE)
    start = utc("2025-01-06T15:59:59.999999")

    assert calendar.add(start, timedelta(microseconds=3)) == utc("2025-01-07T08:00:00.000002")


def test_a_local_time_that_is_skipped_moves_forward():
    calendar = WorkingTime.from_dict(
        {"tz": "Europe/Berlin", "hours": {"sun": [["02:30", "06:00"]]}}
    )

    assert calendar.next_opening(utc("2024-03-30T12:00")) == utc("2024-03-31T01:30")


def test_a_local_time_that_happens_twice_means_the_first():
    calendar = WorkingTime.from_dict(
        {"tz": "Europe/Berlin", "hours": {"sun": [["02:30", "06:00"]]}}
    )
    start = utc("2024-10-26T12:00")

    assert calendar.next_opening(start) == utc("2024-10-27T00:30")
    assert calendar.between(start, start + timedelta(days=1)) == 4.5 * HOUR


def test_a_day_without_midnight_opens_at_its_first_moment():
    calendar = WorkingTime.from_dict(ALWAYS | {"tz": "America/Sao_Paulo"})
    midnight_before = datetime(2018, 11, 3, 0, 0, tzinfo=ZoneInfo("America/Sao_Paulo"))

    worked = calendar.between(midnight_before, midnight_before + timedelta(days=2))

    assert worked == 47 * HOUR


def test_a_weekend_across_the_date_line_is_shorter_by_a_day():
    calendar = WorkingTime.from_dict(ALWAYS | {"tz": "Pacific/Apia"})
    thursday = datetime(2011, 12, 29, 0, 0, tzinfo=ZoneInfo("Pacific/Apia"))
    sunday = datetime(2012, 1, 1, 0, 0, tzinfo=ZoneInfo("Pacific/Apia"))

    assert calendar.between(thursday, sunday) == 48 * HOUR


DAYS = {
    # The week of zendesk/biz: mon, wed and fri 9 to 17, tue and thu 10 to 16, sat 11 to 14:30.
    "tz": "UTC",
    "hours": {
        **{day: [["09:00", "17:00"]] for day in ("mon", "wed", "fri")},
        **{day: [["10:00", "16:00"]] for day in ("tue", "thu")},
        "sat": [["11:00", "14:30"]],
    },
}


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2006-01-03T18:00", 2, "2006-01-06T09:00"),  # case G10: thu 18:00 is closed
        ("2006-01-03T12:00", 2, "2006-01-05T12:00"),
        ("2006-01-03T12:00", 0, "2006-01-03T12:00"),
        ("2006-01-03T18:00", 0, "2006-01-04T09:00"),
        ("2006-01-08T12:00", 1, "2006-01-09T12:00"),  # a sunday is no day of work
        ("2006-01-06T12:00", 2, "2006-01-09T12:00"),
        ("2006-01-06T16:00", 1, "2006-01-09T09:00"),  # sat 16:00 is closed
    ],
)
def test_working_days_end_at_the_same_time_of_day_or_the_opening_after(start, days, due):
    calendar = WorkingTime.from_dict(DAYS)

    assert calendar.add_days(utc(start), days) == utc(due)


def test_a_holiday_and_a_day_that_is_closed_in_parts_to_nothing_are_no_working_days():
    closed = {"holidays": ["2025-01-07"], "breaks": {"2025-01-08": [["00:00", "24:00"]]}}
    calendar = WorkingTime.from_dict(OFFICE | closed)

    assert calendar.add_days(utc("2025-01-06T10:00"), 1) == utc("2025-01-09T10:00")


def test_working_days_keep_their_time_of_day_over_a_clock_change():
    calendar = WorkingTime.from_dict(OFFICE)

    assert calendar.add_days(utc("2024-03-29T11:00"), 1) == utc("2024-04-01T10:00")


def test_no_days_never_lead_back_to_the_first_of_two_hours() -> None:
    hours = {"sun": [["00:00", "02:45"]]}
    calendar = WorkingTime.from_dict({"tz": "Europe/Berlin", "hours": hours})
    second_half_past_two = utc("2024-10-27T01:30")

    assert calendar.add_days(second_half_past_two, 0) == utc("2024-11-02T23:00")


def test_a_pause_moves_working_days_by_the_opening_hours_it_covers():
    calendar = WorkingTime.from_dict(OFFICE)
    noon = utc("2025-01-06T11:00")
    two_hours = (noon, noon + 2 * HOUR)
    a_night = (utc("2025-01-06T17:00"), utc("2025-01-07T06:00"))
    morning = (utc("2025-01-08T06:00"), utc("2025-01-08T10:00"))

    assert calendar.add_days(noon, 2, [two_hours]) == utc("2025-01-08T13:00")
    assert calendar.add_days(noon, 2, [a_night]) == utc("2025-01-08T11:00")
    # Due at the opening, which is paused: due when the pause is over.
    assert calendar.add_days(utc("2025-01-06T18:00"), 1, [morning]) == utc("2025-01-08T10:00")


def test_days_that_nobody_offers_are_refused():
    with pytest.raises(BadSpan):
        WorkingTime.from_dict(OFFICE).add_days(utc("2025-01-06T12:00"), -1)
    with pytest.raises(NeverOpen, match="two years"):
        WorkingTime.from_dict({"tz": "UTC", "hours": {}}).add_days(utc("2025-01-06T12:00"), 1)
    with pytest.raises(NeverOpen, match="a hundred years"):
        WorkingTime.from_dict(OFFICE).add_days(utc("2025-01-06T12:00"), 32_767)
    with pytest.raises(NeverOpen):
        WorkingTime.from_dict(OFFICE).add_days(utc("9999-12-31T12:00"), 1)


def test_a_date_outside_opening_hours_moves_to_the_next_opening():
    hours = {day: [["08:00", "16:00"]] for day in WEEK[:5]}
    calendar = WorkingTime.from_dict({"tz": "UTC", "hours": hours})

    # Case G7.
    assert calendar.next_opening(utc("2017-01-11T20:30")) == utc("2017-01-12T08:00")
    assert calendar.next_opening(utc("2017-01-11T12:30")) == utc("2017-01-11T12:30")


def test_segments_say_what_counted_and_why_the_rest_did_not():
    calendar = WorkingTime.from_dict(OFFICE | {"holidays": ["2025-01-07"]})
    pause = (utc("2025-01-06T14:00"), utc("2025-01-06T20:00"))

    found = calendar.segments(utc("2025-01-06T13:00"), utc("2025-01-08T09:00"), [pause])

    assert [segment.counted_so_far / HOUR for segment in found] == [1, 1, 1, 1, 1, 2]
    assert [(segment.kind, segment.began_at) for segment in found] == [
        (SegmentKind.COUNTED, utc("2025-01-06T13:00")),
        (SegmentKind.PAUSED, utc("2025-01-06T14:00")),
        (SegmentKind.CLOSED, utc("2025-01-06T16:00")),
        (SegmentKind.HOLIDAY, utc("2025-01-06T23:00")),
        (SegmentKind.CLOSED, utc("2025-01-07T23:00")),
        (SegmentKind.COUNTED, utc("2025-01-08T08:00")),
    ]


def test_a_calendar_that_never_opens_is_refused_with_a_sentence():
    calendar = WorkingTime.from_dict({"tz": "UTC", "hours": {}})

    with pytest.raises(NeverOpen, match="no opening hours within two years"):
        calendar.add(utc("2025-01-06T12:00"), HOUR)
    with pytest.raises(NeverOpen, match="Give it opening hours"):
        calendar.next_opening(utc("2025-01-06T12:00"))
    assert calendar.between(utc("2025-01-06T12:00"), utc("2026-01-06T12:00")) == ZERO


def test_a_calendar_whose_every_opening_is_a_holiday_never_opens():
    mondays = [(date(2025, 1, 6) + timedelta(weeks=week)).isoformat() for week in range(150)]
    calendar = WorkingTime.from_dict(
        {"tz": "UTC", "hours": {"mon": [["09:00", "17:00"]]}, "holidays": mondays}
    )

    with pytest.raises(NeverOpen):
        calendar.add(utc("2025-01-01T12:00"), HOUR)


def test_a_target_of_a_thousand_years_is_refused_not_waited_for():
    calendar = WorkingTime.from_dict({"tz": "UTC", "hours": {"mon": [["09:00", "09:01"]]}})

    with pytest.raises(NeverOpen, match="within a hundred years"):
        calendar.add(utc("2025-01-01T12:00"), timedelta(days=90))


def test_the_end_of_time_is_a_refusal_too():
    calendar = WorkingTime.from_dict(OFFICE)

    assert calendar.add(utc("9999-12-01T12:00"), ZERO) == utc("9999-12-01T12:00")
    with pytest.raises(NeverOpen):
        calendar.add(utc("9999-12-01T12:00"), timedelta(days=90))


def test_a_negative_span_is_refused():
    calendar = WorkingTime.from_dict(OFFICE)

    with pytest.raises(BadSpan, match="less than nothing"):
        calendar.add(utc("2025-01-06T12:00"), -HOUR)


def test_a_moment_without_zone_is_a_programming_error():
    calendar = WorkingTime.from_dict(OFFICE)

    with pytest.raises(ValueError, match="aware"):
        calendar.is_open(datetime(2025, 1, 6))  # noqa: DTZ001


def test_two_calendars_of_the_same_data_are_equal():
    first, second = WorkingTime.from_dict(OFFICE), WorkingTime.from_dict(OFFICE)

    first.add(utc("2025-01-06T12:00"), HOUR)

    assert first == second
    assert hash(first) == hash(second)


def test_calendars_that_differ_in_a_break_do_not_share_what_they_know():
    noon, evening = utc("2025-01-06T11:00"), utc("2025-01-06T16:00")
    whole = WorkingTime.from_dict(OFFICE)
    broken = WorkingTime.from_dict(OFFICE | {"breaks": {"2025-01-06": [["12:00", "13:00"]]}})

    assert whole.between(noon, evening) == 5 * HOUR
    assert broken.between(noon, evening) == 4 * HOUR


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"tz": "Mars/Olympus"}, "no time zone “Mars/Olympus”"),
        ({"tz": "../../etc/passwd"}, "no time zone"),
        ({"tz": "Europe"}, "no time zone “Europe”"),
        ({"tz": ""}, "names no time zone"),
        ({"hours": {"monday": []}}, "hours: “monday” is not a day of the week"),
        ({"hours": None}, "hours: this is not a set of named fields"),
        ({"hours": {"mon": "09:00-17:00"}}, "hours, mon: this is not a list of windows"),
        ({"hours": {"mon": [["09:00"]]}}, "hours, mon: a window has a begin and an end"),
        ({"hours": {"mon": [["9", "17:00"]]}}, "hours, mon: “9” is not a time of day"),
        ({"hours": {"mon": [["09:00", "24:01"]]}}, "“24:01” is not a time of day"),
        ({"hours": {"mon": [["22:00", "06:00"]]}}, "22:00 to 06:00 ends before it begins"),
        ({"hours": {"mon": [["09:00", "09:00"]]}}, "ends before it begins"),
        (
            {"hours": {"mon": [["09:00", "13:00"], ["12:00", "17:00"]]}},
            "hours, mon: two windows overlap",
        ),
        ({"holidays": "2025-12-25"}, "holidays: this is not a list of dates"),
        ({"holidays": ["25.12.2025"]}, "holidays: “25.12.2025” is not a date"),
        ({"breaks": ["2025-12-24"]}, "breaks: this is not a set of named fields"),
        ({"breaks": {"soon": []}}, "breaks: “soon” is not a date"),
        ({"break": {}}, "no field “break”"),
    ],
)
def test_a_bad_calendar_is_refused_with_its_place(change, sentence):
    with pytest.raises(BadCalendar) as refused:
        WorkingTime.from_dict(OFFICE | change)

    assert sentence in refused.value.sentence
    assert refused.value.next_step


def test_windows_may_touch_and_end_at_midnight():
    calendar = WorkingTime.from_dict(
        {"tz": "UTC", "hours": {"mon": [["12:00", "24:00"], ["09:00:30", "12:00"]]}}
    )

    worked = calendar.between(utc("2025-01-06T00:00"), utc("2025-01-08T00:00"))

    assert worked == 15 * HOUR - timedelta(seconds=30)


# ---- against an oracle -----------------------------------------------------------------------

ZONES = (
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Antarctica/Troll",
    "America/St_Johns",
    "UTC",
)
# Around these moments the clocks of the zones above were changed, in Apia by a whole day.
CHANGES = (
    utc("2006-10-29T02:31"),
    utc("2011-12-30T10:00"),
    utc("2011-09-24T13:00"),
    utc("2018-02-18T02:00"),
    utc("2018-11-04T03:00"),
    utc("2023-03-19T02:00"),
    utc("2023-04-23T02:00"),
    utc("2024-03-10T07:00"),
    utc("2024-03-31T01:00"),
    utc("2024-04-06T15:00"),
    utc("2024-10-05T15:30"),
    utc("2024-10-27T01:00"),
)
STRETCH = timedelta(days=45)
Life = tuple[oracle.Spec, datetime, list[oracle.Stretch], int, int]


def clock_text(seconds: int) -> str:
    hour, rest = divmod(seconds, 3600)
    return f"{hour:02}:{rest // 60:02}:{rest % 60:02}"


@st.composite
def windows(draw, *, at_most: int) -> list[list[str]]:
    """Draw windows of one day that do not overlap; quarters of an hour, sometimes odd seconds."""
    edge = st.integers(0, 96).map(lambda quarter: quarter * 900) | st.integers(0, 86_400)
    edges = sorted(draw(st.lists(edge, max_size=2 * at_most, unique=True)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [[clock_text(opens), clock_text(closes)] for opens, closes in pairs]


@st.composite
def lives_of_a_clock(draw) -> Life:
    """Draw a calendar, a start, pauses, and two shares (per mille) of the time that follows."""
    start = draw(
        st.sampled_from(CHANGES).flatmap(
            lambda change: st.integers(-20 * 86_400, 3 * 86_400).map(
                lambda seconds: change + timedelta(seconds=seconds)
            )
        )
        | st.integers(946_684_800, 2_051_222_400).map(
            lambda seconds: datetime.fromtimestamp(seconds, UTC)
        )
    )
    days = st.integers(-2, 45).map(lambda day: (start + timedelta(days=day)).date().isoformat())
    spec = {
        "tz": draw(st.sampled_from(ZONES)),
        "hours": draw(st.dictionaries(st.sampled_from(WEEK), windows(at_most=3), min_size=1)),
        "holidays": draw(st.lists(days, max_size=4)),
        "breaks": draw(st.dictionaries(days, windows(at_most=2), max_size=4)),
    }
    seconds = st.integers(-86_400, int(STRETCH.total_seconds()))
    pauses = [
        (start + timedelta(seconds=begin), start + timedelta(seconds=begin + length))
        for begin, length in draw(
            st.lists(st.tuples(seconds, st.integers(0, 4 * 86_400)), max_size=5)
        )
    ]
    return spec, start, pauses, draw(st.integers(0, 1000)), draw(st.integers(0, 1000))


def compare_with_oracle(life: Life) -> None:
    spec, start, pauses, span_share, end_share = life
    calendar = WorkingTime.from_dict(spec)
    stretches = list(oracle.stretches(spec, start, start + STRETCH, pauses))
    counted = oracle.counted(spec, start, start + STRETCH, pauses)

    # A share of nothing, of all, and of anything between; and every span that ends at a close.
    ends_at_close = [oracle.elapsed(counted[: index + 1]) for index in range(min(len(counted), 4))]
    for span in [oracle.elapsed(counted) * span_share // 1000, *ends_at_close]:
        due = oracle.reached(counted, span)
        if due is not None:
            assert calendar.add(start, span, pauses) == due
            assert calendar.between(start, due, pauses) == span

    end = start + STRETCH * end_share / 1000
    expected = oracle.elapsed(oracle.counted(spec, start, end, pauses))
    assert calendar.between(start, end, pauses) == expected
    for begin, stop, is_open, _ in stretches[:20]:
        assert calendar.is_open(begin) is is_open
        assert calendar.is_open(stop - timedelta(microseconds=1)) is is_open
    compare_segments(calendar, start, end, pauses, expected)
    compare_days(calendar, spec, start, span_share % 6)


def compare_segments(calendar, start, end, pauses, expected) -> None:
    segments = calendar.segments(start, end, pauses)
    ends = [start, *(segment.ended_at for segment in segments)]

    assert [segment.began_at for segment in segments] == ends[:-1]
    assert ends[-1] == end
    counted = (one.lasted_for for one in segments if one.kind is SegmentKind.COUNTED)
    assert sum(counted, ZERO) == expected
    assert not segments or segments[-1].counted_so_far == expected
    kinds = [segment.kind for segment in segments]
    assert all(one is not other for one, other in pairwise(kinds))


def compare_days(calendar, spec, start, days) -> None:
    expected = oracle.days_later(spec, start, days, start + STRETCH)
    if expected is not None:
        assert calendar.add_days(start, days) == expected


settings.register_profile("oracle", deadline=None, suppress_health_check=list(HealthCheck))
ORACLE = settings.get_profile("oracle")


@settings(ORACLE, max_examples=2000)
@given(lives_of_a_clock())
def test_working_time_agrees_with_the_oracle_on_two_thousand_calendars(life):
    compare_with_oracle(life)


@pytest.mark.full
@settings(ORACLE, max_examples=20_000)
@given(lives_of_a_clock())
def test_working_time_agrees_with_the_oracle_on_twenty_thousand_calendars(life):
    compare_with_oracle(life)


def test_the_oracle_catches_arithmetic_with_a_fixed_offset():
    spec = OFFICE | {"holidays": [], "breaks": {}}
    start = utc("2024-03-29T15:00")
    counted = oracle.counted(spec, start, start + STRETCH)
    wrong = WorkingTime.from_dict(OFFICE | {"tz": "Etc/GMT-1"})

    due = oracle.reached(counted, 2 * HOUR)

    assert WorkingTime.from_dict(OFFICE).add(start, 2 * HOUR) == due
    assert wrong.add(start, 2 * HOUR) != due
