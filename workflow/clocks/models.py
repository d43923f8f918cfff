"""The base of every clock; with it everything else of clocks that has rows."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from workflow.clocks.calendar_models import Calendar, CalendarRevision
from workflow.clocks.policy_models import (
    Ladder,
    LadderStep,
    Metric,
    PolicyVersion,
    Recurrence,
    ServiceLevel,
    StepAction,
    Target,
    VersionState,
)
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key

__all__ = [
    "Calendar",
    "CalendarRevision",
    "Clock",
    "ClockMark",
    "ClockState",
    "Ladder",
    "LadderStep",
    "MarkKind",
    "Metric",
    "PolicyVersion",
    "Recurrence",
    "ServiceLevel",
    "StepAction",
    "Target",
    "VersionState",
    "clock_constraints",
    "clock_indexes",
]


class ClockState(models.TextChoices):
    """Where a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Clock(TenantModel):
    """One running promise.

    `due_at` is the last plan and stays when the clock stops; `original_due_at` is the first plan.
    `next_look_at` is when the sweep looks next (a step of the ladder or the due time) and is empty
    while nothing can happen. A breach is never back-dated: `breach_recorded_at` is when it was
    seen. `attached_at` is when the target was first known to apply, which may be after
    `started_at`. A clock that `is_fixed` was promised for a date: neither hours nor pauses move
    its due time. `cycle` counts recurrences from 1. `revision` is the calendar's, by which
    `due_at` was planned; `earlier_hours` holds [id of a calendar, its revision, until when] for those
    that it counted by before. `looks` holds what is still to come as [ISO time, position of the
    ladder's step], the due time itself with position 0, in order of time.
    """

    # The column that names the record it belongs to.
    owner_field: ClassVar[str] = ""

    metric = models.CharField(max_length=16, choices=Metric.choices)
    state = models.CharField(max_length=9, choices=ClockState.choices, default="running")
    target = models.ForeignKey(
        Target, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    ladder = models.ForeignKey(
        Ladder, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    revision = models.IntegerField(default=1)
    earlier_hours = models.JSONField(default=list)
    within = models.DurationField()
    within_days = models.SmallIntegerField(null=True)
    is_fixed = models.BooleanField(default=False)
    cycle = models.SmallIntegerField(default=1)
    attached_at = models.DateTimeField()
    started_at = models.DateTimeField()
    original_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    looks = models.JSONField(default=list)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        "workflow.User",
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    next_look_at = models.DateTimeField(null=True)
    pauses = models.JSONField(default=list)
    warned_at = models.DateTimeField(null=True)
    breach_recorded_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    # Opening time that had counted when it stopped: reports take their percentiles of it.
    used_for = models.DurationField(null=True)

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


class MarkKind(models.TextChoices):
    """What happened to a clock."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    PLANNED = "planned"
    STEPPED = "stepped"
    BREACHED = "breached"
    ACKNOWLEDGED = "acknowledged"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


class ClockMark(TenantModel):
    """One line in the history of a clock; rows are never changed.

    `due_at` is the due time after it, empty while the clock is paused. `facts` holds what a
    replay needs: span in seconds, working days, id and revision of the calendar, target, and the
    code of the reason.
    """

    kind = models.CharField(max_length=12, choices=MarkKind.choices)
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.kind


def clock_constraints(table: str, *fields: str) -> list[Any]:
    """Return what every table of clocks needs; `fields` are its own references."""
    return [
        tenant_key(table),
        *same_tenant(table, "calendar", "target", "ladder", "acknowledged_by", *fields),
        models.CheckConstraint(
            condition=~models.Q(state="running")
            | models.Q(next_look_at__isnull=False)
            | models.Q(breach_recorded_at__isnull=False),
            name=f"{table}_is_looked_at",
        ),
    ]


def clock_indexes(prefix: str) -> list[models.Index]:
    """Return the index of the sweep, and that of the reports."""
    return [
        models.Index(fields=["tenant", "started_at", "id"], name=f"{prefix}_started"),
        models.Index(
            fields=["next_look_at"],
            condition=models.Q(state="running", next_look_at__isnull=False),
            name=f"{prefix}_look",
        ),
    ]
