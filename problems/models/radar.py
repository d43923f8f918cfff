"""The radar of a tenant: how it looks for patterns, when it looked last, and what trials told."""

from datetime import timedelta

from django.db import models

from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Sensitivity(models.TextChoices):
    """How little is enough to raise a pattern."""

    CAREFUL = "careful"
    BALANCED = "balanced"
    EAGER = "eager"


LEAST_CUSTOMERS = (2, 50)


class Radar(TenantModel):
    """How the radar of one tenant is set, and its last look.

    `next_look_at` is empty while there is nothing to look for: the next case sets it.
    `looking_until` is the lease of whoever looks just now. `cases_looked_at` counts the unmatched
    cases of the last look, `began_at` is when the tenant's past begins, `has_vectors` whether the
    model had seen them. `last_raised_at` is when a pattern was raised last. `work_per_case` is
    what one case costs in work, for the expected cost of waiting. `version` counts how often
    somebody set it.
    """

    is_on = models.BooleanField(default=True)
    sensitivity = models.CharField(
        max_length=8, choices=Sensitivity.choices, default=Sensitivity.BALANCED
    )
    least_customers = models.SmallIntegerField(default=4)
    work_per_case = models.DurationField(default=timedelta(minutes=12))
    tells_leads = models.BooleanField(default=True)
    version = models.IntegerField(default=1)
    next_look_at = models.DateTimeField(null=True)
    looking_until = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    cases_looked_at = models.IntegerField(default=0)
    has_vectors = models.BooleanField(default=True)
    began_at = models.DateTimeField(null=True)
    last_raised_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_radar"
        constraints = [
            tenant_key("problems_radar"),
            models.UniqueConstraint(fields=["tenant"], name="problems_radar_one"),
            models.CheckConstraint(
                condition=models.Q(sensitivity__in=Sensitivity.values),
                name="problems_radar_sensitivity",
            ),
            models.CheckConstraint(
                condition=models.Q(least_customers__range=LEAST_CUSTOMERS),
                name="problems_radar_customers",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_look_at"],
                condition=models.Q(next_look_at__isnull=False, is_on=True),
                name="radar_due",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class RadarTrial(TenantModel):
    """What settings would have raised in the tenant's own past: one row for each trial.

    `results` holds a line for each sensitivity: alerts, how many were true, and after how many
    cases they came. Empty until the trial is done.
    """

    least_customers = models.SmallIntegerField()
    days = models.SmallIntegerField(default=30)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    cases = models.IntegerField(default=0)
    results = models.JSONField(default=list)

    class Meta:
        db_table = "problems_radartrial"
        constraints = [
            tenant_key("problems_radartrial"),
            *same_tenant("problems_radartrial", "asked_by"),
        ]
        indexes = [models.Index(fields=["tenant", "-id"], name="radartrial_newest")]

    def __str__(self) -> str:
        return str(self.pk)
