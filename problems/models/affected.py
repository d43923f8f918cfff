"""The ledger of those whom a problem affects: how found, what they were told, what they said."""

from django.db import models

from customers.models import Contact
from problems.models.broadcast import Broadcast
from problems.models.problem import Problem
from problems.models.scope import Scope
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key

# Where two contacts who are one person both stood in a ledger, a row stayed with the joined one.
OF_PEOPLE = models.Q(contact__joined_to__isnull=True)
# Whom a problem affects now: what it reached once and reaches no more stays in the ledger's past.
PRESENT = OF_PEOPLE & models.Q(left_at__isnull=True)


HOW_FOUND = ("case", "me_too", "product", "version", "region", "segment")
# Who follows a problem without having it stands in no list; the row holds what they were told.
FOLLOWS = "follow"


class Affected(TenantModel):
    """One contact whom a problem affects: how found, and how far the solution came.

    `found` is the strongest reason that holds now, in the order of `problems.reasons.STRONGEST`; `me_too_at` is when
    the customer said so without a case, and stays true whatever else comes and goes.
    The times tell when each was so for the first time: told anything, a message delivered, one
    seen by the customer, on a workaround (`workaround_at`), the permanent solution applied, and
    confirmed by the customer. `left_at` is when nothing linked the contact to the problem any more.
    `excused_at` names an exception: the problem may close although this customer lives on a
    workaround, and `excuse` says why. Whoever follows the problem and was never affected has a row
    of the past (`FOLLOWS`), so that they are told by the same rules and once, also if they join.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="affected"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    found = models.CharField(max_length=8, choices=[(how, how) for how in (*HOW_FOUND, FOLLOWS)])
    scope = models.ForeignKey(
        Scope, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    found_at = models.DateTimeField()
    me_too_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    workaround_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    excuse = models.CharField(max_length=200, default="", blank=True)
    excused_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    excused_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_affected"
        constraints = [
            tenant_key("problems_affected"),
            *same_tenant("problems_affected", "problem", "contact", "scope", "excused_by"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "contact"], name="problems_affected_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(found=FOLLOWS) | models.Q(left_at__isnull=False),
                name="problems_affected_follows",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "problem", "id"], name="affected_problem")]

    def __str__(self) -> str:
        return self.found


class Told(TenantModel):
    """One message of a problem that a contact was told: once for each occasion.

    `at` is when it was decided that the contact is told; the other times are what was seen of it
    since: the mail left, no answer said that it failed (`delivered_at`), the contact read it in the
    portal or followed its link (`seen_at`), or it came back (`bounced_at`).
    """

    affected = models.ForeignKey(
        Affected, on_delete=models.CASCADE, db_constraint=False, related_name="told"
    )
    message = models.CharField(max_length=40)
    channel = models.CharField(max_length=8)
    broadcast = models.ForeignKey(
        Broadcast, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="told"
    )
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_told"
        constraints = [
            tenant_key("problems_told"),
            *same_tenant("problems_told", "affected", "broadcast"),
            models.UniqueConstraint(
                fields=["tenant", "affected", "message"], name="problems_told_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "broadcast", "id"],
                condition=models.Q(broadcast__isnull=False),
                name="told_by_broadcast",
            ),
            # What left and is neither known to have arrived nor to have come back.
            models.Index(
                fields=["tenant", "sent_at"],
                condition=models.Q(
                    sent_at__isnull=False, delivered_at__isnull=True, bounced_at__isnull=True
                ),
                name="told_under_way",
            ),
        ]

    def __str__(self) -> str:
        return self.message
