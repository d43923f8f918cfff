"""The words of a problem: its own and those of its linked cases, for matching."""

from django.db import models

from problems.models.problem import Problem
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class ProblemTerm(TenantModel):
    """In how many texts of a problem (its title, its linked cases) a term occurs."""

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="terms"
    )
    term = models.CharField(max_length=64)
    texts = models.IntegerField()

    class Meta:
        db_table = "problems_problemterm"
        constraints = [
            tenant_key("problems_problemterm"),
            *same_tenant("problems_problemterm", "problem"),
            models.UniqueConstraint(
                fields=["tenant", "term", "problem"], name="problems_problemterm_once"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "problem"], name="problemterm_problem")]

    def __str__(self) -> str:
        return self.term
