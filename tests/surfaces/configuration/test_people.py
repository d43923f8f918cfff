"""Settings of people: invited, given and taken roles, let go, and never without an administrator."""

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from cases.lifecycle import assign_case
from tests.make import make_case, make_department, make_user
from tests.surfaces.signing_in import client_at, signed_in_staff
from workflow.history.models import Entry
from workflow.people.actors import Actor
from workflow.people.models import Membership, User
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

GOOD = "four plain words together"


@pytest.fixture
def admin(tenant: Tenant) -> User:
    """The only administrator."""
    return make_user(Role.ADMIN)


@pytest.fixture
def client(tenant: Tenant, admin: User) -> Client:
    """The administrator's browser."""
    return signed_in_staff(tenant, admin)


def add(client: Client, **fields: str) -> Any:
    """Send the form of a new colleague."""
    form = {
        "action": "add",
        "name": "Olav Hansen",
        "email": "olav@example.com",
        "role": "agent",
        "password": GOOD,
    }
    return client.post("/settings/people/", {**form, **fields})


def test_a_new_colleague_may_sign_in_at_once(client: Client, tenant: Tenant) -> None:
    assert add(client).status_code == 302

    browser = client_at(tenant)
    browser.post("/sign-in/", {"email": "olav@example.com", "password": GOOD})
    assert browser.get("/kb/").status_code == 200
    entry = Entry.objects.get(action="user.invited")
    assert entry.changes == {"role": "agent"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "A person needs a name."),
        ({"email": "olav at home"}, "This is not an e-mail address."),
        ({"password": "short"}, "A password has at least 12 characters"),
        ({"password": "olav@example.com"}, "A password has at least 12 characters"),
        ({"password": "a" * 20}, "repeats the same few characters"),
        ({"role": "member"}, "This role belongs to a department."),
        ({"role": "contact"}, "This is not a role of staff."),
        ({"role": "king"}, "This is not a role."),
    ],
)
def test_what_cannot_be_used_is_said_in_the_form(
    client: Client, fields: dict[str, str], sentence: str
) -> None:
    answer = add(client, **fields)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not User.objects.filter(name="Olav Hansen").exists()


def test_an_address_belongs_to_one_colleague(client: Client) -> None:
    add(client)

    answer = add(client, email="OLAV@example.com")

    assert answer.status_code == 422
    assert "Somebody here has this e-mail address already." in answer.content.decode()


def test_a_colleague_who_leaves_gives_the_open_cases_back(client: Client, tenant: Tenant) -> None:
    agent = make_user(Role.AGENT)
    case = make_case(at=now())
    assign_case(case_id=case.pk, owner=agent, queue=None, actor=Actor.system("test"), at=now())
    browser = signed_in_staff(tenant, agent)

    asked = client.get(f"/settings/people/{agent.pk}/leaving/").content.decode()
    assert f"Case {case.number}" in asked
    client.post(f"/settings/people/{agent.pk}/leaving/")

    case.refresh_from_db()
    assert case.owner_id is None
    assert case.queue is not None
    assert case.queue.is_customer_service
    assert browser.get("/kb/").status_code == 302
    client.post("/settings/people/", {"action": "activate", "id": agent.pk})
    assert browser.get("/kb/").status_code == 200


def test_open_work_goes_to_those_who_were_chosen(client: Client) -> None:
    leaving, staying = make_user(Role.AGENT), make_user(Role.AGENT, name="Maya Lindqvist")
    reader = make_user(Role.READER)
    case = make_case(at=now())
    assign_case(case_id=case.pk, owner=leaving, queue=None, actor=Actor.system("test"), at=now())
    page = f"/settings/people/{leaving.pk}/leaving/"

    refused = client.post(page, {"cases_to": reader.pk})
    assert refused.status_code == 422
    assert "cannot take this work over" in refused.content.decode()
    assert User.objects.get(pk=leaving.pk).is_active

    client.post(page, {"cases_to": staying.pk})

    case.refresh_from_db()
    assert case.owner_id == staying.pk
    assert client.get(page).status_code == 404


def test_the_last_administrator_stays(client: Client, admin: User) -> None:
    second = make_user(Role.ADMIN)
    membership = Membership.objects.get(user=second)

    taken = client.post("/settings/people/", {"action": "take_role", "membership": membership.pk})
    refused = client.post(
        "/settings/people/",
        {"action": "take_role", "membership": Membership.objects.get(user=admin).pk},
    )

    assert (taken.status_code, refused.status_code) == (302, 409)
    assert "is the last administrator" in refused.content.decode()
    assert Membership.objects.filter(user=admin, role=Role.ADMIN).exists()


def test_an_administrator_who_may_not_sign_in_does_not_count(client: Client, admin: User) -> None:
    User.objects.filter(pk=make_user(Role.ADMIN).pk).update(is_active=False)

    answer = client.post(
        "/settings/people/",
        {"action": "take_role", "membership": Membership.objects.get(user=admin).pk},
    )

    assert answer.status_code == 409


def test_nobody_deactivates_themselves(client: Client, admin: User) -> None:
    make_user(Role.ADMIN)

    answer = client.post(f"/settings/people/{admin.pk}/leaving/")

    assert answer.status_code == 409
    assert "You cannot deactivate yourself." in answer.content.decode()


def test_a_role_is_given_and_remembered(client: Client) -> None:
    agent, department = make_user(Role.AGENT), make_department()

    client.post(
        "/settings/people/",
        {"action": "give_role", "id": agent.pk, "role": "head", "department": department.pk},
    )

    assert Membership.objects.filter(user=agent, role="head", department=department).exists()
    assert Entry.objects.get(action="user.changed").changes["given"] == "head"


def test_a_new_password_ends_the_sessions(client: Client, tenant: Tenant) -> None:
    agent = make_user(Role.AGENT)
    browser = signed_in_staff(tenant, agent)

    weak = client.post(
        "/settings/people/", {"action": "set_password", "id": agent.pk, "password": "weak"}
    )
    assert weak.status_code == 422
    assert browser.get("/kb/").status_code == 200

    client.post("/settings/people/", {"action": "set_password", "id": agent.pk, "password": GOOD})
    assert browser.get("/kb/").status_code == 302
