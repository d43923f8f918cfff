"""Read one line of an import of what customers have: every field looked at, every no in words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from customers.identity import normal_form
from customers.models import AddressKind
from workflow.refusals import Refusal

INSTALLED, PURCHASE = "installed", "purchase"
LONGEST: Mapping[str, int] = {
    "external_id": 120,
    "kind": 20,
    "contact_email": 254,
    "contact_name": 160,
    "organisation": 160,
    "product": 120,
    "version": 40,
    "region": 40,
    "place": 120,
    "reference": 80,
    "since": 40,
    "until": 40,
    "bought_on": 40,
    "quantity": 12,
}
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(9000, 1, 1)
MOST_AT_ONCE = 1_000_000


class BadLine(Refusal):
    """A line cannot be taken; the sentence says which field and why."""

    code = "bad_line"


@dataclass(frozen=True, kw_only=True)
class BelongingLine:
    """What another system knows: who has what, by its own key.

    `contact_email` or `organisation` (its mail domain or name) is empty. What is installed has
    `since` and `until`, a purchase `bought_on`.
    """

    number: int
    kind: str
    key: str
    contact_email: str
    contact_name: str
    organisation: str
    product: str
    version: str
    reference: str
    region: str
    place: str
    since: date | None
    until: date | None
    bought_on: date | None
    quantity: int


def parse_text(text: str) -> Mapping[str, Any]:
    """Return the fields of a line of JSON.

    Raises:
        BadLine: it is no JSON object.
    """
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise bad(_("The line is not valid JSON.")) from None
    if not isinstance(fields, dict):
        raise bad(_("The line is not a JSON object with fields."))
    return fields


def parse_fields(fields: Mapping[str, Any], *, number: int) -> BelongingLine:
    """Return the line that some fields say; `number` is its place in the file, from 1.

    Raises:
        BadLine: a field is missing, unknown, or makes no sense.
    """
    unknown = sorted(str(name) for name in fields if name not in LONGEST)
    if unknown:
        raise bad(_("There is no field “%(field)s”.") % {"field": unknown[0][:60]})
    said = {name: text_in(fields, name) for name in LONGEST}
    kind = said["kind"].lower() or INSTALLED
    if kind not in (INSTALLED, PURCHASE):
        raise bad(_("kind is none of installed and purchase."))
    refuse_gaps(said, kind=kind)
    line = BelongingLine(
        number=number,
        kind=kind,
        key=said["external_id"],
        contact_email=mail_address_in(said["contact_email"]),
        contact_name=said["contact_name"],
        organisation=said["organisation"],
        product=said["product"],
        version=said["version"],
        reference=said["reference"],
        region=said["region"],
        place=said["place"],
        since=day_in(said, "since"),
        until=day_in(said, "until"),
        bought_on=day_in(said, "bought_on"),
        quantity=quantity_in(said["quantity"]),
    )
    if line.since and line.until and line.until < line.since:
        raise bad(_("until lies before since."))
    return line


def refuse_gaps(said: Mapping[str, str], *, kind: str) -> None:
    """Refuse a line without a key, a product, a holder, or with fields of the other kind.

    Raises:
        BadLine: see the sentence.
    """
    needed = ("external_id", "product", *(("bought_on",) if kind == PURCHASE else ()))
    for name in needed:
        if not said[name]:
            raise bad(_("%(field)s is missing.") % {"field": name})
    if bool(said["contact_email"]) is bool(said["organisation"]):
        raise bad(_("Either contact_email or organisation says whose it is."))
    others = (
        ("bought_on", "quantity") if kind == INSTALLED else ("since", "until", "region", "place")
    )
    for name in others:
        if said[name]:
            raise bad(_("%(field)s does not belong to %(kind)s.") % {"field": name, "kind": kind})


def text_in(fields: Mapping[str, Any], name: str) -> str:
    """Return a text as one line, without blanks around it; a missing one is empty.

    Raises:
        BadLine: it is no text, or too long.
    """
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise bad(_("%(field)s is not a text.") % {"field": name})
    value = " ".join(value.split())
    if len(value) > LONGEST[name]:
        raise bad(
            _("%(field)s is longer than %(limit)s characters.")
            % {"field": name, "limit": LONGEST[name]}
        )
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise bad(_("%(field)s holds characters that are no text.") % {"field": name})
    return value


def mail_address_in(text: str) -> str:
    """Return an e-mail address in the form by which it is found; empty for none.

    Raises:
        BadLine: it is none.
    """
    value = normal_form(AddressKind.MAIL, text)
    if not value:
        return ""
    try:
        validate_email(value)
    except ValidationError:
        raise bad(_("contact_email is not an e-mail address.")) from None
    return value


def day_in(said: Mapping[str, str], name: str) -> date | None:
    """Return a day, or None if nothing is said.

    Raises:
        BadLine: it is none.
    """
    if not said[name]:
        return None
    try:
        day = date.fromisoformat(said[name])
    except ValueError:
        day = date.min
    if not FIRST_DAY <= day <= LAST_DAY:
        raise bad(_("%(field)s is not a day like 2026-03-02.") % {"field": name})
    return day


def quantity_in(text: str) -> int:
    """Return how many were bought; one, if nothing is said.

    Raises:
        BadLine: it is no number of things.
    """
    if not text:
        return 1
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= MOST_AT_ONCE:
        raise bad(_("quantity is not a whole number from 1."))
    return number


def bad(sentence: str, *, next_step: str = "") -> BadLine:
    """Return the refusal of a line."""
    usual = _("Correct the line and import the file again.")
    return BadLine(sentence, next_step=next_step or usual)
