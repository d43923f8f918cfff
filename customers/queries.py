"""Read customers and what they have."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from customers.models import AddressKind, Contact, ContactAddress, Product
from workflow.tenancy.kept_queries import kept

FOUND_AT_MOST = 8
SHORTEST_WORDS = 2
FEWEST_DIGITS = 4
# A number with and without its country's code, or with a zero before the area, ends alike.
DIGITS_COMPARED = 8


def active_products() -> list[Product]:
    """Return the products that a customer may name, by name; one query."""
    return products_by_name()


@kept()
def products_by_name() -> QuerySet[Product]:
    """Return active products in the order of a list."""
    return Product.objects.filter(is_active=True).order_by("name", "id")


def product_called(slug: str) -> Product | None:
    """Return an active product by its short name, or None; one query, none for an empty name."""
    if not slug:
        return None
    return Product.objects.filter(is_active=True, slug=slug).first()


def contact_with_id(contact_id: int) -> Contact | None:
    """Return a contact with the organisation, or None; one query.

    Whoever was joined with another contact is that one.
    """
    both = ("organisation", "joined_to", "joined_to__organisation")
    contact = Contact.objects.select_related(*both).filter(pk=contact_id).first()
    return contact if contact is None or contact.joined_to is None else contact.joined_to


def was_joined_to(contact_id: int, *, kept_id: int) -> bool:
    """Whether a contact is the same person as another one; no query for the same id, else one."""
    return (
        contact_id == kept_id
        or Contact.objects.filter(pk=contact_id, joined_to_id=kept_id).exists()
    )


def contacts_found(words: str) -> list[Contact]:
    """Return at most 8 contacts by a part of name, mail address or telephone number; one query.

    A number is found however it is written. Adds `known_addresses`, a list of at most five.
    """
    wanted = " ".join(words.replace("\x00", "").split())[:120]
    if len(wanted) < SHORTEST_WORDS:
        return []
    addresses = Q(value__contains=wanted.lower())
    digits = "".join(each for each in wanted if each.isdecimal())
    if len(digits) >= FEWEST_DIGITS and not any(each.isalpha() for each in wanted):
        ending = digits.lstrip("0")[-DIGITS_COMPARED:]
        addresses |= Q(kind=AddressKind.PHONE, value__contains=ending)
    holders = ContactAddress.objects.filter(addresses).order_by().values("contact_id")[:200]
    return list(
        with_addresses(
            Contact.objects.filter(Q(name__icontains=wanted) | Q(pk__in=holders)).filter(
                joined_to__isnull=True
            )
        ).order_by("name", "id")[:FOUND_AT_MOST]
    )


def contact_to_show(contact_id: int) -> Contact | None:
    """Return a contact with organisation and `known_addresses`, or None; one query."""
    return with_addresses(Contact.objects.filter(pk=contact_id)).first()


def with_addresses(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Add the organisation and `known_addresses`, the first five, to contacts."""
    addresses = ContactAddress.objects.filter(contact=OuterRef("pk")).order_by("-is_primary", "id")
    return contacts.select_related("organisation").annotate(
        known_addresses=ArraySubquery(addresses.values("value")[:5])
    )


def region_of(contact: Contact) -> str:
    """Return where a customer is, in the tenant's words, else where its organisation is.

    At most one query.
    """
    if contact.region or contact.organisation is None:
        return contact.region
    return contact.organisation.region
