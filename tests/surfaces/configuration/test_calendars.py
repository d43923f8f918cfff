"""Settings: opening hours are read as people write them, refused with a sentence, and followed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from cases.models import CaseClock
from problems.models import ProblemClock
from servicedesk.walk import SWEPT_CLOCKS
from tests.hearing import hear_everything
from tests.make import make_case, make_department, make_problem, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.clocks.events import CalendarChanged
from workflow.clocks.models import Calendar
from workflow.clocks.replanning import replan
from workflow.clocks.sweeping import look_at
from workflow.history.models import Entry
from workflow.outbox.models import OutboxEvent
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

PAGE = "/settings/opening-hours/"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def send(client: Client, **fields: Any) -> Any:
    """Send the form of opening hours."""
    form = {
        "action": "save",
        "name": "Shop hours",
        "timezone": "Europe/Berlin",
        **{f"hours_{day}": "8-12, 13:00-18" for day in WEEKDAYS},
        "hours_sat": "closed",
        "hours_sun": "",
        "holidays": "2026-12-25\n26.12.2026",
        "closures": "2026-12-24 13-24",
    }
    return client.post(PAGE, {**form, **fields})


def test_opening_hours_are_added_as_they_are_written(client: Client) -> None:
    assert send(client).status_code == 302

    calendar = Calendar.objects.get(name="Shop hours")
    assert calendar.hours["mon"] == [["08:00", "12:00"], ["13:00", "18:00"]]
    assert "sat" not in calendar.hours
    assert calendar.holidays == ["2026-12-25", "2026-12-26"]
    assert calendar.breaks == {"2026-12-24": [["13:00", "24:00"]]}
    assert Entry.objects.get(action="configuration.changed").changes["what"] == "calendar"


def test_what_was_saved_stands_in_the_form_and_saves_the_same(client: Client) -> None:
    send(client)
    calendar = Calendar.objects.get(name="Shop hours")

    page = client.get(f"{PAGE}?edit={calendar.pk}").content.decode()

    assert 'value="08:00-12:00, 13:00-18:00"' in page
    assert "2026-12-24 13:00-24:00" in page
    assert "Monday to Friday 08:00-12:00, 13:00-18:00" in page
    assert "What these hours mean" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "A name is needed."),
        ({"name": "OFFICE hours"}, "There are opening hours “OFFICE hours” already."),
        ({"timezone": "Europe/Nowhere"}, "There is no time zone “Europe/Nowhere”."),
        ({"timezone": ""}, "A time zone is needed."),
        ({"timezone": "../etc/passwd"}, "There is no time zone"),
        ({"hours_tue": "8-12, 11-18"}, "Two windows overlap at 11:00."),
        ({"hours_tue": "18-8"}, "18:00 to 08:00 ends before it begins."),
        ({"hours_tue": "8-25"}, "is no time of day."),
        ({"hours_tue": "mornings"}, "“mornings” is no window of time."),
        ({"holidays": "Christmas"}, "“Christmas” is no day."),
        ({"holidays": "2026-12-25\n" * 2000}, "This is longer than 20000 characters."),
        ({"holidays": "2026-02-30"}, "“2026-02-30” is no day."),
        ({"closures": "2026-12-24"}, "names no time."),
        ({"closures": "2026-12-24 8-12\n2026-12-24 11-13"}, "Two windows overlap at 11:00."),
        ({f"hours_{day}": "" for day in WEEKDAYS}, "nobody is there within two years"),
    ],
)
def test_what_cannot_be_used_is_said_and_what_was_written_is_kept(
    client: Client, fields: dict[str, str], sentence: str
) -> None:
    answer = send(client, **fields)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "2026-12-24" in page
    assert not Calendar.objects.filter(name="Shop hours").exists()


def test_public_holidays_of_a_region_are_kept_apart_from_own_days(client: Client) -> None:
    assert send(client, country="DE", region="BY").status_code == 302

    calendar = Calendar.objects.get(name="Shop hours")
    page = client.get(f"{PAGE}?edit={calendar.pk}").content.decode()
    assert f"{now().year + 2}-01-06" in calendar.holidays
    assert "with those of DE-BY" in page
    assert '<option value="BY" selected>Bayern</option>' in page
    assert "Epiphany" in page
    # The field of own days holds just these.
    assert ">2026-12-25\n2026-12-26</textarea>" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"country": "XX"}, "No public holidays are known for the country “XX”."),
        ({"country": "DE", "region": "XX"}, "DE has no region “XX”"),
    ],
)
def test_a_place_without_known_holidays_is_said(
    client: Client, fields: dict[str, str], sentence: str
) -> None:
    answer = send(client, **fields)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Calendar.objects.filter(name="Shop hours").exists()


def test_the_regions_of_a_country_are_offered_once_it_is_chosen(client: Client) -> None:
    before = send(client, action="look").content.decode()
    chosen = send(client, action="look", country="DE").content.decode()

    assert "Bayern" not in before
    assert ">Bayern</option>" in chosen


def calendar_file(*events: str) -> SimpleUploadedFile:
    """Return a calendar file of events, each given as its lines."""
    blocks = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    text = f"BEGIN:VCALENDAR\r\n{blocks}END:VCALENDAR\r\n"
    return SimpleUploadedFile("closed.ics", text.encode(), content_type="text/calendar")


def test_a_calendar_file_is_put_into_the_form_and_saved_only_then(client: Client) -> None:
    year = now().year + 1
    file = calendar_file(
        f"DTSTART;VALUE=DATE:{year}0601\r\nSUMMARY:Summer party",
        f"DTSTART:{year}0602T120000\r\nDURATION:PT2H",
        "SUMMARY:Standup\r\nDTSTART:20200101T090000\r\nDURATION:PT5M\r\nRRULE:FREQ=HOURLY",
    )

    read = send(client, action="read", file=file)

    page = read.content.decode()
    assert read.status_code == 200
    assert "1 closed day was read and 1 day closed in part." in page
    assert "“Standup”: it repeats in a way that is not read here." in page
    assert f"2026-12-26\n{year}-06-01</textarea>" in page
    assert f"{year}-06-02 12:00-14:00</textarea>" in page
    assert not Calendar.objects.filter(name="Shop hours").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"BEGIN:VCALENDAR" + b" " * 1_000_000, "larger than 1 MB"),
        (b"Dear colleagues", "no calendar file"),
        ("BEGIN:VCALENDAR\r\nSUMMARY:Fête".encode("latin-1"), "not written in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_and_what_was_written_is_kept(
    client: Client, content: bytes, sentence: str
) -> None:
    answer = send(client, action="read", file=SimpleUploadedFile("closed.ics", content))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "2026-12-24 13-24" in answer.content.decode()


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read(client: Client) -> None:
    file = SimpleUploadedFile("closed.ics", b"BEGIN:VCALENDAR" + b"X" * 50_000_000)

    answer = send(client, action="read", file=file)

    assert answer.status_code == 413
    assert "more than 25 MB" in answer.content.decode()


def test_reading_without_a_file_says_so(client: Client) -> None:
    answer = send(client, action="read")

    assert answer.status_code == 422
    assert "Choose a calendar file first." in answer.content.decode()


@pytest.mark.parametrize(
    ("starts", "within", "said"),
    [
        (
            "2026-12-23T16:00",
            "8",
            "8 h of Shop hours from Wed 23 Dec, 16:00 on: due Mon 28 Dec, 10:00.",
        ),
        (
            "2026-12-23T16:00",
            "2 d",
            "2 working days of Shop hours from Wed 23 Dec, 16:00 on: due Mon 28 Dec, 16:00.",
        ),
        (
            "2026-12-19T16:00",
            "0",
            "0 h of Shop hours from Sat 19 Dec, 16:00 on: due Mon 21 Dec, 08:00.",
        ),
        (
            "2026-12-21 09:00",
            "0,5",
            "30 min of Shop hours from Mon 21 Dec, 09:00 on: due Mon 21 Dec, 09:30.",
        ),
    ],
)
def test_a_promise_is_tried_before_anybody_gets_it(
    client: Client, starts: str, within: str, said: str
) -> None:
    page = send(client, action="look", starts=starts, within=within).content.decode()

    assert said in page
    assert "explained-strip" in page or within == "0"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"starts": "tomorrow"}, "“tomorrow” is no moment."),
        ({"starts": "0001-01-01T00:00"}, "That is too far away."),
        ({"within": "soon"}, "“soon” is no span."),
        ({"within": "-4"}, "“-4” is no span."),
        ({"within": "nan"}, "“nan” is no span."),
        ({"within": "10000"}, "That would take more than three years."),
    ],
)
def test_what_cannot_be_tried_is_said(
    client: Client, fields: dict[str, str], sentence: str
) -> None:
    answer = send(client, action="look", **fields)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_looking_says_what_would_be_due_and_saves_nothing(client: Client) -> None:
    answer = send(client, action="look", hours_sat="0-24", hours_sun="0-24")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "4 open hours" in page
    assert "3 days of 24 open hours" in page
    assert not Calendar.objects.filter(name="Shop hours").exists()


def test_a_promise_follows_changed_opening_hours_and_says_so_in_its_history(
    client: Client,
) -> None:
    calendar = Calendar.objects.get()
    case = make_case(at=now(), priority=4)
    before = CaseClock.objects.get(case=case, metric="resolution").due_at

    send(
        client,
        id=calendar.pk,
        timezone="UTC",
        holidays="",
        closures="",
        **{f"hours_{day}": "0-24" for day in (*WEEKDAYS, "sat", "sun")},
    )
    hear_everything()

    clock = CaseClock.objects.get(case=case, metric="resolution")
    # What passed before the change counts by the hours of then: at night and on Sundays nothing.
    late = clock.due_at - (clock.started_at + timedelta(hours=100))
    assert timedelta() <= late < timedelta(minutes=1)
    assert clock.due_at < before
    lines = Entry.objects.filter(action="clock.replanned", subject_id=case.pk)
    assert {line.changes["metric"] for line in lines} == {"first_response", "resolution"}


def test_many_promises_are_planned_anew_a_few_at_a_time(tenant: Tenant) -> None:
    cases = [make_case(at=now(), priority=4) for _ in range(5)]
    problem = make_problem(cases=cases[:1], at=now())
    calendar = Calendar.objects.get()
    calendar.hours = {day: [["00:00", "24:00"]] for day in (*WEEKDAYS, "sat", "sun")}
    calendar.save()
    change: CalendarChanged | None = CalendarChanged(calendar_id=calendar.pk, changed_at=now())
    heard = 0

    while change is not None:
        replan(change, models=SWEPT_CLOCKS, at=now(), batch=3)
        heard += 1
        news = OutboxEvent.objects.filter(kind=CalendarChanged.kind).order_by("id")[heard - 1 :]
        change = CalendarChanged.from_payload(news[0].payload) if news else None

    clocks = [*CaseClock.objects.all(), *ProblemClock.objects.filter(problem=problem)]
    assert len(clocks) == 11
    assert all(clock.due_at == clock.started_at + clock.within for clock in clocks)
    assert heard > 4


def test_what_was_missed_stays_missed(tenant: Tenant) -> None:
    make_case(at=now() - timedelta(days=60), priority=4)
    sweep_everything()
    before = dict(CaseClock.objects.values_list("pk", "due_at"))
    assert CaseClock.objects.filter(breach_recorded_at__isnull=False).count() == 2
    calendar = Calendar.objects.get()
    calendar.hours = {"mon": [["10:00", "11:00"]]}
    calendar.save()

    moved = replan(
        CalendarChanged(calendar_id=calendar.pk, changed_at=now()), models=SWEPT_CLOCKS, at=now()
    )

    assert moved == 0
    assert dict(CaseClock.objects.values_list("pk", "due_at")) == before


def sweep_everything() -> None:
    """Let every clock that is due speak."""
    for pk in CaseClock.objects.values_list("pk", flat=True):
        look_at(CaseClock, pk, at=now())


def test_a_new_name_alone_plans_nothing_anew(client: Client) -> None:
    calendar = Calendar.objects.get()
    make_case(at=now())
    fields = {f"hours_{day}": "8-18" for day in WEEKDAYS}

    send(
        client,
        id=calendar.pk,
        name="The same hours",
        timezone="UTC",
        holidays="",
        closures="",
        **fields,
    )
    hear_everything()

    assert Calendar.objects.get().name == "The same hours"
    assert not Entry.objects.filter(action="clock.replanned").exists()


def test_who_goes_by_opening_hours_stands_beside_them(client: Client) -> None:
    make_department("Payments")

    page = client.get(PAGE).content.decode()

    assert "Customer service, Payments, service level Standard" in page


def test_the_page_costs_the_same_for_two_and_for_twenty(client: Client) -> None:
    client.get(PAGE)
    costs = []
    for count in (1, 18):
        for number in range(count):
            send(client, name=f"Hours {count}-{number}")
        with counted() as queries:
            client.get(PAGE)
        costs.append(queries)

    assert len(costs[0]) == len(costs[1]), told(costs[1])
