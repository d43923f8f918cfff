"""What problems do to customers: how many, how they feel, how often they call, what is promised."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from cases.models import Case, CaseClock, Message
from problems.models import Affected, CaseLink
from problems.models.affected import PRESENT
from problems.models.link import LinkKind

DAYS = 14
DUE_SOON = timedelta(hours=24)


@dataclass(frozen=True)
class Impact:
    """What some problems do to customers.

    `feelings` counts the linked cases of each feeling that was noted (1 upset … 5 delighted),
    `contacts` what customers wrote on each of the last 14 local days, the oldest first.
    `at_risk` counts promises of linked cases that are due within a day, `broken` those missed.
    """

    customers: int = 0
    cases: int = 0
    feelings: dict[int, int] = field(default_factory=dict)
    contacts: list[tuple[date, int]] = field(default_factory=list)
    at_risk: int = 0
    broken: int = 0

    @property
    def contacts_in_all(self) -> int:
        """How often customers wrote in these days."""
        return sum(count for _day, count in self.contacts)


def impact_of(problems: Collection[int], *, at: datetime, zone: tzinfo) -> Impact:
    """Return what the problems of these ids do to customers; four queries, none without problems.

    A customer whom two of them affect counts once.
    """
    if not problems:
        return Impact(contacts=days_filled({}, at=at, zone=zone))
    customers = Affected.objects.filter(PRESENT, problem_id__in=problems).aggregate(
        count=Count("contact", distinct=True)
    )
    feelings = dict(
        linked(Case.objects.all(), problems, case="pk")
        .values_list("feeling")
        .order_by("feeling")
        .annotate(count=Count("pk"))
    )
    contacts = dict(
        linked(Message.objects.all(), problems, case="case")
        .filter(
            direction="in",
            is_automatic=False,
            at__gte=first_day_of(at, zone=zone),
        )
        .annotate(on=TruncDate("at", tzinfo=zone))
        .values_list("on")
        .order_by("on")
        .annotate(count=Count("pk"))
    )
    promises = (
        linked(CaseClock.objects.all(), problems, case="case")
        .filter(state="running", due_at__lt=at + DUE_SOON)
        .aggregate(
            broken=Count("pk", filter=Q(due_at__lte=at)),
            at_risk=Count("pk", filter=Q(due_at__gt=at)),
        )
    )
    return Impact(
        customers=customers["count"],
        cases=sum(feelings.values()),
        feelings={feeling: count for feeling, count in feelings.items() if feeling is not None},
        contacts=days_filled(contacts, at=at, zone=zone),
        at_risk=promises["at_risk"],
        broken=promises["broken"],
    )


def linked(rows: QuerySet[Any], problems: Collection[int], *, case: str) -> QuerySet[Any]:
    """Return the rows of cases that these problems caused."""
    links = CaseLink.objects.filter(problem_id__in=problems, kind=LinkKind.CONFIRMED)
    return rows.filter(**{f"{case}__in": links.values("case_id")})


def first_day_of(at: datetime, *, zone: tzinfo) -> datetime:
    """Return the midnight at which the days that are shown begin."""
    today = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=DAYS - 1)


def days_filled(counts: dict[date, int], *, at: datetime, zone: tzinfo) -> list[tuple[date, int]]:
    """Return the last 14 local days with their counts, those without anything too."""
    last = at.astimezone(zone).date()
    days = [last - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return [(day, counts.get(day, 0)) for day in days]
