"""Who has a product: what is installed at a customer or the organisation, and what was bought."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, Exists, F, Func, Lookup, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf, Trim
from django.db.models.lookups import Exact

from customers.models import Contact, InstalledProduct, Product, ProductVersion, Purchase
from customers.queries import active_products

BEGINS_LIKE = ("version", "release", "ver.", "ver", "v.", "v")


class Today(Func):
    """The day in UTC when the statement runs."""

    template = "CURRENT_DATE"
    output_field = DateField()


TODAY = Today()


@dataclass(frozen=True, kw_only=True)
class Things:
    """What a contact has, alone or through the organisation: what is newest stands first."""

    installed: list[InstalledProduct]
    purchases: list[Purchase]

    @property
    def product_ids(self) -> set[int]:
        """The products of everything."""
        installed = {one.product_id for one in self.installed}
        return installed | {one.product_id for one in self.purchases}


def things_of(contact_id: int) -> Things:
    """Return all that a contact has or had, product and version loaded; two queries."""
    return Things(
        installed=list(in_use_first(installed_of(contact_id))),
        purchases=list(purchases_of(contact_id).order_by("-bought_on", "-id")),
    )


def in_use_first(rows: QuerySet[InstalledProduct]) -> QuerySet[InstalledProduct]:
    """Return what is installed in the order of a list: without an end first, then the latest end."""
    return rows.order_by(F("until").desc(nulls_first=True), "-id")


def installed_of(contact_id: int) -> QuerySet[InstalledProduct]:
    """Return what is or was installed at a contact or the organisation, with names."""
    rows = InstalledProduct.objects.filter(theirs(contact_id))
    return rows.select_related("product", "version", "organisation")


def purchases_of(contact_id: int) -> QuerySet[Purchase]:
    """Return what a contact or the organisation bought, with names."""
    rows = Purchase.objects.filter(theirs(contact_id))
    return rows.select_related("product", "version", "organisation")


def theirs(contact_id: int) -> Q:
    """Return the condition of belonging to a contact or the organisation."""
    organisation = Contact.objects.filter(pk=contact_id, organisation__isnull=False)
    return Q(contact_id=contact_id) | Q(organisation_id__in=organisation.values("organisation_id"))


def contacts_having(
    *,
    product_id: int,
    version_id: int | None = None,
    region: str = "",
    on: date | Today = TODAY,
) -> QuerySet[Contact]:
    """Return who has a product on a day, themselves or through the organisation; one query.

    With a version only who has just that one. The region is where the thing stands, else where
    the customer is, else the organisation. What was bought counts while nothing of that product
    was installed at the same customer: an installation knows better which version it is.
    """
    installed = installed_on(on).filter(product_id=product_id)
    bought = bought_by(on).filter(product_id=product_id)
    if version_id is not None:
        installed = installed.filter(version_id=version_id)
        bought = bought.filter(version_id=version_id)
    contacts = Contact.objects.filter(joined_to__isnull=True)
    if not region:
        return contacts.filter(holders_of(installed) | holders_of(bought))
    here = holders_of(installed.filter(is_text("region", region)))
    anywhere = holders_of(installed.filter(region="")) | holders_of(bought)
    return contacts.filter(here | (anywhere & Q(is_in_region(region))))


def installed_on(on: date | Today = TODAY) -> QuerySet[InstalledProduct]:
    """Return what is installed and has not ended before a day."""
    return InstalledProduct.objects.filter(Q(until__isnull=True) | Q(until__gte=on)).order_by()


def bought_by(on: date | Today = TODAY) -> QuerySet[Purchase]:
    """Return what was bought until a day by whom nothing of that product was installed."""
    known = InstalledProduct.objects.filter(product=OuterRef("product"))
    return (
        Purchase.objects.filter(bought_on__lte=on)
        .filter(
            ~Exists(known.filter(contact__isnull=False, contact=OuterRef("contact"))),
            ~Exists(
                known.filter(organisation__isnull=False, organisation=OuterRef("organisation"))
            ),
        )
        .order_by()
    )


def holders_of(rows: QuerySet[Any]) -> Q:
    """Return the condition of being one whom some rows belong to, oneself or by organisation.

    It is true or false, never unknown, so that it can be turned round.
    """
    own = rows.filter(contact__isnull=False).values("contact_id")
    of_all = rows.filter(organisation__isnull=False).values("organisation_id")
    return Q(pk__in=own) | Q(organisation__isnull=False, organisation_id__in=of_all)


def is_in_region(region: str) -> "Lookup[Any]":
    """Return the condition that a contact, or without a region the organisation, is in one."""
    return Exact(region_known(), Value(region.strip().lower()))


def region_known() -> Coalesce:
    """Return where a contact is, else the organisation, in small letters; empty for not known."""
    return Coalesce(
        NullIf(Lower(Trim("region")), Value("")),
        Lower(Trim("organisation__region")),
        Value(""),
    )


def is_text(column: str, text: str) -> "Lookup[Any]":
    """Return the condition that a column holds a text, however it is capitalised."""
    return Exact(Lower(Trim(column)), Value(text.strip().lower()))


def products_with_versions() -> list[tuple[Product, list[ProductVersion]]]:
    """Return the products that may be named, by name, each with its versions, newest first.

    Two queries.
    """
    versions: dict[int, list[ProductVersion]] = {}
    for version in ProductVersion.objects.filter(product__is_active=True).order_by("-id"):
        versions.setdefault(version.product_id, []).append(version)
    return [(one, versions.get(one.pk, [])) for one in active_products()]


def version_named(product_id: int, name: str) -> ProductVersion | None:
    """Return the version of a product that people call so, or None; one query, none for no name.

    Case and a leading “version” or “v” do not matter.
    """
    wanted = plain_version(name)
    if not wanted:
        return None
    versions = ProductVersion.objects.filter(product_id=product_id).order_by("id")
    return next((one for one in versions if plain_version(one.name) == wanted), None)


def plain_version(name: str) -> str:
    """Return a version's name as it is compared: small letters, no “version” before a digit."""
    words = " ".join(name.split()).lower()
    for beginning in BEGINS_LIKE:
        rest = words.removeprefix(beginning).lstrip()
        if rest != words and rest[:1].isdigit():
            return rest
    return words
