"""What customers have: products by version and place, and what they bought."""

from django.db import models

from customers.models.contact import Contact, Organisation, Product
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class ProductVersion(TenantModel):
    """A version of a product, by the name that customers and departments use."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, db_constraint=False, related_name="versions"
    )
    name = models.CharField(max_length=40)
    released_on = models.DateField(null=True)
    supported_until = models.DateField(null=True)

    class Meta:
        db_table = "customers_productversion"
        constraints = [
            tenant_key("customers_productversion"),
            *same_tenant("customers_productversion", "product"),
            models.UniqueConstraint(
                fields=["tenant", "product", "name"], name="customers_productversion_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


def of_somebody(table: str) -> models.CheckConstraint:
    """Return the rule that a row belongs to a contact or to an organisation, never to both."""
    return models.CheckConstraint(
        condition=models.Q(contact__isnull=False, organisation__isnull=True)
        | models.Q(contact__isnull=True, organisation__isnull=False),
        name=f"{table}_of_somebody",
    )


class InstalledProduct(TenantModel):
    """One thing that a customer uses: which version, where, since and until when.

    What belongs to an organisation belongs to each of its contacts. `reference` is its serial
    number or the customer's own name for it. `external_key` is how the system it came from names
    it, so that a second import changes nothing; empty for what a person wrote down.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="installed"
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="installed",
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, db_constraint=False, related_name="installed"
    )
    version = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    region = models.CharField(max_length=40, default="", blank=True)
    place = models.CharField(max_length=120, default="", blank=True)
    reference = models.CharField(max_length=80, default="", blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    external_key = models.CharField(max_length=120, default="", blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "customers_installedproduct"
        constraints = [
            tenant_key("customers_installedproduct"),
            *same_tenant(
                "customers_installedproduct", "contact", "organisation", "product", "version"
            ),
            of_somebody("customers_installedproduct"),
            models.UniqueConstraint(
                fields=["tenant", "external_key"],
                condition=~models.Q(external_key=""),
                name="customers_installedproduct_key",
            ),
            models.CheckConstraint(
                condition=models.Q(since__isnull=True)
                | models.Q(until__isnull=True)
                | models.Q(until__gte=models.F("since")),
                name="customers_installedproduct_span",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "product", "version"], name="installed_product"),
            models.Index(fields=["tenant", "contact"], name="installed_contact"),
            models.Index(fields=["tenant", "organisation"], name="installed_organisation"),
        ]

    def __str__(self) -> str:
        return self.reference


class Purchase(TenantModel):
    """Something that a customer bought; `external_key` as with what is installed."""

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="purchases"
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="purchases",
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, db_constraint=False, related_name="purchases"
    )
    version = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    quantity = models.IntegerField(default=1)
    reference = models.CharField(max_length=80, default="", blank=True)
    bought_on = models.DateField()
    external_key = models.CharField(max_length=120, default="", blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "customers_purchase"
        constraints = [
            tenant_key("customers_purchase"),
            *same_tenant("customers_purchase", "contact", "organisation", "product", "version"),
            of_somebody("customers_purchase"),
            models.UniqueConstraint(
                fields=["tenant", "external_key"],
                condition=~models.Q(external_key=""),
                name="customers_purchase_key",
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="customers_purchase_quantity"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "product", "version"], name="purchase_product"),
            models.Index(fields=["tenant", "contact", "-bought_on"], name="purchase_contact"),
            models.Index(
                fields=["tenant", "organisation", "-bought_on"], name="purchase_organisation"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
