"""What is promised, in versions, and who is woken when it is missed."""

from django.db import models

from workflow.clocks.calendar_models import Calendar
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Metric(models.TextChoices):
    """What a clock measures.

    Of a case: the first answer, the next one (from the oldest unanswered message), news at
    intervals, the solution, the time the customer waits, the time agents work, a promise made by
    a person. Of a problem: the department's taking notice, its stage and its fix, the root cause,
    the date that customers were told. Of a task: taking notice of it, and doing it.
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
    TASK = "task"


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
