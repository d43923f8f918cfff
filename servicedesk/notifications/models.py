"""What somebody is to be told: one row for each person and occasion."""

from django.db import models

from cases.models import Case, Message
from customers.models import Contact
from knowledge.models import Article
from problems.models import Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class NotificationKind(models.TextChoices):
    """Why somebody is told; each has its texts in templates/mail/."""

    RECEIPT = "receipt"
    ANSWER = "answer"
    CASE_RESOLVED = "case_resolved"
    CASE_REOPENED = "case_reopened"
    WORKAROUND = "workaround"
    ESTIMATE = "estimate"
    PROBLEM_RESOLVED = "problem_resolved"
    PROBLEM_REOPENED = "problem_reopened"
    PORTAL_LINK = "portal_link"
    ASSIGNED = "assigned"
    REFUSED = "refused"
    CLOCK_WARNED = "clock_warned"
    CLOCK_BREACHED = "clock_breached"
    WEBHOOK_OFF = "webhook_off"


class Notification(TenantModel):
    """One thing that one person is told once; `key` keeps it once.

    The text is composed when it is sent, from the records that it refers to: nothing of it is
    stored here. `mail_id` is the Message-ID that a repeat carries too.
    """

    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=NotificationKind.choices)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    mail_id = models.CharField(max_length=250)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "servicedesk_notification"
        constraints = [
            tenant_key("servicedesk_notification"),
            *same_tenant(
                "servicedesk_notification",
                "contact",
                "user",
                "case",
                "message",
                "problem",
                "article",
            ),
            models.UniqueConstraint(fields=["tenant", "key"], name="servicedesk_notification_key"),
            models.CheckConstraint(
                condition=models.Q(contact__isnull=False) | models.Q(user__isnull=False),
                name="servicedesk_notification_for_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "user", "-id"], name="notification_user"),
            models.Index(fields=["tenant", "contact", "-created_at"], name="notification_contact"),
            models.Index(fields=["tenant", "mail_id"], name="notification_mail_id"),
            models.Index(
                fields=["tenant", "created_at"],
                condition=models.Q(kind="receipt"),
                name="notification_receipt",
            ),
            models.Index(
                fields=["tenant", "contact", "created_at"],
                condition=models.Q(kind="receipt"),
                name="notification_receipt_to",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Wording(TenantModel):
    """One edition of the tenant's own words for a mail or a stage; the newest is in force.

    `code` names the text (see `wordings`); an edition without a text is the way back to ours.
    Editions are never changed, so that it stays known who said what and since when.
    """

    code = models.CharField(max_length=40)
    language = models.CharField(max_length=12, default="en")
    subject = models.CharField(max_length=200, default="", blank=True)
    text = models.TextField(default="", blank=True)
    saved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "servicedesk_wording"
        constraints = [
            tenant_key("servicedesk_wording"),
            *same_tenant("servicedesk_wording", "saved_by"),
        ]
        indexes = [
            models.Index(fields=["tenant", "code", "language", "-id"], name="wording_newest")
        ]

    def __str__(self) -> str:
        return self.code
