"""A due time in words, as a strip and as lines that add up to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string

from cases.models import CaseClock
from servicedesk.pages.clock_explained import exact_words, explained, explanation
from servicedesk.pages.clock_strip import WIDTH
from workflow.clocks.models import Calendar
from workflow.clocks.switching import Switch
from workflow.clocks.working_time import WorkingTime

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOURS = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def calendar(**changes: Any) -> Calendar:
    fields = {"name": "Office", "timezone": "UTC", "hours": HOURS, "holidays": ["2026-11-24"]}
    return Calendar(**{**fields, **changes})


def clock(**changes: Any) -> CaseClock:
    """Return a clock of eight hours that began on Monday at nine, as it would be stored."""
    fields = {
        "pk": 7,
        "metric": "resolution",
        "state": "running",
        "within": 10 * HOUR,
        "started_at": MONDAY,
        "due_at": datetime(2026, 11, 25, 11, tzinfo=UTC),
        "calendar": calendar(),
    }
    return CaseClock(**{**fields, **changes})


def shown(it: dict[str, Any]) -> str:
    return render_to_string("components/clock_explained.html", {"it": it})


def test_a_due_time_is_told_with_its_stretches() -> None:
    it = explained(clock(), at=MONDAY + HOUR)

    assert it["says"] == ["10 h of Office from Mon 23 Nov, 09:00 on: due Wed 25 Nov, 11:00."]
    assert [(line["what"], line["counted"], line["so_far"]) for line in it["lines"]] == [
        ("counted", "8 h", "8 h"),
        ("closed", "", "8 h"),
        ("holiday", "", "8 h"),
        ("closed", "", "8 h"),
        ("counted", "2 h", "10 h"),
    ]
    assert it["lines"][0]["when"] == "Mon 23 Nov, 09:00 to 17:00"


def test_a_public_holiday_is_called_by_its_name() -> None:
    source = {"country": "DE", "region": "", "days": {"2026-11-24": "Day of Rest"}, "own": []}

    it = explained(clock(calendar=calendar(holidays_of=source)), at=MONDAY)

    assert "holiday: Day of Rest" in [line["what"] for line in it["lines"]]


def test_pauses_are_told_and_drawn() -> None:
    pause = [(MONDAY + HOUR).isoformat(), (MONDAY + 3 * HOUR).isoformat()]
    due = datetime(2026, 11, 25, 13, tzinfo=UTC)

    it = explained(clock(pauses=[pause], due_at=due), at=due)

    assert it["says"][1] == "Pauses took 2 h of it."
    assert it["lines"][-1]["so_far"] == "10 h"
    assert "paused" in it["strip"].kinds


def test_a_clock_that_is_paused_says_what_is_left() -> None:
    pause = [(MONDAY + 3 * HOUR).isoformat(), None]

    it = explained(clock(state="paused", pauses=[pause]), at=MONDAY + 5 * HOUR)

    assert it["says"] == [
        "It is paused: 3 h of 10 h have counted since Mon 23 Nov, 09:00.",
        "Pauses took 2 h of it.",
        "7 h are left when it goes on.",
    ]


def test_working_days_are_told_as_days() -> None:
    hours = WorkingTime.from_dict({"tz": "UTC", "hours": HOURS})
    due = hours.add_days(MONDAY, 2)

    it = explained(clock(calendar=calendar(holidays=[]), within_days=2, due_at=due), at=MONDAY)

    assert it["says"][0].startswith("2 working days of Office")


def test_a_date_that_was_told_is_no_sum() -> None:
    it = explained(clock(is_fixed=True), at=MONDAY)

    assert "promised for Wed 25 Nov, 11:00" in it["says"][0]
    assert it["strip"] is None
    assert "<table" not in shown(it)


def test_hours_that_never_open_count_round_the_clock_and_say_so() -> None:
    it = explained(clock(calendar=calendar(hours={}), due_at=MONDAY + 10 * HOUR), at=MONDAY)

    assert "all hours count" in it["says"][-1]
    assert it["lines"][-1]["so_far"] == "10 h"


def test_hours_that_changed_meanwhile_are_said() -> None:
    office = WorkingTime.from_dict({"tz": "UTC", "hours": HOURS})
    always = WorkingTime.from_dict(
        {"tz": "UTC", "hours": {day: [["00:00", "24:00"]] for day in (*HOURS, "sat", "sun")}}
    )
    switches: list[Switch] = [(MONDAY, office), (MONDAY + 8 * HOUR, always)]

    it = explanation(
        promise="Solution",
        ident="x",
        switches=switches,
        until=MONDAY + 10 * HOUR,
        within=10 * HOUR,
    )

    assert "The hours changed meanwhile" in it["says"][1]
    assert [line["so_far"] for line in it["lines"]] == ["10 h"]


@pytest.mark.parametrize("hours", [1, 10, 80, 800])
def test_the_strip_is_as_wide_as_its_box_and_marks_now_within(hours: int) -> None:
    office = WorkingTime.from_dict({"tz": "UTC", "hours": HOURS})
    due = office.add(MONDAY, hours * HOUR)

    it = explained(
        clock(calendar=calendar(holidays=[]), within=hours * HOUR, due_at=due),
        at=MONDAY + HOUR / 2,
    )

    last = it["strip"].parts[-1]
    assert last.x + last.width == pytest.approx(WIDTH, abs=1)
    assert 0 < it["strip"].mark < WIDTH
    assert len(it["lines"]) <= 31


def test_what_is_drawn_is_told_in_the_table_and_bears_no_style() -> None:
    page = shown(explained(clock(), at=MONDAY))

    assert 'aria-hidden="true"' in page
    assert "Mon 23 Nov, 09:00 to 17:00" in page
    assert "style=" not in page
    assert 'id="holiday-resolution-7"' in page


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "0 h"),
        (8 * HOUR, "8 h"),
        (100 * HOUR, "100 h"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=7, minutes=5), "7 h 05 min"),
        (timedelta(minutes=5, seconds=8), "5 min 08 s"),
        (timedelta(hours=1, seconds=8), "1 h 00 min 08 s"),
        (timedelta(seconds=9), "0 min 09 s"),
    ],
)
def test_spans_are_written_so_that_they_add_up(span: timedelta, words: str) -> None:
    assert exact_words(span) == words
