"""The ledger of those whom a problem affects: how found, what they were told, what they said."""

from django.db import models

from customers.models import Contact
from problems.models.problem import Problem
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key

# Where two contacts who are one person both stood in a ledger, a row stayed with the joined one.
OF_PEOPLE = models.Q(contact__joined_to__isnull=True)


class Affected(TenantModel):
    """One contact whom a problem affects."""

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="affected"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    found = models.CharField(
        max_length=8, choices=[(how, how) for how in ("case", "me_too", "product", "segment")]
    )
    found_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_affected"
        constraints = [
            tenant_key("problems_affected"),
            *same_tenant("problems_affected", "problem", "contact"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "contact"], name="problems_affected_once"
            ),
        ]

    def __str__(self) -> str:
        return self.found


class Told(TenantModel):
    """One message of a problem that a contact was told: once for each occasion."""

    affected = models.ForeignKey(
        Affected, on_delete=models.CASCADE, db_constraint=False, related_name="told"
    )
    message = models.CharField(max_length=40)
    channel = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        db_table = "problems_told"
        constraints = [
            tenant_key("problems_told"),
            *same_tenant("problems_told", "affected"),
            models.UniqueConstraint(
                fields=["tenant", "affected", "message"], name="problems_told_once"
            ),
        ]

    def __str__(self) -> str:
        return self.message
