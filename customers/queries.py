"""Read customers and what they have."""

from customers.models import Contact, Product


def active_products() -> list[Product]:
    """Return the products that a customer may name, by name; one query."""
    return list(Product.objects.filter(is_active=True).order_by("name", "id"))


def product_called(slug: str) -> Product | None:
    """Return an active product by its short name, or None; one query, none for an empty name."""
    if not slug:
        return None
    return Product.objects.filter(is_active=True, slug=slug).first()


def contact_with_id(contact_id: int) -> Contact | None:
    """Return a contact with the organisation, or None; one query."""
    return Contact.objects.select_related("organisation").filter(pk=contact_id).first()
