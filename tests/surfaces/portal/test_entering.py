"""Customers enter the portal by a mailed link; what they are told never says whom we know."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from customers.models import PortalLink
from customers.portal_access import LINK_LASTS, make_link
from servicedesk.notifications.models import Notification
from tests.make import make_case, make_contact, make_tenant
from tests.surfaces.signing_in import client_at, signed_in_contact
from workflow.outbox.models import Effect
from workflow.people.authentication import TRIES_PER_ACCOUNT
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope


def ask(tenant: Tenant, email: str) -> Any:
    """Ask for a link and follow to the answer."""
    return client_at(tenant).post("/help/sign-in/", {"email": email}, follow=True)


def without_token(answer: Any) -> str:
    """Return a page without its CSRF token."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())


def test_a_customer_gets_a_link_and_a_stranger_the_same_answer(tenant: Tenant) -> None:
    contact = make_contact("ingrid@example.org")

    known = ask(tenant, "Ingrid@Example.org")
    unknown = ask(tenant, "nobody@example.org")

    assert without_token(known) == without_token(unknown)
    assert "a link is on its way" in known.content.decode()
    asked = Notification.objects.get()
    assert (asked.kind, asked.contact_id) == ("portal_link", contact.pk)
    assert Effect.objects.filter(key=asked.key).count() == 1


def test_nobody_can_flood_a_mailbox(tenant: Tenant) -> None:
    make_contact("ingrid@example.org")

    answers = [ask(tenant, "ingrid@example.org").status_code for _ in range(TRIES_PER_ACCOUNT + 1)]

    assert answers == [200] * TRIES_PER_ACCOUNT + [429]
    assert Notification.objects.count() <= 2


def test_a_stranger_is_stopped_as_early_as_a_customer(tenant: Tenant) -> None:
    answers = [ask(tenant, "nobody@example.org").status_code for _ in range(TRIES_PER_ACCOUNT + 1)]

    assert answers == [200] * TRIES_PER_ACCOUNT + [429]


def test_what_is_no_address_stays_in_the_form(tenant: Tenant) -> None:
    answer = ask(tenant, "ingrid at example")

    assert answer.status_code == 422
    assert "This is not an e-mail address." in answer.content.decode()
    assert "ingrid at example" in answer.content.decode()


def test_a_link_lets_in_and_leads_to_the_issue(tenant: Tenant) -> None:
    case = make_case()
    client = client_at(tenant)
    word = make_link(case.contact, at=now())

    answer = client.get(f"/help/enter/{word}/?case={case.number}")

    assert (answer.status_code, answer["Location"]) == (302, f"/help/issues/{case.number}/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer.cookies["portal"]["httponly"]
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("number", ["1234567890123456", "99999999999999999"])
def test_a_link_with_a_number_that_no_case_has_leads_to_the_portal(
    tenant: Tenant, number: str
) -> None:
    word = make_link(make_contact(), at=now())

    answer = client_at(tenant).get(f"/help/enter/{word}/?case={number}")

    assert (answer.status_code, answer["Location"]) == (302, "/help/")


def test_a_link_leads_nowhere_but_into_the_portal(tenant: Tenant) -> None:
    word = make_link(make_contact(), at=now())

    for wanted in ("https://evil.example/", "//evil.example", "-1", "٣", "9" * 40):
        answer = client_at(tenant).get(f"/help/enter/{word}/", {"case": wanted})
        assert answer["Location"] == "/help/"


def test_an_old_or_invented_link_asks_for_a_new_one(tenant: Tenant) -> None:
    word = make_link(make_contact(), at=now() - LINK_LASTS - timedelta(seconds=1))

    for bad in (word, "invented"):
        answer = client_at(tenant).get(f"/help/enter/{bad}/")
        assert answer.status_code == 410
        assert "This link is no longer valid." in answer.content.decode()
        assert "portal" not in answer.cookies


def test_a_link_of_one_tenant_opens_nothing_at_another(tenant: Tenant) -> None:
    word = make_link(make_contact(), at=now())
    other = make_tenant()

    assert client_at(other).get(f"/help/enter/{word}/").status_code == 410
    assert client_at(tenant).get(f"/help/enter/{word}/").status_code == 302
    assert PortalLink.objects.get().used_at is not None


def test_leaving_ends_the_stay(tenant: Tenant) -> None:
    client = signed_in_contact(tenant, make_contact())
    cookie = client.cookies["portal"].value

    assert client.get("/help/").status_code == 200
    client.post("/help/sign-out/")

    client.cookies["portal"] = cookie
    assert client.get("/help/")["Location"].startswith("/help/sign-in/")


def test_a_stay_at_one_tenant_counts_for_nothing_at_another(tenant: Tenant) -> None:
    client = signed_in_contact(tenant, make_contact())
    other = make_tenant()

    with tenant_scope(other.pk):
        answer = client.get("/help/", HTTP_HOST=f"{other.slug}.localhost")

    assert answer["Location"].startswith("/help/sign-in/")
