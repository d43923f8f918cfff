"""Requests: steps that wait until others agree, and what those answered."""

from django.db import models

from problems.models.problem import Problem
from workflow.people.models import Department, User
from workflow.stages.models import WorkflowVersion
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class RequestState(models.TextChoices):
    """Where a request stands; an approved one is taken at once, unless something else hinders."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"


LIVE_REQUEST = (RequestState.OPEN, RequestState.APPROVED)


class Round(models.IntegerChoices):
    """Who is asked: those whom the drawing names, then their substitutes, then service leads."""

    APPROVERS = 0
    SUBSTITUTES = 1
    LEADS = 2


class Vote(models.TextChoices):
    """What somebody said."""

    YES = "yes"
    NO = "no"


class StepRequest(TenantModel):
    """A drawn step that somebody wants to take and others have to approve first.

    `given` holds what came with it, so that the step can be taken once they agree: reason, texts
    by field, the department's id. `due_at` is until when those who were asked have, in the opening
    hours of the department that has the problem; it is empty once the request is decided. What
    cannot be asked on for a fault is tried again at `ask_again_at`, after `failed_asks` tries, the
    last of which failed with `ask_error`, the kind of the fault.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, related_name="step_requests"
    )
    workflow_version = models.ForeignKey(
        WorkflowVersion, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    stage_key = models.CharField(max_length=40)
    step_key = models.CharField(max_length=40)
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    given = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=RequestState.choices, default="open")
    quorum = models.SmallIntegerField()
    asked_round = models.SmallIntegerField(choices=Round.choices, default=Round.APPROVERS)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    failed_asks = models.SmallIntegerField(default=0)
    ask_again_at = models.DateTimeField(null=True)
    ask_error = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        db_table = "problems_steprequest"
        constraints = [
            tenant_key("problems_steprequest"),
            *same_tenant(
                "problems_steprequest", "problem", "workflow_version", "department", "requested_by"
            ),
            models.UniqueConstraint(
                fields=["tenant", "problem", "step_key"],
                condition=models.Q(state__in=["open", "approved"]),
                name="problems_steprequest_one_live",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", due_at__isnull=False, decided_at__isnull=True)
                | (
                    ~models.Q(state="open")
                    & models.Q(due_at__isnull=True, decided_at__isnull=False)
                ),
                name="problems_steprequest_looked_at",
            ),
            models.CheckConstraint(
                condition=models.Q(quorum__range=(1, 100)), name="problems_steprequest_quorum"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "problem", "-id"], name="steprequest_problem"),
            models.Index(
                fields=["due_at"], condition=models.Q(state="open"), name="steprequest_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_key} ({self.state})"


class StepVote(TenantModel):
    """That somebody was asked to approve a step, in which round, and what they said."""

    request = models.ForeignKey(
        StepRequest, on_delete=models.CASCADE, db_constraint=False, related_name="votes"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    asked_round = models.SmallIntegerField(choices=Round.choices)
    vote = models.CharField(max_length=3, choices=Vote.choices, default="", blank=True)
    reason = models.TextField(default="", blank=True)
    asked_at = models.DateTimeField()
    voted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_stepvote"
        constraints = [
            tenant_key("problems_stepvote"),
            *same_tenant("problems_stepvote", "request", "user"),
            models.UniqueConstraint(
                fields=["tenant", "request", "user"], name="problems_stepvote_once"
            ),
            models.CheckConstraint(
                condition=models.Q(vote="", voted_at__isnull=True)
                | (~models.Q(vote="") & models.Q(voted_at__isnull=False)),
                name="problems_stepvote_voted",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "user", "-id"], name="stepvote_user")]

    def __str__(self) -> str:
        return self.vote or "asked"
