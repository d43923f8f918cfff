"""The version that cases of a pattern have in common: told in their texts, or installed."""

from typing import Any

from cases.lifecycle import open_case
from cases.models import Case
from cases.states import Channel
from customers.belongings import Owner, Place, Thing, write_installed
from customers.models import Contact, Product, ProductVersion
from problems.common_cause import common_cause
from tests.make import AT, make_actor, make_case, make_contact, make_product
from workflow.people.actors import Actor

CALM = "Where is my new card? I paid 12.50 for it."


def told_by_owner_of(version: ProductVersion, text: str) -> Case:
    """Return a case about a product by somebody who has a version of it."""
    return open_case(
        contact=with_version(version.product, version),
        subject="A question",
        text=text,
        channel=Channel.MAIL,
        product=version.product,
        actor=Actor.system("test"),
        at=AT,
    )


def with_version(product: Product, version: ProductVersion) -> Contact:
    """Return somebody who has a version of a product."""
    contact = make_contact(at=AT)
    write_installed(
        owner=Owner(contact_id=contact.pk),
        thing=Thing(product=product, version=version),
        place=Place(),
        actor=make_actor(),
        at=AT,
    )
    return contact


def test_a_version_that_some_of_the_texts_name_is_part_of_the_cause(tenant: Any) -> None:
    for _ in range(12):
        make_case(text=CALM)
    cases = [
        make_case(subject="Logged out", text=f"The app logs me out {ending}")
        for ending in ("since the update to 8.2", "after version 8.2", "again", "at night", "often")
    ]

    cause = common_cause([case.pk for case in cases])

    assert cause is not None
    assert cause.product_version == "8.2"
    assert ("version", "8.2") in [(kind, value) for kind, value, _times in cause.shares]


def test_a_version_that_the_customers_have_is_part_of_it_and_what_all_have_is_not(
    tenant: Any,
) -> None:
    product = make_product()
    old, new = (ProductVersion.objects.create(product=product, name=name) for name in ("7", "8"))
    for _ in range(12):
        told_by_owner_of(old, CALM)
    cases = [told_by_owner_of(version, "The app logs me out") for version in (new, new, new, old)]

    cause = common_cause([case.pk for case in cases])

    assert cause is not None
    assert cause.product_version == "8"
    assert "7" not in [value for kind, value, _times in cause.shares if kind == "version"]
