"""Who changed what, when and from where: in words, filtered, paged by time, and as a file."""

import csv
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from servicedesk.pages.spreadsheets import as_cell
from tests.make import AT, DAY, HOUR, make_case, make_department, make_rule, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.clocks.models import Calendar, Metric, ServiceLevel
from workflow.configuring import save_department, save_rule, save_service_level
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.history.recording import record
from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import Department, User
from workflow.people.permissions import Role
from workflow.staffing import deactivate_user, give_role
from workflow.tenancy.models import Tenant

PAGE = "/settings/history/"


@pytest.fixture
def admin(tenant: Tenant) -> User:
    """An administrator."""
    return make_user(Role.ADMIN, name="Nadia Khan")


@pytest.fixture
def client(tenant: Tenant, admin: User) -> Client:
    """The administrator's browser."""
    return signed_in_staff(tenant, admin)


def words_of(page: str) -> str:
    """Return a page without its marks, one blank between words."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def shown(client: Client, query: str = "") -> str:
    """Return the words of the lines."""
    page = client.get(f"{PAGE}{query}").content.decode()
    return words_of(page[page.index('<ol class="history">') : page.index("</ol>")])


def change(department: Department, admin: User, **fields: Any) -> None:
    """Change a department on the page."""
    given = {
        "name": department.name,
        "public_name": department.public_name,
        "hue": department.hue,
        "calendar": department.calendar,
        "acknowledge_within": department.acknowledge_within,
        "stage_within": department.stage_within,
    }
    save_department(
        department_id=department.pk,
        **{**given, **fields},
        actor=actor_for_user(admin, source=Source.AGENT),
        at=now(),
    )


def test_a_change_says_what_it_was_and_what_it_became(client: Client, admin: User) -> None:
    department = make_department("Cards")

    change(department, admin, acknowledge_within=4 * HOUR, name="Cards and loans")

    words = shown(client)
    assert "Cards and loans : Nadia Khan changed the department · page" in words
    assert "accepts within: 2 h → 4 h" in words
    assert "renamed" in words
    assert "each stage within" not in words


def test_ids_are_told_by_their_names(client: Client, admin: User) -> None:
    cards, loans = make_department("Cards"), make_department("Loans")
    rule = make_rule(cards)
    save_rule(
        rule_id=rule.pk,
        name=rule.name,
        condition=rule.condition,
        department=loans,
        actor=actor_for_user(admin, source=Source.API),
        at=now(),
    )

    words = shown(client, "?kind=routingrule")

    assert "department: Cards → Loans" in words
    assert "· API" in words


def test_targets_of_a_service_level_are_told_one_by_one(client: Client, admin: User) -> None:
    level = ServiceLevel.objects.order_by("id")[0]
    version = level.version
    assert version is not None
    before = {(Metric(one.metric), one.priority): one.within for one in version.targets.all()}
    metric, priority = sorted(before)[0]

    save_service_level(
        service_level_id=level.pk,
        name=level.name,
        calendar=version.calendar,
        targets={**before, (metric, priority): 7 * HOUR},
        actor=actor_for_user(admin, source=Source.AGENT),
        at=now(),
    )

    entry = Entry.objects.latest("id")
    changed = {name for name in entry.changes if name.endswith("_was")}
    assert changed == {f"{metric}_{priority}_minutes_was", "version_was"}
    assert "→ 7 h" in shown(client, "?kind=servicelevel")


def test_a_role_and_a_leaving_are_told_in_words(client: Client, admin: User) -> None:
    agent, department = make_user(Role.AGENT), make_department("Cards")
    actor = actor_for_user(admin, source=Source.AGENT)
    give_role(user_id=agent.pk, role=Role.HEAD, department=department, actor=actor, at=now())
    deactivate_user(user_id=agent.pk, actor=actor, at=now() + timedelta(seconds=1))

    words = shown(client, "?kind=user")

    assert "role given: Department head" in words
    assert "department: Cards" in words
    assert "active: yes → no" in words


def test_the_history_is_filtered_by_person_kind_and_days(
    client: Client, admin: User, tenant: Tenant
) -> None:
    other = make_user(Role.ADMIN, name="Olav Hansen")
    cards, loans = make_department("Cards"), make_department("Loans")
    change(cards, admin, stage_within=9 * HOUR)
    change(loans, other, stage_within=9 * HOUR)
    record(
        Action.CONFIGURATION_CHANGED,
        cards,
        actor=Actor.system("old"),
        at=datetime(2020, 5, 1, 23, 30, tzinfo=UTC),
        changes={"what": "department", "active": True},
    )
    make_case(at=now())

    by_person = shown(client, f"?person={other.pk}")
    by_kind = shown(client, "?kind=case")
    by_days = shown(client, "?since=2020-05-01&until=2020-05-01")

    assert "Loans : " in by_person
    assert "Cards :" not in by_person
    assert "Case 1 : The program opened the case" in by_kind
    assert "changed" not in by_kind
    assert "active 1 May 2020" in by_days
    assert by_days.count(" changed ") == 1
    assert "Nothing of this kind" in shown(client, "?since=2020-05-02&until=2020-05-03")


def test_a_filter_that_cannot_be_meant_is_left_out(client: Client, admin: User) -> None:
    change(make_department("Cards"), admin, stage_within=9 * HOUR)

    for query in ("?person=x&kind=king", "?since=2020-13-45&until=never", "?since=0001-01-01"):
        assert "Cards :" in shown(client, query)
    assert client.get(f"{PAGE}?after=altered").status_code == 400


def test_the_history_is_paged_by_time_and_loses_none_of_one_moment(
    client: Client, admin: User
) -> None:
    department = make_department("Cards")
    for number in range(120):
        record(
            Action.CONFIGURATION_CHANGED,
            department,
            actor=make_system(),
            at=AT + DAY,
            changes={"position": number},
        )

    seen: list[str] = []
    address = f"{PAGE}?kind=department"
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r"place in the order: (\d+)", page)
        found = re.search(r'href="(\?[^"]*after=[^"]+)"', page)
        address = f"{PAGE}{found[1].replace('&amp;', '&')}" if found else ""

    assert sorted(map(int, seen)) == list(range(120))


def make_system() -> Actor:
    """Return the program."""
    return Actor.system("test")


def test_the_file_holds_what_the_page_shows(client: Client, admin: User) -> None:
    department = make_department("Cards")
    change(department, admin, acknowledge_within=4 * HOUR)

    answer = client.get("/settings/history/file/?kind=department")

    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert rows[0][:3] == ["Time", "Who", "From where"]
    assert rows[1][1:] == [
        "Nadia Khan",
        "page",
        "Departments",
        "Cards",
        "changed the department",
        "accepts within: 2 h → 4 h",
    ]


def test_no_name_runs_as_a_formula_in_a_spreadsheet(client: Client, admin: User) -> None:
    department = make_department("Cards")
    change(department, admin, name='=HYPERLINK("http://evil.example")', stage_within=3 * HOUR)

    rows = list(
        csv.reader(
            StringIO(
                client.get("/settings/history/file/?kind=department").content.decode("utf-8-sig")
            )
        )
    )

    assert rows[1][4].startswith("'=HYPERLINK")
    for begin in ("=", "+", "-", "@", "\t", "\r"):
        assert as_cell(f"{begin}1") == f"'{begin}1"
    assert as_cell("1=1") == "1=1"


def test_the_page_asks_the_same_for_2_and_20(client: Client, admin: User) -> None:
    departments = [make_department(f"Number {number}") for number in range(20)]
    client.get(PAGE)
    asked = []
    for rows in (departments[:2], departments):
        for department in rows:
            change(department, admin, acknowledge_within=department.acknowledge_within + HOUR)
            department.refresh_from_db()
        with counted() as queries:
            client.get(f"{PAGE}?kind=department")
        asked.append(queries)

    assert len(asked[0]) == len(asked[1]), told(asked[1])


def test_a_lead_reads_the_history_without_links_to_closed_pages(
    tenant: Tenant, admin: User
) -> None:
    change(make_department("Cards"), admin, stage_within=9 * HOUR)
    lead = signed_in_staff(tenant, make_user(Role.LEAD))

    page = lead.get(PAGE).content.decode()

    assert "Cards" in page
    assert "/settings/departments/?edit" not in page


def test_another_calendar_is_told_by_name(client: Client, admin: User) -> None:
    department = make_department("Cards")
    first = Calendar.objects.order_by("id")[0]
    other = Calendar.objects.create(
        name="Round the clock", timezone="UTC", hours=first.hours, holidays=[], breaks={}
    )

    change(department, admin, calendar=other)

    assert f"opening hours: {first.name} → Round the clock" in shown(client, "?kind=department")
