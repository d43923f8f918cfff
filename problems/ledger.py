"""Read the ledger of a problem: every affected customer, how found, told what, and how it goes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cases.states import ENDED_STATES as ENDED_CASE_STATES
from problems.models import Affected, CaseLink, Problem, Told
from problems.models.affected import FOLLOWS, OF_PEOPLE, PRESENT
from problems.models.link import LinkKind
from problems.reasons import STRONGEST
from problems.still_on_workaround import HOLDS_THE_END_UP, ON_A_WORKAROUND

PAGE = 50
PAST = OF_PEOPLE & Q(left_at__isnull=False) & ~Q(found=FOLLOWS)
FILTERS = {
    "all": PRESENT,
    "untold": PRESENT & Q(told_at__isnull=True),
    "told": PRESENT & Q(told_at__isnull=False),
    "delivered": PRESENT & Q(delivered_at__isnull=False),
    "seen": PRESENT & Q(seen_at__isnull=False),
    "workaround": ON_A_WORKAROUND,
    "open_ended": HOLDS_THE_END_UP,
    "applied": PRESENT & Q(applied_at__isnull=False),
    "confirmed": PRESENT & Q(confirmed_at__isnull=False),
    "unconfirmed": PRESENT & Q(confirmed_at__isnull=True),
    "excused": PRESENT & Q(excused_at__isnull=False),
    "left": PAST,
}
"""How far the solution came, by code. `open_ended` are those for whom it cannot be closed."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which rows of a ledger somebody wants: how far, found how, and words of a name.

    `far` is a code of `FILTERS`, `found` one of `STRONGEST` or empty, `words` a part of the name
    of the customer or the organisation. What is not known asks for everybody.
    """

    far: str = "all"
    found: str = ""
    words: str = ""

    @property
    def condition(self) -> Q:
        """The condition on a row."""
        return FILTERS.get(self.far, PRESENT) & self.besides

    @property
    def besides(self) -> Q:
        """What is asked of a row besides how far the solution came."""
        asked = Q()
        if self.found in STRONGEST:
            asked &= Q(found=self.found)
        if words := self.words.strip():
            asked &= Q(contact__name__icontains=words) | Q(
                contact__organisation__name__icontains=words
            )
        return asked


EVERYBODY = Asked()


@dataclass(frozen=True)
class Page:
    """Some affected customers, in the order they were found; `ends_at` is where the next begins."""

    rows: list[Affected]
    ends_at: int | None


@dataclass(frozen=True)
class AffectedCounts:
    """How many a problem affects, how far the solution came to them, and how their cases stand."""

    customers: int = 0
    organisations: int = 0
    told: int = 0
    delivered: int = 0
    seen: int = 0
    on_workaround: int = 0
    applied: int = 0
    confirmed: int = 0
    excused: int = 0
    open_cases: int = 0
    resolved_cases: int = 0
    told_at: list[datetime] = field(default_factory=list)


def ledger_of(problem: Problem, asked: Asked = EVERYBODY) -> QuerySet[Affected]:
    """Return whom a problem affects, by id, with what a list shows of each.

    Adds `times_told`, `last_told_at`, `last_bounced_at`, and `case_number` and `case_state` of the
    customer's newest case that the problem caused.
    """
    newest = CaseLink.objects.filter(
        problem=problem, kind=LinkKind.CONFIRMED, case__contact=OuterRef("contact")
    ).order_by("-case_id")
    told = Told.objects.filter(affected=OuterRef("pk")).order_by().values("affected")
    return (
        Affected.objects.filter(asked.condition, problem=problem)
        .select_related("contact", "contact__organisation", "excused_by")
        .annotate(
            times_told=Coalesce(
                Subquery(told.values(times=Count("pk")), output_field=IntegerField()), 0
            ),
            last_told_at=Subquery(told.values(last=Max("at"))),
            last_bounced_at=Subquery(told.values(last=Max("bounced_at"))),
            case_number=Subquery(newest.values("case__number")[:1]),
            case_state=Subquery(newest.values("case__state")[:1]),
        )
        .order_by("id")
    )


def ledger_for_programs(problem: Problem, asked: Asked) -> QuerySet[Affected]:
    """Return rows with their contacts' addresses and all that they were told; three queries."""
    rows = Affected.objects.filter(asked.condition, problem=problem).select_related("contact")
    return rows.prefetch_related("told", "contact__addresses")


def contacts_of_ledger(problem: Problem, asked: Asked) -> list[int]:
    """Return the ids of the contacts of some rows, by row; one query."""
    rows = Affected.objects.filter(asked.condition, problem=problem)
    return list(rows.order_by("id").values_list("contact_id", flat=True))


def whom_to_tell(problem: Problem) -> QuerySet[Affected]:
    """Return whom a problem affects now, by id, with their contacts: whoever is told of it."""
    rows = Affected.objects.filter(PRESENT, problem=problem)
    return rows.select_related("contact").order_by("id")


def page_of_ledger(problem: Problem, asked: Asked, *, after: int | None = None) -> Page:
    """Return a page of the ledger; one query."""
    rows = ledger_of(problem, asked)
    if after is not None:
        rows = rows.filter(id__gt=after)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return Page(rows=shown, ends_at=shown[-1].pk if len(found) > PAGE else None)


def counts_of_ledger(problem: Problem, asked: Asked = EVERYBODY) -> dict[str, int]:
    """Return how many customers each code of `FILTERS` shows among those asked for; one query."""
    among = Affected.objects.filter(asked.besides, problem=problem)
    return among.aggregate(**{code: Count("pk", filter=far) for code, far in FILTERS.items()})


def whole_ledger(
    problem: Problem, asked: Asked = EVERYBODY, *, at_a_time: int = 1000
) -> Iterator[Affected]:
    """Return the whole ledger, a thousand rows a query."""
    after = 0
    while rows := list(ledger_of(problem, asked).filter(id__gt=after)[:at_a_time]):
        yield from rows
        after = rows[-1].pk


def affected_counts(problem: Problem) -> AffectedCounts:
    """Return whom a problem affects, in figures; three queries."""
    people = Affected.objects.filter(PRESENT, problem=problem).aggregate(
        customers=Count("pk"),
        organisations=Count("contact__organisation", distinct=True),
        told=Count("pk", filter=FILTERS["told"]),
        delivered=Count("pk", filter=FILTERS["delivered"]),
        seen=Count("pk", filter=FILTERS["seen"]),
        on_workaround=Count("pk", filter=ON_A_WORKAROUND),
        applied=Count("pk", filter=FILTERS["applied"]),
        confirmed=Count("pk", filter=FILTERS["confirmed"]),
        excused=Count("pk", filter=FILTERS["excused"]),
    )
    cases = CaseLink.objects.filter(problem=problem, kind=LinkKind.CONFIRMED).aggregate(
        all=Count("pk"),
        ended=Count("pk", filter=Q(case__state__in=[s.value for s in ENDED_CASE_STATES])),
    )
    return AffectedCounts(
        **people,
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
