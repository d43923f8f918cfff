"""Calendars, service levels and the base of every clock."""

from datetime import datetime
from typing import Any

from django.db import models

from workflow.clocks.working_time import WorkingTime
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Calendar(TenantModel):
    """Opening hours in a time zone.

    `hours` maps mon…sun to lists of ["HH:MM", "HH:MM"], `holidays` lists dates, `breaks` maps a
    date to closed windows: the shape that WorkingTime reads.
    """

    name = models.CharField(max_length=80)
    timezone = models.CharField(max_length=64)
    hours = models.JSONField()
    holidays = models.JSONField(default=list, blank=True)
    breaks = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "workflow_calendar"
        constraints = [
            tenant_key("workflow_calendar"),
            models.UniqueConstraint(fields=["tenant", "name"], name="workflow_calendar_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def working_time(self) -> WorkingTime:
        """Return the arithmetic of this calendar.

        Raises:
            BadCalendar: the stored hours make no sense.
        """
        return WorkingTime.from_dict(
            {
                "tz": self.timezone,
                "hours": self.hours,
                "holidays": self.holidays,
                "breaks": self.breaks,
            }
        )


class Metric(models.TextChoices):
    """What a clock measures."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    ACKNOWLEDGE = "acknowledge"
    STAGE = "stage"


class ServiceLevel(TenantModel):
    """What customers are promised: targets in the opening hours of a calendar.

    The default one serves everybody without an entitlement to another.
    """

    name = models.CharField(max_length=80)
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    is_default = models.BooleanField(default=False)

    class Meta:
        db_table = "workflow_servicelevel"
        constraints = [
            tenant_key("workflow_servicelevel"),
            *same_tenant("workflow_servicelevel", "calendar"),
            models.UniqueConstraint(fields=["tenant", "name"], name="workflow_servicelevel_name"),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(is_default=True),
                name="workflow_servicelevel_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Target(TenantModel):
    """How long a metric may take at a priority (1 urgent … 4 low), in opening hours."""

    service_level = models.ForeignKey(
        ServiceLevel, on_delete=models.CASCADE, db_constraint=False, related_name="targets"
    )
    metric = models.CharField(max_length=16, choices=Metric.choices)
    priority = models.SmallIntegerField()
    within = models.DurationField()

    class Meta:
        db_table = "workflow_target"
        constraints = [
            tenant_key("workflow_target"),
            *same_tenant("workflow_target", "service_level"),
            models.UniqueConstraint(
                fields=["tenant", "service_level", "metric", "priority"],
                name="workflow_target_once",
            ),
            models.CheckConstraint(
                condition=models.Q(priority__range=(1, 4)), name="workflow_target_priority"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.priority}"


class ClockState(models.TextChoices):
    """Where a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Clock(TenantModel):
    """One running promise.

    `due_at` is the last plan and stays when the clock stops; `next_look_at` is when the sweep
    looks next (a warning or the due time) and is empty while nothing can happen. A breach is
    never back-dated: `breach_recorded_at` is when it was seen.
    """

    metric = models.CharField(max_length=16, choices=Metric.choices)
    state = models.CharField(max_length=9, choices=ClockState.choices, default="running")
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    within = models.DurationField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_look_at = models.DateTimeField(null=True)
    pauses = models.JSONField(default=list)
    warned_at = models.DateTimeField(null=True)
    breach_recorded_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.metric

    @property
    def is_open(self) -> bool:
        """Whether it still counts or could."""
        return self.state in (ClockState.RUNNING, ClockState.PAUSED)

    def pause_spans(self, *, until: datetime) -> list[tuple[datetime, datetime]]:
        """Return the pauses as pairs; one that is still open ends at `until`."""
        return [
            (
                datetime.fromisoformat(began),
                datetime.fromisoformat(ended) if ended else until,
            )
            for began, ended in self.pauses
        ]


def clock_constraints(table: str, *fields: str) -> list[Any]:
    """Return what every table of clocks needs; `fields` are its own references."""
    return [
        tenant_key(table),
        *same_tenant(table, "calendar", *fields),
        models.CheckConstraint(
            condition=~models.Q(state="running")
            | models.Q(next_look_at__isnull=False)
            | models.Q(breach_recorded_at__isnull=False),
            name=f"{table}_is_looked_at",
        ),
    ]


def clock_indexes(prefix: str) -> list[models.Index]:
    """Return the index of the sweep."""
    return [
        models.Index(
            fields=["next_look_at"],
            condition=models.Q(state="running", next_look_at__isnull=False),
            name=f"{prefix}_look",
        )
    ]
