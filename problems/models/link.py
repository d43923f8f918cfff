"""Which case belongs to which problem, how sure, and who said so."""

from django.db import models

from cases.models import Case
from problems.models.problem import Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class LinkKind(models.TextChoices):
    """What a link says. A suggestion is not a link until a person confirms it."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    SIMILAR = "similar"


class CaseLink(TenantModel):
    """One case and one problem; `score` is per mille, `evidence` the shared words and weights."""

    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, related_name="links"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, related_name="links"
    )
    kind = models.CharField(max_length=10, choices=LinkKind.choices)
    score = models.SmallIntegerField(null=True)
    evidence = models.JSONField(default=dict)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "problems_caselink"
        constraints = [
            tenant_key("problems_caselink"),
            *same_tenant("problems_caselink", "problem", "case", "decided_by"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "case"], name="problems_caselink_once"
            ),
            models.UniqueConstraint(
                fields=["tenant", "case"],
                condition=models.Q(kind="confirmed"),
                name="problems_caselink_one_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "kind"], name="caselink_case"),
            models.Index(fields=["tenant", "problem", "kind", "id"], name="caselink_problem"),
            models.Index(
                fields=["tenant", "id"],
                condition=models.Q(kind="suggested"),
                name="caselink_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
