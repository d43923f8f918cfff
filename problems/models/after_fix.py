"""After the fix: the watch that looks whether it holds, what prevents it, and what is told of why."""

from datetime import datetime

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from problems.models.problem import Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key

MOST_GRACE_DAYS = 60
LEAST_WATCH_DAYS, MOST_WATCH_DAYS = 7, 730
MOST_CUSTOMERS = 1000


class WatchPolicy(TenantModel):
    """How a tenant watches its fixes; no row as long as everything is as delivered.

    A contact that comes within `grace_days` of the fix is of the time before it. When more than
    `most_customers` have it again within `watch_days`, the problem is opened again; without
    `reopens_alone` the service leads are told and decide.
    """

    grace_days = models.SmallIntegerField(default=3)
    watch_days = models.SmallIntegerField(default=90)
    most_customers = models.SmallIntegerField(default=2)
    reopens_alone = models.BooleanField(default=True)

    class Meta:
        db_table = "problems_watchpolicy"
        constraints = [
            tenant_key("problems_watchpolicy"),
            models.UniqueConstraint(fields=["tenant"], name="problems_watchpolicy_one"),
            models.CheckConstraint(
                condition=models.Q(
                    grace_days__range=(0, MOST_GRACE_DAYS),
                    watch_days__range=(LEAST_WATCH_DAYS, MOST_WATCH_DAYS),
                    most_customers__range=(0, MOST_CUSTOMERS),
                ),
                name="problems_watchpolicy_ranges",
            ),
        ]

    def __str__(self) -> str:
        return str(self.most_customers)


class WatchEnd(models.TextChoices):
    """How a watch ended."""

    HELD = "held"
    CAME_BACK = "came_back"
    REOPENED = "reopened"


class FixWatch(TenantModel):
    """One fix of a problem, watched: does it hold?

    `fixed_at` is when the fix was in place, `began_at` when it was given to everybody. Contacts
    from `grace_until` on count as coming back. `most_customers` is the tenant's limit of that day. `came_back`
    ends a watch whose problem was opened again by itself, `reopened` one that a person opened.
    `raised_at` is when the leads were told that more customers than the limit have it again.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="fix_watches"
    )
    fixed_at = models.DateTimeField()
    began_at = models.DateTimeField()
    grace_until = models.DateTimeField()
    ends_at = models.DateTimeField()
    most_customers = models.SmallIntegerField()
    raised_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=9, choices=WatchEnd.choices, default="", blank=True)

    class Meta:
        db_table = "problems_fixwatch"
        constraints = [
            tenant_key("problems_fixwatch"),
            *same_tenant("problems_fixwatch", "problem"),
            models.UniqueConstraint(
                fields=["tenant", "problem"],
                condition=models.Q(ended_at__isnull=True),
                name="problems_fixwatch_one_going",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ending="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ending="")),
                name="problems_fixwatch_ended",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    fixed_at__lte=models.F("began_at"),
                    began_at__lte=models.F("grace_until"),
                    began_at__lt=models.F("ends_at"),
                ),
                name="problems_fixwatch_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "problem", "-began_at"], name="fixwatch_problem"),
            models.Index(fields=["tenant", "began_at"], name="fixwatch_began"),
            models.Index(
                fields=["tenant", "ends_at"],
                condition=models.Q(ended_at__isnull=True),
                name="fixwatch_going",
            ),
        ]

    def __str__(self) -> str:
        return self.ending

    @property
    def is_going(self) -> bool:
        """Whether it is still looked whether the fix holds."""
        return self.ended_at is None


class PreventionKind(models.TextChoices):
    """What an action is for: this fault is put right, or its like cannot happen any more."""

    CORRECTIVE = "corrective"
    PREVENTIVE = "preventive"


class PreventionState(models.TextChoices):
    """How far an action is."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Prevention(TenantModel):
    """What somebody does so that a problem never comes again; it is numbered within its problem.

    `due_on` is a day of the tenant's. `next_look_at` is when its owner is reminded next, `reminded`
    how often that happened (once before the day, then each week after it, with the leads). `result`
    says what was done, or why it is not.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="preventions"
    )
    position = models.SmallIntegerField()
    kind = models.CharField(max_length=10, choices=PreventionKind.choices)
    text = models.CharField(max_length=300)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    due_on = models.DateField()
    state = models.CharField(
        max_length=7, choices=PreventionState.choices, default=PreventionState.OPEN
    )
    result = models.CharField(max_length=500, default="", blank=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)
    reminded = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "problems_prevention"
        constraints = [
            tenant_key("problems_prevention"),
            *same_tenant("problems_prevention", "problem", "owner", "created_by", "ended_by"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "position"], name="problems_prevention_position"
            ),
            # What is open is looked at again, what has ended says how.
            models.CheckConstraint(
                condition=models.Q(
                    state="open", ended_at__isnull=True, next_look_at__isnull=False, result=""
                )
                | (
                    models.Q(
                        state__in=["done", "dropped"],
                        ended_at__isnull=False,
                        next_look_at__isnull=True,
                    )
                    & ~models.Q(result="")
                ),
                name="problems_prevention_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "next_look_at"],
                condition=models.Q(state="open"),
                name="prevention_open",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Whether it still has to be done."""
        return self.state == PreventionState.OPEN


class ReviewState(models.TextChoices):
    """How far an edition of a review is."""

    DRAFT = "draft"
    ASKED = "asked"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Review(FSMModelMixin, TenantModel):
    """One edition of what customers concerned may read of why it happened.

    Customers read the newest approved edition; another one may be written meanwhile. `answer` is
    what a lead said who declined or withdrew it.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="reviews"
    )
    edition = models.SmallIntegerField()
    state = FSMField(default=ReviewState.DRAFT.value, protected=True)
    what_happened = models.TextField()
    why = models.TextField()
    what_we_did = models.TextField()
    what_we_prevent = models.TextField(default="", blank=True)
    answer = models.TextField(default="", blank=True)
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    written_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_review"
        constraints = [
            tenant_key("problems_review"),
            *same_tenant("problems_review", "problem", "written_by", "decided_by"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "edition"], name="problems_review_edition"
            ),
            models.UniqueConstraint(
                fields=["tenant", "problem"],
                condition=models.Q(state__in=["draft", "asked"]),
                name="problems_review_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ReviewState.values),
                name="problems_review_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "withdrawn"])
                | models.Q(decided_at__isnull=False),
                name="problems_review_decided",
            ),
        ]

    def __str__(self) -> str:
        return str(self.edition)

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed."""
        return self.state in (ReviewState.DRAFT, ReviewState.ASKED)

    @transition(
        field=state,
        source=[ReviewState.DRAFT.value, ReviewState.ASKED.value],
        target=ReviewState.DRAFT.value,
    )
    def write(self, *, at: datetime) -> None:
        """Somebody writes it, or writes it anew: then it has to be asked for again."""
        self.written_at = at
        self.asked_at = None

    @transition(field=state, source=ReviewState.DRAFT.value, target=ReviewState.ASKED.value)
    def ask(self, *, at: datetime) -> None:
        """A lead shall read it."""
        self.asked_at = at
        self.answer = ""

    @transition(field=state, source=ReviewState.ASKED.value, target=ReviewState.DRAFT.value)
    def decline(self, *, at: datetime) -> None:
        """A lead says what has to be said otherwise."""
        self.decided_at = at
        self.asked_at = None

    @transition(field=state, source=ReviewState.ASKED.value, target=ReviewState.APPROVED.value)
    def approve(self, *, at: datetime) -> None:
        """Customers concerned may read it from now on."""
        self.decided_at = at

    @transition(field=state, source=ReviewState.APPROVED.value, target=ReviewState.WITHDRAWN.value)
    def withdraw(self, *, at: datetime) -> None:
        """Customers read it no more."""
        self.decided_at = at
