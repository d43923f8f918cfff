"""Calendars, service levels and the base of every clock."""

from datetime import datetime
from typing import Any, ClassVar

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
    # Which public holidays are kept up to date here: {"country": "DE", "region": "BY"}, or {}.
    holidays_of = models.JSONField(default=dict, blank=True)
    revision = models.IntegerField(default=1)

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


class CalendarRevision(TenantModel):
    """What a calendar said from a moment on: what was planned by it can be planned again.

    The first is valid from the beginning of time; rows are never changed.
    """

    calendar = models.ForeignKey(
        Calendar, on_delete=models.CASCADE, db_constraint=False, related_name="revisions"
    )
    number = models.IntegerField()
    timezone = models.CharField(max_length=64)
    hours = models.JSONField()
    holidays = models.JSONField(default=list)
    breaks = models.JSONField(default=dict)
    valid_from = models.DateTimeField()

    class Meta:
        db_table = "workflow_calendarrevision"
        constraints = [
            tenant_key("workflow_calendarrevision"),
            *same_tenant("workflow_calendarrevision", "calendar"),
            models.UniqueConstraint(
                fields=["tenant", "calendar", "number"], name="workflow_calendarrevision_number"
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    def working_time(self) -> WorkingTime:
        """Return the arithmetic of this revision.

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
    """What a clock measures.

    Of a case: the first answer, the next one (from the oldest unanswered message), news at
    intervals, the solution, the time the customer waits, the time agents work, a promise made by
    a person. Of a problem: the department's taking notice, its stage and its fix, the root cause,
    the date that customers were told.
    """

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    PERIODIC_UPDATE = "periodic_update"
    RESOLUTION = "resolution"
    REQUESTER_WAIT = "requester_wait"
    AGENT_WORK = "agent_work"
    PROMISE = "promise"
    ACKNOWLEDGE = "acknowledge"
    STAGE = "stage"
    FIX = "fix"
    ROOT_CAUSE = "root_cause"
    ESTIMATE = "estimate"


class Ladder(TenantModel):
    """Who is woken when, before and after a target is missed; steps are rows of their own."""

    name = models.CharField(max_length=80)
    is_default = models.BooleanField(default=False)

    class Meta:
        db_table = "workflow_ladder"
        constraints = [
            tenant_key("workflow_ladder"),
            models.UniqueConstraint(fields=["tenant", "name"], name="workflow_ladder_name"),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(is_default=True),
                name="workflow_ladder_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StepAction(models.TextChoices):
    """What a step of a ladder does."""

    NOTIFY = "notify"
    RAISE_PRIORITY = "raise_priority"
    REASSIGN = "reassign"
    ESCALATE_HEAD = "escalate_head"
    ESCALATE_LEAD = "escalate_lead"


class LadderStep(TenantModel):
    """One step: at a share of the target (100 is the due time) or minutes before or after it.

    Minutes are opening minutes, negative before the due time. `department` is where REASSIGN
    sends to; NOTIFY tells the owner, or the people of the department that has it.
    """

    ladder = models.ForeignKey(
        Ladder, on_delete=models.CASCADE, db_constraint=False, related_name="steps"
    )
    position = models.SmallIntegerField()
    percent = models.SmallIntegerField(null=True)
    minutes = models.IntegerField(null=True)
    action = models.CharField(max_length=16, choices=StepAction.choices)
    department = models.ForeignKey(
        "workflow.Department",
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
    )

    class Meta:
        db_table = "workflow_ladderstep"
        constraints = [
            tenant_key("workflow_ladderstep"),
            *same_tenant("workflow_ladderstep", "ladder", "department"),
            models.UniqueConstraint(
                fields=["tenant", "ladder", "position"], name="workflow_ladderstep_position"
            ),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True, minutes__isnull=False)
                | models.Q(percent__isnull=False, minutes__isnull=True),
                name="workflow_ladderstep_one_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True) | models.Q(percent__range=(1, 1000)),
                name="workflow_ladderstep_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.action}"


class ServiceLevel(TenantModel):
    """What customers are promised; the promises themselves stand in its published version.

    The default one serves everybody without an entitlement to another whom no other matches;
    the others are tried by `position`. `version` is the published one, empty before the first.
    """

    name = models.CharField(max_length=80)
    is_default = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    version = models.ForeignKey(
        "workflow.PolicyVersion",
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
    )

    class Meta:
        db_table = "workflow_servicelevel"
        constraints = [
            tenant_key("workflow_servicelevel"),
            *same_tenant("workflow_servicelevel", "version"),
            models.UniqueConstraint(fields=["tenant", "name"], name="workflow_servicelevel_name"),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(is_default=True),
                name="workflow_servicelevel_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VersionState(models.TextChoices):
    """Where a version stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class PolicyVersion(TenantModel):
    """What a service level promises: hours, targets, and whom it fits.

    A draft may be changed; what was published never is, so a clock can always be explained by
    the version that started it. `applies_when` is a condition over the facts of a case.
    """

    service_level = models.ForeignKey(
        ServiceLevel, on_delete=models.CASCADE, db_constraint=False, related_name="versions"
    )
    number = models.IntegerField()
    state = models.CharField(max_length=9, choices=VersionState.choices, default="draft")
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    applies_when = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        "workflow.User",
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        "workflow.User",
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "workflow_policyversion"
        constraints = [
            tenant_key("workflow_policyversion"),
            *same_tenant(
                "workflow_policyversion",
                "service_level",
                "calendar",
                "created_by",
                "published_by",
            ),
            models.UniqueConstraint(
                fields=["tenant", "service_level", "number"], name="workflow_policyversion_number"
            ),
            models.UniqueConstraint(
                fields=["tenant", "service_level"],
                condition=models.Q(state="draft"),
                name="workflow_policyversion_one_draft",
            ),
            models.UniqueConstraint(
                fields=["tenant", "service_level"],
                condition=models.Q(state="published"),
                name="workflow_policyversion_one_published",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Recurrence(models.TextChoices):
    """Whether a target begins again when it is met, and from when.

    Sequential: from where the last one would have been due, so there is no drift. Independent:
    from when the last one was met.
    """

    NONE = "none"
    SEQUENTIAL = "sequential"
    INDEPENDENT = "independent"


class Target(TenantModel):
    """How long a metric may take at a priority (1 urgent … 4 low), in opening hours or days.

    `within_days` (working days) goes before `within`. `conditions` may hold a condition for each
    of start, cancel, pause, resume, stop and reset; what is not there is the metric's own.
    Without a calendar the version's counts, without a ladder the tenant's default.
    """

    version = models.ForeignKey(
        PolicyVersion, on_delete=models.CASCADE, db_constraint=False, related_name="targets"
    )
    metric = models.CharField(max_length=16, choices=Metric.choices)
    priority = models.SmallIntegerField()
    within = models.DurationField()
    within_days = models.SmallIntegerField(null=True)
    recurrence = models.CharField(max_length=11, choices=Recurrence.choices, default="none")
    conditions = models.JSONField(default=dict, blank=True)
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    ladder = models.ForeignKey(
        Ladder, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )

    class Meta:
        db_table = "workflow_target"
        constraints = [
            tenant_key("workflow_target"),
            *same_tenant("workflow_target", "version", "calendar", "ladder"),
            models.UniqueConstraint(
                fields=["tenant", "version", "metric", "priority"],
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
        )
    ]
