"""What is known of customers is changed by those who may, and remembered without their words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from customers.editing import (
    BadCustomer,
    EndedAlready,
    LastAddress,
    NameInUse,
    change_contact,
    end_entitlement,
    grant_entitlement,
    new_contact,
    remove_address,
    save_organisation,
    save_product,
)
from customers.entitlements import service_level_of
from customers.identity import AddressTaken, BadAddress, add_address
from customers.models import AddressKind, Contact, ContactAddress, Entitlement, Product
from tests.make import AT, DAY, HOUR, make_actor, make_contact, make_service_level
from workflow.clocks.models import ServiceLevel
from workflow.history.models import Entry
from workflow.people.actors import NotPermitted
from workflow.people.permissions import Role

KNOWN = {"language": "en", "timezone": "UTC", "tier": "", "may_be_mailed": True}


def change(contact: Contact, role: Role = Role.AGENT, **values: Any) -> Contact:
    """Change what is known of a contact."""
    wanted = {"name": contact.name, "organisation": None, **KNOWN, **values}
    return change_contact(contact_id=contact.pk, actor=make_actor(role), at=AT, **wanted)


def test_the_history_names_the_fields_and_never_their_values(tenant: Any) -> None:
    contact = make_contact()

    change(contact, name="Ingrid S. Solheim", timezone="Europe/Oslo")

    entry = Entry.objects.get(action="contact.edited")
    assert entry.changes == {"fields": "name timezone"}
    contact.refresh_from_db()
    assert (contact.name, contact.timezone) == ("Ingrid S. Solheim", "Europe/Oslo")


def test_a_change_that_changes_nothing_is_no_entry(tenant: Any) -> None:
    change(make_contact())

    assert not Entry.objects.filter(action="contact.edited").exists()


@pytest.mark.parametrize("values", [{"name": "  "}, {"timezone": "Mars/Base"}, {"language": ""}])
def test_what_cannot_be_meant_is_refused(tenant: Any, values: dict[str, Any]) -> None:
    contact = make_contact()

    with pytest.raises(BadCustomer):
        change(contact, **values)

    contact.refresh_from_db()
    assert contact.name == "Ingrid Solheim"


def test_only_who_edits_customers_changes_them(tenant: Any) -> None:
    contact = make_contact()
    reader = make_actor(Role.READER)

    with pytest.raises(NotPermitted):
        change(contact, role=Role.READER, name="Other")
    with pytest.raises(NotPermitted):
        save_organisation(organisation_id=None, name="A", domain="", actor=reader, at=AT)
    with pytest.raises(NotPermitted):
        save_product(product_id=None, name="A", is_active=True, actor=make_actor(), at=AT)


def test_a_new_contact_has_an_address_that_nobody_else_has(tenant: Any) -> None:
    common: dict[str, Any] = {"name": "Kari", "organisation": None, "actor": make_actor(), "at": AT}

    kari = new_contact(kind=AddressKind.MAIL, address="Kari@Example.org", **common)

    assert kari.addresses.get().value == "kari@example.org"
    with pytest.raises(AddressTaken):
        new_contact(kind=AddressKind.MAIL, address="kari@example.org", **common)
    with pytest.raises(BadAddress):
        new_contact(kind=AddressKind.MAIL, address="kari", **common)


def test_a_contact_keeps_at_least_one_address(tenant: Any) -> None:
    agent, contact = make_actor(), make_contact("first@example.org")
    add_address(
        contact_id=contact.pk, kind=AddressKind.MAIL, value="second@example.org", actor=agent, at=AT
    )
    first, second = ContactAddress.objects.filter(contact=contact).order_by("id")

    remove_address(contact_id=contact.pk, address_id=first.pk, actor=agent, at=AT)

    second.refresh_from_db()
    assert second.is_primary
    with pytest.raises(LastAddress):
        remove_address(contact_id=contact.pk, address_id=second.pk, actor=agent, at=AT)
    with pytest.raises(BadCustomer):
        remove_address(contact_id=contact.pk, address_id=first.pk, actor=agent, at=AT)


def test_a_mail_domain_belongs_to_one_organisation(tenant: Any) -> None:
    agent = make_actor()
    first = save_organisation(
        organisation_id=None, name="Solheim AS", domain="@Solheim.example", actor=agent, at=AT
    )

    assert first.domain == "solheim.example"
    with pytest.raises(NameInUse):
        save_organisation(
            organisation_id=None, name="B", domain="solheim.example", actor=agent, at=AT
        )
    with pytest.raises(BadCustomer):
        save_organisation(organisation_id=None, name="B", domain="no domain", actor=agent, at=AT)
    with pytest.raises(BadCustomer):
        save_organisation(organisation_id=999_999, name="B", domain="", actor=agent, at=AT)


def test_a_product_keeps_its_short_name(tenant: Any) -> None:
    admin = make_actor(Role.ADMIN)
    product = save_product(product_id=None, name="Direct debit", is_active=True, actor=admin, at=AT)

    save_product(product_id=product.pk, name="Debit", is_active=False, actor=admin, at=AT)

    kept = Product.objects.get()
    assert (kept.slug, kept.name, kept.is_active) == ("direct-debit", "Debit", False)
    with pytest.raises(NameInUse):
        save_product(product_id=None, name="Direct debit", is_active=True, actor=admin, at=AT)


def test_a_promise_counts_until_it_ends(tenant: Any) -> None:
    admin, contact = make_actor(Role.ADMIN), make_contact()
    gold = make_service_level("Gold")
    granted = grant_entitlement(
        organisation=None,
        contact=contact,
        product=None,
        service_level=gold,
        begins_at=AT,
        ends_at=None,
        actor=admin,
        at=AT,
    )
    assert service_level_of(contact, product=None, at=AT + HOUR) == gold

    end_entitlement(entitlement_id=granted.pk, actor=admin, at=AT + DAY)

    assert service_level_of(contact, product=None, at=AT + DAY + HOUR) != gold
    with pytest.raises(EndedAlready):
        end_entitlement(entitlement_id=granted.pk, actor=admin, at=AT + 2 * DAY)


@pytest.mark.parametrize("to_nobody", [True, False])
def test_a_promise_to_nobody_or_for_no_time_is_refused(tenant: Any, to_nobody: bool) -> None:
    with pytest.raises(BadCustomer):
        grant_entitlement(
            organisation=None,
            contact=None if to_nobody else make_contact(),
            product=None,
            service_level=ServiceLevel.objects.get(),
            begins_at=AT,
            ends_at=None if to_nobody else datetime(2020, 1, 1, tzinfo=UTC),
            actor=make_actor(Role.ADMIN),
            at=AT,
        )

    assert not Entitlement.objects.exists()
