"""What invented customers have: versions of the products, and who uses which, where, since when."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from customers.models import InstalledProduct, Product, ProductVersion, Purchase
from servicedesk.seeding.loading import load

VERSIONS = ("2023", "2024", "2025", "2026")
REGIONS = ("North", "East", "South", "West")
# The share of customers who have a product of their own, and of those who bought it from us.
SHARE_WITH_PRODUCT, SHARE_BOUGHT = 0.7, 0.5
LONGEST_HAD = 700  # days


def add_versions() -> dict[int, list[int]]:
    """Return the ids of each product's versions by the product's id, made if need be."""
    known = set(ProductVersion.objects.values_list("product_id", flat=True))
    ProductVersion.objects.bulk_create(
        [
            ProductVersion(product=product, name=name)
            for product in Product.objects.order_by("id")
            if product.pk not in known
            for name in VERSIONS
        ]
    )
    found: dict[int, list[int]] = {}
    for pk, product_id in ProductVersion.objects.order_by("id").values_list("pk", "product_id"):
        found.setdefault(product_id, []).append(pk)
    return found


def give_products(contacts: Sequence[int], *, seed: int, at: datetime) -> None:
    """Let most of some new customers have a product, and half of those have bought it from us."""
    chance = random.Random(seed)  # noqa: S311 - the same data every time, no secret
    versions = list(add_versions().items())
    installed, bought = [], []
    for contact in contacts:
        if chance.random() >= SHARE_WITH_PRODUCT:
            continue
        product, of_product = chance.choice(versions)
        version, region = chance.choice(of_product), chance.choice(REGIONS)
        since = (at - timedelta(days=chance.randrange(LONGEST_HAD))).date()
        installed.append((contact, product, version, region, since, at))
        if chance.random() < SHARE_BOUGHT:
            bought.append((contact, product, version, since, at))
    columns = ("contact_id", "product_id", "version_id")
    load(InstalledProduct, (*columns, "region", "since", "changed_at"), installed)
    load(Purchase, (*columns, "bought_on", "changed_at"), bought)
