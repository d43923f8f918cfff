"""Ways to one case without sign-in: mailed to one contact, ending, and revocable."""

from django.db import models

from cases.models.case import Case
from customers.models import Contact
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class CasePass(TenantModel):
    """A mailed link that opens one case for one contact; only the hash of its secret is kept.

    `used_at` is when it was first followed. `ended_at` is when somebody said that it opens nothing
    any more: a colleague (`ended_by`), or the contact.
    """

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, db_constraint=False, related_name="passes"
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
        db_table = "cases_casepass"
        constraints = [
            tenant_key("cases_casepass"),
            *same_tenant("cases_casepass", "case", "contact", "ended_by"),
            models.UniqueConstraint(fields=["tenant", "digest"], name="cases_casepass_digest"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("made_at")), name="cases_casepass_ends"
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "case"],
                condition=models.Q(ended_at__isnull=True),
                name="casepass_case",
            ),
            models.Index(
                fields=["tenant", "contact"],
                condition=models.Q(ended_at__isnull=True),
                name="casepass_contact",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
