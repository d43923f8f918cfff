"""Who of the demo's customers has which version of a product, and where."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from customers.models import (
    AddressKind,
    Contact,
    ContactAddress,
    InstalledProduct,
    Product,
    ProductVersion,
)
from servicedesk.demo.customers import Customer, customer

# Neither those of the stories nor those who write besides.
FIRST_HOLDER = 1600
HAD_FOR = timedelta(days=60)


def let_customers_have(
    version: ProductVersion,
    *,
    region: str,
    known: Sequence[Contact],
    how_many: int,
    at: datetime,
) -> None:
    """Let so many customers of a region have something: those known, and others beside them."""
    others = how_many - len(known)
    holders = [*known, *people([customer(FIRST_HOLDER + number) for number in range(others)], at)]
    InstalledProduct.objects.bulk_create(
        [
            InstalledProduct(
                contact=contact,
                product_id=version.product_id,
                version=version,
                region=region,
                since=(at - HAD_FOR).date(),
                changed_at=at,
            )
            for contact in holders
        ],
        batch_size=500,
    )


def people(plans: Sequence[Customer], at: datetime) -> list[Contact]:
    """Return contacts with a mail address each; those who are known by it already stay."""
    taken = set(
        ContactAddress.objects.filter(value__in=[one.email for one in plans]).values_list(
            "value", flat=True
        )
    )
    fresh = [one for one in plans if one.email not in taken]
    made = Contact.objects.bulk_create([Contact(name=one.name, created_at=at) for one in fresh])
    ContactAddress.objects.bulk_create(
        [
            ContactAddress(
                contact=contact,
                kind=AddressKind.MAIL,
                value=one.email,
                is_primary=True,
                verified_at=at,
            )
            for contact, one in zip(made, fresh, strict=True)
        ]
    )
    known = Contact.objects.filter(addresses__value__in=taken)
    return [*known, *made]


def version_of(product: Product, name: str) -> ProductVersion:
    """Return the version of a product by its name, made if need be."""
    version, _is_new = ProductVersion.objects.get_or_create(product=product, name=name)
    return version
