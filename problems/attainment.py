"""How departments kept their targets, and how the time of problems was spent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import F, QuerySet

from problems.models import Leg, Problem, ProblemClock
from problems.queries import Legs, legs_of
from problems.time_spent import LegTime, Share, Spent, shares_of, spent_on
from workflow.clocks.models import Metric

MOST_PROBLEMS = 2_000
PAUSES_OF = (Metric.STAGE, Metric.ACKNOWLEDGE)


@dataclass(frozen=True, slots=True)
class Durations:
    """How long problems took that a department found the cause of, or fixed.

    Medians of plain time since the discovery; None where there is none. `before` and `after` are
    those of problems discovered before and from a moment on.
    """

    department_id: int
    name: str
    hue: str
    found: int
    fixed: int
    cause_before: timedelta | None
    cause_after: timedelta | None
    fix_before: timedelta | None
    fix_after: timedelta | None


@dataclass(frozen=True)
class Accounts:
    """How the time of the problems was spent that were resolved in a period.

    `total` is the sum over all; `left_out` says that there were more problems than are counted.
    """

    problems: int
    shares: list[Share]
    total: Spent
    durations: list[Durations]
    left_out: bool


def clocks_of_problems() -> QuerySet[ProblemClock]:
    """Return the clocks of problems with department, policy, version and priority.

    Departments have their own targets: policy and version are empty.
    """
    return ProblemClock.objects.annotate(
        policy=F("target__version__service_level_id"),
        version=F("target__version_id"),
        priority=F("problem__priority"),
    )


def with_problems(clocks: QuerySet[ProblemClock]) -> QuerySet[ProblemClock]:
    """Return clocks with the problems that they belong to, for lists."""
    return clocks.select_related("problem", "department", "calendar")


def accounts_of(
    *, since: datetime, until: datetime, split_at: datetime | None, at_most: int = MOST_PROBLEMS
) -> Accounts:
    """Return how the time of problems resolved in `[since, until)` was spent; three queries.

    `split_at` parts the durations: problems discovered before it, and from it on.
    """
    found = list(
        Problem.objects.filter(resolved_at__gte=since, resolved_at__lt=until).order_by(
            "-resolved_at", "-id"
        )[: at_most + 1]
    )
    problems = found[:at_most]
    ids = [problem.pk for problem in problems]
    legs, pauses = legs_of(ids), pauses_of(ids)
    spent = {
        problem.pk: [
            (
                leg,
                spent_on(
                    leg_time(
                        leg, pauses=pauses.get((leg.problem_id, leg.department_id), []), at=until
                    )
                ),
            )
            for leg in legs.get(problem.pk, [])
        ]
        for problem in problems
    }
    return Accounts(
        problems=len(problems),
        shares=shares_of(
            (problem_id, leg.department_id, leg.department.name, leg.department.hue, part)
            for problem_id, parts in spent.items()
            for leg, part in parts
        ),
        total=sum((part for parts in spent.values() for _leg, part in parts), start=Spent()),
        durations=durations_of(problems, legs=legs, split_at=split_at),
        left_out=len(found) > at_most,
    )


def leg_time(leg: Leg, *, pauses: list[tuple[datetime, datetime]], at: datetime) -> LegTime:
    """Return what is counted of a stay; no query if its department and calendar are loaded."""
    return LegTime(
        entered_at=leg.entered_at,
        acknowledged_at=leg.acknowledged_at,
        left_at=leg.left_at or max(at, leg.entered_at),
        due_at=leg.due_at,
        hours=leg.department.calendar.working_time(),
        pauses=tuple(pauses),
    )


def pauses_of(
    problems: Iterable[int],
) -> dict[tuple[int, int], list[tuple[datetime, datetime]]]:
    """Return when the clocks of problems stood still, by problem and department; one query.

    What others caused is no time of the department.
    """
    found: dict[tuple[int, int], list[tuple[datetime, datetime]]] = {}
    clocks = ProblemClock.objects.filter(
        problem_id__in=list(problems), metric__in=PAUSES_OF
    ).order_by("id")
    for clock in clocks:
        spans = clock.pause_spans(until=clock.stopped_at or clock.due_at) if clock.pauses else []
        found.setdefault((clock.problem_id, clock.department_id), []).extend(spans)
    return found


def durations_of(
    problems: Iterable[Problem], *, legs: Legs, split_at: datetime | None
) -> list[Durations]:
    """Return how long it took to the root cause and to the fix, by department; no query."""
    causes: dict[int, list[tuple[datetime, timedelta]]] = {}
    fixes: dict[int, list[tuple[datetime, timedelta]]] = {}
    names: dict[int, Leg] = {}
    for problem in problems:
        for found_at, kept in ((problem.root_cause_found_at, causes), (problem.fixed_at, fixes)):
            leg = leg_at(legs.get(problem.pk, []), found_at)
            if leg is not None and found_at is not None:
                names[leg.department_id] = leg
                took = found_at - problem.discovered_at
                kept.setdefault(leg.department_id, []).append((problem.discovered_at, took))
    return [
        Durations(
            department_id=department_id,
            name=leg.department.name,
            hue=leg.department.hue,
            found=len(causes.get(department_id, [])),
            fixed=len(fixes.get(department_id, [])),
            cause_before=median_of(causes.get(department_id, []), until=split_at),
            cause_after=median_of(causes.get(department_id, []), since=split_at),
            fix_before=median_of(fixes.get(department_id, []), until=split_at),
            fix_after=median_of(fixes.get(department_id, []), since=split_at),
        )
        for department_id, leg in sorted(names.items(), key=lambda pair: pair[1].department.name)
    ]


def leg_at(legs: list[Leg], moment: datetime | None) -> Leg | None:
    """Return the stay in which something happened: that which it ended, if it ended one."""
    if moment is None:
        return None
    here = (leg for leg in legs if leg.entered_at <= moment and moment <= (leg.left_at or moment))
    return next(here, None)


def median_of(
    durations: list[tuple[datetime, timedelta]],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> timedelta | None:
    """Return the median of what took from the discovery on, in a time; None without any."""
    spans = [
        took / timedelta(seconds=1)
        for discovered_at, took in durations
        if (since is None or discovered_at >= since) and (until is None or discovered_at < until)
    ]
    return timedelta(seconds=median(spans)) if spans else None
