"""Who is behind an address: find the contact, or meet a new one."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from customers.events import ContactChanged
from customers.models import AddressKind, Contact, ContactAddress, Organisation
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import kept

# Their domain says nothing about an organisation.
PUBLIC_MAIL_DOMAINS = frozenset(
    {
        "aol.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
        "icloud.com", "live.com", "mail.com", "me.com", "msn.com", "outlook.com",
        "protonmail.com", "web.de", "yahoo.com", "ymail.com",
    }
)  # fmt: skip

SHORTEST_NUMBER = 5


class BadAddress(Refusal):
    """What was written is no address of its kind."""

    code = "bad_address"


class AddressTaken(Refusal):
    """Another contact has the address."""

    code = "address_taken"

    def __init__(self, *, holder: Contact) -> None:
        super().__init__(
            _("This address belongs to %(name)s.") % {"name": holder.name},
            next_step=_(
                "Tick that the address moves here; if both are one person, join the two instead."
            ),
        )


class NoSuchContact(Refusal):
    """There is no such contact, or not for this person."""

    code = "no_such_contact"
    status = 404


class JoinedWithAnother(Refusal):
    """The contact was found to be the same person as another one, who has everything now."""

    code = "joined_with_another"

    def __init__(self, *, kept: Contact) -> None:
        super().__init__(
            _("This customer was joined with %(name)s: both are one person.") % {"name": kept.name},
            next_step=_("Do it on the page of %(name)s.") % {"name": kept.name},
        )


def address_kind_named(code: str) -> AddressKind:
    """Return what sort of address a code names."""
    return AddressKind(code)


def normal_form(kind: AddressKind, value: str) -> str:
    """Return an address in the form by which it is found: no blanks, small letters."""
    value = value.strip().lower()
    if kind is AddressKind.PHONE:
        return phone_number(value)
    return value


def phone_number(written: str) -> str:
    """Return a telephone number as it is kept: digits, with a plus before a country's code.

    00 before a country's code and (0) after it are ways to write the same number.
    """
    digits = "".join(
        str(int(each)) if each.isdecimal() else "+" if each in "+\uff0b" else ""
        for each in written.replace("(0)", "")
    )
    begins = "+" if digits.startswith(("+", "00")) else ""
    kept = digits.replace("+", "")
    return (begins + (kept[2:] if digits.startswith("00") else kept))[:40]


def contact_at(value: str, *, kind: AddressKind = AddressKind.MAIL) -> Contact | None:
    """Return the contact who has this address, or None; one query."""
    found = addresses_like(kind=kind.value, value=normal_form(kind, value))
    return found[0].contact if found else None


@kept("kind", "value")
def addresses_like(*, kind: str, value: str) -> QuerySet[ContactAddress]:
    """Return the address of a kind and value with the contact who has it."""
    addresses = ContactAddress.objects.select_related("contact", "contact__organisation")
    return addresses.filter(kind=kind, value=value).order_by("pk")[:1]


@transaction.atomic
def contact_behind(
    value: str,
    *,
    name: str,
    actor: Actor,
    at: datetime,
    kind: AddressKind = AddressKind.MAIL,
    is_prospect: bool = False,
) -> Contact:
    """Return the contact behind an address; create one if we meet for the first time.

    Somebody who writes from the domain of an organisation belongs to it, and is a customer even
    where new people are prospects. Two mails of a new sender at once make one contact: the
    unique address decides.
    """
    known = contact_at(value, kind=kind)
    if known is not None:
        return known
    value = normal_form(kind, value)
    organisation = organisation_of(value) if kind is AddressKind.MAIL else None
    contact = Contact.objects.create(
        name=name.strip()[:160] or value.split("@", maxsplit=1)[0][:160],
        organisation=organisation,
        is_prospect=is_prospect and organisation is None,
        created_at=at,
    )
    made = ContactAddress.objects.bulk_create(
        [ContactAddress(contact=contact, kind=kind, value=value, is_primary=True)],
        ignore_conflicts=True,
    )
    winner = contact_at(value, kind=kind)
    if winner is not None and winner.pk != contact.pk and made:
        contact.delete()
        return winner
    record(Action.CONTACT_CREATED, contact, actor=actor, at=at)
    if organisation is not None:
        # What the organisation has, its new colleague has too.
        publish(ContactChanged(contact_id=contact.pk), at=at)
    return contact


def organisation_of(address: str) -> Organisation | None:
    """Return the organisation whose domain an e-mail address has, or None; at most one query."""
    domain = address.rpartition("@")[2]
    if not domain or domain in PUBLIC_MAIL_DOMAINS:
        return None
    return Organisation.objects.filter(domain__iexact=domain).first()


def mail_address_of(contact: Contact, *, is_asked_for: bool = False) -> str:
    """Return the address to which mail for a contact goes, or an empty string; one query.

    An address from which mail came back is not used again, unless the mail `is_asked_for` just now
    and there is no other.
    """
    addresses = ContactAddress.objects.filter(contact=contact, kind=AddressKind.MAIL)
    if not is_asked_for:
        addresses = addresses.filter(bounced_at__isnull=True)
    return (
        addresses.order_by(F("bounced_at").desc(nulls_first=True), "-is_primary", "id")
        .values_list("value", flat=True)
        .first()
        or ""
    )


@transaction.atomic
def add_address(
    *,
    contact_id: int,
    kind: AddressKind,
    value: str,
    actor: Actor,
    at: datetime,
    may_move: bool = False,
) -> Contact:
    """Give a contact one more address; with `may_move` also one that another contact has.

    Whoever writes from it next is this contact, whatever the channel. An address that moves
    leaves the cases where they are, and can be moved back.

    Raises:
        BadAddress: it is none.
        AddressTaken: another contact has it.
        NoSuchContact: there is no such contact.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    contact = locked_contact(contact_id)
    found = usable_address(kind, value)
    held = (
        ContactAddress.objects.select_for_update(of=("self",))
        .select_related("contact")
        .filter(kind=kind, value=found)
        .first()
    )
    if held is None:
        is_first = not ContactAddress.objects.filter(contact=contact, kind=kind).exists()
        ContactAddress.objects.create(contact=contact, kind=kind, value=found, is_primary=is_first)
        record(Action.ADDRESS_ADDED, contact, actor=actor, at=at, changes={"kind": kind.value})
        return contact
    if held.contact_id == contact.pk:
        return contact
    if not may_move:
        raise AddressTaken(holder=held.contact)
    before, held.contact, held.is_primary = held.contact_id, contact, False
    held.save(update_fields=["contact", "is_primary"])
    record(
        Action.ADDRESS_MOVED,
        contact,
        actor=actor,
        at=at,
        changes={"kind": kind.value, "address": held.pk, "from": before, "to": contact.pk},
    )
    return contact


@transaction.atomic
def become_customer(*, contact_id: int, actor: Actor, at: datetime) -> Contact:
    """Make a prospect a customer; all that was said before stays. A customer stays one.

    Raises:
        NoSuchContact: there is no such contact.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    contact = locked_contact(contact_id)
    if not contact.is_prospect:
        return contact
    contact.is_prospect = False
    contact.became_customer_at = at
    contact.save(update_fields=["is_prospect", "became_customer_at"])
    record(Action.CONTACT_BECAME_CUSTOMER, contact, actor=actor, at=at)
    publish(ContactChanged(contact_id=contact.pk), at=at)
    return contact


def locked_contact(contact_id: int) -> Contact:
    """Return a contact, locked until the transaction ends; one query.

    Raises:
        NoSuchContact: there is none.
        JoinedWithAnother: another contact is the same person, and has everything.
    """
    contact = Contact.objects.select_for_update().filter(pk=contact_id).first()
    if contact is None:
        raise NoSuchContact(
            _("There is no such customer here."), next_step=_("Look for the customer again.")
        )
    if contact.joined_to is not None:
        raise JoinedWithAnother(kept=contact.joined_to)
    return contact


def usable_address(kind: AddressKind, value: str) -> str:
    """Return an address in its normal form.

    Raises:
        BadAddress: it is none of this kind.
    """
    found = normal_form(kind, value)
    if kind is AddressKind.MAIL:
        try:
            validate_email(found)
        except ValidationError:
            found = ""
    if kind is AddressKind.PHONE and len(found) < SHORTEST_NUMBER:
        found = ""
    if not found or len(found) > 254:
        raise BadAddress(
            _("This is not an address."),
            next_step=_("Write it like ingrid@example.org or +47 900 11 234."),
        )
    return found
