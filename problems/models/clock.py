"""The targets that run on a problem, for the department that has it."""

from typing import ClassVar

from django.db import models

from problems.models.problem import Problem
from workflow.clocks.models import Clock, ClockMark, clock_constraints, clock_indexes
from workflow.people.models import Department
from workflow.tenancy.models import same_tenant, tenant_key


class ProblemClock(Clock):
    """One metric of one problem for one department, from its own assignment on."""

    owner_field: ClassVar[str] = "problem_id"

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="clocks"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )

    class Meta:
        db_table = "problems_problemclock"
        constraints = [
            *clock_constraints("problems_problemclock", "problem", "department"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "metric"],
                condition=models.Q(state__in=["running", "paused"]),
                name="problems_problemclock_once",
            ),
        ]
        indexes = [
            *clock_indexes("problemclock"),
            models.Index(fields=["tenant", "problem"], name="problemclock_problem"),
        ]

    @property
    def owner(self) -> Problem:
        """The record that the clock belongs to; costs a query if it is not loaded."""
        return self.problem


class ProblemClockMark(ClockMark):
    """One line in the history of a problem's clock."""

    clock = models.ForeignKey(
        ProblemClock, on_delete=models.CASCADE, db_constraint=False, related_name="marks"
    )

    class Meta:
        db_table = "problems_problemclockmark"
        constraints = [
            tenant_key("problems_problemclockmark"),
            *same_tenant("problems_problemclockmark", "clock"),
        ]
        indexes = [models.Index(fields=["tenant", "clock", "id"], name="problemclockmark_clock")]
