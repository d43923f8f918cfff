"""Take in customers from a table: each by the mail address, compared on a second run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from customers.belonging_lines import bad
from customers.events import CustomersImported
from customers.identity import usable_address
from customers.import_turns import take_turns
from customers.importing import (
    AT_A_TIME,
    Given,
    Imported,
    Refused,
    contacts_at,
    holders_at,
    no_organisation,
    organisations_called,
)
from customers.models import AddressKind, Contact, ContactAddress
from workflow.history.actions import Action
from workflow.history.recording import Line, record_all
from workflow.lengths import one_line
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

CONTACTS = "contacts"
LONGEST: Mapping[str, int] = {"name": 160, "language": 12, "tier": 40, "region": 40}
KEPT = ("name", "organisation_id", "language", "timezone", "tier", "region")


@dataclass(frozen=True, kw_only=True)
class ContactLine:
    """What a table says of a customer; what it does not say is empty and stays as it is."""

    given: Given
    contact_email: str
    contact_name: str
    organisation: str
    phone: str
    words: Mapping[str, str]


@transaction.atomic
def import_contacts(lines: Sequence[Given], *, actor: Actor, at: datetime) -> Imported:
    """Write down who some lines say our customers are, all in one transaction.

    The mail address decides whom a line is about, and an empty cell changes nothing. Who is new
    belongs to the organisation of the mail domain unless the line names another. About fifteen
    statements for any number up to a thousand.
    """
    actor.require(Permission.IMPORT_CASES)
    take_turns()
    result = Imported()
    named: list[tuple[ContactLine, int | None]] = []
    readable = read_all(lines, result=result)
    organisations = organisations_called({one.organisation for one in readable} - {""})
    phones = phones_of(one.phone for one in readable if one.phone)
    before = holders_at({one.contact_email for one in readable})
    for line in readable:
        try:
            refuse_others_phone(line, phones, holder=before.get(line.contact_email))
            named.append((line, organisation_of(line, organisations)))
        except Refusal as refusal:
            result.refused.append(Refused(line.given, refusal.sentence, refusal.next_step))
        else:
            if line.phone:
                phones.setdefault(line.phone, before.get(line.contact_email, 0))
    keep_contacts(named, before=before, result=result, actor=actor, at=at)
    result.refused.sort(key=lambda one: one.given.number)
    if result.added or result.changed:
        told = CustomersImported(added=len(result.added), changed=len(result.changed))
        publish(told, at=at)
    return result


def keep_contacts(
    named: Sequence[tuple[ContactLine, int | None]],
    *,
    before: Mapping[str, int],
    result: Imported,
    actor: Actor,
    at: datetime,
) -> None:
    """Meet whom nobody knows, change what is said anew, and write history."""
    holders = contacts_at([line for line, _organisation in named], actor=actor, at=at)
    rows = rows_locked(set(holders.values()))
    numbers = dict(
        ContactAddress.objects.filter(kind=AddressKind.PHONE, contact__in=rows).values_list(
            "value", "contact_id"
        )
    )
    changed: list[Contact] = []
    calls: list[ContactAddress] = []
    history: list[Line] = []
    for line, organisation in named:
        row = rows[holders[line.contact_email]]
        fields = apply(line, row, organisation=organisation)
        if fields:
            changed.append(row)
        if line.phone and line.phone not in numbers:
            is_first = row.pk not in numbers.values()
            numbers[line.phone] = row.pk
            fields.append("phone")
            calls.append(phone_row(row, line.phone, is_first=is_first))
        key = (CONTACTS, line.contact_email)
        if line.contact_email not in before:
            result.added.append(key)
        elif fields:
            result.changed.append(key)
            facts = {"fields": " ".join(sorted(fields))}
            history.append(Line(Action.CONTACT_EDITED, "contact", row.pk, facts))
        else:
            result.unchanged.append(key)
    Contact.objects.bulk_update(changed, KEPT, batch_size=AT_A_TIME)
    # A call taken at this moment may have brought a number of theirs: whoever had it first keeps it.
    ContactAddress.objects.bulk_create(calls, batch_size=AT_A_TIME, ignore_conflicts=True)
    record_all(history, actor=actor, at=at)


def rows_locked(contacts: set[int]) -> dict[int, Contact]:
    """Return contacts by id, locked in the order of their ids, so that nobody waits crosswise."""
    return Contact.objects.select_for_update(of=("self",)).order_by("pk").in_bulk(contacts)


def apply(line: ContactLine, row: Contact, *, organisation: int | None) -> list[str]:
    """Put what a line says on a contact; return the fields that are different now."""
    wanted: dict[str, Any] = {name: text for name, text in line.words.items() if text}
    if line.contact_name:
        wanted["name"] = line.contact_name
    if organisation is not None:
        wanted["organisation_id"] = organisation
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    return [name.removesuffix("_id") for name in changed]


def phone_row(contact: Contact, number: str, *, is_first: bool) -> ContactAddress:
    """Return a telephone number of a contact, not yet stored."""
    return ContactAddress(
        contact=contact, kind=AddressKind.PHONE, value=number, is_primary=is_first
    )


# ---- what lines say --------------------------------------------------------------------------


def read_all(lines: Sequence[Given], *, result: Imported) -> list[ContactLine]:
    """Return the lines that can be read; the others are refused."""
    kept = []
    for given in lines:
        try:
            kept.append(read_one(given))
        except Refusal as refusal:
            result.refused.append(Refused(given, refusal.sentence, refusal.next_step))
    return kept


def read_one(given: Given) -> ContactLine:
    """Return what a line says.

    Raises:
        Refusal: a cell cannot be meant.
    """
    fields = given.said if isinstance(given.said, Mapping) else {}
    said = {name: str(value).strip() for name, value in fields.items()}
    email = said.get("email", "")
    if not email:
        raise bad(_("%(field)s is missing.") % {"field": "email"})
    timezone = said.get("timezone", "")
    if timezone and timezone not in available_timezones():
        raise bad(
            _("There is no time zone “%(name)s”.") % {"name": timezone[:60]},
            next_step=_("Write it like Europe/Oslo."),
        )
    phone = said.get("phone", "")
    words = {
        name: one_line(said.get(name, ""), longest=longest) for name, longest in LONGEST.items()
    }
    return ContactLine(
        given=given,
        contact_email=usable_address(AddressKind.MAIL, email),
        contact_name=words.pop("name"),
        organisation=one_line(said.get("organisation", ""), longest=160),
        phone=usable_address(AddressKind.PHONE, phone) if phone else "",
        words={**words, "timezone": timezone},
    )


def organisation_of(line: ContactLine, found: Mapping[str, list[int]]) -> int | None:
    """Return the organisation that a line names; None if it names none.

    Raises:
        BadLine: there is none, or several of this name.
    """
    if not line.organisation:
        return None
    ids = found.get(line.organisation.lower(), [])
    if len(ids) != 1:
        raise no_organisation(line.organisation, several=bool(ids))
    return ids[0]


def phones_of(numbers: Any) -> dict[str, int]:
    """Return whose some telephone numbers are; one query."""
    rows = ContactAddress.objects.filter(kind=AddressKind.PHONE, value__in=list(numbers))
    return dict(rows.values_list("value", "contact_id"))


def refuse_others_phone(
    line: ContactLine, phones: Mapping[str, int], *, holder: int | None
) -> None:
    """Refuse a telephone number that somebody else has, or an earlier line names.

    Raises:
        BadLine: see the sentence.
    """
    if line.phone and line.phone in phones and phones[line.phone] != holder:
        raise bad(
            _("The telephone number belongs to another customer."),
            next_step=_("Leave the cell empty, or join the two customers if both are one person."),
        )
