"""Who else takes part in a case: somebody a customer copied, and whether we let them in."""

from django.db import models

from cases.models.case import Case
from cases.models.conversation import Message
from customers.models import Contact
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class ParticipantState(models.TextChoices):
    """How far somebody got."""

    ASKED = "asked"
    LET_IN = "let_in"
    REMOVED = "removed"


class Participant(TenantModel):
    """Somebody besides the contact of a case, at one mail address.

    `asked` means that a customer copied this address: it sees nothing and is told nothing until
    somebody lets it in. Only then is there a contact behind it. `removed` was left out or taken
    out again, and being copied once more changes nothing about that. `decided_at` and who decided
    belong to the last change.
    """

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, db_constraint=False, related_name="participants"
    )
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=160, default="", blank=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=ParticipantState.choices, default="asked")
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_user = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    decided_by_contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )

    class Meta:
        db_table = "cases_participant"
        constraints = [
            tenant_key("cases_participant"),
            *same_tenant(
                "cases_participant",
                "case",
                "contact",
                "message",
                "decided_by_user",
                "decided_by_contact",
            ),
            models.UniqueConstraint(
                fields=["tenant", "case", "address"], name="cases_participant_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="let_in")
                | models.Q(contact__isnull=False, decided_at__isnull=False),
                name="cases_participant_let_in_by_decision",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "let_in", "removed"]),
                name="cases_participant_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "contact", "case"],
                condition=models.Q(state="let_in"),
                name="participant_let_in",
            ),
        ]

    def __str__(self) -> str:
        return self.state

    @property
    def shown_name(self) -> str:
        """The name that the sender gave, or the address without it."""
        return self.name or self.address
