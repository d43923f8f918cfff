"""When will it be fixed? Every answer that was given, newest last."""

from django.db import models

from problems.models.problem import Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Confidence(models.TextChoices):
    """How sure an estimate is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Estimate(TenantModel):
    """A range of days and why; customers see it only if it is public."""

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="estimates"
    )
    expected_on = models.DateField()
    latest_on = models.DateField()
    confidence = models.CharField(max_length=6, choices=Confidence.choices, default="medium")
    reason = models.TextField(default="", blank=True)
    is_public = models.BooleanField(default=False)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "problems_estimate"
        constraints = [
            tenant_key("problems_estimate"),
            *same_tenant("problems_estimate", "problem", "user"),
            models.CheckConstraint(
                condition=models.Q(latest_on__gte=models.F("expected_on")),
                name="problems_estimate_range",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "problem", "-id"], name="estimate_problem")]

    def __str__(self) -> str:
        return self.expected_on.isoformat()
