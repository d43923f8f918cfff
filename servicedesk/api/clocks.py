"""Promises and their time for programs: budgets, clocks with their segments and history."""

from datetime import timedelta
from typing import Any

from problems.access import problem_for
from problems.time_budget import Split, split_of
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation
from servicedesk.api.paging import one
from servicedesk.api.shapes import clocks as shapes
from workflow.people.permissions import Permission

PATH = ("number",)
SECOND = timedelta(seconds=1)
TAG = "Service levels"


class TimeBudget(TokenView):
    """What is left of the promise to customers, and for whom it would be enough."""

    @operation(
        "read_time_budget",
        any_of=(Permission.VIEW_PROBLEM,),
        gives=shapes.TimeBudgetShape,
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """Read what was used by whom, and what each department would have if it got it now."""
        return one(
            shapes.TimeBudgetShape,
            budget_as_data(split_of(problem_for(self.actor, number), at=self.at)),
        )


def budget_as_data(split: Split) -> dict[str, Any]:
    """Return a split promise as data; no query."""
    promised = split.promised
    return {
        "promised": {"due_at": promised.due_at, "case": promised.case_number}
        if promised is not None
        else None,
        "used": [
            {
                "department": share.department_name,
                "used_seconds": split.used_for[share.department] // SECOND,
                "late_seconds": share.delay // SECOND,
            }
            for share in split.journey.shares
        ],
        "departments": [
            {
                "department": department.slug,
                "target_seconds": found.target // SECOND,
                "left_seconds": found.left_for // SECOND,
                "is_short": found.is_short,
            }
            for department, found in split.departments
            if found is not None
        ],
    }
