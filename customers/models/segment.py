"""Segments: sorts of customers, described by a rule and counted anew each time."""

from django.db import models

from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Segment(TenantModel):
    """A sort of customers: all those of whom `rule` is true now (customers/segments.py).

    `rule` is a condition tree over facts of a contact, as routing rules hold theirs.
    """

    number = models.BigIntegerField()
    name = models.CharField(max_length=80)
    rule = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)
    changed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "customers_segment"
        constraints = [
            tenant_key("customers_segment"),
            *same_tenant("customers_segment", "changed_by"),
            models.UniqueConstraint(fields=["tenant", "number"], name="customers_segment_number"),
            models.UniqueConstraint(fields=["tenant", "name"], name="customers_segment_name"),
        ]

    def __str__(self) -> str:
        return self.name
