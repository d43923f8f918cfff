"""Texts as the model reads them: 384 numbers of 16 bits each, little-endian, of length one."""

from django.db import models

from cases.models import Case
from problems.models.problem import Problem
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class CaseEmbedding(TenantModel):
    """What a case's first words mean; `model` is the version of the model that read them.

    `known` is the probability (0 to 1) that a known problem is behind the case, as the matching said
    when it came; None where nobody asked it then.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    model = models.CharField(max_length=40)
    vector = models.BinaryField()
    known = models.FloatField(null=True)

    class Meta:
        db_table = "problems_caseembedding"
        constraints = [
            tenant_key("problems_caseembedding"),
            *same_tenant("problems_caseembedding", "case"),
            models.UniqueConstraint(fields=["tenant", "case"], name="problems_caseembedding_once"),
        ]

    def __str__(self) -> str:
        return self.model


class ProblemEmbedding(TenantModel):
    """What a problem's title and statement mean; `digest` tells which wording was read."""

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    model = models.CharField(max_length=40)
    digest = models.CharField(max_length=32)
    vector = models.BinaryField()

    class Meta:
        db_table = "problems_problemembedding"
        constraints = [
            tenant_key("problems_problemembedding"),
            *same_tenant("problems_problemembedding", "problem"),
            models.UniqueConstraint(
                fields=["tenant", "problem"], name="problems_problemembedding_once"
            ),
        ]

    def __str__(self) -> str:
        return self.model
