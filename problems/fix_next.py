"""What to fix next: open problems by what another week of each costs, dearest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from cases.states import OPEN_STATES as OPEN_CASE_STATES
from problems.access import visible_problems
from problems.delay_cost import DelayCost, Week, Weights, cost_of_a_week
from problems.models import Leg, Problem, ProblemPromise
from problems.problem_policies import policy_of_tenant
from problems.queries import OPEN, legs_of, with_counts
from problems.urgency import Ground, kept_grounds
from problems.weighing import confirmed, promises_at_risk
from workflow.people.actors import Actor

WEEK = timedelta(days=7)
UPSET = 2
# So many open problems are weighed, the most urgent first; nobody has more that matter.
MOST_WEIGHED = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One open problem, where it stands, why it is urgent, and what a week of it costs."""

    problem: Problem
    leg: Leg
    grounds: list[Ground]
    cost: DelayCost


@dataclass(frozen=True)
class Ranking:
    """Candidates, dearest first, and what is weighed how."""

    candidates: list[Candidate]
    weights: Weights
    left_out: bool


def what_to_fix_next(
    actor: Actor, *, at: datetime, department_id: int | None = None, at_most: int = MOST_WEIGHED
) -> Ranking:
    """Return open problems by what a week's delay costs; seven queries for any number.

    `department_id` asks for those that a department has now. Equal costs are told by priority, then
    by age. Of more than a thousand the most urgent are weighed.
    """
    rows = visible_problems(actor).filter(OPEN)
    if department_id is not None:
        rows = rows.filter(legs__left_at__isnull=True, legs__department_id=department_id)
    found = list(with_counts(rows).order_by("priority", "id")[: at_most + 1])
    problems = {problem.pk: problem for problem in found[:at_most]}
    weights = weights_of_tenant()
    legs, weeks = legs_of(problems), weeks_of(problems, at=at)
    candidates = [
        Candidate(
            problem=problem,
            leg=legs[pk][-1],
            grounds=kept_grounds(problem.priority_because),
            cost=cost_of_a_week(weeks[pk], weights),
        )
        for pk, problem in problems.items()
        if pk in legs
    ]
    candidates.sort(key=lambda one: (-one.cost.work, one.problem.priority, one.problem.pk))
    return Ranking(candidates=candidates, weights=weights, left_out=len(found) > at_most)


def weights_of_tenant() -> Weights:
    """Return what is weighed how; one query."""
    policy = policy_of_tenant()
    return Weights(
        contact=policy.work_per_contact,
        broken_promise=policy.work_per_broken_promise,
        upset_customer=policy.work_per_upset_customer,
        cost_per_hour=policy.cost_per_hour,
        currency=policy.currency,
    )


def weeks_of(problems: Collection[int], *, at: datetime) -> dict[int, Week]:
    """Return what is known of some problems by their ids; four queries, none without problems."""
    if not problems:
        return {}
    contacts = {row["problem"]: row for row in contacts_of_two_weeks(problems, at=at)}
    breaking = {
        row["problem"]: row["count"] for row in promises_at_risk(problems, at=at, within=WEEK)
    }
    dates = dict(
        ProblemPromise.objects.filter(
            problem_id__in=list(problems), ended_as="", due_at__lte=at + WEEK
        )
        .values_list("problem")
        .order_by("problem")
        .annotate(count=Count("pk"))
    )
    upset = dict(
        confirmed(problems)
        .filter(case__state__in=OPEN_CASE_STATES, case__feeling__lte=UPSET)
        .values_list("problem")
        .order_by("problem")
        .annotate(count=Count("case__contact", distinct=True))
    )
    return {
        pk: Week(
            contacts=contacts[pk]["lately"] if pk in contacts else 0,
            contacts_before=contacts[pk]["before"] if pk in contacts else 0,
            breaking=breaking.get(pk, 0) + dates.get(pk, 0),
            upset=upset.get(pk, 0),
        )
        for pk in problems
    }


def contacts_of_two_weeks(problems: Collection[int], *, at: datetime) -> list[dict[str, int]]:
    """Return how often customers wrote in the last week and in the one before it; one query."""
    is_late = Q(case__messages__at__gt=at - WEEK)
    return list(
        confirmed(problems)
        .filter(
            case__messages__direction="in",
            case__messages__is_automatic=False,
            case__messages__at__gt=at - 2 * WEEK,
            case__messages__at__lte=at,
        )
        .values("problem")
        .order_by("problem")
        .annotate(
            lately=Count("case__messages", filter=is_late),
            before=Count("case__messages", filter=~is_late),
        )
    )
