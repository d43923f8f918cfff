"""Promises and their time for programs: budgets, clocks with their segments and history."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from cases.access import case_for
from cases.clocks_told import clocks_told as clocks_of_case
from problems.access import problem_for
from problems.clocks_told import clocks_told as clocks_of_problem
from problems.planned_chain import Planned, planned_chain
from problems.time_budget import Split, split_of
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, shaped
from servicedesk.api.shapes import clocks as shapes
from servicedesk.pages.clock_told import clock_as_data
from workflow.people.permissions import Permission

PATH = ("number",)
SECOND = timedelta(seconds=1)
TAG = "Service levels"


class ClocksOfCase(TokenView):
    """What was promised to a customer."""

    @operation(
        "list_clocks_of_case",
        any_of=(Permission.VIEW_CASE,),
        gives=page_shape(shapes.ClockShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the promises of a case with their segments and history: what runs, then the newest."""
        clocks = clocks_of_case(case_for(self.actor, number))
        return clocks_as_data(clocks, view=self)


class ClocksOfProblem(TokenView):
    """What departments have to keep to."""

    @operation(
        "list_clocks_of_problem",
        any_of=(Permission.VIEW_PROBLEM,),
        gives=page_shape(shapes.ClockShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the targets of a problem with their segments and history: what runs, then the newest."""
        clocks = clocks_of_problem(problem_for(self.actor, number))
        return clocks_as_data(clocks, view=self)


def clocks_as_data(clocks: list[Any], *, view: TokenView) -> dict[str, Any]:
    """Return clocks that were loaded with all that explains them; at most a hundred, one page."""
    rows = [
        {
            **clock_as_data(clock, at=view.at),
            "department": getattr(getattr(clock, "department", None), "slug", None),
            "promised_words": getattr(clock, "promised_words", ""),
        }
        for clock in clocks
    ]
    return {"results": shaped(shapes.ClockShape)(rows), "next": None}


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
        problem = problem_for(self.actor, number)
        split = split_of(problem, at=self.at)
        planned = planned_chain(
            problem, departments=[one for one, _budget in split.departments], at=self.at
        )
        return one(shapes.TimeBudgetShape, budget_as_data(split, planned=planned))


def budget_as_data(split: Split, *, planned: Iterable[Planned]) -> dict[str, Any]:
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
        "planned": [
            {
                "stage": one.stage,
                "department": one.department.slug,
                "target_seconds": one.asks_for // SECOND,
                "begins_at": one.begins_at,
                "ends_at": one.ends_at,
                "is_late": one.is_late(promised.due_at if promised is not None else None),
            }
            for one in planned
        ],
    }
