"""Take in cases that another system holds: line by line, once each, and none lost."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cases.conversation import LONGEST_TEXT
from cases.lifecycle import LOOK_AGAIN_AFTER, open_case, service_department
from cases.models import Case
from cases.states import Channel
from customers.entitlements import levels_in_order
from customers.identity import contact_behind, normal_form
from customers.models import AddressKind, Contact, ContactAddress, Entitlement, Product
from workflow.clocks.models import ServiceLevel
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.refusals import Refusal
from workflow.tenancy.scope import tenant_of_the_scope

# A case that was opened longer ago is history: nobody promises to answer it in time from now on.
OLD_AFTER = timedelta(hours=1)
FIRST_MOMENT = datetime(1990, 1, 1, tzinfo=UTC)
LONGEST = {"external_id": 120, "contact_email": 254, "contact_name": 160, "product": 120}


class BadLine(Refusal):
    """A line cannot become a case; the sentence says which field and why."""

    code = "bad_line"


@dataclass(frozen=True)
class Line:
    """One line of a file: its number from 1, and the text as it came."""

    number: int
    text: str


@dataclass(frozen=True, kw_only=True)
class OldCase:
    """A case as another system knew it; `opened_at` is aware."""

    external_id: str
    contact_email: str
    contact_name: str
    subject: str
    body: str
    opened_at: datetime
    channel: Channel
    product: str


@dataclass(frozen=True)
class Refused:
    """A line that did not become a case, and why."""

    line: Line
    sentence: str


@dataclass
class Imported:
    """What became of a batch: ids that were opened now, that were there, and refused lines."""

    opened: list[str] = field(default_factory=list)
    there_already: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def parse_line(text: str, *, at: datetime) -> OldCase:
    """Read one line of JSON.

    Raises:
        BadLine: it is no JSON object, or a field is missing or makes no sense.
    """
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise bad(_("The line is not valid JSON.")) from None
    if not isinstance(fields, dict):
        raise bad(_("The line is not a JSON object with fields."))
    subject, body = text_in(fields, "subject"), text_in(fields, "body")
    if not subject and not body:
        raise bad(_("Subject and body are both empty."))
    return OldCase(
        external_id=text_in(fields, "external_id", is_needed=True),
        contact_email=mail_address_in(fields),
        contact_name=text_in(fields, "contact_name"),
        subject=subject,
        body=body,
        opened_at=moment_in(fields, at=at),
        channel=channel_in(fields),
        product=text_in(fields, "product"),
    )


def bad(sentence: str) -> BadLine:
    """Return the refusal of a line."""
    return BadLine(sentence, next_step=_("Correct the line and import the file again."))


def text_in(fields: dict[str, Any], name: str, *, is_needed: bool = False) -> str:
    """Return a text without blanks around it; a missing one is empty unless needed."""
    value = fields.get(name)
    if value is None:
        value = ""
    if isinstance(value, int) and not isinstance(value, bool) and name == "external_id":
        value = str(value)
    if not isinstance(value, str):
        raise bad(_("%(field)s is not a text.") % {"field": name})
    value = value.strip()
    if is_needed and not value:
        raise bad(_("%(field)s is missing.") % {"field": name})
    if len(value) > LONGEST.get(name, LONGEST_TEXT):
        raise bad(
            _("%(field)s is longer than %(limit)s characters.")
            % {"field": name, "limit": LONGEST.get(name, LONGEST_TEXT)}
        )
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise bad(_("%(field)s holds characters that are no text.") % {"field": name})
    return value


def mail_address_in(fields: dict[str, Any]) -> str:
    """Return the e-mail address of the contact in the form by which it is found."""
    value = normal_form(AddressKind.MAIL, text_in(fields, "contact_email", is_needed=True))
    try:
        validate_email(value)
    except ValidationError:
        raise bad(_("contact_email is not an e-mail address.")) from None
    return value


def moment_in(fields: dict[str, Any], *, at: datetime) -> datetime:
    """Return when the case was opened, in UTC; it needs a zone and lies in the past."""
    text = text_in(fields, "opened_at", is_needed=True)
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise bad(_("opened_at is not a time like 2026-03-02T09:15:00+01:00."))
    if moment.tzinfo is None:
        raise bad(_("opened_at has no time zone."))
    if not FIRST_MOMENT < moment <= at:
        raise bad(_("opened_at lies in the future, or before 1990."))
    return moment.astimezone(UTC)


def channel_in(fields: dict[str, Any]) -> Channel:
    """Return the channel; without one it is the import itself."""
    text = text_in(fields, "channel").lower()
    try:
        return Channel(text) if text else Channel.IMPORT
    except ValueError:
        raise bad(
            _("channel is none of %(channels)s.")
            % {"channels": ", ".join(channel.value for channel in Channel)}
        ) from None


@transaction.atomic
def import_lines(lines: Sequence[Line], *, actor: Actor, at: datetime) -> Imported:
    """Open a case for each line that is not known yet, all in one transaction.

    `external_id` decides: a line whose case is there changes nothing. Cases opened more than an
    hour before `at` start no clocks; nobody gets a receipt. Imports of one tenant take turns.
    About eight statements for each new case, eight for a batch.
    """
    take_turns()
    result = Imported()
    parsed: list[tuple[Line, OldCase]] = []
    for line in lines:
        try:
            parsed.append((line, parse_line(line.text, at=at)))
        except BadLine as refusal:
            result.refused.append(Refused(line=line, sentence=str(refusal)))
    known = known_ids([old.external_id for _line, old in parsed])
    known_here = KnownHere(
        contacts=contacts_at([old.contact_email for _line, old in parsed]),
        products=products_named([old.product for _line, old in parsed]),
        service=service_department(),
        usual=usual_level(),
    )
    known_here.find_entitled()
    opened: list[int] = []
    for line, old in parsed:
        if old.external_id in known:
            result.there_already.append(old.external_id)
            continue
        try:
            case = import_case(old, known=known_here, actor=actor, at=at)
        except Refusal as refusal:
            result.refused.append(Refused(line=line, sentence=str(refusal)))
            continue
        known.add(old.external_id)
        opened.append(case.pk)
        result.opened.append(old.external_id)
    # An old case is looked at from now on, not since the day it was opened.
    Case.objects.filter(pk__in=opened, next_look_at__lt=at).update(
        next_look_at=at + LOOK_AGAIN_AFTER
    )
    return result


@dataclass
class KnownHere:
    """What a batch looks up once: contacts by address, products by slug, the usual promise.

    `entitled` are the ids of contacts and organisations who were promised something else.
    """

    contacts: dict[str, Contact]
    products: dict[str, Product]
    service: Department
    usual: ServiceLevel | None
    entitled_contacts: set[int | None] = field(default_factory=set)
    entitled_organisations: set[int | None] = field(default_factory=set)

    def find_entitled(self) -> None:
        """Look up who has an entitlement of any kind; one query."""
        for contact_id, organisation_id in Entitlement.objects.values_list(
            "contact_id", "organisation_id"
        ):
            self.entitled_contacts.add(contact_id)
            self.entitled_organisations.add(organisation_id)
        self.entitled_contacts.discard(None)
        self.entitled_organisations.discard(None)

    def promise_to(self, contact: Contact) -> ServiceLevel | None:
        """Return the usual service level, or None for somebody whose entitlement decides."""
        is_entitled = (
            contact.pk in self.entitled_contacts
            or contact.organisation_id in self.entitled_organisations
        )
        return None if is_entitled else self.usual


def import_case(old: OldCase, *, known: KnownHere, actor: Actor, at: datetime) -> Case:
    """Open one case as it was opened then."""
    contact = known.contacts.get(old.contact_email)
    if contact is None:
        contact = contact_behind(
            old.contact_email, name=old.contact_name, actor=actor, at=old.opened_at
        )
        known.contacts[old.contact_email] = contact
    return open_case(
        contact=contact,
        subject=old.subject,
        text=old.body or old.subject,
        channel=old.channel,
        product=known.products.get(slug_of(old.product)) if old.product else None,
        external_id=old.external_id,
        may_acknowledge=False,
        runs_clocks=old.opened_at > at - OLD_AFTER,
        service_level=known.promise_to(contact),
        queue=known.service,
        actor=actor,
        at=old.opened_at,
    )


def usual_level() -> ServiceLevel | None:
    """Return the level that serves everybody without a right, or None if the case decides.

    One query. Where another level says of itself which cases it serves, each case is looked at.
    """
    levels = levels_in_order()
    if any(level.version is not None and level.version.applies_when for level in levels):
        return None
    return next((level for level in levels if level.is_default), None)


def take_turns() -> None:
    """Wait until no other import of the tenant is at work; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{tenant_of_the_scope()}:import"],
        )


def known_ids(external_ids: Sequence[str]) -> set[str]:
    """Return which of the ids have a case; one query."""
    return {
        external_id
        for external_id in Case.objects.filter(external_id__in=external_ids).values_list(
            "external_id", flat=True
        )
        if external_id is not None
    }


def contacts_at(addresses: Sequence[str]) -> dict[str, Contact]:
    """Return the known contacts by e-mail address; one query."""
    return {
        address.value: address.contact
        for address in ContactAddress.objects.filter(
            kind=AddressKind.MAIL, value__in=set(addresses)
        ).select_related("contact", "contact__organisation")
    }


def products_named(names: Sequence[str]) -> dict[str, Product]:
    """Return the products of these names by slug; those that are missing are made."""
    wanted = {slug_of(name): name for name in names if name}
    if not wanted:
        return {}
    found = {product.slug: product for product in Product.objects.filter(slug__in=wanted)}
    for slug, name in wanted.items():
        if slug not in found:
            found[slug] = Product.objects.create(name=name, slug=slug)
    return found


def slug_of(name: str) -> str:
    """Return the short form by which a product is found, whatever the letters' case."""
    return slugify(name, allow_unicode=True)[:80] or "product"
