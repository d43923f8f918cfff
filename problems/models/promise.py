"""What customers of a problem were promised: a date for the fix, or by when they are told more."""

from datetime import datetime

from django.db import models

from problems.models.clock import ProblemClock
from problems.models.estimate import Estimate
from problems.models.problem import Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class PromiseKind(models.TextChoices):
    """What was promised."""

    DATE = "date"
    NEWS = "news"


class PromiseEnd(models.TextChoices):
    """How a promise ended, as far as somebody did something; a time that passed says the rest."""

    KEPT = "kept"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


class Verdict(models.TextChoices):
    """What became of a promise."""

    RUNNING = "running"
    KEPT = "kept"
    BROKEN = "broken"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


class ProblemPromise(TenantModel):
    """One promise to everybody whom a problem affects; a new time is a new row on the same clock.

    `due_at` is the last moment at which it is kept. A date stands on its public `estimate`. `text`
    is what customers read of news to come, empty for the usual words; `told` is what they were told
    when it was kept. `reason` says why it moved or was taken back, in words for customers.
    `ended_as` is empty as long as it stands.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="promises"
    )
    kind = models.CharField(max_length=4, choices=PromiseKind.choices)
    estimate = models.ForeignKey(
        Estimate, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    clock = models.ForeignKey(
        ProblemClock, on_delete=models.PROTECT, db_constraint=False, related_name="promises"
    )
    text = models.CharField(max_length=200, default="", blank=True)
    told = models.TextField(default="", blank=True)
    due_at = models.DateTimeField()
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    reason = models.TextField(default="", blank=True)
    ended_as = models.CharField(max_length=9, choices=PromiseEnd.choices, default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_problempromise"
        constraints = [
            tenant_key("problems_problempromise"),
            *same_tenant("problems_problempromise", "problem", "estimate", "clock", "made_by"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "kind"],
                condition=models.Q(ended_as=""),
                name="problems_problempromise_one",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="date", estimate__isnull=False)
                | models.Q(kind="news", estimate__isnull=True),
                name="problems_problempromise_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_as="", ended_at__isnull=True)
                | (~models.Q(ended_as="") & models.Q(ended_at__isnull=False)),
                name="problems_problempromise_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "problem", "-id"], name="problempromise_problem"),
            models.Index(
                fields=["tenant", "due_at", "id"],
                condition=models.Q(ended_as=""),
                name="problempromise_due",
            ),
            models.Index(fields=["tenant", "-id"], name="problempromise_newest"),
        ]

    def __str__(self) -> str:
        return self.kind

    def verdict(self, *, at: datetime) -> Verdict:
        """Return what became of it by `at`: whatever ended after its time is broken; no query."""
        if self.ended_at is not None:
            return Verdict.BROKEN if self.ended_at > self.due_at else Verdict(self.ended_as)
        return Verdict.BROKEN if self.due_at <= at else Verdict.RUNNING
