"""What a department says about its own part of a journey: its right of reply."""

from django.db import models

from problems.models.leg import Leg
from problems.models.problem import Problem
from workflow.people.models import Department, User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class About(models.TextChoices):
    """What a statement stands beside."""

    LEG = "leg"
    DETOUR = "detour"


class Decision(models.TextChoices):
    """What a service lead decided about a statement: the delay is excused, or it counts."""

    EXCUSED = "excused"
    COUNTS = "counts"


class Statement(TenantModel):
    """The one word of a department beside a stay, or beside the detour that began with the stay.

    Members write it, the head may change it (`edited_by`). A service lead may decide whether what
    was late is excused; until then, and where it counts, the figures stay as they are.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="statements"
    )
    leg = models.ForeignKey(
        Leg, on_delete=models.CASCADE, db_constraint=False, related_name="statements"
    )
    about = models.CharField(max_length=6, choices=About.choices)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    text = models.TextField()
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    at = models.DateTimeField()
    edited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    edited_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=7, choices=Decision.choices, default="", blank=True)
    decided_because = models.TextField(default="", blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_statement"
        constraints = [
            tenant_key("problems_statement"),
            *same_tenant(
                "problems_statement",
                "problem",
                "leg",
                "department",
                "user",
                "edited_by",
                "decided_by",
            ),
            models.UniqueConstraint(
                fields=["tenant", "leg", "about", "department"], name="problems_statement_once"
            ),
            models.CheckConstraint(
                condition=models.Q(decision="", decided_at__isnull=True)
                | (~models.Q(decision="") & models.Q(decided_at__isnull=False)),
                name="problems_statement_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "problem", "id"], name="statement_problem"),
            models.Index(fields=["tenant", "department", "-id"], name="statement_department"),
        ]

    def __str__(self) -> str:
        return self.about
