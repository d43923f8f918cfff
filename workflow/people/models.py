"""People who work for a tenant, where they work, and the keys they hold."""

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.db.models.functions import Lower

from workflow.people.permissions import Permission, Role
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class AssignBy(models.TextChoices):
    """How a department gives its work to its people."""

    HAND = "hand"
    LEAST = "least"
    TURN = "turn"
    ON_CALL = "on_call"


HUES = ("petrol", "blue", "violet", "rose", "olive", "orange", "green")


class User(TenantModel):
    """A person who works for one tenant; the same person in two tenants is two users.

    The limits say how many problems and cases a rule gives this person at once; empty is no limit.
    """

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    password = models.CharField(max_length=256, default="", blank=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=12, default="en")
    created_at = models.DateTimeField()
    last_sign_in_at = models.DateTimeField(null=True)
    problem_limit = models.SmallIntegerField(null=True)
    case_limit = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "workflow_user"
        constraints = [
            tenant_key("workflow_user"),
            models.UniqueConstraint("tenant", Lower("email"), name="workflow_user_email"),
            models.CheckConstraint(
                condition=models.Q(problem_limit__isnull=True) | models.Q(problem_limit__gte=0),
                name="workflow_user_problem_limit",
            ),
            models.CheckConstraint(
                condition=models.Q(case_limit__isnull=True) | models.Q(case_limit__gte=0),
                name="workflow_user_case_limit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def set_password(self, password: str) -> None:
        """Keep the hash of a password; the caller saves."""
        self.password = make_password(password)

    def has_password(self, password: str) -> bool:
        """Whether this is the password; costs one hash."""
        return bool(self.password) and check_password(password, self.password)


class Department(TenantModel):
    """Those who can fix something: name inside, name that customers see, hours and targets.

    Targets are opening hours of the department's calendar. `assign_by` says who of its people gets
    what comes, `assigned_last` whose turn it was.
    """

    name = models.CharField(max_length=80)
    public_name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=60)
    hue = models.CharField(max_length=12, default="petrol")
    is_customer_service = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    calendar = models.ForeignKey(
        "workflow.Calendar", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    acknowledge_within = models.DurationField()
    stage_within = models.DurationField()
    # From its own assignment until the fix is in place; empty where nothing is asked.
    fix_within = models.DurationField(null=True)
    ladder = models.ForeignKey(
        "workflow.Ladder",
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    assign_by = models.CharField(
        max_length=8, choices=AssignBy.choices, default=AssignBy.HAND.value
    )
    assigned_last = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )

    class Meta:
        db_table = "workflow_department"
        constraints = [
            tenant_key("workflow_department"),
            *same_tenant("workflow_department", "calendar", "ladder", "assigned_last"),
            models.CheckConstraint(
                condition=models.Q(assign_by__in=AssignBy.values),
                name="workflow_department_assign_by",
            ),
            models.UniqueConstraint(fields=["tenant", "slug"], name="workflow_department_slug"),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(is_customer_service=True),
                name="workflow_department_one_service",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """A role that a user has, in a department or, without one, in the whole tenant."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, related_name="memberships"
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.CASCADE,
        db_constraint=False,
        null=True,
        related_name="memberships",
    )
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in Role])

    class Meta:
        db_table = "workflow_membership"
        constraints = [
            tenant_key("workflow_membership"),
            *same_tenant("workflow_membership", "user", "department"),
            models.UniqueConstraint(
                fields=["tenant", "user", "department", "role"],
                nulls_distinct=False,
                name="workflow_membership_once",
            ),
        ]

    def __str__(self) -> str:
        return self.role


class Team(TenantModel):
    """Some people of a department who work together: a filter and a list to assign from."""

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, related_name="teams"
    )
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "workflow_team"
        constraints = [
            tenant_key("workflow_team"),
            *same_tenant("workflow_team", "department"),
            models.UniqueConstraint(
                "tenant", "department", Lower("name"), name="workflow_team_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(TenantModel):
    """That somebody works in a team; a person may work in several."""

    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, db_constraint=False, related_name="members"
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, related_name="team_places"
    )

    class Meta:
        db_table = "workflow_teammember"
        constraints = [
            tenant_key("workflow_teammember"),
            *same_tenant("workflow_teammember", "team", "user"),
            models.UniqueConstraint(
                fields=["tenant", "team", "user"], name="workflow_teammember_once"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "user"], name="teammember_user")]

    def __str__(self) -> str:
        return str(self.pk)


class Absence(TenantModel):
    """That somebody is away, from a moment to another, and who steps in.

    Without a substitute, what would go to them goes to those who are left.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, related_name="absences"
    )
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    substitute = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )

    class Meta:
        db_table = "workflow_absence"
        constraints = [
            tenant_key("workflow_absence"),
            *same_tenant("workflow_absence", "user", "substitute"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")),
                name="workflow_absence_forward_in_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(substitute=models.F("user")),
                name="workflow_absence_not_oneself",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "user", "ends_at"], name="absence_of_user")]

    def __str__(self) -> str:
        return str(self.pk)


class ApiToken(TenantModel):
    """A key for programs: only its hash is kept, it has a role, narrower scopes and an end."""

    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    prefix = models.CharField(max_length=12)
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in Role])
    scopes = models.TextField(default="", blank=True)
    contact_key = models.BigIntegerField(null=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    requests_per_minute = models.PositiveIntegerField(default=600)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "workflow_apitoken"
        constraints = [
            tenant_key("workflow_apitoken"),
            *same_tenant("workflow_apitoken", "created_by"),
            models.UniqueConstraint(fields=["tenant", "digest"], name="workflow_apitoken_digest"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def scope_set(self) -> frozenset[Permission]:
        """The permissions that the token is limited to; empty means all of its role."""
        return frozenset(Permission(word) for word in self.scopes.split())


class SignInAttempt(TenantModel):
    """One try to sign in, by hashes of account and network address; kept for the rate limit."""

    account = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    succeeded = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "workflow_signinattempt"
        constraints = [tenant_key("workflow_signinattempt")]
        indexes = [
            models.Index(fields=["tenant", "account", "at"], name="signin_account"),
            models.Index(fields=["tenant", "network", "at"], name="signin_network"),
        ]

    def __str__(self) -> str:
        return self.at.isoformat()
