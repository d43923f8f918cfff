"""Every mail that came, as it came, and what became of it."""

from django.db import models

from cases.models import Case, Message
from problems.models import Problem
from servicedesk.mail.mailboxes import Mailbox
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class MailOutcome(models.TextChoices):
    """What became of a mail."""

    RECEIVED = "received"
    CASE = "case"
    MESSAGE = "message"
    ACTED = "acted"
    NOTED = "noted"
    DUPLICATE = "duplicate"
    LOOP = "loop"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


class RawMail(TenantModel):
    """One mail, stored before anybody reads it; its bytes are never changed.

    `received` means that it is yet to be read. Everything else is an end; what was quarantined
    waits on the admin's page. `problem` is what a colleague's answer acted on. `decided_*` say which colleague ended that, when and why; the reason
    is a person's words and therefore stands here and not in the history.
    """

    raw = models.BinaryField()
    digest = models.CharField(max_length=64)
    size = models.IntegerField()
    mail_id = models.CharField(max_length=250, default="", blank=True)
    delivered_to = models.CharField(max_length=254, default="", blank=True)
    # Null when nobody said it; empty is the null sender of bounces.
    envelope_sender = models.CharField(max_length=254, null=True)  # noqa: DJ001
    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    outcome = models.CharField(max_length=11, choices=MailOutcome.choices, default="received")
    reason = models.CharField(max_length=200, default="", blank=True)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    received_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    decided_because = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        db_table = "servicedesk_rawmail"
        constraints = [
            tenant_key("servicedesk_rawmail"),
            *same_tenant(
                "servicedesk_rawmail", "mailbox", "case", "message", "problem", "decided_by"
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome__in=["case", "message"])
                | models.Q(message__isnull=False, case__isnull=False),
                name="servicedesk_rawmail_ends_somewhere",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome__in=["acted", "noted"])
                | models.Q(problem__isnull=False),
                name="servicedesk_rawmail_acts_on_something",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="quarantined") | ~models.Q(reason=""),
                name="servicedesk_rawmail_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "digest"], name="rawmail_digest"),
            models.Index(fields=["tenant", "mail_id"], name="rawmail_mail_id"),
            models.Index(
                fields=["received_at"],
                condition=models.Q(outcome="received"),
                name="rawmail_unread",
            ),
            models.Index(
                fields=["tenant", "-id"],
                condition=models.Q(outcome="quarantined"),
                name="rawmail_quarantine",
            ),
            models.Index(
                fields=["tenant", "-decided_at", "-id"],
                condition=models.Q(decided_at__isnull=False),
                name="rawmail_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.outcome
