"""The promises that run on a case."""

from typing import ClassVar

from django.db import models

from cases.models.case import Case
from workflow.clocks.models import Clock, ClockMark, clock_constraints, clock_indexes
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class CaseClock(Clock):
    """One metric of one case."""

    owner_field: ClassVar[str] = "case_id"

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, db_constraint=False, related_name="clocks"
    )

    class Meta:
        db_table = "cases_caseclock"
        constraints = [
            *clock_constraints("cases_caseclock", "case"),
            models.UniqueConstraint(
                fields=["tenant", "case", "metric"],
                condition=models.Q(state__in=["running", "paused"]) & ~models.Q(metric="promise"),
                name="cases_caseclock_once",
            ),
        ]
        indexes = [
            *clock_indexes("caseclock"),
            models.Index(fields=["tenant", "case"], name="caseclock_case"),
            models.Index(
                fields=["tenant", "due_at"],
                condition=models.Q(state="running"),
                name="caseclock_due",
            ),
        ]

    @property
    def owner(self) -> Case:
        """The record that the clock belongs to; costs a query if it is not loaded."""
        return self.case


class CaseClockMark(ClockMark):
    """One line in the history of a case's clock."""

    clock = models.ForeignKey(
        CaseClock, on_delete=models.CASCADE, db_constraint=False, related_name="marks"
    )

    class Meta:
        db_table = "cases_caseclockmark"
        constraints = [
            tenant_key("cases_caseclockmark"),
            *same_tenant("cases_caseclockmark", "clock"),
        ]
        indexes = [models.Index(fields=["tenant", "clock", "id"], name="caseclockmark_clock")]


class CasePromise(TenantModel):
    """Something that a person promised a customer by a time; its clock says how it went."""

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, db_constraint=False, related_name="promises"
    )
    clock = models.ForeignKey(
        CaseClock, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    text = models.CharField(max_length=200)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        db_table = "cases_casepromise"
        constraints = [
            tenant_key("cases_casepromise"),
            *same_tenant("cases_casepromise", "case", "clock", "made_by"),
            models.UniqueConstraint(fields=["tenant", "clock"], name="cases_casepromise_clock"),
        ]
        indexes = [models.Index(fields=["tenant", "case", "id"], name="casepromise_case")]

    def __str__(self) -> str:
        return str(self.pk)
