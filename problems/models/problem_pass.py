"""Ways to one problem's page without sign-in: mailed to one contact, ending, and revocable."""

from django.db import models

from customers.models import Contact
from problems.models.problem import Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class ProblemPass(TenantModel):
    """A mailed link that opens one problem's page for one contact; only its secret's hash is kept.

    It is for those who were told of a problem without a case. `used_at` is when it was first
    followed. `ended_at` is when somebody said that it opens nothing any more: a colleague
    (`ended_by`), the contact, or the program.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="passes"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )

    class Meta:
        db_table = "problems_problempass"
        constraints = [
            tenant_key("problems_problempass"),
            *same_tenant("problems_problempass", "problem", "contact", "ended_by"),
            models.UniqueConstraint(
                fields=["tenant", "digest"], name="problems_problempass_digest"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("made_at")),
                name="problems_problempass_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "problem", "id"],
                condition=models.Q(ended_at__isnull=True),
                name="problempass_problem",
            ),
            models.Index(
                fields=["tenant", "contact"],
                condition=models.Q(ended_at__isnull=True),
                name="problempass_contact",
            ),
            models.Index(fields=["tenant", "ends_at"], name="problempass_ends"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
