"""The problem: why it happens to many, and how its state may change."""

from datetime import datetime

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from customers.models import Product
from problems.states import OPEN_STATES, WORKING_STATES, Outcome, ProblemState
from workflow.people.models import User
from workflow.stages.models import WorkflowVersion
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key

WORKING = [state.value for state in WORKING_STATES]
WITH_DEPARTMENT = [ProblemState.ASSESS.value, *WORKING]


class Problem(FSMModelMixin, TenantModel):
    """The cause behind the cases of many customers.

    `discovered_at` is the first contact of the first linked case. `lead` is the person of customer
    service who answers for it beside the department that has it. `version` counts every change by
    a person, `state_version` every change of state. `workflow_version` is the drawing it follows
    (none: the standard way), `stage_key` the stage of it in which it stands, `next_stage_key` the
    one to which acceptance leads.

    `severity` is what people say of it; `priority` (1 urgent … 4 low) follows from it and from what it
    does to customers, and `priority_because` holds the grounds as codes and figures. Where a person
    decided, `priority_by` and `priority_reason` say so and the rule leaves it alone. Estimates up to
    the id `estimates_after` do not stand any more: they were withdrawn, or the problem came back.
    """

    number = models.BigIntegerField()
    title = models.CharField(max_length=200)
    statement = models.TextField(default="", blank=True)
    category = models.CharField(max_length=80, default="", blank=True)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    product_version = models.CharField(max_length=40, default="", blank=True)
    severity = models.SmallIntegerField(default=3)
    priority = models.SmallIntegerField(default=3)
    priority_because = models.JSONField(default=dict)
    priority_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    priority_reason = models.CharField(max_length=200, default="", blank=True)
    estimates_after = models.BigIntegerField(default=0)
    state = FSMField(default=ProblemState.NEW.value, protected=True)
    state_version = models.IntegerField(default=1)
    version = models.IntegerField(default=1)
    outcome = models.CharField(
        max_length=16, choices=[(o.value, o.value) for o in Outcome], default="", blank=True
    )
    survivor = models.ForeignKey(
        "self", on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    lead = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    root_cause = models.TextField(default="", blank=True)
    public_cause = models.TextField(default="", blank=True)
    workaround = models.TextField(default="", blank=True)
    fix = models.TextField(default="", blank=True)
    solution = models.TextField(default="", blank=True)
    routed_because = models.JSONField(default=dict)
    term_count = models.IntegerField(default=0)
    discovered_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    root_cause_found_at = models.DateTimeField(null=True)
    workaround_at = models.DateTimeField(null=True)
    known_error_at = models.DateTimeField(null=True)
    fixed_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField()
    workflow_version = models.ForeignKey(
        WorkflowVersion, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    stage_key = models.CharField(max_length=40, default="", blank=True)
    next_stage_key = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        db_table = "problems_problem"
        constraints = [
            tenant_key("problems_problem"),
            *same_tenant(
                "problems_problem",
                "product",
                "survivor",
                "lead",
                "workflow_version",
                "priority_by",
            ),
            models.UniqueConstraint(fields=["tenant", "number"], name="problems_problem_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in ProblemState]),
                name="problems_problem_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["suspected", "new", "resolved", "closed"])
                | (
                    ~models.Q(statement="")
                    & ~models.Q(category="")
                    & models.Q(product__isnull=False)
                ),
                name="problems_problem_described",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="resolved") | models.Q(resolved_at__isnull=False),
                name="problems_problem_resolved_at",
            ),
            models.CheckConstraint(
                condition=models.Q(severity__range=(1, 4)), name="problems_problem_severity"
            ),
            models.CheckConstraint(
                condition=models.Q(priority__range=(1, 4)), name="problems_problem_priority"
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "-id"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES]),
                name="problem_open",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The number as people write it."""
        return f"P-{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its end."""
        return self.state in OPEN_STATES

    @property
    def is_known_error(self) -> bool:
        """Whether a workaround is published or the root cause known."""
        return self.known_error_at is not None

    def stands(self, estimate: models.Model) -> bool:
        """Whether what was said of the date still holds; no query."""
        return bool(estimate.pk > self.estimates_after)

    @transition(field=state, source=ProblemState.SUSPECTED.value, target=ProblemState.NEW.value)
    def confirm(self) -> None:
        """A person says that the pattern is real."""
        self.state_version += 1

    @transition(
        field=state,
        source=[ProblemState.NEW.value, ProblemState.ASSESS.value],
        target=ProblemState.ASSESS.value,
    )
    def route(self) -> None:
        """Send it to a department, which has yet to accept it."""
        self.state_version += 1

    @transition(
        field=state,
        source=[ProblemState.NEW.value, ProblemState.ASSESS.value],
        target=ProblemState.ROOT_CAUSE.value,
    )
    def accept(self, *, at: datetime) -> None:
        """The department confirms that it is real and its own."""
        self.state_version += 1
        self.confirmed_at = self.confirmed_at or at

    @transition(field=state, source=ProblemState.ASSESS.value, target=ProblemState.NEW.value)
    def refuse(self) -> None:
        """The department says that it is not its own and knows no better owner."""
        self.state_version += 1

    @transition(field=state, source=WORKING, target=ProblemState.ASSESS.value)
    def hand_over(self) -> None:
        """Another department shall go on; it has yet to accept."""
        self.state_version += 1

    @transition(
        field=state,
        source=ProblemState.ROOT_CAUSE.value,
        target=ProblemState.FIX_IN_PROGRESS.value,
    )
    def find_cause(self, *, at: datetime) -> None:
        """The root cause is known; from now on it is a known error."""
        self.state_version += 1
        self.root_cause_found_at = at
        self.known_error_at = self.known_error_at or at

    @transition(
        field=state,
        source=[ProblemState.ASSESS.value],
        target=ProblemState.FIX_IN_PROGRESS.value,
    )
    def go_on_fixing(self, *, at: datetime) -> None:
        """A department accepts a problem whose cause is known already."""
        self.state_version += 1
        self.confirmed_at = self.confirmed_at or at

    @transition(
        field=state,
        source=[ProblemState.ASSESS.value],
        target=ProblemState.VERIFYING.value,
    )
    def go_on_verifying(self, *, at: datetime) -> None:
        """A department accepts a problem whose fix is in place already."""
        self.state_version += 1
        self.confirmed_at = self.confirmed_at or at
        self.fixed_at = self.fixed_at or at

    @transition(
        field=state,
        source=ProblemState.FIX_IN_PROGRESS.value,
        target=ProblemState.VERIFYING.value,
    )
    def put_fix_in_place(self, *, at: datetime) -> None:
        """The fix is in place and has yet to prove itself."""
        self.state_version += 1
        self.fixed_at = at

    @transition(
        field=state,
        source=ProblemState.VERIFYING.value,
        target=ProblemState.FIX_IN_PROGRESS.value,
    )
    def find_fix_wanting(self) -> None:
        """The fix does not hold."""
        self.state_version += 1
        self.fixed_at = None

    @transition(
        field=state, source=ProblemState.VERIFYING.value, target=ProblemState.RESOLVED.value
    )
    def resolve(self, *, at: datetime) -> None:
        """The fix holds: everybody gets the permanent solution."""
        self.state_version += 1
        self.verified_at = at
        self.resolved_at = at
        self.outcome = Outcome.FIX_APPLIED

    @transition(
        field=state,
        source=[state.value for state in OPEN_STATES],
        target=ProblemState.RESOLVED.value,
    )
    def end_without_fix(self, *, outcome: Outcome, at: datetime) -> None:
        """End it another way; `outcome` says which."""
        self.state_version += 1
        self.resolved_at = at
        self.outcome = outcome

    @transition(field=state, source=ProblemState.RESOLVED.value, target=ProblemState.CLOSED.value)
    def close(self, *, at: datetime) -> None:
        """Nobody lives on a workaround any more."""
        self.state_version += 1
        self.closed_at = at

    @transition(
        field=state,
        source=[ProblemState.RESOLVED.value, ProblemState.CLOSED.value],
        target=ProblemState.ASSESS.value,
    )
    def reopen(self) -> None:
        """It is back: the department that fixed it has it again."""
        self.state_version += 1
        self.resolved_at = None
        self.closed_at = None
        self.fixed_at = None
        self.verified_at = None
        self.outcome = ""


class Evidence(TenantModel):
    """Something that shows the problem: a file's name, an observation, a measured value."""

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="evidence"
    )
    text = models.TextField()
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "problems_evidence"
        constraints = [
            tenant_key("problems_evidence"),
            *same_tenant("problems_evidence", "problem", "user"),
        ]
        indexes = [models.Index(fields=["tenant", "problem"], name="evidence_problem")]

    def __str__(self) -> str:
        return str(self.pk)


class Note(TenantModel):
    """What customer service and departments write to one another about a problem."""

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="notes"
    )
    text = models.TextField()
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "problems_note"
        constraints = [
            tenant_key("problems_note"),
            *same_tenant("problems_note", "problem", "user"),
        ]
        indexes = [models.Index(fields=["tenant", "problem", "id"], name="note_problem")]

    def __str__(self) -> str:
        return str(self.pk)
