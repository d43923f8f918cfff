"""Write down what customers have: versions of products, what is installed where, what was bought."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from customers.editing import BadCustomer, NameInUse, keep, locked, required
from customers.events import BelongingsChanged
from customers.having import plain_version
from customers.identity import locked_contact
from customers.models import (
    InstalledProduct,
    Organisation,
    Product,
    ProductVersion,
    Purchase,
)
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.lengths import one_line
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

MOST_AT_ONCE = 1_000_000
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(9000, 1, 1)

Row = TypeVar("Row", InstalledProduct, Purchase)


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whom something belongs to: a contact, or an organisation and with it all its people."""

    contact_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What product somebody has; of a version only where it is known."""

    product: Product
    version: ProductVersion | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something is installed, what the customer calls it, and from when until when.

    The last day counts. A day that nobody knows is None.
    """

    region: str = ""
    place: str = ""
    reference: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """When something was bought, how many, and what the papers call it."""

    bought_on: date
    quantity: int = 1
    reference: str = ""


def thing_chosen(product_id: int, version_id: int | None) -> Thing:
    """Return the product and version of these ids; at most two queries.

    Raises:
        BadCustomer: one of them is not there.
    """
    product = Product.objects.filter(pk=product_id).first()
    version = ProductVersion.objects.filter(pk=version_id).first() if version_id else None
    if product is None or (version_id and version is None):
        raise BadCustomer(
            _("There is no such product or version here."), next_step=_("Choose one of the list.")
        )
    return Thing(product=product, version=version)


@transaction.atomic
def save_version(
    *,
    product_id: int,
    version_id: int | None,
    name: str,
    released_on: date | None,
    supported_until: date | None,
    actor: Actor,
    at: datetime,
) -> ProductVersion:
    """Add a version of a product, or change one.

    Raises:
        BadCustomer: there is no such product, the name is empty, or a day cannot be meant.
        NameInUse: the product has a version that people call so.
    """
    actor.require(Permission.CONFIGURE)
    product = locked(Product.objects, product_id)
    kept_name = required(name, longest=40)
    refuse_bad_days(released_on, supported_until)
    versions = list(ProductVersion.objects.filter(product=product).order_by("id"))
    version = next((one for one in versions if one.pk == version_id), None)
    if version_id is not None and version is None:
        raise BadCustomer(_("This is not there any more."), next_step=_("Look in the list."))
    same = plain_version(kept_name)
    if any(one.pk != version_id and plain_version(one.name) == same for one in versions):
        raise NameInUse(
            _("%(product)s has a version of this name.") % {"product": product.name},
            next_step=_("Choose another name."),
        )
    version = version or ProductVersion(product=product)
    keep(
        version,
        {"name": kept_name, "released_on": released_on, "supported_until": supported_until},
        action=Action.VERSION_CHANGED,
        actor=actor,
        at=at,
    )
    return version


@transaction.atomic
def write_installed(
    *, owner: Owner, thing: Thing, place: Place, actor: Actor, at: datetime
) -> InstalledProduct:
    """Write down that a contact, or a whole organisation, has something installed.

    Raises:
        NoSuchContact, JoinedWithAnother: there is no such customer.
        BadCustomer: a version of another product, or days that cannot be meant.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    row = InstalledProduct(**owned_by(owner))
    return write(row, thing, placed(place), actor=actor, at=at)


@transaction.atomic
def change_installed(
    *, installed_id: int, thing: Thing, place: Place, actor: Actor, at: datetime
) -> InstalledProduct:
    """Change what is installed: another version, another place, or until when.

    Raises:
        BadCustomer: it is not there, or cannot be meant.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    row = locked(InstalledProduct.objects, installed_id)
    return write(row, thing, placed(place), actor=actor, at=at)


@transaction.atomic
def remove_installed(*, installed_id: int, actor: Actor, at: datetime) -> None:
    """Remove what was written down by mistake; what has ended gets a last day instead.

    Raises:
        BadCustomer: it is not there.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    remove(locked(InstalledProduct.objects, installed_id), actor=actor, at=at)


@transaction.atomic
def write_purchase(
    *, owner: Owner, thing: Thing, order: Order, actor: Actor, at: datetime
) -> Purchase:
    """Write down that a contact, or an organisation, bought something.

    Raises:
        NoSuchContact, JoinedWithAnother: there is no such customer.
        BadCustomer: a version of another product, or an order that cannot be meant.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    return write(Purchase(**owned_by(owner)), thing, ordered(order), actor=actor, at=at)


@transaction.atomic
def change_purchase(
    *, purchase_id: int, thing: Thing, order: Order, actor: Actor, at: datetime
) -> Purchase:
    """Change what was bought.

    Raises:
        BadCustomer: it is not there, or cannot be meant.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    row = locked(Purchase.objects, purchase_id)
    return write(row, thing, ordered(order), actor=actor, at=at)


@transaction.atomic
def remove_purchase(*, purchase_id: int, actor: Actor, at: datetime) -> None:
    """Remove what was written down by mistake.

    Raises:
        BadCustomer: it is not there.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    remove(locked(Purchase.objects, purchase_id), actor=actor, at=at)


# ---- what they share -------------------------------------------------------------------------

ACTIONS: Mapping[type[models.Model], tuple[str, Action, Action]] = {
    InstalledProduct: ("installed", Action.INSTALLED_WRITTEN, Action.INSTALLED_REMOVED),
    Purchase: ("purchase", Action.PURCHASE_WRITTEN, Action.PURCHASE_REMOVED),
}


def owned_by(owner: Owner) -> dict[str, Any]:
    """Return the columns that say whom a row belongs to, which is locked; one query.

    Raises:
        NoSuchContact, JoinedWithAnother, BadCustomer: there is no such customer.
    """
    if owner.organisation_id is not None:
        return {"organisation": locked(Organisation.objects, owner.organisation_id)}
    return {"contact": locked_contact(owner.contact_id or 0)}


def write(row: Row, thing: Thing, values: Mapping[str, Any], *, actor: Actor, at: datetime) -> Row:
    """Save a row; remember whose it is and which fields changed, and tell of its product.

    Raises:
        BadCustomer: the version is one of another product.
    """
    if thing.version is not None and thing.version.product_id != thing.product.pk:
        raise BadCustomer(
            _("%(product)s has no such version.") % {"product": thing.product.name},
            next_step=_("Choose one of its versions."),
        )
    wanted = {"product_id": thing.product.pk, "version_id": version_id_of(thing), **values}
    changed = sorted(name for name, value in wanted.items() if getattr(row, name) != value)
    if not changed:
        return row
    touched = {row.product_id, thing.product.pk} - {None}
    for name in changed:
        setattr(row, name, wanted[name])
    row.changed_at = at
    row.save()
    kind, action, _removed = ACTIONS[type(row)]
    fields = " ".join(name.removesuffix("_id") for name in changed)
    note(row, action, {kind: row.pk, "fields": fields}, actor=actor, at=at)
    for product_id in sorted(touched):
        publish(BelongingsChanged(product_id=product_id), at=at)
    return row


def version_id_of(thing: Thing) -> int | None:
    """Return the id of the version of a thing."""
    return None if thing.version is None else thing.version.pk


def remove(row: Row, *, actor: Actor, at: datetime) -> None:
    """Delete a row, remember that, and tell of its product."""
    kind, _written, action = ACTIONS[type(row)]
    note(row, action, {kind: row.pk}, actor=actor, at=at)
    publish(BelongingsChanged(product_id=row.product_id), at=at)
    row.delete()


def note(
    row: Row, action: Action, changes: dict[str, ChangeValue], *, actor: Actor, at: datetime
) -> None:
    """Write a line about whom a row belongs to."""
    holder = row.contact or row.organisation
    if holder is not None:
        changes = {**changes, "product": row.product_id}
        record(action, holder, actor=actor, at=at, changes=changes)


def placed(place: Place) -> dict[str, Any]:
    """Return a place as columns.

    Raises:
        BadCustomer, TooManyCharacters: it cannot be meant.
    """
    refuse_bad_days(place.since, place.until)
    return {
        "region": one_line(place.region, longest=40),
        "place": one_line(place.place, longest=120),
        "reference": one_line(place.reference, longest=80),
        "since": place.since,
        "until": place.until,
    }


def ordered(order: Order) -> dict[str, Any]:
    """Return an order as columns.

    Raises:
        BadCustomer, TooManyCharacters: it cannot be meant.
    """
    refuse_bad_days(order.bought_on, None)
    if not 1 <= order.quantity <= MOST_AT_ONCE:
        raise BadCustomer(
            _("This is no number of things."), next_step=_("Write a whole number from 1.")
        )
    return {
        "bought_on": order.bought_on,
        "quantity": order.quantity,
        "reference": one_line(order.reference, longest=80),
    }


def refuse_bad_days(begins_on: date | None, ends_on: date | None) -> None:
    """Refuse days that nobody can mean, and an end before the beginning.

    Raises:
        BadCustomer: see the sentence.
    """
    if any(day and not FIRST_DAY <= day <= LAST_DAY for day in (begins_on, ends_on)):
        raise BadCustomer(_("Nobody can mean this day."), next_step=_("Look at its year."))
    if begins_on and ends_on and ends_on < begins_on:
        raise BadCustomer(_("It ends before it begins."), next_step=_("Choose a later end."))
