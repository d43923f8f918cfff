"""How customers say that a fix was for them: one tap, and words if they like."""

from django.db import models

from problems.models.affected import Affected
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class FixRating(TenantModel):
    """What one customer of the ledger said of one fix: `feeling` from 1 (upset) to 5 (delighted).

    `fixed_at` is when that fix was given to everybody: of a later fix the customer is asked anew.
    Said again, it says what was said last, at `at`. `comment` is for colleagues, empty mostly.
    """

    affected = models.ForeignKey(
        Affected, on_delete=models.CASCADE, db_constraint=False, related_name="ratings"
    )
    fixed_at = models.DateTimeField()
    feeling = models.SmallIntegerField()
    comment = models.CharField(max_length=1000, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "problems_fixrating"
        constraints = [
            tenant_key("problems_fixrating"),
            *same_tenant("problems_fixrating", "affected"),
            models.UniqueConstraint(
                fields=["tenant", "affected", "fixed_at"], name="problems_fixrating_once"
            ),
            models.CheckConstraint(
                condition=models.Q(feeling__range=(1, 5)), name="problems_fixrating_feeling"
            ),
        ]

    def __str__(self) -> str:
        return str(self.feeling)
