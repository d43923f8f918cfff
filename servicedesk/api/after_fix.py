"""After fixes, for programs: whether they hold, what they did for customers, and the terms."""

from typing import Any

from django.utils.timezone import get_current_timezone

from problems.access import problem_for
from problems.after_fix_told import suspected_again, watches_of
from problems.fix_report import fix_report
from problems.watch_policies import WatchRules, set_watch_rules, watch_rules
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one
from servicedesk.api.shapes import after_fix as shapes
from servicedesk.api.shapes.fields import Listing
from servicedesk.pages.reporting import period_in
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
LEADS = (Permission.STEER_PROBLEM,)
CONFIGURES = (Permission.CONFIGURE,)
PATH = ("number",)
TAG = "After fixes"


def interval(avoided: Any) -> dict[str, float] | None:
    """Return how many contacts were avoided, with the limits of 95 %, or None."""
    return (
        {
            "likely": round(avoided.likely, 1),
            "low": round(avoided.low, 1),
            "high": round(avoided.high, 1),
        }
        if avoided is not None
        else None
    )


def watch_data(watch: Any, came: Any) -> dict[str, Any]:
    """Return a watch with what came after its fix."""
    avoided = came.avoided
    return {
        "state": watch.ending or "watched",
        "fixed_at": watch.fixed_at,
        "began_at": watch.began_at,
        "counts_from": watch.grace_until,
        "ends_at": watch.ends_at,
        "ended_at": watch.ended_at,
        "in_doubt_at": watch.raised_at,
        "most_customers": watch.most_customers,
        "customers": came.customers,
        "contacts_after": came.contacts_after,
        "reopened_by_customers": came.came_again,
        "within_30_days": came.in_30,
        "within_90_days": came.in_90,
        "are_30_days_over": came.is_30_over,
        "are_90_days_over": came.is_90_over,
        "contacts_before": came.contacts_before,
        "seconds_before": int(came.time_before.total_seconds()),
        "avoided": interval(avoided.contacts if avoided is not None else None),
    }


class WatchesOfProblem(TokenView):
    """Whether the fixes of a problem hold."""

    @operation(
        "list_fix_watches",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.WatchShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the watches of a problem's fixes, the newest first, all on one page."""
        problem = problem_for(self.actor, number)
        results = []
        for found in watches_of(problem.pk, at=self.at):
            suspected = suspected_again(found.watch) if found.watch.is_going else None
            results.append(
                {
                    **watch_data(found.watch, found.recurrence),
                    "undecided_cases": suspected.cases if suspected else 0,
                    "undecided_expected": round(suspected.expected, 2) if suspected else 0.0,
                }
            )
        return {"results": results, "next": None}


class FixesReport(TokenView):
    """What fixes did for customers."""

    @operation(
        "report_after_fixes",
        any_of=LEADS,
        filters=shapes.MonthsAsked,
        gives=shapes.FixReportShape,
        tag=TAG,
    )
    def get(self) -> Any:
        """Read what came back and was avoided; repeats and satisfaction before and after."""
        since, until = period_in(self.asked, at=self.at, zone=get_current_timezone())
        found = fix_report(since=since, until=until, at=self.at)
        return one(
            shapes.FixReportShape,
            {
                "since": since,
                "until": until,
                "has_more": found.has_more,
                "avoided": interval(found.avoided),
                "repeats_before": repeats(found.repeats_before),
                "repeats_after": repeats(found.repeats_after),
                "satisfaction_before": satisfaction(found.felt_before),
                "satisfaction_after": satisfaction(found.felt_after),
                "fixes": [
                    {
                        "problem": told.watch.problem.number,
                        **watch_data(told.watch, told.recurrence),
                        "repeats_before": repeats(told.repeats_before),
                        "repeats_after": repeats(told.repeats_after),
                        "satisfaction_before": satisfaction(told.felt_before),
                        "satisfaction_after": satisfaction(told.felt_after),
                    }
                    for told in found.fixes
                ],
            },
        )


def repeats(found: Any) -> dict[str, int]:
    """Return how often how many customers wrote again."""
    return {"contacts": found.contacts, "customers": found.customers}


def satisfaction(found: Any) -> dict[str, Any]:
    """Return how customers felt: the mean from 1 to 5 or None, of how many, how many content."""
    mean = found.mean
    return {
        "mean": round(mean, 2) if mean is not None else None,
        "customers": found.customers,
        "content": found.content,
    }


class WatchTerms(TokenView):
    """How fixes are watched."""

    @operation("read_watch_rules", any_of=CONFIGURES, gives=shapes.WatchRulesShape, tag=TAG)
    def get(self) -> Any:
        """Read how fixes are watched."""
        return one(shapes.WatchRulesShape, rules_data(watch_rules()))

    @operation(
        "set_watch_rules",
        any_of=CONFIGURES,
        takes=shapes.WatchRulesWish,
        gives=shapes.WatchRulesShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Say how fixes are watched from now on; what is not named stays."""
        rules = WatchRules(**{**rules_data(watch_rules()), **fields})
        set_watch_rules(rules, actor=self.actor, at=self.at)
        return one(shapes.WatchRulesShape, rules_data(watch_rules()))


def rules_data(rules: WatchRules) -> dict[str, Any]:
    """Return how fixes are watched, as data."""
    return {
        "grace_days": rules.grace_days,
        "watch_days": rules.watch_days,
        "most_customers": rules.most_customers,
        "reopens_alone": rules.reopens_alone,
    }
