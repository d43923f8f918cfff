"""Legs: where a problem stayed, from when until when, and why it came there."""

from django.db import models

from problems.models.problem import Problem
from problems.states import ProblemState
from workflow.people.models import Department, User
from workflow.stages.models import WorkflowVersion
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Because(models.TextChoices):
    """Why a leg began."""

    DISCOVERED = "discovered"
    OPENED = "opened"
    ROUTED = "routed"
    TAKEN = "taken"
    ACCEPTED = "accepted"
    FORWARD = "forward"
    SIDE = "side"
    BACK = "back"
    REFUSED = "refused"
    HANDED_OVER = "handed_over"
    REOPENED = "reopened"


class Leg(TenantModel):
    """One stay of a problem with one department in one stage.

    The legs of a problem never overlap and leave no gap; PostgreSQL refuses the commit otherwise.
    `due_at` is the end of the department's target in its own opening hours. `stage` is the state
    that it stood in, `stage_key` the stage of the drawn workflow, `step_key` the step that led
    there; both are empty for what follows the standard way.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, related_name="legs"
    )
    position = models.IntegerField()
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    stage = models.CharField(
        max_length=16, choices=[(state.value, state.value) for state in ProblemState]
    )
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    entered_because = models.CharField(max_length=12, choices=Because.choices)
    reason = models.TextField(default="", blank=True)
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    workflow_version = models.ForeignKey(
        WorkflowVersion, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    stage_key = models.CharField(max_length=40, default="", blank=True)
    step_key = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        db_table = "problems_leg"
        constraints = [
            tenant_key("problems_leg"),
            *same_tenant("problems_leg", "problem", "department", "assignee", "workflow_version"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "position"], name="problems_leg_position"
            ),
            models.UniqueConstraint(
                fields=["tenant", "problem"],
                condition=models.Q(left_at__isnull=True),
                name="problems_leg_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True)
                | models.Q(left_at__gte=models.F("entered_at")),
                name="problems_leg_forward_in_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "department", "due_at"],
                condition=models.Q(left_at__isnull=True),
                name="leg_of_department",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.stage}"
