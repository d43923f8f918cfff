"""The installation's front page, at a host that belongs to no tenant."""

from typing import Any

import pytest
from django.test import Client

from tests.make import make_case, make_tenant, make_user
from workflow.people.permissions import Role
from workflow.tenancy.scope import tenant_scope


def front_page() -> str:
    """Return the front page as a browser gets it."""
    return Client(HTTP_HOST="localhost").get("/").content.decode()


def test_the_demo_shows_its_tenants_with_a_button_for_each_role(db: None, settings: Any) -> None:
    settings.DEMO = True
    bank = make_tenant("bank-of-test", is_demo=True)
    with tenant_scope(bank.pk):
        for role in (Role.AGENT, Role.LEAD, Role.HEAD, Role.ADMIN):
            make_user(role)
        make_case()

    page = front_page()

    assert "bank-of-test.localhost" in page
    assert [word in page for word in ("Agent", "Service lead", "Administrator", "Customer")]
    assert page.count('name="token"') == 5
    assert "Ingrid Solheim" in page


def test_outside_of_the_demo_no_tenant_is_named(db: None, settings: Any) -> None:
    settings.DEMO = False
    make_tenant("bank-of-test", is_demo=True)

    page = front_page()

    assert "bank-of-test" not in page.lower()
    assert "Open the address of your service desk" in page


def test_a_tenant_that_is_not_part_of_the_demo_has_no_buttons(db: None, settings: Any) -> None:
    settings.DEMO = True
    make_tenant("real-bank", is_demo=False)

    assert "real-bank" not in front_page()


@pytest.mark.parametrize("address", ["/nothing/", "/help/issues/1/"])
def test_an_address_that_leads_nowhere_says_so_and_shows_a_way_on(db: None, address: str) -> None:
    answer = Client(HTTP_HOST="localhost").get(address)

    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()
