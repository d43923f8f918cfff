"""What tests of the ledger build: customers with products, organisations, segments."""

from datetime import date
from typing import Any

from customers.belongings import Owner, Place, Thing, write_installed
from customers.models import (
    Contact,
    InstalledProduct,
    Organisation,
    Product,
    ProductVersion,
    Segment,
)
from problems.models import Affected, Problem
from problems.reaching import Description, add_scope
from tests.make import AT, HOUR, make_contact
from workflow.people.actors import Actor

SYSTEM = Actor.system("test")


def make_version(product: Product, name: str) -> ProductVersion:
    """Return the version of a product, made if need be."""
    version, _ = ProductVersion.objects.get_or_create(product=product, name=name)
    return version


def make_owner(
    name: str,
    product: Product,
    *,
    version: ProductVersion | None = None,
    region: str = "",
    until: date | None = None,
) -> Contact:
    """Return a new contact who has a product."""
    contact = make_contact(name=name)
    install(contact, product, version=version, region=region, until=until)
    return contact


def install(
    contact: Contact,
    product: Product,
    *,
    version: ProductVersion | None = None,
    region: str = "",
    until: date | None = None,
) -> InstalledProduct:
    """Write down that a contact has a product."""
    return write_installed(
        owner=Owner(contact_id=contact.pk),
        thing=Thing(product=product, version=version),
        place=Place(region=region, until=until),
        actor=SYSTEM,
        at=AT,
    )


def make_organisation(name: str, *, region: str = "") -> Organisation:
    """Return a new organisation."""
    return Organisation.objects.create(name=name, region=region, created_at=AT)


def make_segment(name: str, **facts: str) -> Segment:
    """Return a segment of those whose facts are these."""
    rule = {"all": [{"fact": fact, "is": value} for fact, value in facts.items()]}
    number = Segment.objects.count() + 1
    return Segment.objects.create(name=name, number=number, rule=rule, changed_at=AT)


def reaches(problem: Problem, *, at: Any = AT + 2 * HOUR, **named: Any) -> Any:
    """Add a scope to a problem; returns the scope and who came."""
    return add_scope(problem_id=problem.pk, description=Description(**named), actor=SYSTEM, at=at)


def ledger(problem: Problem) -> dict[str, str]:
    """Return how each whom a problem affects now was found, by name."""
    rows = Affected.objects.filter(problem=problem, left_at=None, contact__joined_to=None)
    return dict(rows.order_by("id").values_list("contact__name", "found"))
