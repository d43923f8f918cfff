"""Patterns: cases that look alike and that no known problem explains; suspected problems."""

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from cases.models import Case
from customers.models import Product
from problems.models.problem import Problem
from workflow.people.models import Department, User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class PatternState(models.TextChoices):
    """Where a suspected problem stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    MERGED = "merged"
    FADED = "faded"


class DismissReason(models.TextChoices):
    """Why a pattern is none."""

    SEASONAL = "seasonal"
    TWO_TOPICS = "two_topics"
    KNOWN = "known"
    NO_PROBLEM = "no_problem"


class AcceptedBy(models.TextChoices):
    """How a pattern was accepted: a problem was opened, or its cases went to one that was there."""

    OPENED = "opened"
    LINKED = "linked"


DECIDED = (PatternState.ACCEPTED, PatternState.DISMISSED, PatternState.MERGED)


class Pattern(FSMModelMixin, TenantModel):
    """A suspected problem: what cases of several customers have in common.

    `found_title` is how the radar named it, `title` what people read; they differ once a lead has
    renamed it (`titled_by`). `cases` and `customers` count what was not excluded. `usual` is how
    many cases were to be expected in the time in which these came, by hour and weekday of the
    tenant's own past. `cause` holds phrases and what the cases share beyond chance.
    `alike_problem` is the known problem that the matching thinks of most, `alike_percent` how sure.
    `decided_customers` is its size at the decision: a dismissed one comes back when it has grown.
    `version` counts the lines of its history: what grows by itself does not change it.
    """

    number = models.BigIntegerField()
    state = FSMField(default=PatternState.PROPOSED.value, protected=True)
    state_version = models.IntegerField(default=1)
    version = models.IntegerField(default=1)
    title = models.CharField(max_length=200)
    found_title = models.CharField(max_length=200)
    titled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    product_version = models.CharField(max_length=40, default="", blank=True)
    region = models.CharField(max_length=80, default="", blank=True)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    is_department_chosen = models.BooleanField(default=False)
    cause = models.JSONField(default=dict)
    cases = models.IntegerField(default=0)
    customers = models.IntegerField(default=0)
    usual = models.FloatField(default=0.0)
    alike_problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    alike_percent = models.SmallIntegerField(default=0)
    first_case_at = models.DateTimeField()
    last_case_at = models.DateTimeField()
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="patterns"
    )
    accepted_by = models.CharField(max_length=6, choices=AcceptedBy.choices, default="", blank=True)
    survivor = models.ForeignKey(
        "self", on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    reason = models.CharField(max_length=10, choices=DismissReason.choices, default="", blank=True)
    note = models.TextField(default="", blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_customers = models.IntegerField(default=0)

    class Meta:
        db_table = "problems_pattern"
        constraints = [
            tenant_key("problems_pattern"),
            *same_tenant(
                "problems_pattern",
                "product",
                "department",
                "problem",
                "alike_problem",
                "survivor",
                "titled_by",
                "decided_by",
            ),
            models.UniqueConstraint(fields=["tenant", "number"], name="problems_pattern_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=PatternState.values),
                name="problems_pattern_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="accepted", problem__isnull=False)
                | ~models.Q(state="accepted") & models.Q(problem__isnull=True),
                name="problems_pattern_problem",
            ),
            models.CheckConstraint(
                condition=models.Q(state="merged", survivor__isnull=False)
                | ~models.Q(state="merged") & models.Q(survivor__isnull=True),
                name="problems_pattern_survivor",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=DECIDED, decided_at__isnull=False)
                | models.Q(decided_at__isnull=True) & ~models.Q(state__in=DECIDED),
                name="problems_pattern_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "-id"],
                condition=models.Q(state="proposed"),
                name="pattern_proposed",
            ),
            models.Index(fields=["tenant", "-decided_at", "-id"], name="pattern_decided"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The number as people write it."""
        return f"S-{self.number}"

    @property
    def is_proposed(self) -> bool:
        """Whether it still waits for a decision."""
        return str(self.state) == PatternState.PROPOSED

    @property
    def growth(self) -> float:
        """How many times the usual number of cases came; a usual of none counts as one half."""
        return self.cases / max(self.usual, 0.5)

    @transition(field=state, source=PatternState.PROPOSED.value, target=PatternState.ACCEPTED.value)
    def accept(self) -> None:
        """A lead says that it is a problem, a new one or one that is known."""
        self.state_version += 1

    @transition(
        field=state, source=PatternState.PROPOSED.value, target=PatternState.DISMISSED.value
    )
    def dismiss(self) -> None:
        """A lead says that it is none."""
        self.state_version += 1

    @transition(field=state, source=PatternState.PROPOSED.value, target=PatternState.MERGED.value)
    def merge(self) -> None:
        """A lead says that it is the same as another one."""
        self.state_version += 1

    @transition(field=state, source=PatternState.PROPOSED.value, target=PatternState.FADED.value)
    def fade(self) -> None:
        """Nothing new came for long, and nobody decided."""
        self.state_version += 1

    @transition(
        field=state,
        source=[*(state.value for state in DECIDED), PatternState.FADED.value],
        target=PatternState.PROPOSED.value,
    )
    def come_back(self) -> None:
        """A decision is taken back, or it has grown since."""
        self.state_version += 1


class PatternCase(TenantModel):
    """One case of a pattern.

    `origin` is the pattern from which merges brought it. `excluded_at` says that a lead took
    it out: the radar never puts it back. `linked_at` is when accepting the pattern linked it to
    the problem, so that taking it back unlinks just these.
    """

    pattern = models.ForeignKey(
        Pattern, on_delete=models.CASCADE, db_constraint=False, related_name="members"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, related_name="patterns"
    )
    origin = models.ForeignKey(
        Pattern, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    added_at = models.DateTimeField()
    linked_at = models.DateTimeField(null=True)
    excluded_at = models.DateTimeField(null=True)
    excluded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )

    class Meta:
        db_table = "problems_patterncase"
        constraints = [
            tenant_key("problems_patterncase"),
            *same_tenant("problems_patterncase", "pattern", "case", "origin", "excluded_by"),
            models.UniqueConstraint(
                fields=["tenant", "pattern", "case"], name="problems_patterncase_once"
            ),
            models.UniqueConstraint(
                fields=["tenant", "case"],
                condition=models.Q(excluded_at__isnull=True),
                name="problems_patterncase_one_pattern",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "pattern", "-id"], name="patterncase_pattern"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
