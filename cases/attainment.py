"""How the promises of cases were kept: their clocks with what reports tell them apart by."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from cases.models import Case, CaseClock, CasePromise
from workflow.clocks.attainment import VERDICTS, Asked, Verdict
from workflow.clocks.models import Metric

MOST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class PromisesOf:
    """How somebody's promises to customers went; `user_id` is None where nobody is named."""

    user_id: int | None
    name: str
    kept: int
    broken: int
    running: int


def clocks_of_cases() -> QuerySet[CaseClock]:
    """Return the clocks of cases with department, policy, version and priority.

    The department is the queue in which the case is now. A promise of a person has no policy.
    """
    return CaseClock.objects.annotate(
        department=F("case__queue_id"),
        policy=F("target__version__service_level_id"),
        version=F("target__version_id"),
        priority=Coalesce("target__priority", "case__priority"),
    )


def with_cases(clocks: QuerySet[CaseClock]) -> QuerySet[CaseClock]:
    """Return clocks with the cases that they belong to, for lists."""
    return clocks.select_related("case", "calendar")


def promises_of_people(asked: Asked) -> list[PromisesOf]:
    """Return how the promises that people made in a time went, by person; one query."""
    made = CasePromise.objects.filter(made_at__gte=asked.since, made_at__lt=asked.until)
    rows = (
        made.values(user_id=F("made_by_id"), name=Coalesce("made_by__name", Value("")))
        .annotate(
            kept=Count("pk", filter=of_clock(Verdict.MET)),
            broken=Count("pk", filter=of_clock(Verdict.MISSED)),
            running=Count("pk", filter=of_clock(Verdict.RUNNING)),
        )
        .order_by("-broken", "name", "user_id")[:MOST_PEOPLE]
    )
    return [PromisesOf(**row) for row in rows]


def of_clock(verdict: Verdict) -> Q:
    """Return which promises have a clock that stands so."""
    return Q(
        clock__in=CaseClock.objects.filter(VERDICTS[verdict], metric=Metric.PROMISE).values("pk")
    )


def page_of_promises(
    *, since: datetime, until: datetime, user_id: int | None, after: int | None, at_most: int
) -> tuple[list[CasePromise], int | None]:
    """Return promises that people made in a time, the newest first, and the id where more begin.

    One query; `user_id` asks for those of one person.
    """
    made = CasePromise.objects.filter(made_at__gte=since, made_at__lt=until)
    if user_id is not None:
        made = made.filter(made_by_id=user_id)
    if after is not None:
        made = made.filter(pk__lt=after)
    rows = list(
        made.select_related("case", "clock", "clock__calendar", "made_by").order_by("-id")[
            : at_most + 1
        ]
    )
    shown = rows[:at_most]
    return shown, shown[-1].pk if len(rows) > at_most else None


def promises_of_case(case: Case) -> QuerySet[CasePromise]:
    """Return what people promised to the customer of a case, with clock and person."""
    return CasePromise.objects.filter(case=case).select_related("clock", "made_by")
