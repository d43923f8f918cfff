"""Rotas: who of a department or team is on call, week by week, and where that differs."""

from django.db import models

from workflow.people.models import Department, Team, User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key

MOST_WEEKS = 12


class Rota(TenantModel):
    """Who is on call for a department, or for one of its teams, in a time zone of its own.

    It repeats after `weeks` weeks; the first of them begins on the Monday `begins_on`.
    """

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, related_name="rotas"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    name = models.CharField(max_length=80)
    timezone = models.CharField(max_length=64, default="UTC")
    weeks = models.SmallIntegerField(default=1)
    begins_on = models.DateField()
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "workflow_rota"
        constraints = [
            tenant_key("workflow_rota"),
            *same_tenant("workflow_rota", "department", "team"),
            models.UniqueConstraint(
                fields=["tenant", "department", "name"], name="workflow_rota_name"
            ),
            models.CheckConstraint(
                condition=models.Q(weeks__range=(1, MOST_WEEKS)), name="workflow_rota_weeks"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RotaShift(TenantModel):
    """A stretch of a week in which somebody is on call, in the time of day of the rota.

    `week` counts from 1, `weekday` from Monday (0). One that ends no later than it begins ends on
    the day after.
    """

    rota = models.ForeignKey(
        Rota, on_delete=models.CASCADE, db_constraint=False, related_name="shifts"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    week = models.SmallIntegerField(default=1)
    weekday = models.SmallIntegerField()
    begins = models.TimeField()
    ends = models.TimeField()

    class Meta:
        db_table = "workflow_rotashift"
        constraints = [
            tenant_key("workflow_rotashift"),
            *same_tenant("workflow_rotashift", "rota", "user"),
            models.UniqueConstraint(
                fields=["tenant", "rota", "user", "week", "weekday", "begins"],
                name="workflow_rotashift_once",
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__range=(0, 6), week__range=(1, MOST_WEEKS)),
                name="workflow_rotashift_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.week}/{self.weekday} {self.begins:%H:%M}"


class RotaException(TenantModel):
    """Who is on call from one moment to another, whatever the week says; nobody if empty."""

    rota = models.ForeignKey(
        Rota, on_delete=models.CASCADE, db_constraint=False, related_name="exceptions"
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+"
    )
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "workflow_rotaexception"
        constraints = [
            tenant_key("workflow_rotaexception"),
            *same_tenant("workflow_rotaexception", "rota", "user"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")),
                name="workflow_rotaexception_forward_in_time",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "rota", "ends_at"], name="rotaexception_of_rota"),
        ]

    def __str__(self) -> str:
        return self.begins_at.isoformat()
