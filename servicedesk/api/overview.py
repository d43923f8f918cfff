"""The overview of leads for programs: what waits, for whom and how long, as data."""

from typing import Any

from django.utils.timezone import get_current_timezone

from cases.backlog import cases_per_day, feelings_of_open_cases, load_of_owners
from problems.backlog import longest_waiting, problems_by_department
from problems.requests import not_accepted
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation
from servicedesk.api.paging import one
from servicedesk.api.shapes import overview as shapes
from servicedesk.pages.backlog import figures_of_backlog
from workflow.people.permissions import Permission

OLDEST = 8
HAND_OVERS = 8


class Overview(TokenView):
    """What waits, for whom and how long."""

    @operation(
        "read_overview",
        any_of=(Permission.STEER_PROBLEM,),
        gives=shapes.OverviewShape,
        tag="Views",
    )
    def get(self) -> Any:
        """Read the backlog: figures, what waits longest, departments, load, 14 days, feelings."""
        zone = get_current_timezone()
        hand_overs = list(not_accepted()[:HAND_OVERS])
        for leg in hand_overs:
            leg.is_late = leg.due_at <= self.at  # type: ignore[attr-defined]
        opened = cases_per_day("opened_at", at=self.at, zone=zone)
        resolved = dict(cases_per_day("resolved_at", at=self.at, zone=zone))
        return one(
            shapes.OverviewShape,
            {
                "at": self.at,
                "figures": figures_of_backlog(self.actor, at=self.at),
                "longest_waiting": longest_waiting(at_most=OLDEST),
                "departments": problems_by_department(at=self.at),
                "hand_overs": hand_overs,
                "loads": load_of_owners(),
                "days": [
                    {"day": day, "opened": count, "resolved": resolved[day]}
                    for day, count in opened
                ],
                "feelings": [
                    {"feeling": feeling, "cases": count}
                    for feeling, count in feelings_of_open_cases().items()
                ],
            },
        )
