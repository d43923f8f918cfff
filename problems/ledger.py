"""Read the ledger of a problem: every affected customer, how found, told what, and how it goes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery

from cases.states import ENDED_STATES as ENDED_CASE_STATES
from problems.models import Affected, CaseLink, Problem, Told
from problems.models.affected import PRESENT
from problems.models.link import LinkKind

PAGE = 50
FILTERS = {
    "all": Q(),
    "told": Q(times_told__gt=0),
    "untold": Q(times_told=0),
    "confirmed": Q(confirmed_at__isnull=False),
    "unconfirmed": Q(confirmed_at__isnull=True),
}


@dataclass(frozen=True)
class Page:
    """Some affected customers, in the order they were found; `ends_at` is where the next begins."""

    rows: list[Affected]
    ends_at: int | None


@dataclass(frozen=True)
class AffectedCounts:
    """How many a problem affects, how many of them know, and how their cases stand."""

    customers: int = 0
    organisations: int = 0
    told: int = 0
    confirmed: int = 0
    open_cases: int = 0
    resolved_cases: int = 0
    told_at: list[datetime] = field(default_factory=list)


def ledger_of(problem: Problem, code: str = "all") -> QuerySet[Affected]:
    """Return whom a problem affects, by id, with what a list shows of each.

    Adds `times_told`, `last_told_at`, and `case_number` and `case_state` of the customer's newest
    case that the problem caused.
    """
    newest = CaseLink.objects.filter(
        problem=problem, kind=LinkKind.CONFIRMED, case__contact=OuterRef("contact")
    ).order_by("-case_id")
    return (
        Affected.objects.filter(PRESENT, problem=problem)
        .select_related("contact", "contact__organisation")
        .annotate(
            times_told=Count("told"),
            last_told_at=Max("told__at"),
            case_number=Subquery(newest.values("case__number")[:1]),
            case_state=Subquery(newest.values("case__state")[:1]),
        )
        .filter(FILTERS.get(code, FILTERS["all"]))
        .order_by("id")
    )


def whom_to_tell(problem: Problem) -> QuerySet[Affected]:
    """Return whom a problem affects now, by id, with their contacts: whoever is told of it."""
    rows = Affected.objects.filter(PRESENT, problem=problem)
    return rows.select_related("contact").order_by("id")


def page_of_ledger(problem: Problem, code: str, *, after: int | None = None) -> Page:
    """Return a page of the ledger; one query."""
    rows = ledger_of(problem, code)
    if after is not None:
        rows = rows.filter(id__gt=after)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return Page(rows=shown, ends_at=shown[-1].pk if len(found) > PAGE else None)


def counts_of_ledger(problem: Problem) -> dict[str, int]:
    """Return how many customers each filter shows; one query."""
    is_told = Exists(Told.objects.filter(affected=OuterRef("pk")))
    counts = Affected.objects.filter(PRESENT, problem=problem).aggregate(
        all=Count("pk"),
        told=Count("pk", filter=is_told),
        confirmed=Count("pk", filter=Q(confirmed_at__isnull=False)),
    )
    return {
        **counts,
        "untold": counts["all"] - counts["told"],
        "unconfirmed": counts["all"] - counts["confirmed"],
    }


def whole_ledger(problem: Problem, code: str, *, at_a_time: int = 1000) -> Iterator[Affected]:
    """Return the whole ledger, a thousand rows a query."""
    after = 0
    while rows := list(ledger_of(problem, code).filter(id__gt=after)[:at_a_time]):
        yield from rows
        after = rows[-1].pk


def affected_counts(problem: Problem) -> AffectedCounts:
    """Return whom a problem affects, in figures; three queries."""
    is_told = Exists(Told.objects.filter(affected=OuterRef("pk")))
    people = Affected.objects.filter(PRESENT, problem=problem).aggregate(
        customers=Count("pk"),
        organisations=Count("contact__organisation", distinct=True),
        told=Count("pk", filter=is_told),
        confirmed=Count("pk", filter=Q(confirmed_at__isnull=False)),
    )
    cases = CaseLink.objects.filter(problem=problem, kind=LinkKind.CONFIRMED).aggregate(
        all=Count("pk"),
        ended=Count("pk", filter=Q(case__state__in=[s.value for s in ENDED_CASE_STATES])),
    )
    return AffectedCounts(
        customers=people["customers"],
        organisations=people["organisations"],
        confirmed=people["confirmed"],
        told=people["told"],
        open_cases=cases["all"] - cases["ended"],
        resolved_cases=cases["ended"],
        told_at=moments_of_messages(problem),
    )


def moments_of_messages(problem: Problem) -> list[datetime]:
    """Return when customers were first told each message of a problem, in order; one query."""
    first = (
        Told.objects.filter(affected__problem=problem)
        .values("message")
        .order_by()
        .annotate(first_at=Min("at"))
        .values_list("first_at", flat=True)
    )
    return sorted(first)
