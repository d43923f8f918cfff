"""Tell the problems of last month by the targets for a root cause: of today and of a version.

Such targets stand on the default service level: a problem belongs to many customers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from problems.clock_facts import moments_of
from problems.models import Leg, Problem, ProblemClock
from servicedesk.notifications.waking import Place
from workflow.clocks.engine import Rule, Run, run
from workflow.clocks.models import Metric, PolicyVersion, Target
from workflow.clocks.rules import rules_from

MONTH = timedelta(days=30)
MOST_PROBLEMS = 200


@dataclass(frozen=True)
class ToldProblem:
    """One problem by the targets of today and by those of a version; `place` is who had it last."""

    problem: Problem
    place: Place
    today: list[Run]
    then: list[Run]


def problems_told(version: PolicyVersion, *, until: datetime) -> list[ToldProblem]:
    """Return the newest 200 problems of the 30 days before a moment, told both ways.

    Six queries for any number; none where the version does not belong to the default service
    level. Nothing is changed.
    """
    if not version.service_level.is_default:
        return []
    today, then = rules_of(version.service_level.version), rules_of(version)
    if not today and not then:
        return []
    problems = list(
        Problem.objects.filter(opened_at__gt=until - MONTH, opened_at__lte=until).order_by("-id")[
            :MOST_PROBLEMS
        ]
    )
    severities = severities_promised(problems)
    moments, places = moments_of(problems, severities=severities), places_of(problems)
    return [
        ToldProblem(
            problem=problem,
            place=places[problem.pk],
            today=run(today, moments[problem.pk], until=until),
            then=run(then, moments[problem.pk], until=until),
        )
        for problem in problems
    ]


def rules_of(version: PolicyVersion | None) -> Sequence[Rule]:
    """Return how soon a version wants a root cause found; one query."""
    if version is None:
        return ()
    targets = Target.objects.filter(version=version, metric=Metric.ROOT_CAUSE)
    return rules_from(targets.select_related("calendar").order_by("priority"), version=version)


def severities_promised(problems: Sequence[Problem]) -> Mapping[int, int]:
    """Return how urgent problems were, as the clock for their cause knows it; one query.

    A problem that had none counts as it is. Changes of priority are told by the history.
    """
    found = {problem.pk: problem.priority for problem in problems}
    found |= dict(
        ProblemClock.objects.filter(
            problem__in=list(found), metric=Metric.ROOT_CAUSE, target__isnull=False
        )
        .order_by("-id")
        .values_list("problem_id", "target__priority")
    )
    return found


def places_of(problems: Sequence[Problem]) -> Mapping[int, Place]:
    """Return who had problems last, by their ids; one query."""
    return dict(last_places([problem.pk for problem in problems]))


def last_places(ids: Sequence[int]) -> Iterator[tuple[int, Place]]:
    """Yield the id of each problem with who had it last."""
    legs = (
        Leg.objects.filter(problem_id__in=ids)
        .order_by("problem_id", "-position")
        .distinct("problem_id")
        .values_list("problem_id", "assignee_id", "department_id")
    )
    for problem_id, assignee_id, department_id in legs:
        yield problem_id, Place(user_id=assignee_id, department_id=department_id)
