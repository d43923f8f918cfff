"""Take in what other systems know that customers have: by their keys, once each, none lost."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Model
from django.db.models.functions import Lower
from django.utils.text import slugify
from django.utils.translation import gettext as _

from customers.belonging_lines import (
    INSTALLED,
    PURCHASE,
    BadLine,
    BelongingLine,
    bad,
    parse_fields,
    parse_text,
)
from customers.events import BelongingsChanged
from customers.having import plain_version
from customers.identity import PUBLIC_MAIL_DOMAINS
from customers.import_turns import take_turns
from customers.models import (
    AddressKind,
    Contact,
    ContactAddress,
    InstalledProduct,
    Organisation,
    Product,
    ProductVersion,
    Purchase,
)
from workflow.history.actions import Action
from workflow.history.recording import Line, record, record_all
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

Key = tuple[str, str]
"""Kind and external key of something that somebody has."""
MODELS: Mapping[str, type[Any]] = {INSTALLED: InstalledProduct, PURCHASE: Purchase}
BOTH = ("contact_id", "organisation_id", "product_id", "version_id", "reference")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    INSTALLED: (*BOTH, "region", "place", "since", "until"),
    PURCHASE: (*BOTH, "bought_on", "quantity"),
}
AT_A_TIME = 1000


@dataclass(frozen=True)
class Given:
    """One line as it came: its number from 1, and JSON or fields."""

    number: int
    said: str | Mapping[str, Any]


@dataclass(frozen=True)
class Refused:
    """A line that was not taken, and why."""

    given: Given
    sentence: str
    next_step: str = ""


@dataclass
class Imported:
    """What became of a batch: keys that are new, changed or as they were, and refused lines.

    `ended` are those of the changed ones whose customer has them no more by this line.
    """

    added: list[Key] = field(default_factory=list)
    changed: list[Key] = field(default_factory=list)
    unchanged: list[Key] = field(default_factory=list)
    ended: list[Key] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    @property
    def keys(self) -> list[Key]:
        """Everything that ought to be there now."""
        return [*self.added, *self.changed, *self.unchanged]


@transaction.atomic
def import_belongings(
    lines: Sequence[Given], *, seen: dict[Key, int], actor: Actor, at: datetime
) -> Imported:
    """Write down what some lines say, all in one transaction; what is there already is compared.

    The external key decides what a line is about: a second run changes nothing. `seen` are the
    keys of earlier lines by their number, to which those of these are added: what a file says
    twice is refused, since nobody can know which counts. Missing products, versions and contacts
    are made; an organisation has to be there. Imports of one tenant take turns. About twenty
    statements for each batch and thousand rows.
    """
    actor.require(Permission.IMPORT_CASES)
    take_turns()
    result = Imported()
    parsed = list(readable(lines, seen=seen, result=result))
    known = Known.of([line for _given, line in parsed], actor=actor, at=at)
    wanted: dict[Key, dict[str, Any]] = {}
    for given, line in parsed:
        try:
            wanted[line.kind, line.key] = known.columns_of(line)
        except BadLine as refusal:
            result.refused.append(Refused(given, refusal.sentence, refusal.next_step))
    touched: Counter[tuple[int, str]] = Counter()
    for kind in MODELS:
        rows = {key: values for (one, key), values in wanted.items() if one == kind}
        touched += keep_rows(kind, rows, result=result, at=at)
    result.refused.sort(key=lambda one: one.given.number)
    tell(touched, actor=actor, at=at)
    return result


def readable(
    lines: Sequence[Given], *, seen: dict[Key, int], result: Imported
) -> Iterable[tuple[Given, BelongingLine]]:
    """Yield the lines that can be read; the others are refused."""
    for given in lines:
        try:
            fields = parse_text(given.said) if isinstance(given.said, str) else given.said
            line = parse_fields(fields, number=given.number)
            first = seen.setdefault((line.kind, line.key), given.number)
            if first != given.number:
                raise bad(_("Line %(number)d has the same external_id.") % {"number": first})
        except BadLine as refusal:
            result.refused.append(Refused(given, refusal.sentence, refusal.next_step))
        else:
            yield given, line


def keep_rows(
    kind: str, rows: Mapping[str, dict[str, Any]], *, result: Imported, at: datetime
) -> Counter[tuple[int, str]]:
    """Add what is missing and change what is different; return how many by product.

    Three queries for each thousand rows.
    """
    model, columns = MODELS[kind], COLUMNS[kind]
    there = {
        one.external_key: one
        for some in pieces(sorted(rows))
        for one in model.objects.select_for_update(of=("self",)).filter(external_key__in=some)
    }
    touched: Counter[tuple[int, str]] = Counter()
    added, changed = [], []
    for key, values in rows.items():
        row = there.get(key)
        if row is None:
            added.append(model(external_key=key, changed_at=at, **values))
            result.added.append((kind, key))
            touched[values["product_id"], "added"] += 1
        elif all(getattr(row, name) == values[name] for name in columns):
            result.unchanged.append((kind, key))
        else:
            touched.update({(one, "changed"): 1 for one in {row.product_id, values["product_id"]}})
            if has_ended(values, at=at) and not has_ended(
                {"until": getattr(row, "until", None)}, at=at
            ):
                result.ended.append((kind, key))
            for name in columns:
                setattr(row, name, values[name])
            row.changed_at = at
            changed.append(row)
            result.changed.append((kind, key))
    model.objects.bulk_create(added, batch_size=AT_A_TIME)
    model.objects.bulk_update(changed, [*columns, "changed_at"], batch_size=AT_A_TIME)
    return touched


def has_ended(values: Mapping[str, Any], *, at: datetime) -> bool:
    """Return whether the last day of something is over."""
    until = values.get("until")
    return until is not None and until < at.date()


def tell(touched: Counter[tuple[int, str]], *, actor: Actor, at: datetime) -> None:
    """Write a line of history for each product that was touched, and tell of it."""
    for product_id, ways in groupby(sorted(touched), key=lambda one: one[0]):
        counts = {way: touched[product_id, way] for _product, way in ways}
        product = Product(pk=product_id)
        record(Action.BELONGINGS_IMPORTED, product, actor=actor, at=at, changes=counts)
        publish(BelongingsChanged(product_id=product_id), at=at)


def keys_there(keys: Iterable[Key]) -> int:
    """Return how many of some keys are in the database; one query a thousand and kind."""
    found = 0
    by_kind: dict[str, list[str]] = {}
    for kind, key in set(keys):
        by_kind.setdefault(kind, []).append(key)
    for kind, names in by_kind.items():
        for some in pieces(sorted(names)):
            found += MODELS[kind].objects.filter(external_key__in=some).count()
    return found


def pieces(items: Sequence[str]) -> Iterable[Sequence[str]]:
    """Return a thousand at a time."""
    return (items[begin : begin + AT_A_TIME] for begin in range(0, len(items), AT_A_TIME))


# ---- what lines name -------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What a batch names: contacts by address, organisations, products and versions by name."""

    contacts: Mapping[str, int]
    organisations: Mapping[str, list[int]]
    products: Mapping[str, int]
    versions: Mapping[tuple[int, str], int]

    @classmethod
    def of(cls, lines: Sequence[BelongingLine], *, actor: Actor, at: datetime) -> "Known":
        """Look up everything that some lines name; make what may be made."""
        products = products_named({line.product for line in lines})
        return cls(
            contacts=contacts_at(lines, actor=actor, at=at),
            organisations=organisations_called({line.organisation for line in lines} - {""}),
            products=products,
            versions=versions_named(
                {(products[slug_of(one.product)], one.version) for one in lines}
            ),
        )

    def columns_of(self, line: BelongingLine) -> dict[str, Any]:
        """Return the columns that a line says.

        Raises:
            BadLine: there is no such organisation, or several.
        """
        product = self.products[slug_of(line.product)]
        whole: dict[str, Any] = {
            "contact_id": self.contacts.get(line.contact_email),
            "organisation_id": self.organisation_of(line) if line.organisation else None,
            "product_id": product,
            "version_id": self.versions.get((product, plain_version(line.version))),
        }
        rest = {name: getattr(line, name) for name in COLUMNS[line.kind] if name not in whole}
        return {**whole, **rest}

    def organisation_of(self, line: BelongingLine) -> int:
        """Return the organisation that a line names.

        Raises:
            BadLine: there is none, or several of this name.
        """
        found = self.organisations.get(line.organisation.lower(), [])
        if len(found) != 1:
            raise no_organisation(line.organisation, several=bool(found))
        return found[0]


def no_organisation(name: str, *, several: bool) -> BadLine:
    """Return the refusal of a line that names an organisation which is not there, or twice."""
    if several:
        sentence = _("There are several organisations “%(name)s”; send the mail domain.")
        return bad(sentence % {"name": name}, next_step=_("Write the mail domain instead."))
    sentence = _("There is no organisation “%(name)s”.")
    return bad(sentence % {"name": name}, next_step=_("Import the organisation first."))


class NamesContact(Protocol):
    """A line that names somebody by address; the name counts for whom nobody knows yet."""

    @property
    def contact_email(self) -> str:
        """The address in its normal form, or nothing."""

    @property
    def contact_name(self) -> str:
        """What the person is called, or nothing."""


def contacts_at(lines: Sequence[NamesContact], *, actor: Actor, at: datetime) -> dict[str, int]:
    """Return the contacts at the addresses of some lines; those we do not know are met.

    Five queries for any number. Somebody else who meets the same person meanwhile wins.
    """
    names = {line.contact_email: line.contact_name for line in reversed(lines)}
    names.pop("", None)
    found = holders_at(names)
    unknown = sorted(set(names) - set(found))
    if not unknown:
        return found
    domains = {address.rpartition("@")[2] for address in unknown} - PUBLIC_MAIL_DOMAINS
    owners = dict(
        Organisation.objects.annotate(at=Lower("domain"))
        .filter(at__in=domains)
        .values_list("at", "pk")
    )
    made = Contact.objects.bulk_create(
        [
            Contact(
                name=(names[address] or address.partition("@")[0])[:160],
                organisation_id=owners.get(address.rpartition("@")[2]),
                created_at=at,
            )
            for address in unknown
        ],
        batch_size=AT_A_TIME,
    )
    ContactAddress.objects.bulk_create(
        [
            ContactAddress(contact=contact, kind=AddressKind.MAIL, value=address, is_primary=True)
            for contact, address in zip(made, unknown, strict=True)
        ],
        batch_size=AT_A_TIME,
        ignore_conflicts=True,
    )
    found = holders_at(names)
    kept = set(found.values())
    Contact.objects.filter(pk__in=[one.pk for one in made if one.pk not in kept]).delete()
    record_all(
        [Line(Action.CONTACT_CREATED, "contact", one.pk, {}) for one in made if one.pk in kept],
        actor=actor,
        at=at,
    )
    return found


def holders_at(addresses: Iterable[str]) -> dict[str, int]:
    """Return who has some mail addresses; one query."""
    rows = ContactAddress.objects.filter(kind=AddressKind.MAIL, value__in=list(addresses))
    return dict(rows.values_list("value", "contact_id"))


def organisations_called(names: Iterable[str]) -> dict[str, list[int]]:
    """Return the organisations of some mail domains or names, in small letters; two queries."""
    wanted = sorted({name.lower() for name in names})
    found: dict[str, list[int]] = {}
    for column in ("name", "domain"):
        rows = Organisation.objects.annotate(called=Lower(column)).filter(called__in=wanted)
        here: dict[str, list[int]] = {}
        for called, pk in rows.values_list("called", "pk"):
            here.setdefault(called, []).append(pk)
        # A domain is one organisation's alone, so it counts before a name.
        found |= here
    return found


def products_named(names: Iterable[str]) -> dict[str, int]:
    """Return the products of some names by short name; those that are missing are made."""
    wanted = {slug_of(name): name for name in sorted(names)}
    found = dict(Product.objects.filter(slug__in=list(wanted)).values_list("slug", "pk"))
    missing = [Product(name=name, slug=slug) for slug, name in wanted.items() if slug not in found]
    return found | {one.slug: one.pk for one in Product.objects.bulk_create(missing)}


def versions_named(wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Return versions by product and plain name; those that are missing are made."""
    names = {(product, plain_version(name)): name for product, name in sorted(wanted) if name}
    products = {product for product, _name in names}
    found = {
        (one.product_id, plain_version(one.name)): one.pk
        for one in ProductVersion.objects.filter(product_id__in=products)
    }
    missing = [
        ProductVersion(product_id=key[0], name=name)
        for key, name in names.items()
        if key not in found
    ]
    made: list[Model] = list(ProductVersion.objects.bulk_create(missing))
    new = [key for key in names if key not in found]
    return found | {key: one.pk for key, one in zip(new, made, strict=True)}


def slug_of(name: str) -> str:
    """Return the short form by which a product is found, whatever the letters' case."""
    return slugify(name, allow_unicode=True)[:80] or "product"
