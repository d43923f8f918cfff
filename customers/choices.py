"""What people choose from when they describe customers: products, their versions, regions."""

from django.db.models import QuerySet
from django.db.models.functions import Trim

from customers.models import Contact, InstalledProduct, Organisation, Product, ProductVersion
from customers.queries import active_products

MOST_REGIONS = 200


def products_with_versions() -> list[tuple[Product, list[ProductVersion]]]:
    """Return the products in use by name, each with its versions, the newest first; two queries."""
    products = active_products()
    versions: dict[int, list[ProductVersion]] = {one.pk: [] for one in products}
    for version in ProductVersion.objects.filter(product_id__in=versions).order_by("-id"):
        versions[version.product_id].append(version)
    return [(one, versions[one.pk]) for one in products]


def version_of_product(product_id: int, version_id: int) -> ProductVersion | None:
    """Return a version of a product, or None; one query."""
    return ProductVersion.objects.filter(pk=version_id, product_id=product_id).first()


def regions_known() -> list[str]:
    """Return the regions that customers, organisations or what is installed are in, by name.

    At most 200; one query.
    """
    contacts, organisations = named(Contact.objects.all()), named(Organisation.objects.all())
    found = contacts.union(organisations, named(InstalledProduct.objects.all()))
    return sorted(region for (region,) in found[:MOST_REGIONS])


def named(
    rows: "QuerySet[Contact] | QuerySet[Organisation] | QuerySet[InstalledProduct]",
) -> "QuerySet[Contact, tuple[str]]":
    """Return the regions of some rows, each once."""
    regions = rows.exclude(region="").order_by().annotate(named=Trim("region"))
    return regions.values_list("named").distinct()  # type: ignore[return-value]
