"""Open problems that are delayed, on a detour, or with nobody: each with how much, the worst first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from problems.journey import ZERO
from problems.models import Leg, Problem
from problems.models.leg import Because
from problems.queries import calendars_of, journey_told, legs_of
from problems.states import OPEN_STATES

MOST_LOOKED_AT = 200
ASTRAY = (Because.REFUSED, Because.BACK, Because.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class AtRisk:
    """One open problem and what is wrong with it; spans are zero where nothing is.

    `delay` is the department's opening hours beyond the target of the stay that goes on,
    `lost_for` the part of it in which nobody had taken it up, `detour` the plain time of the way
    around that goes on, `left_department` who had it before.
    """

    problem: Problem
    leg: Leg
    delay: timedelta
    lost_for: timedelta
    detour: timedelta
    left_department: str

    @property
    def is_lost(self) -> bool:
        """Whether nobody has taken it up although the target is over."""
        return self.lost_for > ZERO and self.leg.acknowledged_at is None


def problems_at_risk(*, at: datetime, at_most: int) -> list[AtRisk]:
    """Return open problems that are late, lost or on a detour at `at`, the worst first.

    Those with nobody come first, then the latest. Of very many the 200 due first are looked at;
    two queries on any size.
    """
    here = Q(legs__left_at__isnull=True, legs__due_at__lt=at)
    astray = Q(pk__in=Leg.objects.filter(entered_because__in=ASTRAY).values("problem_id"))
    found = (
        Problem.objects.filter(here | astray, state__in=[state.value for state in OPEN_STATES])
        .distinct()
        .order_by("next_look_at", "id")[:MOST_LOOKED_AT]
    )
    problems = {problem.pk: problem for problem in found}
    legs = legs_of(problems)
    risks = [
        risk
        for pk, problem in problems.items()
        if (risk := risk_of(problem, legs.get(pk, []), at=at)) is not None
    ]
    risks.sort(key=lambda risk: (risk.is_lost, risk.delay, risk.detour), reverse=True)
    return risks[:at_most]


def risk_of(problem: Problem, legs: list[Leg], *, at: datetime) -> AtRisk | None:
    """Return what is wrong with a problem now, or None; no query."""
    if not legs or legs[-1].left_at is not None:
        return None
    here = legs[-1]
    hours = calendars_of([here])[here.department.calendar_id]
    delay = hours.between(min(here.due_at, at), at)
    detour = next(
        (one for one in journey_told(problem, legs, at=at).detours if one.ended_at is None), None
    )
    if not delay and detour is None:
        return None
    return AtRisk(
        problem=problem,
        leg=here,
        delay=delay,
        lost_for=delay if here.acknowledged_at is None else ZERO,
        detour=detour.cost if detour else ZERO,
        left_department=detour.left_department_name if detour else "",
    )
