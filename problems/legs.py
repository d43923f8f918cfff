"""Move a problem from one stay to the next, with the targets of the department that gets it."""

from datetime import datetime

from problems.models import Leg, Problem, ProblemClock
from problems.models.leg import Because
from workflow.clocks.keeping import cancel, started, stop
from workflow.clocks.models import Metric
from workflow.people.models import Department, User


def open_leg(problem: Problem) -> Leg:
    """Return the stay that is going on, with its department; one query.

    Raises:
        Leg.DoesNotExist: the problem has ended.
    """
    return Leg.objects.select_related("department", "department__calendar", "assignee").get(
        problem=problem, left_at__isnull=True
    )


def first_leg(problem: Problem, *, department: Department) -> Leg:
    """Begin the journey: the discovery, with customer service; two queries.

    It is acknowledged from the start and its target runs from the moment of opening, since
    nobody can be late before there is a problem.
    """
    leg = Leg.objects.create(
        problem=problem,
        position=0,
        department=department,
        stage=problem.state,
        entered_because=Because.DISCOVERED,
        entered_at=problem.discovered_at,
        acknowledged_at=problem.discovered_at,
        due_at=department.calendar.working_time().add(problem.opened_at, department.stage_within),
    )
    start_clock(problem, department, metric=Metric.STAGE, at=problem.opened_at)
    return leg


def next_leg(
    problem: Problem,
    *,
    department: Department,
    because: Because,
    at: datetime,
    reason: str = "",
    assignee: User | None = None,
    is_acknowledged: bool = False,
) -> Leg:
    """End the open stay at `at` and begin the next; about six queries.

    Until the department acknowledges, its acknowledge target runs too.
    """
    before = leave(problem, at=at)
    at = before.left_at or at
    leg = Leg.objects.create(
        problem=problem,
        position=before.position + 1,
        department=department,
        stage=problem.state,
        assignee=assignee,
        entered_because=because,
        reason=reason,
        entered_at=at,
        acknowledged_at=at if is_acknowledged else None,
        due_at=department.calendar.working_time().add(at, department.stage_within),
    )
    start_clock(problem, department, metric=Metric.STAGE, at=at)
    if not is_acknowledged:
        start_clock(problem, department, metric=Metric.ACKNOWLEDGE, at=at)
    return leg


def leave(problem: Problem, *, at: datetime) -> Leg:
    """End the open stay and stop what ran for it.

    The clocks of two machines may differ by seconds: a stay never ends before it began, so
    `left_at` of the result, not `at`, is the moment that counts.
    """
    leg = Leg.objects.select_for_update().get(problem=problem, left_at__isnull=True)
    leg.left_at = max(at, leg.entered_at)
    leg.save(update_fields=["left_at"])
    for clock in running_clocks(problem):
        stop(clock, at=at)
    return leg


def acknowledge(problem: Problem, leg: Leg, *, assignee: User | None, at: datetime) -> None:
    """The department has seen it and takes it on."""
    leg.acknowledged_at = at
    leg.assignee = assignee
    leg.save(update_fields=["acknowledged_at", "assignee"])
    for clock in running_clocks(problem):
        if clock.metric == Metric.ACKNOWLEDGE:
            stop(clock, at=at)


def cancel_clocks(problem: Problem, *, at: datetime) -> None:
    """End what runs without a verdict: the problem ended another way."""
    for clock in running_clocks(problem):
        cancel(clock, at=at)


def start_clock(problem: Problem, department: Department, *, metric: Metric, at: datetime) -> None:
    """Let a target of the department run from its own assignment on."""
    within = (
        department.acknowledge_within if metric == Metric.ACKNOWLEDGE else department.stage_within
    )
    started(
        ProblemClock(problem=problem, department=department, metric=metric),
        calendar=department.calendar,
        within=within,
        at=at,
    ).save()


def running_clocks(problem: Problem) -> list[ProblemClock]:
    """Return what runs for a problem; one query."""
    return list(
        ProblemClock.objects.filter(problem=problem, state__in=["running", "paused"])
        .select_related("calendar")
        .order_by("id")
    )
