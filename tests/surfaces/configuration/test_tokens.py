"""The page of access tokens: issued with a secret shown once, narrowed, and taken back."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.make import make_contact, make_user
from tests.surfaces.api.calling import Caller
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.models import Entry
from workflow.people.models import ApiToken
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

PAGE = "/settings/tokens/"
FORM = {
    "action": "issue",
    "label": "Warehouse",
    "role": "agent",
    "days": "30",
    "requests_per_minute": "60",
}
SECRET = re.compile(r"sd_[A-Za-z0-9_-]{40,}")


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def issue(client: Client, **fields: Any) -> Any:
    """Send the form of a new token."""
    return client.post(PAGE, {**FORM, **fields})


def test_a_token_is_shown_once_works_and_is_remembered(tenant: Tenant, client: Client) -> None:
    answer = issue(client)

    (secret,) = set(SECRET.findall(answer.content.decode()))
    assert Caller(tenant, secret).get("cases/").status_code == 200
    assert SECRET.search(client.get(PAGE).content.decode()) is None
    token = ApiToken.objects.get()
    assert (token.role, token.requests_per_minute, token.label) == ("agent", 60, "Warehouse")
    assert (token.expires_at - token.created_at).days == 30
    entry = Entry.objects.get(action="token.issued")
    assert (entry.subject_kind, entry.subject_id) == ("apitoken", token.pk)
    assert secret not in str(entry.changes)


def test_a_token_may_be_narrowed_to_some_permissions(tenant: Tenant, client: Client) -> None:
    answer = issue(client, scopes=["view_case"])

    caller = Caller(tenant, SECRET.findall(answer.content.decode())[0])
    assert caller.get("cases/").status_code == 200
    assert caller.get("problems/").status_code == 403


def test_a_customers_token_belongs_to_one_customer(tenant: Tenant, client: Client) -> None:
    contact = make_contact("ingrid@example.org")

    answer = issue(client, role="contact", contact_email="ingrid@example.org")

    assert answer.status_code == 200
    assert ApiToken.objects.get().contact_key == contact.pk
    assert "Ingrid Solheim" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("fields", "place", "says"),
    [
        ({"label": " "}, "label", "A token needs a name."),
        ({"role": "king"}, "role", "Choose a role."),
        ({"days": "0"}, "days", "A token lives from a minute to ten years."),
        ({"days": "99999999999"}, "days", "A token lives from a minute to ten years."),
        ({"days": "soon"}, "days", "A token lives from a minute to ten years."),
        ({"requests_per_minute": "0"}, "requests", "A token may ask 1 to 100000 times a minute."),
        ({"scopes": ["manage_people"]}, "role", "The role does not include: manage_people."),
        ({"role": "contact"}, "contact", "A customer&#x27;s token belongs to one customer"),
        (
            {"contact_email": "nobody@example.org"},
            "contact",
            "There is no customer with this address.",
        ),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_issued(
    client: Client, fields: dict[str, Any], place: str, says: str
) -> None:
    answer = issue(client, **fields)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert f'id="{place}-error"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_revoked_token_opens_nothing(tenant: Tenant, client: Client) -> None:
    secret = SECRET.findall(issue(client).content.decode())[0]
    token = ApiToken.objects.get()

    answer = client.post(PAGE, {"action": "revoke", "id": token.pk})

    assert answer.status_code == 302
    assert Caller(tenant, secret).get("cases/").status_code == 401
    assert Entry.objects.filter(action="token.revoked", subject_id=token.pk).exists()
    assert client.post(PAGE, {"action": "revoke", "id": token.pk}).status_code == 409


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.HEAD])
def test_only_administrators_see_tokens(tenant: Tenant, role: Role) -> None:
    client = signed_in_staff(tenant, make_user(role))

    assert client.get(PAGE).status_code == 403
    assert issue(client).status_code == 403


def test_the_page_costs_the_same_for_2_and_20(client: Client) -> None:
    make_contact("ingrid@example.org")
    asked = []
    for rows in (2, 18):
        for _ in range(rows):
            issue(client, role="contact", contact_email="ingrid@example.org")
        with counted() as queries:
            client.get(PAGE)
        asked.append(queries)

    assert len(asked[0]) == len(asked[1]), told(asked[1])
