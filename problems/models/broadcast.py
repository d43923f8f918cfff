"""Broadcasts: one decision about a problem that everybody affected is told, once."""

from datetime import datetime

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from customers.models import Contact
from problems.models.estimate import Estimate
from problems.models.problem import Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class BroadcastKind(models.TextChoices):
    """What is told."""

    WORKAROUND = "workaround"
    ESTIMATE = "estimate"
    FIXED = "fixed"
    WONT_FIX = "wont_fix"
    REGRESSION = "regression"
    PROMISE = "promise"


class BroadcastState(models.TextChoices):
    """How far a broadcast is."""

    DRAFT = "draft"
    ASKED = "asked"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    STOPPED = "stopped"


UNDER_WAY = (BroadcastState.SCHEDULED, BroadcastState.SENDING)
UNFINISHED = (
    BroadcastState.DRAFT,
    BroadcastState.ASKED,
    BroadcastState.SCHEDULED,
    BroadcastState.SENDING,
    BroadcastState.PAUSED,
)
USUAL_APPROVAL_SIZE = 1000
"""So many customers are told without a lead's yes, as long as a tenant says nothing else."""


class BroadcastPolicy(TenantModel):
    """What a tenant says of its broadcasts: one row, none as long as everything is as delivered.

    More than `approval_size` customers are told only after a lead's yes.
    """

    approval_size = models.IntegerField(default=USUAL_APPROVAL_SIZE)

    class Meta:
        db_table = "problems_broadcastpolicy"
        constraints = [
            tenant_key("problems_broadcastpolicy"),
            models.UniqueConstraint(fields=["tenant"], name="problems_broadcastpolicy_one"),
            models.CheckConstraint(
                condition=models.Q(approval_size__gte=0), name="problems_broadcastpolicy_size"
            ),
        ]

    def __str__(self) -> str:
        return str(self.approval_size)


class Broadcast(FSMModelMixin, TenantModel):
    """What everybody affected by a problem is told of one decision.

    `occasion` names the decision (`fixed:20261121T…`): a person is told it once, by whichever
    broadcast. `text` and `subject` are templates whose variables were checked. `filters` are the
    codes by which recipients were chosen, empty for all. `size` is for how many a lead said yes,
    else how many it had when it was released. `prepared_to` is the last ledger row whose message
    was prepared, so that preparing goes on where it stopped. `is_automatic` marks one that followed
    from the act itself. `due_at` is when it is to go out, and from then on when the upkeep looks at
    it next: never, once nothing of it is left to do.
    """

    number = models.BigIntegerField()
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, related_name="broadcasts"
    )
    kind = models.CharField(max_length=10, choices=BroadcastKind.choices)
    occasion = models.CharField(max_length=40)
    state = FSMField(default=BroadcastState.DRAFT.value, protected=True)
    state_version = models.IntegerField(default=1)
    version = models.IntegerField(default=1)
    subject = models.CharField(max_length=200, default="", blank=True)
    text = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)
    estimate = models.ForeignKey(
        Estimate, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    filters = models.JSONField(default=dict)
    is_automatic = models.BooleanField(default=False)
    size = models.IntegerField(default=0)
    prepared = models.IntegerField(default=0)
    prepared_to = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_broadcast"
        constraints = [
            tenant_key("problems_broadcast"),
            *same_tenant("problems_broadcast", "problem", "estimate", "created_by", "decided_by"),
            models.UniqueConstraint(fields=["tenant", "number"], name="problems_broadcast_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=BroadcastState.values),
                name="problems_broadcast_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=BroadcastKind.values),
                name="problems_broadcast_kind_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="scheduled") | models.Q(due_at__isnull=False),
                name="problems_broadcast_scheduled_due",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "problem", "-id"], name="broadcast_problem"),
            models.Index(fields=["tenant", "-id"], name="broadcast_newest"),
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=["scheduled", "sending", "paused", "stopped"]),
                name="broadcast_due",
            ),
        ]

    def __str__(self) -> str:
        return f"B-{self.number}"

    @transition(
        field=state,
        source=[BroadcastState.DRAFT.value, BroadcastState.SCHEDULED.value],
        target=BroadcastState.ASKED.value,
    )
    def ask(self, *, at: datetime) -> None:
        """It is too large to go out without a lead's yes."""
        self.state_version += 1
        self.asked_at = at

    @transition(field=state, source=BroadcastState.ASKED.value, target=BroadcastState.DRAFT.value)
    def decline(self, *, at: datetime) -> None:
        """A lead says no: it can be changed and asked for again."""
        self.state_version += 1
        self.decided_at = at

    @transition(field=state, source=BroadcastState.ASKED.value, target=BroadcastState.DRAFT.value)
    def take_back(self) -> None:
        """It is written anew before a lead has said anything."""
        self.state_version += 1

    @transition(
        field=state,
        source=[BroadcastState.DRAFT.value, BroadcastState.ASKED.value],
        target=BroadcastState.SCHEDULED.value,
    )
    def schedule(self, *, due_at: datetime) -> None:
        """It goes out at a time; now is one, too."""
        self.state_version += 1
        self.due_at = due_at

    @transition(
        field=state, source=BroadcastState.SCHEDULED.value, target=BroadcastState.SENDING.value
    )
    def release(self, *, at: datetime) -> None:
        """Its messages are prepared and sent."""
        self.state_version += 1
        self.released_at = self.released_at or at
        self.due_at = at

    @transition(
        field=state,
        source=[BroadcastState.SCHEDULED.value, BroadcastState.SENDING.value],
        target=BroadcastState.PAUSED.value,
    )
    def pause(self, *, at: datetime) -> None:
        """Nothing more of it leaves until it goes on; what is prepared is held at once."""
        self.state_version += 1
        self.due_at = at

    @transition(
        field=state, source=BroadcastState.PAUSED.value, target=BroadcastState.SCHEDULED.value
    )
    def go_on(self, *, due_at: datetime) -> None:
        """It goes on where it stood."""
        self.state_version += 1
        self.due_at = due_at

    @transition(
        field=state,
        source=[
            BroadcastState.DRAFT.value,
            BroadcastState.ASKED.value,
            BroadcastState.SCHEDULED.value,
            BroadcastState.SENDING.value,
            BroadcastState.PAUSED.value,
        ],
        target=BroadcastState.STOPPED.value,
    )
    def stop(self, *, at: datetime) -> None:
        """What has not left never leaves; what is prepared is dropped at once."""
        self.state_version += 1
        self.ended_at = self.due_at = at

    @transition(field=state, source=BroadcastState.SENDING.value, target=BroadcastState.SENT.value)
    def finish(self, *, at: datetime) -> None:
        """Every message has left, or was dropped."""
        self.state_version += 1
        self.ended_at = at
        self.due_at = None


class HeldBack(TenantModel):
    """Whom a broadcast did not tell, or told with a warning, and the rule that said so."""

    broadcast = models.ForeignKey(
        Broadcast, on_delete=models.CASCADE, db_constraint=False, related_name="held"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    rule = models.CharField(max_length=30)
    is_stopped = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "problems_heldback"
        constraints = [
            tenant_key("problems_heldback"),
            *same_tenant("problems_heldback", "broadcast", "contact"),
            models.UniqueConstraint(
                fields=["tenant", "broadcast", "contact", "rule"], name="problems_heldback_once"
            ),
        ]

    def __str__(self) -> str:
        return self.rule
