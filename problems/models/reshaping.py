"""Two problems that turned out to be one, and one that turned out to be two."""

from django.db import models

from problems.models.problem import Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class ReshapingKind(models.TextChoices):
    """What was done."""

    MERGE = "merge"
    SPLIT = "split"


class Reshaping(TenantModel):
    """That cases and customers went from one problem to another, and whether that was taken back.

    A merge gives everything to `into`, and `problem` ends as a duplicate. A split gives some cases
    to `into`, which was opened for them.
    """

    kind = models.CharField(max_length=5, choices=ReshapingKind.choices)
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    into = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    reason = models.TextField(default="", blank=True)
    cases = models.IntegerField(default=0)
    customers = models.IntegerField(default=0)
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )

    class Meta:
        db_table = "problems_reshaping"
        constraints = [
            tenant_key("problems_reshaping"),
            *same_tenant("problems_reshaping", "problem", "into", "done_by", "undone_by"),
            models.CheckConstraint(
                condition=models.Q(kind__in=ReshapingKind.values),
                name="problems_reshaping_kind_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(problem=models.F("into")),
                name="problems_reshaping_not_itself",
            ),
            models.UniqueConstraint(
                fields=["tenant", "problem"],
                condition=models.Q(kind="merge", undone_at__isnull=True),
                name="problems_reshaping_merged_once",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "problem", "-id"], name="reshaping_problem"),
            models.Index(fields=["tenant", "into", "-id"], name="reshaping_into"),
        ]

    def __str__(self) -> str:
        return self.kind


class ReshapedRow(TenantModel):
    """One row that went along, by the code of its kind, and what it was before; it can go back."""

    reshaping = models.ForeignKey(
        Reshaping, on_delete=models.CASCADE, db_constraint=False, related_name="rows"
    )
    code = models.CharField(max_length=20)
    row = models.BigIntegerField()
    was = models.BigIntegerField(null=True)
    was_kind = models.CharField(max_length=12, default="", blank=True)

    class Meta:
        db_table = "problems_reshapedrow"
        constraints = [
            tenant_key("problems_reshapedrow"),
            *same_tenant("problems_reshapedrow", "reshaping"),
            models.UniqueConstraint(
                fields=["tenant", "reshaping", "code", "row"], name="problems_reshapedrow_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code
