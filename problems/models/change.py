"""Changes: what carries a fix to customers, a release, an order, a new rule; and what it did."""

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from customers.models import Product
from problems.models.problem import Problem
from workflow.people.models import Department, User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class ChangeState(models.TextChoices):
    """Where a change stands."""

    PLANNED = "planned"
    APPROVED = "approved"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    BACKED_OUT = "backed_out"
    CANCELLED = "cancelled"


AHEAD = (ChangeState.PLANNED, ChangeState.APPROVED, ChangeState.IN_PROGRESS)
ENDED = (ChangeState.DONE, ChangeState.BACKED_OUT, ChangeState.CANCELLED)


class ChangeKind(models.TextChoices):
    """How much has to be asked beforehand: a standard change is known and needs no approval."""

    STANDARD = "standard"
    NORMAL = "normal"
    EMERGENCY = "emergency"


class ChangeRisk(models.TextChoices):
    """How bad it is if it goes wrong."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ChangeRole(models.TextChoices):
    """What a change is to a problem."""

    FIXES = "fixes"
    CAUSED = "caused"


class Change(FSMModelMixin, TenantModel):
    """One change that a department makes in a window of time.

    `reference` is its name in the system in which the work is done. `asked_by` never approves it.
    """

    number = models.BigIntegerField()
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=9, choices=ChangeKind.choices)
    risk = models.CharField(max_length=6, choices=ChangeRisk.choices)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    plan = models.TextField(default="", blank=True)
    back_out_plan = models.TextField(default="", blank=True)
    reference = models.CharField(max_length=200, default="", blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = FSMField(default=ChangeState.PLANNED.value, protected=True)
    state_version = models.IntegerField(default=1)
    outcome = models.TextField(default="", blank=True)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_change"
        constraints = [
            tenant_key("problems_change"),
            *same_tenant("problems_change", "department", "product", "asked_by", "approved_by"),
            models.UniqueConstraint(fields=["tenant", "number"], name="problems_change_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=ChangeState.values),
                name="problems_change_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="problems_change_window",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=AHEAD, ended_at__isnull=True)
                | models.Q(ended_at__isnull=False) & ~models.Q(state__in=AHEAD),
                name="problems_change_ended",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | models.Q(asked_by__isnull=True)
                | ~models.Q(approved_by=models.F("asked_by")),
                name="problems_change_four_eyes",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "starts_at", "id"], name="change_by_window"),
            models.Index(
                fields=["tenant", "product", "starts_at"],
                condition=models.Q(state__in=AHEAD),
                name="change_of_product",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The number as people write it."""
        return f"C-{self.number}"

    @property
    def is_ahead(self) -> bool:
        """Whether it has not ended."""
        return self.state in AHEAD

    @property
    def needs_approval(self) -> bool:
        """Whether somebody has to say yes before it begins."""
        return self.kind != ChangeKind.STANDARD

    @transition(field=state, source=ChangeState.PLANNED.value, target=ChangeState.APPROVED.value)
    def approve(self) -> None:
        """Somebody else than who asked says yes."""
        self.state_version += 1

    @transition(
        field=state,
        source=[ChangeState.PLANNED.value, ChangeState.APPROVED.value],
        target=ChangeState.PLANNED.value,
    )
    def revise(self) -> None:
        """It is planned anew: a yes to the old plan counts no more."""
        self.state_version += 1

    @transition(
        field=state,
        source=[ChangeState.PLANNED.value, ChangeState.APPROVED.value],
        target=ChangeState.IN_PROGRESS.value,
    )
    def begin(self) -> None:
        """The department begins."""
        self.state_version += 1

    @transition(field=state, source=ChangeState.IN_PROGRESS.value, target=ChangeState.DONE.value)
    def finish(self) -> None:
        """It is in place."""
        self.state_version += 1

    @transition(
        field=state,
        source=[ChangeState.IN_PROGRESS.value, ChangeState.DONE.value],
        target=ChangeState.BACKED_OUT.value,
    )
    def back_out(self) -> None:
        """It was taken back, while it was made or afterwards."""
        self.state_version += 1

    @transition(
        field=state,
        source=[ChangeState.PLANNED.value, ChangeState.APPROVED.value],
        target=ChangeState.CANCELLED.value,
    )
    def cancel(self) -> None:
        """It will not be made."""
        self.state_version += 1


class ProblemChange(TenantModel):
    """What a change is to a problem: it carries its fix, or it caused it.

    `carried_at` is when the problem's fix was said to be in place by this change.
    """

    change = models.ForeignKey(
        Change, on_delete=models.CASCADE, db_constraint=False, related_name="problems"
    )
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, related_name="changes"
    )
    role = models.CharField(max_length=6, choices=ChangeRole.choices)
    carried_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_problemchange"
        constraints = [
            tenant_key("problems_problemchange"),
            *same_tenant("problems_problemchange", "change", "problem"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "change"], name="problems_problemchange_once"
            ),
            models.CheckConstraint(
                condition=models.Q(carried_at__isnull=True) | models.Q(role="fixes"),
                name="problems_problemchange_carries",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "change"], name="problemchange_change")]

    def __str__(self) -> str:
        return self.role
