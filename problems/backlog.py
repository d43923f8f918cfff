"""What problems mean for the cases that wait: for filters of queues and for the lead's overview."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from cases.backlog import cases_with_people, oldest_open_ids
from cases.filtering import Criteria, waits
from cases.models import BlockedBy, Case
from cases.models.view import ProblemLink, WaitsFor
from cases.states import OPEN_STATES as OPEN_CASE_STATES
from problems.models import CaseLink, Leg, Pattern, Problem
from problems.models.link import LinkKind
from problems.models.pattern import PatternState
from problems.states import OPEN_STATES


def is_linked() -> Q:
    """Return which cases have a confirmed problem."""
    return Q(Exists(CaseLink.objects.filter(case=OuterRef("pk"), kind=LinkKind.CONFIRMED)))


def waits_for_department() -> Q:
    """Return which cases wait for a problem that a department has now."""
    at_work = Leg.objects.filter(left_at=None, department__is_customer_service=False)
    blockers = BlockedBy.objects.filter(
        case=OuterRef("pk"),
        kind="problem_fix",
        cleared_at=None,
        reference__in=at_work.values("problem_id"),
    )
    return Q(Exists(blockers))


def waits_for_problem() -> Q:
    """Return which cases wait for a problem that no department has: service has to act."""
    return waits("problem_fix") & ~waits_for_department()


def beside(criteria: Criteria) -> Q | None:
    """Return what problems have to say to a filter of cases; None if it asks nothing of them."""
    asked = Q()
    if criteria.problem != ProblemLink.ANY:
        asked &= is_linked() if criteria.problem == ProblemLink.LINKED else ~is_linked()
    if criteria.waits_for == WaitsFor.DEPARTMENT:
        asked &= waits_for_department()
    elif criteria.waits_for == WaitsFor.PROBLEM:
        asked &= waits_for_problem()
    return asked or None


@dataclass(frozen=True)
class AtDepartment:
    """What a department has now: how many problems, since when, how many late or not accepted."""

    department_id: int
    name: str
    slug: str
    hue: str
    problems: int
    oldest_at: datetime
    late: int
    longest_late_since: datetime | None
    not_accepted: int


def problems_by_department(*, at: datetime) -> list[AtDepartment]:
    """Return what each department has, the latest first; one query over the open stays."""
    rows = (
        Leg.objects.filter(left_at=None)
        .values(
            "department_id",
            name=F("department__name"),
            slug=F("department__slug"),
            hue=F("department__hue"),
        )
        .annotate(
            problems=Count("pk"),
            oldest_at=Min("entered_at"),
            late=Count("pk", filter=Q(due_at__lte=at)),
            longest_late_since=Min("due_at", filter=Q(due_at__lte=at)),
            not_accepted=Count("pk", filter=Q(acknowledged_at=None)),
        )
        .order_by("-late", "-problems", "name")
    )
    return [AtDepartment(**row) for row in rows]


def longest_waiting(*, at_most: int) -> list[Case]:
    """Return the open cases that wait longest and for whom; two queries.

    Adds `waits_customer`, `waits_department` and `waits_problem`.
    """
    cases = cases_with_people(oldest_open_ids(at_most=at_most))
    return list(
        cases.annotate(
            waits_customer=waits("customer_answer"),
            waits_department=waits_for_department(),
            waits_problem=waits("problem_fix"),
        )
    )


def look_like_a_problem() -> QuerySet[CaseLink]:
    """Return the suggestions for open cases that nobody has decided about."""
    return CaseLink.objects.filter(
        kind=LinkKind.SUGGESTED, case__state__in=[state.value for state in OPEN_CASE_STATES]
    )


def suspected_problems() -> QuerySet[Pattern]:
    """Return the suspected problems that wait for a lead's decision."""
    return Pattern.objects.filter(state=PatternState.PROPOSED)


def open_problems() -> QuerySet[Problem]:
    """Return the problems that have not ended."""
    return Problem.objects.filter(state__in=[state.value for state in OPEN_STATES])
