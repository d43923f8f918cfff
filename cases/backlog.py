"""Read the backlog as a lead looks at it: what is oldest, who has how much, how days went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from cases.models import Case, CaseClock
from cases.states import OPEN_STATES

DAYS = 14
MOST_OWNERS = 12


@dataclass(frozen=True)
class Load:
    """How many open cases somebody has, and how many of them ask for attention."""

    owner_id: int
    name: str
    open: int
    asking: int


def oldest_open_ids(*, at_most: int) -> list[int]:
    """Return the ids of the open cases that were opened first; one query.

    Each state is asked by itself: its index begins with the oldest, however many have ended.
    """
    states = [
        Case.objects.filter(state=state)
        .order_by("opened_at", "id")
        .values_list("opened_at", "pk")[:at_most]
        for state in OPEN_STATES
    ]
    found = states[0].union(*states[1:], all=True)
    return [pk for _opened_at, pk in sorted(found)[:at_most]]


def cases_with_people(ids: Iterable[int]) -> QuerySet[Case]:
    """Return cases with customer and owner, the oldest first."""
    return (
        Case.objects.filter(pk__in=list(ids))
        .select_related("contact", "owner", "queue")
        .order_by("opened_at", "id")
    )


def clocks_missed(*, at: datetime) -> QuerySet[CaseClock]:
    """Return the running promises whose time is over."""
    return CaseClock.objects.filter(state="running", due_at__lte=at)


def clocks_due(*, at: datetime, within: timedelta) -> QuerySet[CaseClock]:
    """Return the running promises that are due soon."""
    return CaseClock.objects.filter(state="running", due_at__gt=at, due_at__lte=at + within)


def load_of_owners(*, at_most: int = MOST_OWNERS) -> list[Load]:
    """Return who has most open cases; one query."""
    rows = (
        Case.objects.filter(state__in=[state.value for state in OPEN_STATES], owner__isnull=False)
        .values("owner_id", name=F("owner__name"))
        .annotate(open=Count("pk"), asking=Count("pk", filter=Q(needs_attention=True)))
        .order_by("-open", "name")[:at_most]
    )
    return [Load(**row) for row in rows]


def feelings_of_open_cases() -> dict[int, int]:
    """Return how many open cases have each feeling that was noted (1 to 5); one query."""
    rows = (
        Case.objects.filter(state__in=[state.value for state in OPEN_STATES], feeling__isnull=False)
        .order_by("feeling")
        .values_list("feeling")
        .annotate(count=Count("pk"))
    )
    return {feeling: count for feeling, count in rows if feeling is not None}


def cases_per_day(field: str, *, at: datetime, zone: tzinfo) -> list[tuple[date, int]]:
    """Return how many cases were opened or resolved on each of the last 14 local days.

    `field` is `opened_at` or `resolved_at`; one query over an index of these days.
    """
    today = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    counts = dict(
        Case.objects.filter(**{f"{field}__gte": today - timedelta(days=DAYS - 1)})
        .annotate(on=TruncDate(field, tzinfo=zone))
        .order_by("on")
        .values_list("on")
        .annotate(count=Count("pk"))
    )
    days = [today.date() - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return [(day, counts.get(day, 0)) for day in days]
