"""The promises that run on a case."""

from django.db import models

from cases.models.case import Case
from workflow.clocks.models import Clock, clock_constraints, clock_indexes


class CaseClock(Clock):
    """One metric of one case."""

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, db_constraint=False, related_name="clocks"
    )

    class Meta:
        db_table = "cases_caseclock"
        constraints = [
            *clock_constraints("cases_caseclock", "case"),
            models.UniqueConstraint(
                fields=["tenant", "case", "metric"],
                condition=models.Q(state__in=["running", "paused"]),
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
