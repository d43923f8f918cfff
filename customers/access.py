"""Which customers, products and promises somebody may see: the only way from an id to one."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from customers.models import (
    Contact,
    Entitlement,
    InstalledProduct,
    Organisation,
    Product,
    ProductVersion,
    Purchase,
    Segment,
)
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Row = TypeVar("Row", bound=Model)
NAMED_BY_BELONGINGS = ("contact", "organisation", "product", "version")


class NotKnownHere(Refusal):
    """There is no such customer, product or promise, or not for this person."""

    code = "not_known_here"
    status = 404


def visible_contacts(actor: Actor) -> QuerySet[Contact]:
    """Return the contacts that an actor may see."""
    return seen(Contact.objects.select_related("organisation"), actor)


def visible_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations that an actor may see."""
    return seen(Organisation.objects.all(), actor)


def visible_entitlements(actor: Actor) -> QuerySet[Entitlement]:
    """Return the promises that an actor may see, with what they name."""
    return seen(
        Entitlement.objects.select_related("organisation", "contact", "product", "service_level"),
        actor,
    )


def visible_installed(actor: Actor) -> QuerySet[InstalledProduct]:
    """Return what is or was installed at customers whom an actor may see, with what it names."""
    return seen(InstalledProduct.objects.select_related(*NAMED_BY_BELONGINGS), actor)


def visible_purchases(actor: Actor) -> QuerySet[Purchase]:
    """Return what customers whom an actor may see have bought, with what it names."""
    return seen(Purchase.objects.select_related(*NAMED_BY_BELONGINGS), actor)


def visible_versions(actor: Actor) -> QuerySet[ProductVersion]:
    """Return the versions of products that an actor may see, with the product."""
    return seen(ProductVersion.objects.select_related("product"), actor)


def visible_segments(actor: Actor) -> QuerySet[Segment]:
    """Return the segments that an actor may see."""
    return seen(Segment.objects.all(), actor)


def visible_products(actor: Actor) -> QuerySet[Product]:
    """Return the products that an actor may see: customers those that they may name."""
    if actor.may(Permission.VIEW_CASE):
        return Product.objects.all()
    return Product.objects.filter(is_active=True)


def seen(rows: QuerySet[Row], actor: Actor) -> QuerySet[Row]:
    """Return rows to those who may see customers, none to others."""
    return rows if actor.may(Permission.VIEW_CUSTOMER) else rows.none()


def the_one(rows: QuerySet[Row], **named: object) -> Row:
    """Return the row that is named; one query.

    Raises:
        NotKnownHere: it is not among these rows.
    """
    found = rows.filter(**named).first()
    if found is None:
        raise NotKnownHere(
            _("There is nothing of this name here."), next_step=_("Look in the list.")
        )
    return found
