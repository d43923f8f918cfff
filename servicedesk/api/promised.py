"""Promises to customers of problems, priorities and what to fix next, for programs."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import get_current_timezone

from problems.access import problem_for
from problems.estimates import withdraw_estimate
from problems.fix_next import what_to_fix_next
from problems.hit_rates import hit_rates, slips_of
from problems.priority import let_priority_follow, set_priority
from problems.problem_policies import (
    Wishes,
    policy_of_tenant,
    set_problem_policy,
    thresholds_of,
)
from problems.promises import keep_news, promise_news, withdraw_news
from problems.promises_told import Verdict, promises_seen_by, with_verdict
from problems.urgency import kept_grounds
from servicedesk.api.base import TokenView
from servicedesk.api.naming import department_called
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import promises as shapes
from servicedesk.api.shapes.fields import Listing, Nothing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
WORKS = (Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)
STEERS = (Permission.STEER_PROBLEM,)
CONFIGURES = (Permission.CONFIGURE,)
PATH = ("number",)
TAG = "Promises"
SECOND = timedelta(seconds=1)
SPANS = (
    "news_within",
    "work_per_contact",
    "work_per_broken_promise",
    "work_per_upset_customer",
)


class PromisesToCustomers(TokenView):
    """What customers of all problems were promised."""

    @operation(
        "list_promises_to_customers",
        any_of=SEES,
        filters=shapes.PromiseFilters,
        gives=page_shape(shapes.ProblemPromiseShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List promises to customers of problems, newest first: running, kept, broken, moved, withdrawn."""
        rows = promises_seen_by(self.actor)
        if verdict := self.asked.get("verdict"):
            rows = rows.filter(with_verdict(Verdict(verdict), at=self.at))
        return page_of(rows, self, shape=shaped(shapes.ProblemPromiseShape))


class PromisesOfProblem(TokenView):
    """What customers of a problem are promised."""

    @operation(
        "list_promises_of_problem",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.ProblemPromiseShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List what customers of a problem were promised, newest first."""
        problem = problem_for(self.actor, number)
        rows = promises_seen_by(self.actor).filter(problem=problem)
        return page_of(rows, self, shape=shaped(shapes.ProblemPromiseShape))

    @operation(
        "promise_news",
        any_of=WORKS,
        takes=shapes.NewsToCome,
        gives=shapes.ProblemPromiseShape,
        path=PATH,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Promise everybody affected to tell more by a time; a time that stands is moved."""
        problem = problem_for(self.actor, number)
        made = promise_news(
            problem_id=problem.pk,
            by=fields["by"],
            text=fields["text"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.ProblemPromiseShape, made)


class NewsOfProblem(TokenView):
    """What is new."""

    @operation(
        "tell_news",
        any_of=WORKS,
        takes=shapes.NewsTold,
        gives=shapes.ProblemPromiseShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Tell customers what is new: the promise that stands is kept, late or in time."""
        problem = problem_for(self.actor, number)
        kept = keep_news(
            problem_id=problem.pk,
            told=fields["told"],
            next_by=fields["next_by"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.ProblemPromiseShape, kept)


class NewsWithdrawn(TokenView):
    """That news are not promised any more."""

    @operation(
        "withdraw_news",
        any_of=WORKS,
        takes=shapes.WhyTakenBack,
        gives=shapes.ProblemPromiseShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Take the promise of news back, with the reason that customers read."""
        problem = problem_for(self.actor, number)
        withdrawn = withdraw_news(
            problem_id=problem.pk, reason=fields["reason"], actor=self.actor, at=self.at
        )
        return one(shapes.ProblemPromiseShape, withdrawn)


class EstimateWithdrawn(TokenView):
    """That a date does not stand any more."""

    @operation(
        "withdraw_estimate",
        any_of=WORKS,
        takes=shapes.WhyTakenBack,
        gives=shapes.PriorityShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Take the date of the fix back, with the reason that customers read."""
        problem = problem_for(self.actor, number)
        changed = withdraw_estimate(
            problem_id=problem.pk, reason=fields["reason"], actor=self.actor, at=self.at
        )
        return priority_shaped(changed)


class PriorityOfProblem(TokenView):
    """The priority of a problem and why it is so."""

    @operation(
        "read_priority_of_problem", any_of=SEES, gives=shapes.PriorityShape, path=PATH, tag=TAG
    )
    def get(self, number: int) -> Any:
        """Read the priority of a problem with its grounds."""
        return priority_shaped(problem_for(self.actor, number))

    @operation(
        "set_priority_of_problem",
        any_of=STEERS,
        takes=shapes.PriorityWish,
        gives=shapes.PriorityShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Decide on the priority against the rule; it stays until it is let go of."""
        problem = problem_for(self.actor, number)
        changed = set_priority(
            problem_id=problem.pk,
            priority=fields["priority"],
            reason=fields["reason"],
            actor=self.actor,
            at=self.at,
        )
        return priority_shaped(changed)


class PriorityFollows(TokenView):
    """That the rule decides on a priority."""

    @operation(
        "let_priority_follow",
        any_of=STEERS,
        takes=Nothing,
        gives=shapes.PriorityShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int) -> Any:
        """Let the rule decide on the priority of a problem again."""
        problem = problem_for(self.actor, number)
        changed = let_priority_follow(problem_id=problem.pk, actor=self.actor, at=self.at)
        return priority_shaped(changed)


def priority_shaped(problem: Any) -> Any:
    """Return the priority of a problem as data; a query where a person decided."""
    return one(
        shapes.PriorityShape,
        {
            "priority": problem.priority,
            "severity": problem.severity,
            "grounds": kept_grounds(problem.priority_because),
            "decided_by": problem.priority_by.name if problem.priority_by else None,
            "reason": problem.priority_reason,
        },
    )


class HowPromisesWereKept(TokenView):
    """How right dates were."""

    @operation("read_hit_rates", any_of=SEES, gives=shapes.KeepingShape, tag=TAG)
    def get(self) -> Any:
        """Read how right the dates of the last year were, and whether slips were told in time."""
        slips = slips_of(at=self.at)
        return one(
            shapes.KeepingShape,
            {
                "hit_rates": hit_rates(at=self.at, zone=get_current_timezone()),
                "kept": slips.kept,
                "moved_in_time": slips.moved,
                "broken": slips.broken,
                "withdrawn": slips.withdrawn,
                "running": slips.running,
            },
        )


class FixNext(TokenView):
    """What to fix next."""

    @operation(
        "read_what_to_fix_next",
        any_of=WORKS,
        filters=shapes.FixNextFilters,
        gives=shapes.RankingShape,
        tag=TAG,
    )
    def get(self) -> Any:
        """Read open problems by what a week's delay of their fix costs, dearest first."""
        slug = self.asked.get("department")
        department = department_called(slug) if slug else None
        ranking = what_to_fix_next(
            self.actor,
            at=self.at,
            department_id=department.pk if department is not None else None,
        )
        return one(
            shapes.RankingShape,
            {
                "results": [candidate_shaped(found) for found in ranking.candidates],
                "currency": ranking.weights.currency,
                "is_cut": ranking.left_out,
            },
        )


def candidate_shaped(found: Any) -> dict[str, Any]:
    """Return one open problem and what its delay costs; no query."""
    cost = found.cost
    return {
        "number": found.problem.number,
        "title": found.problem.title,
        "department": found.leg.department.name,
        "priority": found.problem.priority,
        "customers": found.problem.affected_contacts,
        "contacts": cost.contacts,
        "contacts_least": cost.contacts_least,
        "contacts_most": cost.contacts_most,
        "breaking": cost.breaking,
        "upset": cost.upset,
        "work_seconds": cost.work // SECOND,
        "cost": cost.money,
    }


class ProblemPolicies(TokenView):
    """What is so of all problems."""

    def shown(self) -> Any:
        """Return it as data; one query."""
        policy = policy_of_tenant()
        return one(
            shapes.ProblemPolicyShape,
            {
                "news_text": policy.news_text,
                "ladder": policy.ladder_id,
                "follows_impact": policy.follows_impact,
                "thresholds": thresholds_of(policy),
                "cost_per_hour": policy.cost_per_hour,
                "currency": policy.currency,
                **{f"{name}_seconds": in_seconds(getattr(policy, name)) for name in SPANS},
            },
        )

    @operation("read_problem_policy", any_of=CONFIGURES, gives=shapes.ProblemPolicyShape, tag=TAG)
    def get(self) -> Any:
        """Read by when customers hear more, which impact makes a problem urgent, what a delay costs."""
        return self.shown()

    @operation(
        "set_problem_policy",
        any_of=CONFIGURES,
        takes=shapes.ProblemPolicyWish,
        gives=shapes.ProblemPolicyShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Change what is so of all problems; what is not sent stays."""
        set_problem_policy(wishes=wishes_from(fields), actor=self.actor, at=self.at)
        return self.shown()


def in_seconds(span: timedelta | None) -> int | None:
    """Return a span in whole seconds."""
    return None if span is None else span // SECOND


def wishes_from(fields: Fields) -> Wishes:
    """Return what a program wants; what it did not send stays as it is; one query."""
    policy = policy_of_tenant()
    wanted: dict[str, Any] = {
        "news_text": policy.news_text,
        "ladder_id": policy.ladder_id,
        "follows_impact": policy.follows_impact,
        "thresholds": thresholds_of(policy),
        "cost_per_hour": policy.cost_per_hour,
        "currency": policy.currency,
        **{name: getattr(policy, name) for name in SPANS},
    }
    plain = ("news_text", "follows_impact", "cost_per_hour", "currency")
    wanted |= {name: fields[name] for name in plain if name in fields}
    if "ladder" in fields:
        wanted["ladder_id"] = fields["ladder"]
    for name in SPANS:
        if f"{name}_seconds" in fields:
            given = fields[f"{name}_seconds"]
            wanted[name] = None if given is None else given * SECOND
    if "thresholds" in fields:
        wanted["thresholds"] = {
            measure: {level: figure for level, figure in levels.items() if figure is not None}
            for measure, levels in fields["thresholds"].items()
        }
    return Wishes(**wanted)
