"""The targets that run on a problem, for the department that has it."""

from django.db import models

from problems.models.problem import Problem
from workflow.clocks.models import Clock, clock_constraints, clock_indexes
from workflow.people.models import Department


class ProblemClock(Clock):
    """One metric of one problem for one department, from its own assignment on."""

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
