"""What a customer has and bought stands on a page, is written down there, and beside the case."""

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from customers.models import (
    Contact,
    InstalledProduct,
    Organisation,
    ProductVersion,
    Purchase,
    Segment,
)
from tests.make import AT, DAY, make_case, make_contact, make_product, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role


@pytest.fixture
def ingrid(tenant: Any) -> Contact:
    """Return a customer of an organisation."""
    contact = make_contact(name="Ingrid Solheim")
    contact.organisation = Organisation.objects.create(name="Solheim AS", created_at=AT)
    contact.save()
    return contact


@pytest.fixture
def agent(tenant: Any) -> Client:
    """Return the browser of an agent."""
    return signed_in_staff(tenant, make_user(Role.AGENT))


def path(contact: Contact) -> str:
    """Return the address of what a customer has."""
    return f"/customers/{contact.pk}/has/"


def test_what_is_in_use_is_written_changed_and_removed(agent: Client, ingrid: Contact) -> None:
    router = make_product("Router X")
    version = ProductVersion.objects.create(product=router, name="2.0")
    fields = {"kind": "installed", "thing": f"{router.pk}:{version.pk}", "place": "Cellar"}

    page = agent.post(path(ingrid), fields, follow=True).text
    row = InstalledProduct.objects.get()
    form = agent.get(f"{path(ingrid)}?edit=installed-{row.pk}").text
    change = {
        **fields,
        "row": f"installed-{row.pk}",
        "thing": str(router.pk),
        "until": "2026-01-01",
    }
    ended = agent.post(path(ingrid), change, follow=True).text

    assert "<b>Router X</b> 2.0" in page
    assert 'value="Cellar"' in form
    assert "has ended" in ended
    row.refresh_from_db()
    assert (row.version, str(row.until), row.contact) == (None, "2026-01-01", ingrid)
    agent.post(path(ingrid), {"action": "remove", "row": f"installed-{row.pk}"})
    assert not InstalledProduct.objects.exists()


def test_a_purchase_of_the_whole_organisation_is_written_down(
    agent: Client, ingrid: Contact
) -> None:
    fields = {"kind": "purchase", "thing": str(make_product("Card").pk), "of": "organisation"}

    agent.post(path(ingrid), {**fields, "quantity": "3", "reference": "Order 77"})

    bought = Purchase.objects.get()
    assert (bought.organisation, bought.contact) == (ingrid.organisation, None)
    assert (bought.quantity, bought.reference) == (3, "Order 77")
    assert abs(bought.bought_on - now().date()) <= DAY
    assert "of all of Solheim AS" in agent.get(path(ingrid)).text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"thing": ""}, "No product is chosen."),
        ({"thing": "999999"}, "There is no such product or version here."),
        ({"since": "soon"}, "This is no day."),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "It ends before it begins."),
        ({"kind": "purchase", "quantity": "many"}, "This is no number of things."),
    ],
)
def test_what_cannot_be_meant_is_said_and_what_was_written_stays(
    agent: Client, ingrid: Contact, fields: dict[str, str], says: str
) -> None:
    good = {"kind": "installed", "thing": str(make_product("Card").pk), "reference": "SN-4012"}

    answer = agent.post(path(ingrid), {**good, **fields})

    assert answer.status_code == 422
    assert says in answer.text
    assert not InstalledProduct.objects.exists()
    assert agent.post(path(ingrid), good).status_code == 302


def test_what_others_have_is_not_changed_here(agent: Client, ingrid: Contact) -> None:
    card, other = make_product("Card"), make_contact()
    row = InstalledProduct.objects.create(contact=other, product=card, changed_at=AT)

    for key in (f"installed-{row.pk}", f"purchase-{row.pk}", "installed-x", "dance-1"):
        removed = agent.post(path(ingrid), {"action": "remove", "row": key})
        assert removed.status_code == 404
        assert agent.get(f"{path(ingrid)}?edit={key}").status_code == 404

    assert InstalledProduct.objects.get() == row


def test_readers_look_and_change_nothing(tenant: Any, ingrid: Contact) -> None:
    reader = signed_in_staff(tenant, make_user(Role.READER))
    fields = {"kind": "installed", "thing": str(make_product("Card").pk)}

    page = reader.get(path(ingrid)).text
    assert "Add a product in use" not in page
    assert "Add a purchase" not in page
    assert reader.post(path(ingrid), fields).status_code == 403


def test_customer_and_case_show_what_is_had_and_the_segments(
    agent: Client, ingrid: Contact
) -> None:
    router = make_product("Router X")
    for holder in ({"contact": ingrid}, {"organisation": ingrid.organisation}):
        InstalledProduct.objects.create(product=router, changed_at=AT, **holder)
    Purchase.objects.create(
        contact=ingrid, product=router, bought_on=AT.date(), changed_at=AT, quantity=2
    )
    rule = {"fact": "product", "is": "Router X"}
    Segment.objects.create(number=1, name="Has a router", rule=rule, changed_at=AT)
    case = make_case(contact=ingrid)

    for page in (agent.get(f"/customers/{ingrid.pk}/"), agent.get(f"/c/{case.number}/")):
        assert "Router X" in page.text
        assert "Has a router" in page.text
        assert "2 Mar 2026" in page.text


@pytest.mark.parametrize("where", ["", "has/"])
def test_pages_of_a_customer_cost_the_same_for_2_and_20_things(
    agent: Client, ingrid: Contact, where: str
) -> None:
    card, asked = make_product("Card"), []
    agent.get(path(ingrid))
    for count in (2, 18):
        for _ in range(count):
            InstalledProduct.objects.create(contact=ingrid, product=card, changed_at=AT)
            Purchase.objects.create(
                contact=ingrid, product=card, bought_on=AT.date(), changed_at=AT
            )
        with counted() as queries:
            assert agent.get(f"/customers/{ingrid.pk}/{where}").status_code == 200
        asked.append(queries)

    assert len(asked[0]) == len(asked[1]), told(asked[1])
