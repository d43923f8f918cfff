"""What problems mean for the cases that wait: for filters of queues and for the lead's overview."""

from django.db.models import Exists, OuterRef, Q

from cases.filtering import Criteria, waits
from cases.models import BlockedBy
from cases.models.view import ProblemLink, WaitsFor
from problems.models import CaseLink, Leg
from problems.models.link import LinkKind


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
