"""What was said: messages and their files, which are never altered."""

from django.db import models

from cases.models.case import Case
from cases.states import Channel
from customers.models import Contact
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Direction(models.TextChoices):
    """Which way a message went."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


class Message(TenantModel):
    """One message of a case.

    `text` is the new part, `quoted` what the sender quoted; `html` was cleaned before it was
    stored. A note is for colleagues only. An automatic message has no author.
    """

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, related_name="messages"
    )
    direction = models.CharField(max_length=4, choices=Direction.choices)
    channel = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Channel])
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    text = models.TextField()
    quoted = models.TextField(default="", blank=True)
    html = models.TextField(default="", blank=True)
    mail_id = models.CharField(max_length=250, null=True)  # noqa: DJ001 - not a mail
    is_automatic = models.BooleanField(default=False)
    is_unverified = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_message"
        constraints = [
            tenant_key("cases_message"),
            *same_tenant("cases_message", "case", "contact", "user"),
            models.CheckConstraint(
                condition=~models.Q(direction="in") | models.Q(contact__isnull=False),
                name="cases_message_in_has_contact",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "id"], name="message_case"),
            models.Index(fields=["tenant", "mail_id"], name="message_mail_id"),
        ]

    def __str__(self) -> str:
        return self.direction


class Attachment(TenantModel):
    """A file of a message: its bytes lie in the file store under a random key."""

    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, db_constraint=False, related_name="attachments"
    )
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.IntegerField()
    digest = models.CharField(max_length=64)
    content_id = models.CharField(max_length=250, default="", blank=True)
    key = models.CharField(max_length=120)

    class Meta:
        db_table = "cases_attachment"
        constraints = [
            tenant_key("cases_attachment"),
            *same_tenant("cases_attachment", "message"),
            models.UniqueConstraint(fields=["tenant", "key"], name="cases_attachment_key"),
        ]
        indexes = [models.Index(fields=["tenant", "message"], name="attachment_message")]

    def __str__(self) -> str:
        return self.name
