"""Settings: teams of a department, with people who work there."""

from typing import Any

import pytest
from django.test import Client

from tests.make import make_department, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.models import Entry
from workflow.people.models import Department, Team, TeamMember
from workflow.people.permissions import Role
from workflow.people.teams import active_teams, members_of_team, teams_of, teams_of_user
from workflow.tenancy.models import Tenant

PAGE = "/settings/teams/"


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def send(client: Client, where: Department, **fields: Any) -> Any:
    """Send the form of a team."""
    form = {"action": "save", "name": "Night shift", "department": where.pk}
    return client.post(PAGE, {**form, **fields})


def test_a_team_is_added_with_its_people_and_remembered(client: Client) -> None:
    department = make_department()
    olav = make_user(Role.MEMBER, department=department, name="Olav")

    assert send(client, department, members=[olav.pk]).status_code == 302

    team = Team.objects.get()
    assert members_of_team(team.pk) == [olav]
    assert teams_of(department.pk) == teams_of_user(olav.pk) == active_teams() == [team]
    changes = Entry.objects.get(action="configuration.changed").changes
    assert (changes["what"], changes["members"]) == ("team", 1)
    assert "Olav" in client.get(PAGE).content.decode()


def test_a_changed_team_has_just_the_people_that_were_chosen(client: Client) -> None:
    department = make_department()
    first, second = (make_user(Role.MEMBER, department=department) for _ in range(2))
    send(client, department, members=[first.pk])
    team = Team.objects.get()

    send(client, department, id=team.pk, name="Late shift", members=[second.pk])

    team.refresh_from_db()
    assert team.name == "Late shift"
    assert members_of_team(team.pk) == [second]


def test_agents_can_be_in_teams_of_customer_service(client: Client) -> None:
    service = Department.objects.get(is_customer_service=True)
    agent = make_user(Role.AGENT)

    send(client, service, members=[agent.pk])

    assert members_of_team(Team.objects.get().pk) == [agent]


def test_departments_show_their_teams_and_customer_service_its_agents(client: Client) -> None:
    make_user(Role.AGENT)
    make_user(Role.LEAD)
    send(client, make_department("Payments"))

    answer = client.get("/settings/departments/")

    rows = {row["name"]: row for row in answer.context["departments"]}
    assert rows["Payments"]["teams"] == ["Night shift"]
    assert (rows["Payments"]["people"], rows["Customer service"]["people"]) == (0, 2)


def test_who_does_not_work_in_the_department_is_refused(client: Client) -> None:
    department = make_department()
    stranger = make_user(Role.MEMBER, department=make_department("Billing"))

    answer = send(client, department, members=[stranger.pk])

    assert answer.status_code == 422
    assert "Somebody chosen does not work in Payments." in answer.content.decode()
    assert not Team.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "A name is needed."),
        ({"name": "CARDS"}, "Payments has a team “CARDS” already."),
        ({"department": ""}, "Choose a department."),
    ],
)
def test_what_cannot_be_used_of_a_team_is_said(
    client: Client, fields: dict[str, str], sentence: str
) -> None:
    department = make_department()
    send(client, department, name="Cards")

    answer = send(client, department, **fields)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Team.objects.count() == 1


def test_a_team_that_was_put_away_is_offered_nowhere_and_comes_back(client: Client) -> None:
    department = make_department()
    send(client, department)
    team = Team.objects.get()

    client.post(PAGE, {"action": "close", "id": team.pk})
    assert teams_of(department.pk) == []
    client.post(PAGE, {"action": "open", "id": team.pk})

    assert teams_of(department.pk) == [team]


def test_the_page_costs_the_same_for_two_and_for_twenty(client: Client) -> None:
    department = make_department()
    member = make_user(Role.MEMBER, department=department)
    client.get(PAGE)
    costs = []
    for count in (2, 18):
        for number in range(count):
            team = Team.objects.create(department=department, name=f"{count}-{number}")
            TeamMember.objects.create(team=team, user=member)
        with counted() as queries:
            client.get(PAGE)
        costs.append(queries)

    assert len(costs[0]) == len(costs[1]), told(costs[1])
