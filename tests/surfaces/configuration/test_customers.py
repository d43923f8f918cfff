"""Products, organisations and rights to service levels are kept on pages of the settings."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from customers.entitlements import offers_for
from customers.models import Contact, Entitlement, Organisation, Product
from tests.make import AT, make_contact, make_product, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.clocks.models import ServiceLevel
from workflow.history.models import Entry
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

PRODUCTS, ORGANISATIONS = "/settings/products/", "/settings/organisations/"
ENTITLEMENTS = "/settings/entitlements/"


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def level() -> ServiceLevel:
    """Return the service level that everybody has."""
    return ServiceLevel.objects.get(is_default=True)


def organisation(name: str = "Solheim AS", domain: str = "solheim.example") -> Organisation:
    """Return an organisation."""
    return Organisation.objects.create(name=name, domain=domain, created_at=AT)


def grant(client: Client, **fields: Any) -> Any:
    """Send the form of a right."""
    return client.post(
        ENTITLEMENTS, {"action": "grant", "service_level": str(level().pk), **fields}
    )


def test_a_product_is_added_renamed_and_offered_no_longer(client: Client) -> None:
    client.post(PRODUCTS, {"action": "save", "name": "Direct debit"})
    product = Product.objects.get()
    client.post(PRODUCTS, {"action": "save", "id": product.pk, "name": "Debit"})
    client.post(PRODUCTS, {"action": "off", "id": product.pk})

    product.refresh_from_db()
    assert (product.name, product.slug, product.is_active) == ("Debit", "direct-debit", False)
    assert "no longer offered" in client.get(PRODUCTS).content.decode()
    client.post(PRODUCTS, {"action": "on", "id": product.pk})
    product.refresh_from_db()
    assert product.is_active
    assert Entry.objects.filter(subject_kind="product").count() == 4


@pytest.mark.parametrize("name", ["", "CARD", "x" * 121])
def test_a_product_that_cannot_be_is_refused_beside_its_name(client: Client, name: str) -> None:
    make_product("Card")

    answer = client.post(PRODUCTS, {"action": "save", "name": name})

    assert answer.status_code == 422
    assert 'id="name-error"' in answer.content.decode()
    assert Product.objects.count() == 1


def test_an_organisation_is_added_found_and_changed(client: Client) -> None:
    client.post(
        ORGANISATIONS, {"action": "save", "name": "Solheim AS", "domain": "@Solheim.example"}
    )
    known = Organisation.objects.get()
    Contact.objects.create(name="Ingrid", organisation=known, created_at=AT)
    organisation("Lunde Regnskap", "lunde.example")

    found = client.get(f"{ORGANISATIONS}?words=solheim.ex").content.decode()
    client.post(ORGANISATIONS, {"action": "save", "id": known.pk, "name": "Solheim", "domain": ""})

    assert "Solheim AS" in found
    assert "Lunde" not in found
    known.refresh_from_db()
    assert (known.name, known.domain) == ("Solheim", "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "", "domain": "a.example"}, "name"),
        ({"name": "x" * 161, "domain": ""}, "name"),
        ({"name": "A", "domain": "no domain"}, "domain"),
        ({"name": "A", "domain": "solheim.example"}, "domain"),
    ],
)
def test_what_cannot_be_an_organisation_is_said_beside_its_field(
    client: Client, fields: dict[str, str], field: str
) -> None:
    organisation()

    answer = client.post(ORGANISATIONS, {"action": "save", **fields})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.content.decode()
    assert Organisation.objects.count() == 1


def test_a_right_is_granted_to_an_organisation_for_days_of_the_tenant(client: Client) -> None:
    solheim, card = organisation(), make_product("Card")

    grant(
        client,
        organisation="solheim.example",
        product=str(card.pk),
        kind="contract",
        reference="C-2026-114",
        begins_on="2026-03-01",
        ends_on="2026-03-31",
    )

    right = Entitlement.objects.get()
    assert (right.organisation, right.product, right.kind) == (solheim, card, "contract")
    assert right.reference == "C-2026-114"
    assert right.begins_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert right.ends_at == datetime(2026, 4, 1, tzinfo=UTC)


def test_a_right_of_one_customer_counts_until_it_is_ended(client: Client) -> None:
    ingrid = make_contact("ingrid@example.org")
    grant(client, contact="Ingrid@example.org")
    right = Entitlement.objects.get()
    assert right.contact == ingrid
    assert len(offers_for(ingrid, product=None, at=now()).entitlements) == 1

    client.post(ENTITLEMENTS, {"action": "end", "id": right.pk})

    assert offers_for(ingrid, product=None, at=now()).entitlements == []
    assert "Ingrid" not in client.get(ENTITLEMENTS).content.decode()
    assert "over" in client.get(f"{ENTITLEMENTS}?which=all").content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "organisation"),
        ({"organisation": "Nobody"}, "organisation"),
        ({"organisation": "Twice"}, "organisation"),
        ({"contact": "nobody@example.org"}, "contact"),
        ({"organisation": "Solheim AS", "service_level": ""}, "service-level"),
        ({"organisation": "Solheim AS", "kind": "gift"}, "kind"),
        ({"organisation": "Solheim AS", "kind": "product"}, "product"),
        ({"organisation": "Solheim AS", "reference": "x" * 81}, "reference"),
        ({"organisation": "Solheim AS", "begins_on": "soon"}, "begins-on"),
        (
            {"organisation": "Solheim AS", "begins_on": "2026-03-02", "ends_on": "2026-03-01"},
            "ends-on",
        ),
    ],
)
def test_what_cannot_be_a_right_is_said_beside_its_field(
    client: Client, fields: dict[str, str], field: str
) -> None:
    organisation()
    organisation("Twice", "one.example")
    organisation("Twice", "two.example")

    answer = grant(client, **fields)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.content.decode()
    assert not Entitlement.objects.exists()


def test_nothing_of_another_tenant_is_named_or_changed(
    client: Client, other_tenant: Tenant
) -> None:
    with tenant_scope(other_tenant.pk):
        foreign, product = organisation("Foreign AS", "foreign.example"), make_product("Foreign")

    named = grant(client, organisation="Foreign AS")
    client.post(PRODUCTS, {"action": "save", "id": product.pk, "name": "Ours"})
    client.post(ORGANISATIONS, {"action": "save", "id": foreign.pk, "name": "Ours", "domain": ""})

    assert named.status_code == 422
    with tenant_scope(other_tenant.pk):
        assert Product.objects.get().name == "Foreign"
        assert Organisation.objects.get().name == "Foreign AS"


@pytest.mark.queries
def test_the_lists_cost_the_same_for_two_rows_and_for_twenty(client: Client) -> None:
    def asked() -> dict[str, list[str]]:
        costs = {}
        for page in (PRODUCTS, ORGANISATIONS, ENTITLEMENTS):
            with counted() as queries:
                client.get(page)
            costs[page] = queries
        return costs

    def fill(numbers: range) -> None:
        for number in numbers:
            mine = organisation(f"O {number}", f"o{number}.example")
            Contact.objects.create(name="A", organisation=mine, created_at=AT)
            product = make_product(f"Product {number}")
            Entitlement.objects.create(
                organisation=mine, product=product, service_level=level(), begins_at=AT
            )

    fill(range(2))
    asked()
    few = asked()
    fill(range(2, 20))
    many = asked()

    for page, queries in many.items():
        assert len(queries) == len(few[page]), told(queries)


def test_long_lists_go_on_where_they_ended(client: Client) -> None:
    for number in range(60):
        organisation(f"Company {number:03}", f"c{number}.example")

    first = client.get(ORGANISATIONS)
    second = client.get(f"{ORGANISATIONS}{first.context['next_url']}")

    names = [one["name"] for page in (first, second) for one in page.context["organisations"]]
    assert names == [f"Company {number:03}" for number in reversed(range(60))]
    assert second.context["next_url"] == ""
