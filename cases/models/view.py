"""Saved views: a person's own way to look at the cases, or one shared with all colleagues."""

from django.db import models

from cases.states import Channel, Priority
from customers.models import Product
from workflow.people.models import Department, Team, User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Standing(models.TextChoices):
    """Which cases by their state: the field's words for several states at once."""

    OPEN = "open"
    WORKING = "working"
    PENDING = "pending"
    ON_PROBLEM = "on_problem"
    RESOLVED = "resolved"
    ANY = "any"


class Responsible(models.TextChoices):
    """Whose cases."""

    ANYBODY = "anybody"
    ME = "me"
    NOBODY = "nobody"
    PERSON = "person"
    TEAM = "team"


class ProblemLink(models.TextChoices):
    """Whether a problem is known to be behind the case."""

    ANY = "any"
    LINKED = "linked"
    UNLINKED = "unlinked"


class WaitsFor(models.TextChoices):
    """Who has to do something next."""

    ANYBODY = "anybody"
    AGENT = "agent"
    CUSTOMER = "customer"
    DEPARTMENT = "department"
    PROBLEM = "problem"


class CaseOrder(models.TextChoices):
    """Which case comes first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"


class SavedView(TenantModel):
    """Filters and an order of cases under a name; nobody but a lead shares one.

    Each filter is a column of its own: PostgreSQL reads no document to find cases.
    `older_than_days` of 0 means any age.
    """

    name = models.CharField(max_length=80)
    made_by = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    is_shared = models.BooleanField(default=False)
    standing = models.CharField(max_length=10, choices=Standing.choices, default="open")
    responsible = models.CharField(max_length=8, choices=Responsible.choices, default="anybody")
    person = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+"
    )
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+"
    )
    queue = models.ForeignKey(
        Department, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+"
    )
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+"
    )
    priority = models.SmallIntegerField(null=True)
    # Empty for every channel.
    channel = models.CharField(
        max_length=8, choices=[(c.value, c.value) for c in Channel], default="", blank=True
    )
    problem = models.CharField(max_length=8, choices=ProblemLink.choices, default="any")
    waits_for = models.CharField(max_length=10, choices=WaitsFor.choices, default="anybody")
    older_than_days = models.SmallIntegerField(default=0)
    order = models.CharField(max_length=6, choices=CaseOrder.choices, default="newest")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "cases_savedview"
        constraints = [
            tenant_key("cases_savedview"),
            *same_tenant("cases_savedview", "made_by", "person", "team", "queue", "product"),
            models.UniqueConstraint(
                fields=["tenant", "made_by", "name"], name="cases_savedview_name"
            ),
            models.CheckConstraint(
                condition=models.Q(priority__isnull=True) | models.Q(priority__in=Priority.ALL),
                name="cases_savedview_priority",
            ),
            models.CheckConstraint(
                condition=models.Q(older_than_days__range=(0, 3650)),
                name="cases_savedview_age",
            ),
        ]

    def __str__(self) -> str:
        return self.name
