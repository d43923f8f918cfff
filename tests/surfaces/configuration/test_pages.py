"""Every page of the settings: there for the right person, closed to the others, and other tenants."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.make import make_case, make_department, make_rule, make_tenant, make_user
from tests.surfaces.signing_in import client_at, signed_in_contact, signed_in_staff
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

PAGES = {
    "/settings/": "Overview",
    "/settings/people/": "Add a person",
    "/settings/departments/": "Customer service",
    "/settings/routing/": "Otherwise",
    "/settings/service-levels/": "Standard",
    "/settings/not-delivered/": "Everything was delivered",
    "/settings/mail/": "Nothing in quarantine",
    "/settings/proof/": "The proof was not run yet",
    "/settings/history/": "signed in",
}
# Written by hand: which pages a service lead may open, who sees rules and history but sets nothing.
FOR_LEADS = {"/settings/", "/settings/routing/", "/settings/proof/", "/settings/history/"}


@pytest.mark.parametrize(("address", "words"), PAGES.items())
def test_an_admin_opens_every_page(tenant: Tenant, address: str, words: str) -> None:
    user = make_user(Role.ADMIN)
    client = client_at(tenant)
    client.post("/sign-in/", {"email": user.email, "password": "password"})

    answer = client.get(address)

    assert answer.status_code == 200
    assert words in answer.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_a_lead_opens_what_shows_and_nothing_that_sets(tenant: Tenant, address: str) -> None:
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    assert client.get(address).status_code == (200 if address in FOR_LEADS else 403)


@pytest.mark.parametrize("address", PAGES)
def test_others_are_kept_out(tenant: Tenant, address: str) -> None:
    for role in (Role.AGENT, Role.READER):
        assert signed_in_staff(tenant, make_user(role)).get(address).status_code == 403
        assert signed_in_staff(tenant, make_user(role)).post(address).status_code in (403, 405)
    member = make_user(Role.MEMBER, department=make_department())
    assert signed_in_staff(tenant, member).get(address).status_code == 403
    for client in (client_at(tenant), signed_in_contact(tenant, make_case().contact)):
        assert client.get(address)["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("address", PAGES)
def test_an_admin_of_another_tenant_is_a_stranger(tenant: Tenant, address: str) -> None:
    other = make_tenant()
    with tenant_scope(other.pk):
        client = signed_in_staff(other, make_user(Role.ADMIN))

    answer = client.get(address, HTTP_HOST=f"{tenant.slug}.localhost")

    assert answer["Location"].startswith("/sign-in/")


def test_the_menu_names_only_what_a_person_may_open(tenant: Tenant) -> None:
    page = signed_in_staff(tenant, make_user(Role.LEAD)).get("/settings/").content.decode()

    assert "/settings/history/" in page
    assert "/settings/people/" not in page


@pytest.mark.parametrize(
    "address",
    ["/settings/people/", "/settings/departments/", "/settings/routing/", "/settings/history/"],
)
def test_a_list_costs_the_same_for_few_and_for_many(tenant: Tenant, address: str) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))
    costs = []
    for count in (2, 18):
        for number in range(count):
            department = make_department(f"Department {count} {number}")
            make_user(Role.MEMBER, department=department)
            make_rule(department)
            make_case()
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        costs.append(len(captured))

    assert costs[0] == costs[1]


@pytest.mark.parametrize("address", ["/settings/people/", "/settings/departments/"])
def test_a_form_that_names_nothing_is_answered_with_a_sentence(
    tenant: Tenant, address: str
) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))

    for form in ({}, {"action": "drop"}, {"action": "activate", "id": "9" * 30}):
        answer = client.post(address, form)
        assert answer.status_code == 404
        assert "Load the page again." in answer.content.decode()


def test_the_proof_says_zero_or_which(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.ADMIN))
    make_case()

    page = client.post("/settings/proof/").content.decode()

    assert "Nothing is lost" in page
    assert page.count("chip good") > 5
