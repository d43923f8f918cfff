"""Rules that send a problem to the department that can fix it."""

from django.db import models

from workflow.people.models import Department
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class RoutingRule(TenantModel):
    """A condition over facts and the department it leads to; the first that fits decides."""

    position = models.IntegerField()
    name = models.CharField(max_length=120)
    condition = models.JSONField()
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "workflow_routingrule"
        constraints = [
            tenant_key("workflow_routingrule"),
            *same_tenant("workflow_routingrule", "department"),
            models.UniqueConstraint(
                fields=["tenant", "position"],
                name="workflow_routingrule_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.name
