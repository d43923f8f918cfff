"""Calls by telephone: who called, what came of it."""

from django.db import models

from cases.models.case import Case
from cases.models.conversation import Message
from customers.models import Contact, Product
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class CallDirection(models.TextChoices):
    """Who rang whom."""

    IN = "in"
    OUT = "out"


class CallOutcome(models.TextChoices):
    """What came of a call."""

    OPENED = "opened"
    CONTINUED = "continued"
    ANSWERED = "answered"
    WRONG_NUMBER = "wrong_number"
    NOT_REACHED = "not_reached"


class PhoneCall(TenantModel):
    """One call. `number` is kept in the form by which it is found, empty if it was withheld.

    What was said stands in `text` while the call has no case, else in `message`.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    number = models.CharField(max_length=40, default="", blank=True)
    direction = models.CharField(max_length=3, choices=CallDirection.choices, default="in")
    outcome = models.CharField(max_length=12, choices=CallOutcome.choices)
    agent = models.ForeignKey(User, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="calls"
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="phone_calls",
    )
    subject = models.CharField(max_length=250, default="", blank=True)
    text = models.TextField(default="", blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        db_table = "cases_phonecall"
        constraints = [
            tenant_key("cases_phonecall"),
            *same_tenant("cases_phonecall", "contact", "agent", "product", "case", "message"),
            models.UniqueConstraint(fields=["tenant", "message"], name="cases_phonecall_message"),
            models.CheckConstraint(
                condition=models.Q(ended_at__gte=models.F("began_at")),
                name="cases_phonecall_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome__in=["opened", "continued"])
                | models.Q(case__isnull=False, contact__isnull=False, message__isnull=False),
                name="cases_phonecall_has_its_case",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-id"], name="phonecall_recent"),
            models.Index(fields=["tenant", "agent", "-id"], name="phonecall_agent"),
            models.Index(fields=["tenant", "outcome", "-id"], name="phonecall_outcome"),
            models.Index(
                fields=["tenant", "contact", "-began_at", "-id"], name="phonecall_contact"
            ),
        ]

    def __str__(self) -> str:
        return self.outcome
