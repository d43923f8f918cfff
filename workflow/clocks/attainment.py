"""How promises were kept: counts and percentiles of clocks, by whatever somebody asks for.

A clock belongs to the month in which it started. One that was cancelled says nothing. A running one
whose time is over counts as missed from the moment that this was seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import (
    Aggregate,
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    FloatField,
    Q,
    QuerySet,
)
from django.db.models.functions import Extract, NullIf, TruncMonth

from workflow.clocks.models import Clock, ClockState

MOST_GROUPS = 300
AnyClock = TypeVar("AnyClock", bound=Clock)


class Dimension(StrEnum):
    """By what promises can be told apart."""

    DEPARTMENT = "department"
    POLICY = "policy"
    VERSION = "version"
    METRIC = "metric"
    PRIORITY = "priority"
    MONTH = "month"


class Verdict(StrEnum):
    """How a promise stands."""

    MET = "met"
    MISSED = "missed"
    RUNNING = "running"


OPEN = Q(state__in=[ClockState.RUNNING, ClockState.PAUSED])
VERDICTS = {
    Verdict.MET: Q(state=ClockState.MET),
    Verdict.MISSED: Q(state=ClockState.MISSED) | OPEN & Q(breach_recorded_at__isnull=False),
    Verdict.RUNNING: OPEN & Q(breach_recorded_at__isnull=True),
}


@dataclass(frozen=True)
class Asked:
    """Which clocks somebody asks for: those that started in `[since, until)` and fit.

    `fits` holds what a dimension has to be, by its code; None is "has none". A month is its first
    moment in `zone`.
    """

    since: datetime
    until: datetime
    zone: tzinfo
    fits: Mapping[Dimension, Any] = field(default_factory=dict)
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Attained:
    """How the promises of one group were kept; uses are shares of the span, 1.0 is all of it.

    The percentiles are of clocks that stopped; None while none did.
    """

    key: Any
    met: int
    missed: int
    running: int
    median_use: float | None
    high_use: float | None

    @property
    def decided(self) -> int:
        """How many came to an end, in time or late."""
        return self.met + self.missed

    @property
    def percent(self) -> float | None:
        """The share of promises that were kept, in percent; None while none is decided."""
        return 100 * self.met / self.decided if self.decided else None


class Percentile(Aggregate):
    """The value below which a share of the rows lies, by PostgreSQL's `percentile_cont`."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: Any, *, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


def fitting(clocks: QuerySet[AnyClock], asked: Asked) -> QuerySet[AnyClock]:
    """Return the clocks that somebody asks for.

    `clocks` has `department`, `policy`, `version` and `priority` annotated by its room.
    """
    found = clocks.filter(started_at__gte=asked.since, started_at__lt=asked.until).exclude(
        state=ClockState.CANCELLED
    )
    for dimension, value in asked.fits.items():
        if dimension is Dimension.MONTH:
            found = found.filter(started_at__gte=value, started_at__lt=month_after(value))
        elif value is None:
            found = found.filter(**{f"{dimension}__isnull": True})
        else:
            found = found.filter(**{str(dimension): value})
    return found.filter(VERDICTS[asked.verdict]) if asked.verdict is not None else found


def attained(
    clocks: QuerySet[AnyClock], asked: Asked, *, by: Dimension, at_most: int = MOST_GROUPS
) -> list[Attained]:
    """Return how promises were kept, a row for each value of a dimension; one query."""
    # What was used of the span; a target in days has no span, and nothing to divide by.
    use = ExpressionWrapper(
        seconds(F("used_for")) / NullIf(seconds(F("within")), 0.0), output_field=FloatField()
    )
    found = fitting(clocks, asked)
    if by is Dimension.MONTH:
        found = found.annotate(
            month=TruncMonth("started_at", tzinfo=asked.zone, output_field=DateTimeField())
        )
    rows = (
        found.order_by()
        .values(key=F(str(by)))
        .annotate(
            **{str(verdict): Count("pk", filter=which) for verdict, which in VERDICTS.items()},
            median_use=Percentile(use, share=0.5),
            high_use=Percentile(use, share=0.9),
        )
        .order_by("key")[:at_most]
    )
    return [Attained(**row) for row in rows]


def seconds(span: Any) -> "ExpressionWrapper[Any]":
    """Return a span as seconds."""
    return ExpressionWrapper(Extract(span, "epoch"), output_field=FloatField())


def total_of(rows: list[Attained]) -> Attained:
    """Return the counts of all rows together; percentiles cannot be added and are left out."""
    return Attained(
        key=None,
        met=sum(row.met for row in rows),
        missed=sum(row.missed for row in rows),
        running=sum(row.running for row in rows),
        median_use=None,
        high_use=None,
    )


def page_behind(
    clocks: QuerySet[AnyClock],
    asked: Asked,
    *,
    after: tuple[datetime, int] | None,
    at_most: int,
) -> tuple[list[AnyClock], tuple[datetime, int] | None]:
    """Return the clocks behind a figure, the newest first, and after which the next page begins.

    One query; `after` is start and id of the last one shown.
    """
    found = fitting(clocks, asked)
    if after is not None:
        started_at, clock_id = after
        found = found.filter(
            Q(started_at__lt=started_at) | Q(started_at=started_at, pk__lt=clock_id)
        )
    rows = list(found.order_by("-started_at", "-pk")[: at_most + 1])
    shown = rows[:at_most]
    is_more = len(rows) > at_most
    return shown, (shown[-1].started_at, shown[-1].pk) if is_more else None


def month_of(at: datetime, *, zone: tzinfo) -> datetime:
    """Return the first moment of the month that a moment lies in, in `zone`."""
    return at.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_after(month: datetime) -> datetime:
    """Return the first moment of the month after; both in the zone of `month`."""
    return (month + timedelta(days=31)).replace(day=1, hour=0)


def month_before(month: datetime, *, by: int) -> datetime:
    """Return the first moment of the month that lies `by` months before."""
    months = month.year * 12 + month.month - 1 - by
    return month.replace(year=months // 12, month=months % 12 + 1)
