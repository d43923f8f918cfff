"""Change what is known of customers: contacts, organisations, products, promised service levels."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar
from zoneinfo import available_timezones

from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from customers.events import ContactChanged, OrganisationChanged
from customers.identity import AddressTaken, contact_at, locked_contact, usable_address
from customers.models import (
    AddressKind,
    Contact,
    ContactAddress,
    Entitlement,
    EntitlementKind,
    Organisation,
    Product,
)
from workflow.clocks.models import ServiceLevel
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.lengths import one_line
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Row = TypeVar("Row", bound=models.Model)
# What segments ask for: by these somebody may come to be of another sort.
ASKED_OF_CONTACTS = frozenset({"organisation", "language", "tier", "region"})
ASKED_OF_ORGANISATIONS = frozenset({"name", "region", "segment"})


class BadCustomer(Refusal):
    """A value cannot be meant."""

    code = "bad_customer"
    status = 422


class NameInUse(Refusal):
    """There is one of this name or domain already."""

    code = "name_taken"


class LastAddress(Refusal):
    """Nobody could be reached any more."""

    code = "last_address"


class EndedAlready(Refusal):
    """The promise has ended before."""

    code = "ended_already"


@transaction.atomic
def new_contact(
    *,
    name: str,
    kind: AddressKind,
    address: str,
    organisation: Organisation | None,
    actor: Actor,
    at: datetime,
) -> Contact:
    """Write down a customer with the first address.

    Raises:
        BadCustomer, BadAddress: name or address cannot be meant.
        AddressTaken: another contact has the address.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    value = usable_address(kind, address)
    holder = contact_at(value, kind=kind)
    if holder is not None:
        raise AddressTaken(holder=holder)
    contact = Contact.objects.create(
        name=required(name, longest=160), organisation=organisation, created_at=at
    )
    ContactAddress.objects.create(contact=contact, kind=kind, value=value, is_primary=True)
    record(Action.CONTACT_CREATED, contact, actor=actor, at=at)
    publish(ContactChanged(contact_id=contact.pk), at=at)
    return contact


@transaction.atomic
def change_contact(
    *,
    contact_id: int,
    name: str,
    organisation: Organisation | None,
    language: str,
    timezone: str,
    tier: str,
    may_be_mailed: bool,
    actor: Actor,
    at: datetime,
    region: str = "",
) -> Contact:
    """Change what is known of a contact; the history names the fields, never their values.

    Raises:
        NoSuchContact: there is none.
        BadCustomer: name, language or time zone cannot be meant.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    contact = locked_contact(contact_id)
    if timezone not in available_timezones():
        raise BadCustomer(
            _("There is no time zone of this name."), next_step=_("Write it like Europe/Oslo.")
        )
    values = {
        "name": required(name, longest=160),
        "organisation": organisation,
        "language": required(language, longest=12),
        "timezone": timezone,
        "tier": one_line(tier, longest=40),
        "region": one_line(region, longest=40),
        "may_be_mailed": may_be_mailed,
    }
    changed = keep(contact, values, action=Action.CONTACT_EDITED, actor=actor, at=at)
    if ASKED_OF_CONTACTS & set(changed):
        publish(ContactChanged(contact_id=contact.pk), at=at)
    return contact


@transaction.atomic
def remove_address(*, contact_id: int, address_id: int, actor: Actor, at: datetime) -> Contact:
    """Take an address from a contact, who keeps at least one.

    Raises:
        NoSuchContact: there is no such contact.
        BadCustomer: it is no address of the contact.
        LastAddress: it is the only one.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    contact = locked_contact(contact_id)
    addresses = list(ContactAddress.objects.filter(contact=contact).order_by("id"))
    address = next((one for one in addresses if one.pk == address_id), None)
    if address is None:
        raise BadCustomer(
            _("The customer has no such address."), next_step=_("Look in the list of addresses.")
        )
    if len(addresses) == 1:
        raise LastAddress(
            _("This is the only address of the customer."), next_step=_("Add another one first.")
        )
    same = [one for one in addresses if one.kind == address.kind and one is not address]
    address.delete()
    if address.is_primary and same:
        same[0].is_primary = True
        same[0].save(update_fields=["is_primary"])
    record(Action.ADDRESS_REMOVED, contact, actor=actor, at=at, changes={"kind": address.kind})
    return contact


@transaction.atomic
def save_organisation(
    *,
    organisation_id: int | None,
    name: str,
    domain: str,
    actor: Actor,
    at: datetime,
    region: str = "",
    segment: str = "",
) -> Organisation:
    """Add an organisation, or change one; new people who write from its domain belong to it.

    Routing rules may ask for the region and the segment of the customers of a problem.

    Raises:
        BadCustomer: the name is empty, or the domain is none.
        NameInUse: another organisation has the domain.
    """
    if not actor.may(Permission.CONFIGURE):
        actor.require(Permission.EDIT_CUSTOMER)
    domain = domain.strip().lower().removeprefix("@")
    if domain and ("." not in domain or len(domain) > 253 or set(domain) & set("@/ \t")):
        raise BadCustomer(_("This is no mail domain."), next_step=_("Write it like example.org."))
    others = Organisation.objects.exclude(pk=organisation_id or 0)
    if domain and others.filter(domain__iexact=domain).exists():
        raise NameInUse(
            _("Another organisation has this mail domain."), next_step=_("Look for it in the list.")
        )
    organisation = (
        Organisation(created_at=at)
        if organisation_id is None
        else locked(Organisation.objects, organisation_id)
    )
    is_new = organisation_id is None
    changed = keep(
        organisation,
        {
            "name": required(name, longest=160),
            "domain": domain,
            "region": one_line(region, longest=40),
            "segment": one_line(segment, longest=40),
        },
        action=Action.ORGANISATION_CHANGED,
        actor=actor,
        at=at,
    )
    if ASKED_OF_ORGANISATIONS & set(changed) and not is_new:
        publish(OrganisationChanged(organisation_id=organisation.pk), at=at)
    return organisation


@transaction.atomic
def save_product(
    *, product_id: int | None, name: str, is_active: bool, actor: Actor, at: datetime
) -> Product:
    """Add a product, or change one; its short name stays, one that is not active is not offered.

    Raises:
        BadCustomer: the name is empty.
        NameInUse: another product has the name.
    """
    actor.require(Permission.CONFIGURE)
    name = required(name, longest=120)
    product = (
        Product(slug=slugify(name)[:80])
        if product_id is None
        else locked(Product.objects, product_id)
    )
    others = Product.objects.exclude(pk=product_id or 0)
    if not product.slug or others.filter(models.Q(slug=product.slug) | models.Q(name__iexact=name)):
        raise NameInUse(
            _("There is a product of this name already."), next_step=_("Choose another name.")
        )
    keep(
        product,
        {"name": name, "is_active": is_active},
        action=Action.PRODUCT_CHANGED,
        actor=actor,
        at=at,
    )
    return product


@transaction.atomic
def grant_entitlement(
    *,
    organisation: Organisation | None,
    contact: Contact | None,
    product: Product | None,
    service_level: ServiceLevel,
    begins_at: datetime,
    ends_at: datetime | None,
    actor: Actor,
    at: datetime,
    kind: EntitlementKind = EntitlementKind.ACCOUNT,
    reference: str = "",
) -> Entitlement:
    """Promise a service level to an organisation or a contact, for one product or for all.

    `kind` says what gives the right, `reference` how the customer's papers call that. Cases that
    are open keep what they were opened with.

    Raises:
        BadCustomer: nobody is named, no product for a right by one, or it ends before it begins.
    """
    actor.require(Permission.CONFIGURE)
    if organisation is None and contact is None:
        raise BadCustomer(
            _("A promise is made to somebody."), next_step=_("Name an organisation or a contact.")
        )
    if kind is EntitlementKind.PRODUCT and product is None:
        raise BadCustomer(
            _("A right by a product names the product."), next_step=_("Choose the product.")
        )
    if ends_at is not None and ends_at <= begins_at:
        raise BadCustomer(_("It ends before it begins."), next_step=_("Choose a later end."))
    entitlement = Entitlement.objects.create(
        organisation=organisation,
        contact=contact,
        product=product,
        service_level=service_level,
        begins_at=begins_at,
        ends_at=ends_at,
        kind=kind,
        reference=one_line(reference, longest=80),
    )
    record(
        Action.ENTITLEMENT_GRANTED,
        entitlement,
        actor=actor,
        at=at,
        changes={
            "organisation": organisation.pk if organisation else None,
            "contact": contact.pk if contact else None,
            "product": product.pk if product else None,
            "service_level": service_level.pk,
            "right": kind.value,
        },
    )
    return entitlement


@transaction.atomic
def end_entitlement(*, entitlement_id: int, actor: Actor, at: datetime) -> Entitlement:
    """Let a promise end now; it stays for the history.

    Raises:
        BadCustomer: there is no such promise.
        EndedAlready: it ended before.
    """
    actor.require(Permission.CONFIGURE)
    entitlement = locked(Entitlement.objects, entitlement_id)
    if entitlement.ends_at is not None and entitlement.ends_at <= at:
        raise EndedAlready(_("It has ended already."), next_step=_("Grant a new one."))
    entitlement.ends_at = at
    entitlement.save(update_fields=["ends_at"])
    record(Action.ENTITLEMENT_ENDED, entitlement, actor=actor, at=at)
    return entitlement


def keep(
    row: models.Model, values: Mapping[str, object], *, action: Action, actor: Actor, at: datetime
) -> list[str]:
    """Save what has changed, remember which fields those are and return them; [] for none."""
    changed = sorted(
        name for name, value in values.items() if row.pk is None or getattr(row, name) != value
    )
    if not changed:
        return []
    for name in changed:
        setattr(row, name, values[name])
    row.save()
    record(action, row, actor=actor, at=at, changes={"fields": " ".join(changed)})
    return changed


def locked(rows: models.Manager[Row], pk: int) -> Row:
    """Return a row, locked; one query.

    Raises:
        BadCustomer: there is none of this id.
    """
    found = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise BadCustomer(_("This is not there any more."), next_step=_("Look in the list."))
    return found


def required(text: str, *, longest: int) -> str:
    """Return a short text without blanks around it.

    Raises:
        BadCustomer: it is empty.
    """
    kept = one_line(text, longest=longest)
    if not kept:
        raise BadCustomer(_("A name is needed."), next_step=_("Write it as people know it."))
    return kept
