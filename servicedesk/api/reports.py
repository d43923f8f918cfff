"""Reports for programs: how promises were kept, where time went, what people promised."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import get_current_timezone

from cases.attainment import promises_of_people, with_cases
from problems.attainment import Durations, accounts_of, with_problems
from problems.time_spent import Share
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, shaped
from servicedesk.api.shapes import clocks as shapes
from servicedesk.pages.paging import cursor_of, moment_and_id_in
from servicedesk.pages.reporting import (
    OF_CASES,
    Names,
    Question,
    question_in,
    split_in,
    value_code,
)
from workflow.clocks.attainment import attained, page_behind
from workflow.people.permissions import Permission

LEADS = (Permission.STEER_PROBLEM,)
TAG = "Reports"
PAGE = 50
SECOND = timedelta(seconds=1)


class Report(TokenView):
    """What reports share: the question that an address asks."""

    @property
    def question(self) -> Question:
        """What the request asks for, in the tenant's time zone."""
        return question_in(self.asked, at=self.at, zone=get_current_timezone())


class ServiceLevels(Report):
    """How promises were kept."""

    @operation(
        "report_service_levels",
        any_of=LEADS,
        filters=shapes.ReportFilters,
        gives=shapes.AttainmentShape,
        tag=TAG,
    )
    def get(self) -> Any:
        """Read how promises were kept: met, missed, running, and how much of the time was used."""
        question, names = self.question, Names()
        rows = attained(question.clocks, question.asked, by=question.by)
        return one(
            shapes.AttainmentShape,
            {
                "since": question.asked.since,
                "until": question.asked.until,
                "by": str(question.by),
                "rows": [
                    {
                        "key": value_code(question.by, row.key),
                        "label": names.label(question, row.key),
                        "met": row.met,
                        "missed": row.missed,
                        "running": row.running,
                        "percent": row.percent,
                        "median_use": row.median_use,
                        "high_use": row.high_use,
                    }
                    for row in rows
                ],
            },
        )


class ClocksBehind(Report):
    """The clocks behind a figure."""

    @operation(
        "list_clocks_behind",
        any_of=LEADS,
        filters=shapes.ClockFilters,
        gives=page_shape(shapes.ClockBehindShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List the clocks behind a figure, the newest first."""
        question = self.question
        is_of_cases = question.of == OF_CASES
        clocks: Any = with_cases(question.clocks) if is_of_cases else with_problems(question.clocks)
        after = moment_and_id_in(str(self.asked.get("after", "")))
        found, ends_at = page_behind(clocks, question.asked, after=after, at_most=PAGE)
        for clock in found:
            clock.record = clock.case.number if is_of_cases else clock.problem.number
        following = None
        if ends_at is not None:
            query = self.request.query_params.copy()
            query["after"] = cursor_of(*ends_at)
            following = self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")
        return {"results": shaped(shapes.ClockBehindShape)(found), "next": following}


class TimeSpent(Report):
    """Where the time of problems went."""

    @operation(
        "report_time_spent",
        any_of=LEADS,
        filters=shapes.PeriodFilters,
        gives=shapes.TimeSpentShape,
        tag=TAG,
    )
    def get(self) -> Any:
        """Read where the time of resolved problems went, every second once, and how long fixes took."""
        question = self.question
        split = split_in(Names(), str(self.asked.get("split", "")))
        accounts = accounts_of(
            since=question.asked.since,
            until=question.asked.until,
            split_at=split.published_at if split else None,
        )
        return one(
            shapes.TimeSpentShape,
            {
                "since": question.asked.since,
                "until": question.asked.until,
                "problems": accounts.problems,
                "left_out": accounts.left_out,
                "total_seconds": accounts.total.total / SECOND,
                "departments": [share_as_data(share) for share in accounts.shares],
                "durations": [durations_as_data(found) for found in accounts.durations],
            },
        )


def share_as_data(share: Share) -> dict[str, Any]:
    """Return what one department had, in seconds."""
    spent = share.spent
    kinds = ("working", "waiting", "paused", "closed", "total", "own", "late")
    return {
        "department": share.name,
        "problems": share.problems,
        "stays": share.stays,
        "late_stays": share.late_stays,
        **{f"{kind}_seconds": getattr(spent, kind) / SECOND for kind in kinds},
        "median_own_seconds": share.median_own / SECOND,
    }


def durations_as_data(found: Durations) -> dict[str, Any]:
    """Return how long a department took, in seconds; null where there is nothing."""
    spans = {
        "cause_before": found.cause_before,
        "cause_after": found.cause_after,
        "fix_before": found.fix_before,
        "fix_after": found.fix_after,
    }
    return {
        "department": found.name,
        "causes": found.found,
        "fixes": found.fixed,
        **{
            f"{name}_seconds": span / SECOND if span is not None else None
            for name, span in spans.items()
        },
    }


class Promises(Report):
    """What people promised to customers."""

    @operation(
        "report_promises",
        any_of=LEADS,
        filters=shapes.PeriodFilters,
        gives=shapes.PromisesShape,
        tag=TAG,
    )
    def get(self) -> Any:
        """Read how people's promises went: kept, broken, running, by person."""
        question = self.question
        return one(
            shapes.PromisesShape,
            {
                "since": question.asked.since,
                "until": question.asked.until,
                "people": [
                    {
                        "person": found.name,
                        "kept": found.kept,
                        "broken": found.broken,
                        "running": found.running,
                    }
                    for found in promises_of_people(question.asked)
                ],
            },
        )
