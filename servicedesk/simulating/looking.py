"""What a draft means at once: five real cases both ways, last month's facts, clocks that run."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from cases.clock_facts import CaseFacts, SegmentNames
from cases.models import CaseClock
from customers.models import Entitlement
from servicedesk.simulating.telling import Telling, Told, cases_of_the_month, verdict_of, with_facts
from workflow.clocks.engine import Run
from workflow.clocks.models import ClockState, PolicyVersion, ServiceLevel
from workflow.clocks.policy_content import CASE_METRICS
from workflow.clocks.policy_surroundings import Evidence

PREVIEWED = 5
LOOKED_AT = 60
MOST_FACTS = 500


@dataclass(frozen=True)
class Compared:
    """One target of one case: due today and then (UTC, empty where not promised), with verdicts."""

    metric: str
    cycle: int
    due_today: datetime | None
    due_then: datetime | None
    verdict_today: str
    verdict_then: str


def preview_of(version: PolicyVersion, *, at: datetime) -> list[tuple[Told, list[Compared]]]:
    """Return the five newest cases that a version serves or would serve; at most eight queries.

    Of the last 30 days; the newest 60 that could be meant are looked at.
    """
    telling = Telling(version)
    cases = with_facts(telling.concerned(cases_of_the_month(until=at)))[:LOOKED_AT]
    rows = list(cases) if telling.changes_whom else list(cases[:PREVIEWED])
    told = telling.told(rows, until=at)
    return [(one, compared(one)) for one in told[:PREVIEWED]]


def compared(told: Told) -> list[Compared]:
    """Return the targets of a case side by side, in the order in which metrics are read."""
    today = {(one.metric, one.cycle): one for one in told.today}
    then = {(one.metric, one.cycle): one for one in told.then}
    places = {metric.value: place for place, metric in enumerate(CASE_METRICS)}
    return [
        Compared(
            metric=metric,
            cycle=cycle,
            due_today=due_of(today.get((metric, cycle))),
            due_then=due_of(then.get((metric, cycle))),
            verdict_today=verdict_or_none(today.get((metric, cycle))),
            verdict_then=verdict_or_none(then.get((metric, cycle))),
        )
        for metric, cycle in sorted({**today, **then}, key=lambda key: (places[key[0]], key[1]))
    ]


def due_of(one: Run | None) -> datetime | None:
    """Return when a run is due, if there is one."""
    return one.due_at if one is not None else None


def verdict_or_none(one: Run | None) -> str:
    """Return how a run went; empty if there is none."""
    return verdict_of(one) if one is not None else ""


def evidence_for(level: ServiceLevel, *, at: datetime) -> Evidence:
    """Return what last month says about whom a service level fits; two queries.

    The newest 500 cases are enough to know what is usual. Three more where a condition asks for
    segments.
    """
    cases = list(with_facts(cases_of_the_month(until=at))[:MOST_FACTS])
    segments = SegmentNames(cases)
    return Evidence(
        cases=[CaseFacts(case, event="opened", segments=segments) for case in cases],
        entitled=entitled_to(level, at=at),
    )


def entitled_to(level: ServiceLevel, *, at: datetime) -> int:
    """Return how many customers have a right to a service level now; one query."""
    return Entitlement.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=at), begins_at__lte=at, service_level=level
    ).count()


def clocks_of(level: ServiceLevel) -> int:
    """Return how many clocks of cases run by versions of a service level now; one query."""
    return CaseClock.objects.filter(
        target__version__service_level=level,
        state__in=[ClockState.RUNNING, ClockState.PAUSED],
    ).count()
