"""Public holidays of countries: kept apart from one's own days, and renewed before they run out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from servicedesk.upkeep.renewing import renew_public_holidays_everywhere
from tests.make import make_case
from workflow.amending import NameTaken
from workflow.calendars import Hours, calendars_running_out, renew_public_holidays, save_calendar
from workflow.clocks.models import Calendar, CalendarRevision
from workflow.clocks.public_holidays import NoSuchPlace, countries, public_holidays, regions
from workflow.history.models import Entry
from workflow.outbox.models import OutboxEvent
from workflow.people.actors import Actor

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
FOUNDER = Actor.system("test")
WEEK = {day: [("08:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}


def hours(**changes: Any) -> Hours:
    """Return weekday hours in Munich with the holidays of Bavaria."""
    fields = {"timezone": "Europe/Berlin", "weekly": WEEK, "country": "DE", "region": "BY"}
    return Hours(**{**fields, **changes})


def save(wish: Hours, *, calendar_id: int | None = None, at: datetime = AT) -> Calendar:
    return save_calendar(calendar_id=calendar_id, name="Munich", hours=wish, actor=FOUNDER, at=at)


def test_countries_and_their_regions_have_codes_and_names() -> None:
    names = {place.code: place.name for place in countries()}

    assert len(names) > 200
    assert (names["DE"], names["IM"], names["US"]) == ("Germany", "Isle of Man", "United States")
    assert {place.code: place.name for place in regions("DE")}["BY"] == "Bayern"
    assert regions("IS") == ()


def test_a_region_has_holidays_that_its_country_does_not_have() -> None:
    everywhere = public_holidays("DE", "", years=[2026])
    bavaria = public_holidays("DE", "BY", years=[2026])

    assert everywhere["2026-12-25"] == "Christmas Day"
    assert bavaria["2026-01-06"] == "Epiphany"
    assert "2026-01-06" not in everywhere


@pytest.mark.parametrize(
    ("country", "region", "sentence"),
    [
        ("XX", "", "country “XX”"),
        ("de", "", "country “de”"),
        ("../DE", "", "No public holidays are known"),
        ("DE", "XX", "DE has no region “XX”"),
        ("IS", "XX", "IS has no region “XX”"),
    ],
)
def test_a_place_that_is_not_known_is_refused(country: str, region: str, sentence: str) -> None:
    with pytest.raises(NoSuchPlace, match=sentence) as refused:
        public_holidays(country, region, years=[2026])

    assert refused.value.next_step


def test_three_years_are_filled_in_and_stand_apart_from_own_days(tenant: Any) -> None:
    calendar = save(hours(holidays=["2026-12-31", "2026-12-25"]))

    stored = Hours.of(calendar)
    assert {day[:4] for day in stored.public} == {"2026", "2027", "2028"}
    assert stored.holidays == ["2026-12-25", "2026-12-31"]
    assert stored.public["2028-01-06"] == "Epiphany"
    epiphany = datetime(2028, 1, 6, 12, tzinfo=UTC)
    assert not calendar.working_time().is_open(epiphany)
    assert calendar.working_time().is_open(epiphany + timedelta(days=1))
    assert Entry.objects.get(action="configuration.changed").changes["holidays_of"] == "DE-BY"


def test_without_the_country_own_days_are_all_that_is_left(tenant: Any) -> None:
    calendar = save(hours(holidays=["2026-12-25"]))

    save(hours(holidays=["2026-12-25"], country=""), calendar_id=calendar.pk)

    calendar.refresh_from_db()
    assert calendar.holidays == ["2026-12-25"]
    assert calendar.holidays_of == {}


def test_a_year_later_the_next_one_is_there_and_last_year_stays(tenant: Any) -> None:
    calendar = save(hours(holidays=["2026-12-31"]))
    later = AT.replace(year=2027, month=1, day=2)
    assert renew_public_holidays_everywhere(at=AT) == 0

    assert renew_public_holidays_everywhere(at=later) == 1

    calendar.refresh_from_db()
    stored = Hours.of(calendar)
    assert {day[:4] for day in stored.public} == {"2026", "2027", "2028", "2029"}
    assert stored.holidays == ["2026-12-31"]
    assert CalendarRevision.objects.filter(calendar=calendar).count() == 2
    assert OutboxEvent.objects.filter(kind="workflow.calendar.changed").count() == 1
    assert renew_public_holidays_everywhere(at=later) == 0


def test_years_of_neglect_are_made_up_for_at_once(tenant: Any) -> None:
    calendar = save(hours())

    renew_public_holidays(calendar_id=calendar.pk, at=AT.replace(year=2031))

    calendar.refresh_from_db()
    assert {day[:4] for day in Hours.of(calendar).public} == {"2031", "2032", "2033"}


def test_a_country_that_is_known_no_longer_does_not_hold_up_the_others(tenant: Any) -> None:
    lost, kept = (
        save(hours()),
        save_calendar(calendar_id=None, name="Kept", hours=hours(), actor=FOUNDER, at=AT),
    )
    lost.holidays_of = {**lost.holidays_of, "country": "XX"}
    lost.save()

    assert renew_public_holidays_everywhere(at=AT.replace(year=2027)) == 1
    assert calendars_running_out(at=AT.replace(year=2027)) == [lost.pk]
    kept.refresh_from_db()
    assert kept.holidays_of["until"] == 2029


def test_a_clock_does_not_count_on_a_public_holiday(tenant: Any) -> None:
    calendar = Calendar.objects.get()
    save_calendar(calendar_id=calendar.pk, name=calendar.name, hours=hours(), actor=FOUNDER, at=AT)

    case = make_case(at=datetime(2026, 12, 24, 16, 30, tzinfo=UTC), priority=1)

    # Two days of Christmas and a weekend lie between.
    assert case.clocks.get(metric="first_response").due_at.date() == date(2026, 12, 28)


def test_a_name_is_taken_before_a_country_is_looked_up(tenant: Any) -> None:
    save(hours())

    with pytest.raises(NameTaken):
        save(hours(country="XX"))
