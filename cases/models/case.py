"""The case: what one customer asks of us, and how its state may change."""

from datetime import datetime

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from cases.models.request_type import RequestType
from cases.states import OPEN_STATES, CaseState, Channel
from customers.models import Contact, Organisation, Product
from workflow.branding import Brand
from workflow.clocks.models import ServiceLevel
from workflow.people.models import Department, User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class NumberSeries(TenantModel):
    """The last number given in a series (cases, problems, articles) of the tenant."""

    name = models.CharField(max_length=20)
    last = models.BigIntegerField(default=0)

    class Meta:
        db_table = "cases_numberseries"
        constraints = [
            tenant_key("cases_numberseries"),
            models.UniqueConstraint(fields=["tenant", "name"], name="cases_numberseries_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Case(FSMModelMixin, TenantModel):
    """What one customer asks of us.

    `first_contact_at` is when the customer first reached us. `next_look_at` is when somebody
    looks again; PostgreSQL refuses an open case without it, or without an owner or queue.
    `version` counts every change by a person, `state_version` every change of state.
    """

    number = models.BigIntegerField()
    subject = models.CharField(max_length=250)
    state = FSMField(default=CaseState.NEW.value, protected=True)
    state_version = models.IntegerField(default=1)
    version = models.IntegerField(default=1)
    channel = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Channel])
    priority = models.SmallIntegerField(default=3)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, related_name="cases"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="cases"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="cases"
    )
    category = models.CharField(max_length=80, default="", blank=True)
    request_type = models.ForeignKey(
        RequestType, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    service_level = models.ForeignKey(
        ServiceLevel, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    queue = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    next_look_at = models.DateTimeField()
    needs_attention = models.BooleanField(default=True)
    # Null is the tenant's default brand.
    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    wanted_outcome = models.TextField(default="", blank=True)
    feeling = models.SmallIntegerField(null=True)
    # Null where there is none: only what came from outside has to be unique.
    external_id = models.CharField(max_length=120, null=True)  # noqa: DJ001
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    first_contact_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_case"
        constraints = [
            tenant_key("cases_case"),
            *same_tenant(
                "cases_case",
                "contact",
                "organisation",
                "product",
                "request_type",
                "service_level",
                "owner",
                "queue",
                "follows",
                "brand",
            ),
            models.UniqueConstraint(fields=["tenant", "number"], name="cases_case_number"),
            models.UniqueConstraint(fields=["tenant", "external_id"], name="cases_case_external"),
            models.CheckConstraint(
                condition=~models.Q(state__in=[state.value for state in OPEN_STATES])
                | models.Q(owner__isnull=False)
                | models.Q(queue__isnull=False),
                name="cases_case_has_owner_or_queue",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in CaseState]),
                name="cases_case_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(priority__range=(1, 4)), name="cases_case_priority"
            ),
            models.CheckConstraint(
                condition=models.Q(feeling__isnull=True) | models.Q(feeling__range=(1, 5)),
                name="cases_case_feeling",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "queue", "-last_message_at", "-id"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES]),
                name="case_queue",
            ),
            models.Index(
                fields=["tenant", "owner", "-last_message_at", "-id"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES]),
                name="case_owner",
            ),
            # One for each standing queue: its page and its count read as many rows as they show.
            models.Index(
                fields=["tenant", "-last_message_at", "-id"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES]),
                name="case_open",
            ),
            models.Index(
                fields=["tenant", "-last_message_at", "-id"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES])
                & models.Q(owner__isnull=True),
                name="case_unassigned",
            ),
            models.Index(
                fields=["tenant", "-last_message_at", "-id"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES])
                & models.Q(needs_attention=True),
                name="case_attention",
            ),
            models.Index(
                fields=["tenant", "state", "-last_message_at", "-id"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES]),
                name="case_waiting",
            ),
            models.Index(fields=["tenant", "-last_message_at", "-id"], name="case_recent"),
            models.Index(fields=["tenant", "contact", "-id"], name="case_contact"),
            models.Index(
                fields=["tenant", "organisation", "-id"],
                condition=models.Q(organisation__isnull=False),
                name="case_organisation",
            ),
            models.Index(
                fields=["tenant", "next_look_at"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES]),
                name="case_look",
            ),
            models.Index(
                fields=["tenant", "state", "opened_at", "id"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES]),
                name="case_backlog",
            ),
            models.Index(
                fields=["tenant", "feeling"],
                condition=models.Q(feeling__isnull=False)
                & models.Q(state__in=[state.value for state in OPEN_STATES]),
                name="case_feeling",
            ),
            models.Index(fields=["tenant", "opened_at"], name="case_opened"),
            models.Index(
                fields=["tenant", "resolved_at"],
                condition=models.Q(resolved_at__isnull=False),
                name="case_resolved",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in OPEN_STATES

    @transition(
        field=state,
        source=[CaseState.NEW.value, CaseState.PENDING.value, CaseState.ON_PROBLEM.value],
        target=CaseState.OPEN.value,
    )
    def work_on(self) -> None:
        """Take it up, or go on with it."""
        self.state_version += 1

    @transition(
        field=state,
        source=[CaseState.NEW.value, CaseState.OPEN.value, CaseState.ON_PROBLEM.value],
        target=CaseState.PENDING.value,
    )
    def pend(self) -> None:
        """Wait for the customer."""
        self.state_version += 1

    @transition(
        field=state,
        source=[CaseState.NEW.value, CaseState.OPEN.value, CaseState.PENDING.value],
        target=CaseState.ON_PROBLEM.value,
    )
    def wait_for_problem(self) -> None:
        """Wait for the fix of a problem."""
        self.state_version += 1

    @transition(
        field=state,
        source=[state.value for state in OPEN_STATES],
        target=CaseState.RESOLVED.value,
    )
    def resolve(self, *, at: datetime) -> None:
        """Hold it solved until the customer says otherwise."""
        self.state_version += 1
        self.resolved_at = at

    @transition(field=state, source=CaseState.RESOLVED.value, target=CaseState.OPEN.value)
    def reopen(self) -> None:
        """Go on: it was not solved."""
        self.state_version += 1
        self.resolved_at = None

    @transition(field=state, source=CaseState.RESOLVED.value, target=CaseState.CLOSED.value)
    def close(self, *, at: datetime) -> None:
        """End it for good."""
        self.state_version += 1
        self.closed_at = at

    @transition(
        field=state, source=[state.value for state in OPEN_STATES], target=CaseState.SPAM.value
    )
    def mark_spam(self, *, at: datetime) -> None:
        """End it: nobody asked anything."""
        self.state_version += 1
        self.closed_at = at


class BlockedBy(TenantModel):
    """Something that a case waits for; it is cleared when the reason is gone.

    `reference` is the id of what is waited for (a problem), 0 where the kind says it all.
    """

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, db_constraint=False, related_name="blockers"
    )
    kind = models.CharField(
        max_length=16,
        choices=[(k, k) for k in ("customer_answer", "problem_fix", "workaround", "task")],
    )
    reference = models.BigIntegerField(default=0)
    since = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_blockedby"
        constraints = [
            tenant_key("cases_blockedby"),
            *same_tenant("cases_blockedby", "case"),
            models.UniqueConstraint(
                fields=["tenant", "case", "kind", "reference"],
                condition=models.Q(cleared_at__isnull=True),
                name="cases_blockedby_once",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
