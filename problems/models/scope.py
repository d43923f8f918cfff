"""Whom a problem reaches beside those who wrote: products, versions, regions, segments."""

from django.db import models

from customers.models import Product, ProductVersion, Segment
from problems.models.problem import Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Scope(TenantModel):
    """One description of whom a problem reaches.

    What is named in a row must all be true of a customer; rows add to each other. `ended_at` is
    when somebody said that it does not hold any more: whoever it found stays in the ledger's past.
    `next_reach_at` is when its customers are looked for again; empty once nobody has to.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="scopes"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    version = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    region = models.CharField(max_length=40, default="", blank=True)
    segment = models.ForeignKey(
        Segment, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    next_reach_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_scope"
        constraints = [
            tenant_key("problems_scope"),
            *same_tenant("problems_scope", "problem", "product", "version", "segment", "added_by"),
            models.CheckConstraint(
                condition=models.Q(product__isnull=False)
                | ~models.Q(region="")
                | models.Q(segment__isnull=False),
                name="problems_scope_says_something",
            ),
            models.CheckConstraint(
                condition=models.Q(version__isnull=True) | models.Q(product__isnull=False),
                name="problems_scope_version_of_product",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "problem"],
                condition=models.Q(ended_at__isnull=True),
                name="scope_of_problem",
            ),
            models.Index(
                fields=["tenant", "product"],
                condition=models.Q(ended_at__isnull=True),
                name="scope_of_product",
            ),
            models.Index(
                fields=["next_reach_at"],
                condition=models.Q(next_reach_at__isnull=False),
                name="scope_reach_due",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
