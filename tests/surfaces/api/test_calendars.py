"""Opening hours for programs: public holidays, calendar files, and what would be due when."""

from datetime import datetime
from typing import Any

import pytest
from django.utils.timezone import now

from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.api.test_access import assert_problem_document
from workflow.clocks.models import Calendar
from workflow.outbox.models import OutboxEvent
from workflow.people.permissions import Role

WEEK = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
WISH = {"name": "Munich", "timezone": "Europe/Berlin", "hours": WEEK}


@pytest.fixture
def admin(tenant: Any) -> Caller:
    """A program of an administrator."""
    return caller_as(tenant, Role.ADMIN)


def file_of(*events: str) -> str:
    """Return a calendar file of events, each given as its lines."""
    blocks = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\n{blocks}END:VCALENDAR\r\n"


def test_countries_regions_and_holidays_can_be_looked_up(admin: Caller) -> None:
    every = admin.get("public-holidays/").json()
    germany = admin.get("public-holidays/", country="DE", region="BY", year="2026").json()

    assert {"code": "DE", "name": "Germany"} in every["countries"]
    assert (every["regions"], every["holidays"]) == ([], [])
    assert {"code": "BY", "name": "Bayern"} in germany["regions"]
    assert {"day": "2026-01-06", "name": "Epiphany"} in germany["holidays"]
    assert_problem_document(admin.get("public-holidays/", country="XX"), 422, "no_such_place")


def test_public_holidays_stand_apart_and_what_was_read_can_be_written_back(admin: Caller) -> None:
    wish = {**WISH, "country": "DE", "region": "BY", "holidays": ["2026-12-31"]}

    added = admin.post("calendars/", wish).json()
    read = next(
        one for one in admin.get("calendars/").json()["results"] if one["id"] == added["id"]
    )
    known = {key: read[key] for key in (*WISH, "holidays", "breaks", "country", "region")}
    again = admin.send("patch", f"calendars/{added['id']}/", known).json()

    assert added["holidays"] == ["2026-12-31"]
    years = {one["day"][:4] for one in added["public_holidays"]}
    assert years == {str(now().year + ahead) for ahead in range(3)}
    assert again == added
    assert_problem_document(
        admin.post("calendars/", {**wish, "name": "Nowhere", "region": "XX"}), 422, "no_such_place"
    )


def test_a_calendar_file_closes_days_of_a_calendar(admin: Caller) -> None:
    calendar = Calendar.objects.get()
    year = now().year + 1
    content = file_of(
        f"DTSTART;VALUE=DATE:{year}0601\r\nSUMMARY:Summer party",
        f"DTSTART:{year}0602T120000\r\nDURATION:PT2H",
        "DTSTART;VALUE=DATE:20010101",
        "SUMMARY:Standup\r\nDTSTART:20200101T090000\r\nDURATION:PT5M\r\nRRULE:FREQ=HOURLY",
    )

    answer = admin.post(f"calendars/{calendar.pk}/closed-days/", {"content": content}).json()

    assert (answer["closed_days"], answer["closed_in_part"], answer["outside"]) == (1, 1, 1)
    assert "Standup" in answer["left_out"][0]
    assert answer["calendar"]["holidays"] == [f"{year}-06-01"]
    assert answer["calendar"]["breaks"] == {f"{year}-06-02": [["12:00", "14:00"]]}
    assert OutboxEvent.objects.filter(kind="workflow.calendar.changed").count() == 1


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ("Dear colleagues", 409, "bad_calendar_file"),
        (file_of("DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=DAILY"), 409, "bad_calendar_file"),
        ("BEGIN:VCALENDAR" + "X" * 1_000_000, 422, "not_valid"),
        ("BEGIN:VCALENDAR" + "X" * 50_000_000, 413, "too_long"),
    ],
    ids=["a letter", "every day", "a megabyte", "fifty megabytes"],
)
def test_a_file_that_cannot_be_used_changes_nothing(
    admin: Caller, content: str, status: int, code: str
) -> None:
    calendar = Calendar.objects.get()

    answer = admin.post(f"calendars/{calendar.pk}/closed-days/", {"content": content})

    assert_problem_document(answer, status, code)
    assert Calendar.objects.get().holidays == []


def test_what_would_be_due_when_is_told_with_what_lies_between(admin: Caller) -> None:
    calendar = admin.post("calendars/", {**WISH, "holidays": ["2026-11-24"]}).json()
    wish = {
        "started_at": "2026-11-23T16:00:00+01:00",
        "seconds": 4 * 3600,
        "pauses": [
            {"began_at": "2026-11-23T17:00:00+01:00", "ended_at": "2026-11-23T17:30:00+01:00"}
        ],
    }

    answer = admin.post(f"calendars/{calendar['id']}/preview/", wish).json()

    due = datetime.fromisoformat(answer["due_at"])
    assert due == datetime.fromisoformat("2026-11-25T10:30:00+01:00")
    assert [one["kind"] for one in answer["segments"]] == [
        "counted",
        "paused",
        "counted",
        "closed",
        "holiday",
        "closed",
        "counted",
    ]
    assert answer["segments"][-1]["counted_so_far_seconds"] == 4 * 3600


def test_working_days_and_a_span_of_zero_have_a_due_time_too(admin: Caller) -> None:
    calendar = admin.post("calendars/", WISH).json()
    saturday = "2026-11-21T12:00:00+01:00"
    preview = f"calendars/{calendar['id']}/preview/"

    days = admin.post(preview, {"started_at": saturday, "working_days": 1}).json()
    none = admin.post(preview, {"started_at": saturday, "seconds": 0}).json()

    monday = datetime.fromisoformat("2026-11-23T08:00:00+01:00")
    assert datetime.fromisoformat(days["due_at"]) == monday.replace(hour=12)
    assert datetime.fromisoformat(none["due_at"]) == monday


@pytest.mark.parametrize(
    "wish",
    [
        {"started_at": "0001-01-01T00:00:00Z"},
        {"started_at": "9999-12-31T23:59:59Z"},
        {"seconds": 364 * 24 * 3600},
    ],
)
def test_what_lies_too_far_away_is_refused(admin: Caller, wish: dict[str, Any]) -> None:
    calendar = Calendar.objects.get()

    answer = admin.post(f"calendars/{calendar.pk}/preview/", wish)

    assert_problem_document(answer, 409, "bad_preview")
