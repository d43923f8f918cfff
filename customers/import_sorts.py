"""What files may be about: the columns of each, an example, and who takes the lines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from customers.belonging_lines import INSTALLED, PURCHASE
from customers.having import plain_version
from customers.identity import normal_form
from customers.importing import Given, Imported, import_belongings, slug_of
from customers.importing_by_line import (
    one_by_one,
    take_organisation,
    take_product,
    take_segment,
)
from customers.importing_contacts import CONTACTS, import_contacts
from customers.models import AddressKind
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Fields = Mapping[str, str]
TakeLines = Callable[[Sequence[Given], Actor, datetime], Imported]
IMPORTS, CONFIGURES = Permission.IMPORT_CASES, Permission.CONFIGURE


class NoSuchSort(Refusal):
    """No file can be about this."""

    code = "no_such_sort"
    status = 404


@dataclass(frozen=True, kw_only=True)
class Sort:
    """What a file is about.

    `example` is one line by column: its names are the columns, in the order of the template.
    `key_of` says what a line is about, by which a second one is known; `key_words` calls it so.
    """

    code: str
    label: Callable[[], str]
    says: Callable[[], str]
    example: Mapping[str, str]
    needed: tuple[str, ...]
    needs: tuple[Permission, ...]
    key_of: Callable[[Fields], str]
    key_words: str
    take: TakeLines

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the template."""
        return tuple(self.example)

    def is_for(self, actor: Actor) -> bool:
        """Whether somebody may import such files."""
        return all(actor.may(permission) for permission in self.needs)


def sort_named(code: str) -> Sort:
    """Return what a code means.

    Raises:
        NoSuchSort: no file can be about it.
    """
    found = next((sort for sort in SORTS if sort.code == code), None)
    if found is None:
        raise NoSuchSort(
            _("There is nothing of this sort to import."), next_step=_("Choose one of the list.")
        )
    return found


def cell(fields: Fields, name: str) -> str:
    """Return a cell in the form by which lines are compared."""
    return " ".join(fields.get(name, "").lower().split())


def belongings_of_kind(kind: str, lines: Sequence[Given], actor: Actor, at: datetime) -> Imported:
    """Take lines about what is installed, or about purchases; empty cells are left out."""
    given = []
    for line in lines:
        said = line.said if isinstance(line.said, Mapping) else {}
        cells = {name: value for name, value in said.items() if value.strip()}
        given.append(Given(line.number, {"kind": kind, **cells}))
    return import_belongings(given, seen={}, actor=actor, at=at)


def contacts(lines: Sequence[Given], actor: Actor, at: datetime) -> Imported:
    """Take lines about customers."""
    return import_contacts(lines, actor=actor, at=at)


def each_by(sort: str, take: Callable[[Fields, Actor, datetime], str]) -> TakeLines:
    """Return who takes each line for itself."""

    def take_lines(lines: Sequence[Given], actor: Actor, at: datetime) -> Imported:
        return one_by_one(lines, sort=sort, take=take, actor=actor, at=at)

    return take_lines


def key_of_organisation(fields: Fields) -> str:
    """Return the mail domain of an organisation, else its name."""
    return cell(fields, "domain").removeprefix("@") or cell(fields, "name")


def key_of_product(fields: Fields) -> str:
    """Return a product and its version as they are compared."""
    return f"{slug_of(cell(fields, 'product'))}\n{plain_version(cell(fields, 'version'))}"


HOLDER = {"contact_email": "ingrid@example.org", "contact_name": "Ingrid Solheim"}
SORTS = (
    Sort(
        code="organisations",
        label=lambda: _("Organisations"),
        says=lambda: _("Companies that are customers; found by mail domain, else by name"),
        example={
            "name": "Solheim AS",
            "domain": "solheim.example",
            "region": "North",
            "segment": "Retail",
        },
        needed=("name",),
        needs=(IMPORTS,),
        key_of=key_of_organisation,
        key_words="domain or name",
        take=each_by("organisations", take_organisation),
    ),
    Sort(
        code=CONTACTS,
        label=lambda: _("Customers"),
        says=lambda: _("People, found by mail address; an empty cell changes nothing"),
        example={
            "email": "ingrid@solheim.example",
            "name": "Ingrid Solheim",
            "organisation": "solheim.example",
            "phone": "+47 900 11 234",
            "language": "en",
            "timezone": "Europe/Oslo",
            "tier": "gold",
            "region": "North",
        },
        needed=("email",),
        needs=(IMPORTS,),
        key_of=lambda fields: normal_form(AddressKind.MAIL, fields.get("email", "")),
        key_words="email",
        take=contacts,
    ),
    Sort(
        code="products",
        label=lambda: _("Products and versions"),
        says=lambda: _("What customers have, by name; with a version where the line names one"),
        example={
            "product": "Router X",
            "version": "2.0",
            "released_on": "2025-01-15",
            "supported_until": "2028-01-15",
        },
        needed=("product",),
        needs=(IMPORTS, CONFIGURES),
        key_of=key_of_product,
        key_words="product and version",
        take=each_by("products", take_product),
    ),
    Sort(
        code=INSTALLED,
        label=lambda: _("Installed base"),
        says=lambda: _("Who has what installed where; found by external_id, ended by until"),
        example={
            "external_id": "cmdb-17",
            **HOLDER,
            "organisation": "",
            "product": "Router X",
            "version": "2.0",
            "region": "North",
            "place": "Cellar",
            "reference": "SN-4012",
            "since": "2025-03-02",
            "until": "",
        },
        needed=("external_id", "product"),
        needs=(IMPORTS,),
        key_of=lambda fields: " ".join(fields.get("external_id", "").split()),
        key_words="external_id",
        take=partial(belongings_of_kind, INSTALLED),
    ),
    Sort(
        code=PURCHASE,
        label=lambda: _("Purchases"),
        says=lambda: _("Who bought what when; found by external_id"),
        example={
            "external_id": "order-9",
            "contact_email": "",
            "contact_name": "",
            "organisation": "solheim.example",
            "product": "Router X",
            "version": "2.0",
            "reference": "Order 77",
            "bought_on": "2025-02-01",
            "quantity": "3",
        },
        needed=("external_id", "product", "bought_on"),
        needs=(IMPORTS,),
        key_of=lambda fields: " ".join(fields.get("external_id", "").split()),
        key_words="external_id",
        take=partial(belongings_of_kind, PURCHASE),
    ),
    Sort(
        code="segments",
        label=lambda: _("Segments"),
        says=lambda: _("Sorts of customers by a rule, in JSON as routing rules are written"),
        example={"name": "Gold in the north", "rule": '{"fact": "tier", "is": "gold"}'},
        needed=("name", "rule"),
        needs=(IMPORTS, CONFIGURES),
        key_of=lambda fields: cell(fields, "name"),
        key_words="name",
        take=each_by("segments", take_segment),
    ),
)
