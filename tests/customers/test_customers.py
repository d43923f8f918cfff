"""Whom we serve: found by address, entitled to a service level, let into the portal."""

from datetime import timedelta
from typing import Any

import pytest

from customers.entitlements import NoServiceLevel, service_level_of
from customers.identity import contact_at, contact_behind, mail_address_of
from customers.models import (
    AddressKind,
    Contact,
    ContactAddress,
    Entitlement,
    Organisation,
    PortalLink,
    PortalSession,
)
from customers.portal_access import (
    LinkIsOver,
    contact_of_link,
    contact_of_session,
    end_session,
    make_link,
    open_session,
)
from tests.make import AT, DAY, HOUR, make_contact, make_product, make_service_level
from workflow.clocks.models import ServiceLevel
from workflow.people.actors import Actor
from workflow.tenancy.scope import tenant_scope

SYSTEM = Actor.system("test")


def test_one_address_is_one_contact_however_it_is_written(tenant: Any) -> None:
    first = make_contact("Ingrid@Example.org")
    second = make_contact(" ingrid@example.org ")

    assert first == second
    assert contact_at("INGRID@EXAMPLE.ORG") == first


def test_the_same_address_in_another_tenant_is_somebody_else(
    tenant: Any, other_tenant: Any
) -> None:
    here = make_contact("ingrid@example.org")
    with tenant_scope(other_tenant.pk):
        there = make_contact("ingrid@example.org")

    assert here.pk != there.pk


def test_somebody_from_an_organisations_domain_belongs_to_it(tenant: Any) -> None:
    lunde = Organisation.objects.create(name="Lunde", domain="lunde.example", created_at=AT)
    Organisation.objects.create(name="Mail", domain="gmail.com", created_at=AT)

    assert make_contact("kari@lunde.example").organisation == lunde
    assert make_contact("kari@gmail.com").organisation is None


def test_a_phone_number_is_found_however_it_is_written(tenant: Any) -> None:
    contact = contact_behind(
        "+47 900 12 345", name="Kari", kind=AddressKind.PHONE, actor=SYSTEM, at=AT
    )

    assert contact_at("+4790012345", kind=AddressKind.PHONE) == contact


def test_mail_goes_to_the_primary_address_that_works(tenant: Any) -> None:
    contact = make_contact("old@example.org")
    ContactAddress.objects.create(contact=contact, kind="mail", value="new@example.org")
    before = mail_address_of(contact)
    ContactAddress.objects.filter(value="old@example.org").update(bounced_at=AT)

    assert before == "old@example.org"
    assert mail_address_of(contact) == "new@example.org"


def level(name: str) -> ServiceLevel:
    return make_service_level(name)


def test_the_closest_entitlement_counts(tenant: Any) -> None:
    lunde = Organisation.objects.create(name="Lunde", domain="lunde.example", created_at=AT)
    contact = make_contact("kari@lunde.example")
    card = make_product("Card")
    gold, silver, bronze = level("Gold"), level("Silver"), level("Bronze")
    begins = {"begins_at": AT - DAY}
    standard = service_level_of(contact, product=card, at=AT)
    Entitlement.objects.create(organisation=lunde, service_level=bronze, **begins)
    of_organisation = service_level_of(contact, product=card, at=AT)
    Entitlement.objects.create(organisation=lunde, product=card, service_level=silver, **begins)
    of_product = service_level_of(contact, product=card, at=AT)
    Entitlement.objects.create(contact=contact, service_level=gold, ends_at=AT + HOUR, **begins)

    assert standard.is_default
    assert (of_organisation, of_product) == (bronze, silver)
    assert service_level_of(contact, product=card, at=AT) == gold
    assert service_level_of(contact, product=card, at=AT + DAY) == silver


def test_without_a_default_the_refusal_says_what_to_do(tenant: Any) -> None:
    ServiceLevel.objects.update(is_default=False)

    with pytest.raises(NoServiceLevel) as refusal:
        service_level_of(make_contact(), product=None, at=AT)

    assert "Settings" in refusal.value.next_step


def test_a_mailed_link_lets_its_contact_in_until_it_ends(tenant: Any) -> None:
    contact = make_contact()
    word = make_link(contact, at=AT, lasts=timedelta(hours=1))

    assert contact_of_link(word=word, at=AT) == contact
    assert word not in str(list(PortalLink.objects.values()))
    for late, wrong in ((AT + 2 * HOUR, word), (AT, word + "x")):
        with pytest.raises(LinkIsOver):
            contact_of_link(word=wrong, at=late)


def test_a_link_of_one_tenant_opens_nothing_in_another(tenant: Any, other_tenant: Any) -> None:
    word = make_link(make_contact(), at=AT)

    with tenant_scope(other_tenant.pk), pytest.raises(LinkIsOver):
        contact_of_link(word=word, at=AT)


def test_a_stay_ends_when_told_and_by_itself(tenant: Any) -> None:
    contact = make_contact()
    for word in ("one", "two"):
        open_session(contact, word=word, at=AT, stays_for=DAY)

    end_session(word="one")

    assert contact_of_session(word="one", at=AT) is None
    assert contact_of_session(word="two", at=AT) == contact
    assert contact_of_session(word="two", at=AT + 2 * DAY) is None
    assert "two" not in set(PortalSession.objects.values_list("digest", flat=True))
    assert Contact.objects.count() == 1
