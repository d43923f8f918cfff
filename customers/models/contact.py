"""Whom we serve: organisations, people, what they bought and what they were promised."""

from django.db import models
from django.db.models.functions import Lower

from workflow.clocks.models import ServiceLevel
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Organisation(TenantModel):
    """A company that is a customer; mail from its domain belongs to it.

    `region` and `segment` are the tenant's own words for where it is and what sort it is.
    """

    name = models.CharField(max_length=160)
    domain = models.CharField(max_length=253, default="", blank=True)
    region = models.CharField(max_length=40, default="", blank=True)
    segment = models.CharField(max_length=40, default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "customers_organisation"
        constraints = [
            tenant_key("customers_organisation"),
            models.UniqueConstraint(
                "tenant",
                Lower("domain"),
                condition=~models.Q(domain=""),
                name="customers_organisation_domain",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(TenantModel):
    """One person, whatever the channel; the addresses are rows of their own.

    A prospect is somebody who asked and is not a customer yet; `became_customer_at` is when a
    prospect became one, empty for those who always were. Who was found to be the same person as
    another one is `joined_to` that one, to whom everything went (customers/joining.py).
    """

    name = models.CharField(max_length=160)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="contacts",
    )
    language = models.CharField(max_length=12, default="en")
    timezone = models.CharField(max_length=64, default="UTC")
    tier = models.CharField(max_length=40, default="", blank=True)
    region = models.CharField(max_length=40, default="", blank=True)
    may_be_mailed = models.BooleanField(default=True)
    is_prospect = models.BooleanField(default=False)
    became_customer_at = models.DateTimeField(null=True)
    sees_organisation = models.BooleanField(default=False)
    joined_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        db_table = "customers_contact"
        constraints = [
            tenant_key("customers_contact"),
            *same_tenant("customers_contact", "organisation", "joined_to"),
            models.CheckConstraint(
                condition=~models.Q(joined_to=models.F("id")), name="customers_contact_not_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "organisation"], name="contact_organisation"),
            models.Index(
                fields=["tenant", "joined_to"],
                condition=models.Q(joined_to__isnull=False),
                name="contact_joined_to",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Preference(TenantModel):
    """What a contact wants to be told by mail, and when not; without a row everything, always.

    Quiet hours are times of day in the contact's time zone and may pass midnight; both or none.
    `wants_call` says that the contact asked to be called instead of written to. `away_until` is the
    last day of an absence; `away_said_at` is when a machine last answered for its owner.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    mail_answers = models.BooleanField(default=True)
    mail_progress = models.BooleanField(default=True)
    mail_solutions = models.BooleanField(default=True)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    wants_call = models.BooleanField(default=False)
    away_until = models.DateField(null=True)
    away_said_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "customers_preference"
        constraints = [
            tenant_key("customers_preference"),
            *same_tenant("customers_preference", "contact"),
            models.UniqueConstraint(
                fields=["tenant", "contact"], name="customers_preference_contact"
            ),
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="customers_preference_quiet",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AddressKind(models.TextChoices):
    """What sort of address."""

    MAIL = "mail"
    PHONE = "phone"
    SOCIAL = "social"
    CHAT = "chat"


class ContactAddress(TenantModel):
    """An address of a contact; `value` is kept in the form by which it is found.

    `bounced_at` is when mail to it came back for good, `bounced_status` the other server's code.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, db_constraint=False, related_name="addresses"
    )
    kind = models.CharField(max_length=8, choices=AddressKind.choices)
    value = models.CharField(max_length=254)
    is_primary = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    bounced_status = models.CharField(max_length=12, default="", blank=True)

    class Meta:
        db_table = "customers_contactaddress"
        constraints = [
            tenant_key("customers_contactaddress"),
            *same_tenant("customers_contactaddress", "contact"),
            models.UniqueConstraint(
                fields=["tenant", "kind", "value"], name="customers_contactaddress_value"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "contact"], name="contactaddress_contact")]

    def __str__(self) -> str:
        return self.kind


class Product(TenantModel):
    """Something that customers have and problems are about."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "customers_product"
        constraints = [
            tenant_key("customers_product"),
            models.UniqueConstraint(fields=["tenant", "slug"], name="customers_product_slug"),
        ]

    def __str__(self) -> str:
        return self.name


class EntitlementKind(models.TextChoices):
    """What gives the right: the strongest one decides (contract, asset, product, account)."""

    ACCOUNT = "account"
    PRODUCT = "product"
    ASSET = "asset"
    CONTRACT = "contract"


class Entitlement(TenantModel):
    """A service level that an organisation or contact has a right to, for a time.

    `reference` names the contract or the asset as the customer's papers do. With a product it
    counts for cases about that product alone.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    service_level = models.ForeignKey(
        ServiceLevel, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    kind = models.CharField(
        max_length=8, choices=EntitlementKind.choices, default=EntitlementKind.ACCOUNT
    )
    reference = models.CharField(max_length=80, default="", blank=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "customers_entitlement"
        constraints = [
            tenant_key("customers_entitlement"),
            *same_tenant(
                "customers_entitlement", "organisation", "contact", "product", "service_level"
            ),
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) | models.Q(contact__isnull=False),
                name="customers_entitlement_for_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=EntitlementKind.values),
                name="customers_entitlement_kind_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="product") | models.Q(product__isnull=False),
                name="customers_entitlement_names_product",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "organisation"], name="entitlement_organisation"),
            models.Index(fields=["tenant", "contact"], name="entitlement_contact"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PortalLink(TenantModel):
    """A way into the portal that was mailed to a contact: it ends, and may be used up.

    Only the hash of its secret is kept; the secret is made when the mail is written.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "customers_portallink"
        constraints = [
            tenant_key("customers_portallink"),
            *same_tenant("customers_portallink", "contact"),
            models.UniqueConstraint(fields=["tenant", "digest"], name="customers_portallink_key"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PortalSession(TenantModel):
    """A contact's stay in the portal; the cookie holds the secret, this row its hash."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "customers_portalsession"
        constraints = [
            tenant_key("customers_portalsession"),
            *same_tenant("customers_portalsession", "contact"),
            models.UniqueConstraint(
                fields=["tenant", "digest"], name="customers_portalsession_key"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Joining(TenantModel):
    """That two contacts were found to be one person, and whether that was taken back."""

    kept = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    joined = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    joined_at = models.DateTimeField()
    joined_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    parted_at = models.DateTimeField(null=True)
    parted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )

    class Meta:
        db_table = "customers_joining"
        constraints = [
            tenant_key("customers_joining"),
            *same_tenant("customers_joining", "kept", "joined", "joined_by", "parted_by"),
            models.UniqueConstraint(
                fields=["tenant", "joined"],
                condition=models.Q(parted_at__isnull=True),
                name="customers_joining_in_force",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "kept", "-id"], name="joining_kept")]

    def __str__(self) -> str:
        return str(self.pk)


class JoinedRow(TenantModel):
    """One row that moved with a joining, by the code of its kind; it can go back."""

    joining = models.ForeignKey(
        Joining, on_delete=models.CASCADE, db_constraint=False, related_name="rows"
    )
    code = models.CharField(max_length=20)
    row = models.BigIntegerField()

    class Meta:
        db_table = "customers_joinedrow"
        constraints = [
            tenant_key("customers_joinedrow"),
            *same_tenant("customers_joinedrow", "joining"),
            models.UniqueConstraint(
                fields=["tenant", "joining", "code", "row"], name="customers_joinedrow_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code
