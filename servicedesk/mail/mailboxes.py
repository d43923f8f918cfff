"""The tenant's mail addresses: what brings their mail, and what is known of it."""

from django.db import models
from django.db.models.functions import Lower

from workflow.branding import Brand
from workflow.people.models import Department
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Incoming(models.TextChoices):
    """What brings a mailbox's mail."""

    NONE = "none"
    LISTENER = "listener"
    IMAP = "imap"


class Security(models.TextChoices):
    """How the connection to an IMAP server is kept private; there is none without."""

    TLS = "tls"
    STARTTLS = "starttls"


class Afterwards(models.TextChoices):
    """What becomes of a message at the IMAP server once it is stored here."""

    SEEN = "seen"
    MOVE = "move"


class FetchFault(models.TextChoices):
    """Why the last fetch failed; the page has a sentence for each."""

    NOTHING = ""
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    FOLDER = "folder"
    SECRET = "secret"  # noqa: S105 a code, not a secret
    BROKEN = "broken"


class Mailbox(TenantModel):
    """One mail address of the tenant: its brand, the queue of its cases, and what brings its mail.

    The password is sealed. `uid_validity` and `last_uid` say how far the folder was fetched, both
    0 while nothing was; `next_fetch_at` is when tick looks again, null where nothing is fetched.
    """

    address = models.EmailField(max_length=254)
    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, db_constraint=False, related_name="mailboxes"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    incoming = models.CharField(max_length=8, choices=Incoming.choices, default=Incoming.LISTENER)
    is_active = models.BooleanField(default=True)
    host = models.CharField(max_length=253, default="", blank=True)
    port = models.IntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security.choices, default=Security.TLS)
    username = models.CharField(max_length=254, default="", blank=True)
    sealed_password = models.TextField(default="", blank=True)
    folder = models.CharField(max_length=200, default="INBOX", blank=True)
    afterwards = models.CharField(max_length=4, choices=Afterwards.choices, default=Afterwards.SEEN)
    move_to = models.CharField(max_length=200, default="", blank=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    last_fetched_at = models.DateTimeField(null=True)
    next_fetch_at = models.DateTimeField(null=True)
    last_error = models.CharField(
        max_length=11, choices=FetchFault.choices, default=FetchFault.NOTHING, blank=True
    )
    failures = models.IntegerField(default=0)

    class Meta:
        db_table = "servicedesk_mailbox"
        constraints = [
            tenant_key("servicedesk_mailbox"),
            *same_tenant("servicedesk_mailbox", "brand", "department"),
            models.UniqueConstraint("tenant", Lower("address"), name="servicedesk_mailbox_address"),
            models.CheckConstraint(
                condition=~models.Q(incoming="imap", is_active=True)
                | models.Q(next_fetch_at__isnull=False),
                name="servicedesk_mailbox_is_looked_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_fetch_at"],
                condition=models.Q(incoming="imap", is_active=True),
                name="mailbox_due",
            ),
        ]

    def __str__(self) -> str:
        return self.address


def mailboxes_in_use() -> models.QuerySet[Mailbox]:
    """Return the mailboxes that are not switched off."""
    return Mailbox.objects.filter(is_active=True)
