"""Root cause analyses: by which method, what was thought, what is known by now and by what."""

from django.db import models

from problems.models.problem import Evidence, Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class MethodKind(models.TextChoices):
    """How a method asks: one question after the other, or in categories."""

    CHAIN = "chain"
    TREE = "tree"


class AnalysisMethod(TenantModel):
    """A tenant's own method: its questions in order, or the categories in which causes are sought."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=5, choices=MethodKind.choices)
    questions = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "problems_analysismethod"
        constraints = [
            tenant_key("problems_analysismethod"),
            models.UniqueConstraint(fields=["tenant", "code"], name="problems_analysismethod_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Analysis(TenantModel):
    """One search for the cause of a problem; the method is kept as it was when it began.

    `number` counts within the problem. `effect` is what is to be explained.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, related_name="analyses"
    )
    number = models.IntegerField()
    method_code = models.CharField(max_length=40)
    method_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=5, choices=MethodKind.choices)
    questions = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    effect = models.CharField(max_length=400)
    begun_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    begun_at = models.DateTimeField()

    class Meta:
        db_table = "problems_analysis"
        constraints = [
            tenant_key("problems_analysis"),
            *same_tenant("problems_analysis", "problem", "begun_by"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "number"], name="problems_analysis_number"
            ),
        ]

    def __str__(self) -> str:
        return self.method_name


class Verdict(models.TextChoices):
    """What is known of a supposed cause."""

    OPEN = "open"
    RULED_OUT = "ruled_out"
    CONFIRMED = "confirmed"


class Cause(TenantModel):
    """One supposed cause; `parent` is what it would explain, empty for the effect itself.

    `number` counts within the analysis. `because` says why it was confirmed or ruled out.
    """

    analysis = models.ForeignKey(
        Analysis, on_delete=models.CASCADE, db_constraint=False, related_name="causes"
    )
    number = models.IntegerField()
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, db_constraint=False, null=True, related_name="deeper"
    )
    category = models.CharField(max_length=80, default="", blank=True)
    words = models.CharField(max_length=400)
    verdict = models.CharField(max_length=9, choices=Verdict.choices, default="open")
    because = models.TextField(default="", blank=True)
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    added_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_cause"
        constraints = [
            tenant_key("problems_cause"),
            *same_tenant("problems_cause", "analysis", "parent", "added_by", "decided_by"),
            models.UniqueConstraint(
                fields=["tenant", "analysis", "number"], name="problems_cause_number"
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="open", decided_at__isnull=True)
                | ~models.Q(verdict="open") & models.Q(decided_at__isnull=False),
                name="problems_cause_decided",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "analysis", "id"], name="cause_of_analysis")]

    def __str__(self) -> str:
        return str(self.number)


class CauseEvidence(TenantModel):
    """That a piece of the problem's evidence speaks for or against a supposed cause."""

    cause = models.ForeignKey(
        Cause, on_delete=models.CASCADE, db_constraint=False, related_name="evidence"
    )
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )

    class Meta:
        db_table = "problems_causeevidence"
        constraints = [
            tenant_key("problems_causeevidence"),
            *same_tenant("problems_causeevidence", "cause", "evidence"),
            models.UniqueConstraint(
                fields=["tenant", "cause", "evidence"], name="problems_causeevidence_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
