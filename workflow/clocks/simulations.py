"""What a version would have meant last month: asked for, worked out in pieces, kept."""

from django.db import models

from workflow.clocks.models import PolicyVersion
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class SimulationState(models.TextChoices):
    """Where a simulation stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


class PolicySimulation(TenantModel):
    """One telling of last month's records by the rules of a version, beside what really holds.

    `found` is how many cases the span has, `planned` how many of the newest are looked at, `done`
    how many have been; `after` is the id of the last one (they are taken newest first).
    `fingerprint` names the content of the version that was simulated: a draft may change later.
    `result` holds numbers, ids and codes, and the sentence of a refusal.
    """

    version = models.ForeignKey(
        PolicyVersion, on_delete=models.CASCADE, db_constraint=False, related_name="simulations"
    )
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=SimulationState.choices, default="waiting")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        "workflow.User",
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    since = models.DateTimeField()
    until = models.DateTimeField()
    found = models.IntegerField(default=0)
    planned = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    after = models.BigIntegerField(default=0)
    result = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "workflow_policysimulation"
        constraints = [
            tenant_key("workflow_policysimulation"),
            *same_tenant("workflow_policysimulation", "version", "asked_by"),
        ]
        indexes = [
            models.Index(fields=["tenant", "version", "-id"], name="policysimulation_newest")
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"
