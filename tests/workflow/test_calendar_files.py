"""Calendar files: closed days come out of them, and nothing that is in them does harm."""

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from workflow.clocks.calendar_files import BadCalendarFile, FileDays, read_calendar_file

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)


def file_of(*events: str, head: str = "") -> bytes:
    """Return a calendar file of events, each given as its lines."""
    blocks = "".join(f"BEGIN:VEVENT\r\n{event.strip()}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}{blocks}END:VCALENDAR\r\n".encode()


def read(*events: str, head: str = "") -> FileDays:
    return read_calendar_file(file_of(*events, head=head), zone=BERLIN, first=FIRST, last=LAST)


def whole_day(day: str, more: str = "") -> str:
    return f"DTSTART;VALUE=DATE:{day}\r\nSUMMARY:Closed\r\n{more}"


def test_an_event_of_a_whole_day_is_a_holiday_with_its_name() -> None:
    found = read("DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas\\, first day")

    assert found.holidays == {"2026-12-25": "Christmas, first day"}
    assert found.closures == {}


def test_an_event_of_several_days_closes_each_but_not_its_end() -> None:
    found = read(whole_day("20261224", "DTEND;VALUE=DATE:20261227"))

    assert list(found.holidays) == ["2026-12-24", "2026-12-25", "2026-12-26"]


def test_a_timed_event_closes_part_of_a_day_in_the_zone_of_the_calendar() -> None:
    new_york = "DTSTART;TZID=America/New_York:20260701T080000\r\nDTEND;TZID=America/New_York:20260701T093000"
    in_utc = "DTSTART:20260701T150000Z\r\nDURATION:PT45M"
    floating = "DTSTART:20260701T080000\r\nDTEND:20260701T090000"

    found = read(new_york, in_utc, floating)

    assert found.closures == {
        "2026-07-01": [("08:00", "09:00"), ("14:00", "15:30"), ("17:00", "17:45")]
    }


def test_a_timed_event_over_midnight_closes_the_days_it_touches_and_whole_ones_between() -> None:
    found = read("DTSTART:20260703T180000\r\nDTEND:20260706T080000")

    assert found.closures == {
        "2026-07-03": [("18:00", "24:00")],
        "2026-07-06": [("00:00", "08:00")],
    }
    assert list(found.holidays) == ["2026-07-04", "2026-07-05"]


def test_an_event_repeats_within_the_years_that_count() -> None:
    found = read(whole_day("20191225", "RRULE:FREQ=YEARLY"))

    assert list(found.holidays) == ["2026-12-25", "2027-12-25", "2028-12-25"]


def test_days_that_are_left_out_moved_or_cancelled_stay_open() -> None:
    weekly = "UID:a\r\nDTSTART:20261102T120000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n"
    moved = "UID:a\r\nRECURRENCE-ID:20261109T120000\r\nDTSTART:20261110T120000\r\nDURATION:PT1H"
    cancelled = whole_day("20261201", "STATUS:CANCELLED")

    found = read(weekly + "EXDATE:20261116T120000", moved, cancelled)

    assert list(found.closures) == ["2026-11-02", "2026-11-10", "2026-11-23"]
    assert found.holidays == {}


def test_a_rule_ends_with_the_moment_that_it_names() -> None:
    daily = "DTSTART;TZID=Europe/Berlin:20261102T120000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;UNTIL="

    assert list(read(daily + "20261104T110000Z").closures)[-1] == "2026-11-04"
    assert list(read(daily + "20261104T105959Z").closures)[-1] == "2026-11-03"
    assert list(read(daily + "20261105").closures)[-1] == "2026-11-05"


def test_what_cannot_be_used_is_named_and_the_rest_is_read() -> None:
    found = read(
        whole_day("20261225"),
        "SUMMARY:Standup\r\nDTSTART:20260101T090000Z\r\nDURATION:PT5M\r\nRRULE:FREQ=HOURLY",
        "SUMMARY:Odd zone\r\nDTSTART;TZID=Mars/Olympus:20260101T090000\r\nDURATION:PT5M",
        "SUMMARY:Nothing\r\nDTSTART:20260101T090000Z",
        "SUMMARY:Broken\r\nDTSTART:soon",
        "SUMMARY:Backwards\r\nDTSTART:20260102T090000Z\r\nDTEND:20260101T090000Z",
        whole_day("20191225"),
    )

    assert list(found.holidays) == ["2026-12-25"]
    assert found.outside == 1
    assert [line.split(":")[0] for line in found.left_out] == [
        "“Standup”",
        "“Odd zone”",
        "“Nothing”",
        "“Broken”",
        "“Backwards”",
    ]
    assert "time zone “Mars/Olympus” is not known" in found.left_out[1]


def test_lines_that_were_folded_and_alarms_within_events_are_read_over() -> None:
    event = (
        "DTSTART;VALUE=DATE:2026\r\n 1225\r\nSUMMARY:A lo\r\n\tng name\r\n"
        "BEGIN:VALARM\r\nDTSTART:20260101T090000Z\r\nEND:VALARM"
    )

    assert read(event).holidays == {"2026-12-25": "A long name"}


# ---- what would do harm ----------------------------------------------------------------------

EVIL_ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
    "RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+1200\r\nEND:STANDARD\r\n"
    "END:VTIMEZONE\r\n"
)
MILLION = "RRULE:FREQ=DAILY;COUNT=1000000"


@contextmanager
def within(*, seconds: float, megabytes: float) -> Iterator[None]:
    """Let what happens inside take no longer and no more."""
    gc.collect()
    tracemalloc.start()
    began = process_time()
    try:
        yield
        used = process_time() - began
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert used < seconds
    assert peak < megabytes * 1_000_000


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"BEGIN:VCALENDAR\r\n" + b"X" * 50_000_000, "larger than 1 MB"),
        (file_of(*[whole_day("20261225")] * 1001), "more than 1000 events"),
        (file_of(whole_day("20200101", MILLION)), "closes more than 400 days"),
        (file_of(whole_day("19000101", MILLION)), "closes more than 400 days"),
        (
            file_of(*[whole_day("19500101", "RRULE:FREQ=DAILY;INTERVAL=7;COUNT=9999")] * 50),
            "repeat too often",
        ),
        (file_of(whole_day("20260101", "DTEND;VALUE=DATE:29991231")), "closes more than 400 days"),
        (file_of("DTSTART:20260101T090000Z\r\nDURATION:P999999999D"), "closes more than 400 days"),
        (
            file_of(
                *(
                    f"DTSTART:20260105T{n // 60:02}{n % 60:02}00\r\nDURATION:PT30S"
                    for n in range(13)
                )
            ),
            "closes 13 times",
        ),
        (file_of(whole_day("20261225")).decode().encode("utf-16"), "not written in UTF-8"),
        ("BEGIN:VCALENDAR\r\nSUMMARY:Fête".encode("latin-1"), "not written in UTF-8"),
        (b"PK\x03\x04 a zip", "no calendar file"),
        (b"BEGIN:VCALENDAR\r\n\0", "no calendar file"),
        (b"", "no calendar file"),
    ],
    ids=[
        "fifty megabytes",
        "events",
        "a million days",
        "a million days from 1900 on",
        "many long series",
        "a thousand years",
        "a million years",
        "many windows",
        "utf-16",
        "latin-1",
        "zip",
        "nul",
        "nothing",
    ],
)
def test_too_much_and_no_calendar_are_refused_soon(raw: bytes, sentence: str) -> None:
    with (
        pytest.raises(BadCalendarFile) as refused,
        within(seconds=5, megabytes=10),
    ):
        read_calendar_file(raw, zone=BERLIN, first=FIRST, last=LAST)

    assert sentence in refused.value.sentence
    assert refused.value.next_step


@pytest.mark.parametrize(
    "raw",
    [
        file_of(whole_day("20261225"), head=EVIL_ZONE),
        file_of(whole_day("20261225"), whole_day("20260101", "RRULE:FREQ=SECONDLY;COUNT=1000000")),
        file_of(whole_day("20261225"), whole_day("16010101", MILLION)),
        file_of(
            whole_day("20261225"),
            *[whole_day("20260101", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")] * 900,
        ),
        file_of(whole_day("20261225"), "SUMMARY:" + "x" * 900_000),
        file_of(whole_day("20261225"), "X:" + "\r\n x" * 200_000),
        file_of(whole_day("20261225"), "BEGIN:VALARM\r\n" * 60_000),
        file_of(whole_day("20261225"), "EXDATE:" + ",".join(["20260101"] * 90_000)),
        file_of(whole_day("20261225"), 'DTSTART;X="' + ";" * 15_000),
        file_of(whole_day("20261225"), "DTSTART;TZID=../../etc/passwd:20260101T090000"),
        file_of(whole_day("20261225"), "DTSTART;TZID=Europe:20260101T090000"),
        file_of(
            whole_day("20261225"), whole_day("20260101", "RRULE:FREQ=DAILY\r\nRRULE:FREQ=DAILY")
        ),
        file_of(whole_day("20261225"), "DTSTART:20260101T090000Z\r\nDURATION:P999999999999W"),
        file_of(whole_day("20261225"), "DTSTART:99991231T235959Z\r\nDURATION:P9W"),
    ],
    ids=[
        "a zone that never ends",
        "a million seconds",
        "a start before calendars",
        "days that never are",
        "a long name",
        "a line folded often",
        "deep nesting",
        "many exceptions",
        "odd parameters",
        "a zone that is a path",
        "a zone that is a folder",
        "two rules",
        "a long duration",
        "the end of time",
    ],
)
def test_what_would_do_harm_is_left_out_and_takes_no_time(raw: bytes) -> None:
    with within(seconds=5, megabytes=40):
        found = read_calendar_file(raw, zone=BERLIN, first=FIRST, last=LAST)

    assert list(found.holidays) == ["2026-12-25"]
    assert found.closures == {}


def test_a_file_cannot_bring_a_zone_that_later_files_are_read_by() -> None:
    own = EVIL_ZONE.replace("Europe/Berlin", "Our/Zone").replace("RRULE:FREQ=SECONDLY\r\n", "")
    event = "DTSTART;TZID=Our/Zone:20260101T090000\r\nDURATION:PT1H"

    found = [read(event, head=own), read(event)]

    assert all("“Our/Zone” is not known" in one.left_out[0] for one in found)
