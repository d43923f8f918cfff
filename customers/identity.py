"""Who is behind an address: find the contact, or meet a new one."""

from datetime import datetime

from django.db import transaction

from customers.models import AddressKind, Contact, ContactAddress, Organisation
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor

# Their domain says nothing about an organisation.
PUBLIC_MAIL_DOMAINS = frozenset(
    {
        "aol.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
        "icloud.com", "live.com", "mail.com", "me.com", "msn.com", "outlook.com",
        "protonmail.com", "web.de", "yahoo.com", "ymail.com",
    }
)  # fmt: skip


def normal_form(kind: AddressKind, value: str) -> str:
    """Return an address in the form by which it is found: no blanks, small letters."""
    value = value.strip().lower()
    if kind is AddressKind.PHONE:
        return "".join(c for c in value if c.isdigit() or c == "+")
    return value


def contact_at(value: str, *, kind: AddressKind = AddressKind.MAIL) -> Contact | None:
    """Return the contact who has this address, or None; one query."""
    address = (
        ContactAddress.objects.select_related("contact", "contact__organisation")
        .filter(kind=kind, value=normal_form(kind, value))
        .first()
    )
    return address.contact if address else None


@transaction.atomic
def contact_behind(
    value: str, *, name: str, actor: Actor, at: datetime, kind: AddressKind = AddressKind.MAIL
) -> Contact:
    """Return the contact behind an address; create one if we meet for the first time.

    Somebody who writes from the domain of an organisation belongs to it. Two mails of a new
    sender at once make one contact: the unique address decides.
    """
    known = contact_at(value, kind=kind)
    if known is not None:
        return known
    value = normal_form(kind, value)
    organisation = organisation_of(value) if kind is AddressKind.MAIL else None
    contact = Contact.objects.create(
        name=name.strip()[:160] or value.split("@", maxsplit=1)[0][:160],
        organisation=organisation,
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
    return contact


def organisation_of(address: str) -> Organisation | None:
    """Return the organisation whose domain an e-mail address has, or None; at most one query."""
    domain = address.rpartition("@")[2]
    if not domain or domain in PUBLIC_MAIL_DOMAINS:
        return None
    return Organisation.objects.filter(domain__iexact=domain).first()


def mail_address_of(contact: Contact) -> str:
    """Return the address to which mail for a contact goes, or an empty string; one query.

    An address from which mail came back is not used again.
    """
    return (
        ContactAddress.objects.filter(
            contact=contact, kind=AddressKind.MAIL, bounced_at__isnull=True
        )
        .order_by("-is_primary", "id")
        .values_list("value", flat=True)
        .first()
        or ""
    )
