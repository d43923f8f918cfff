"""What fixes did for customers: contacts, repeats and satisfaction before and after, with counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from problems.avoided import Avoided, Interval
from problems.models import FixWatch
from problems.recurring import MONTH, Recurrence, recurrences
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

MOST_FIXES = 200
"""Fixes that one report tells of, the newest of its time."""

CONTENT_FROM = 4
"""From this feeling on (1 upset to 5 delighted) a customer is content."""

LINKED = """
WITH linked AS (
  SELECT w.id, w.fixed_at, w.began_at, w.grace_until, c.id AS case_id,
         coalesce('o' || c.organisation_id, 'c' || c.contact_id) AS customer,
         LEAST(%(at)s::timestamptz, w.ended_at) AS until
  FROM problems_fixwatch w
  JOIN problems_caselink link ON link.tenant_id = w.tenant_id
    AND link.problem_id = w.problem_id AND link.kind = 'confirmed'
  JOIN cases_case c ON c.tenant_id = link.tenant_id AND c.id = link.case_id
    AND c.state NOT IN ('spam', 'merged')
  WHERE w.tenant_id = %(tenant)s AND w.id = ANY(%(watches)s)
)"""
REPEATS = Statement(
    LINKED  # noqa: S608 - both parts are ours
    + """, said AS (
  SELECT linked.*, m.at,
         row_number() OVER (PARTITION BY linked.id, customer ORDER BY m.at, m.id) AS place
  FROM linked
  JOIN cases_message m ON m.tenant_id = %(tenant)s AND m.case_id = linked.case_id
    AND m.direction = 'in' AND NOT m.is_automatic
)
SELECT id,
  count(*) FILTER (WHERE place > 1 AND at >= fixed_at - %(month)s::interval AND at < fixed_at),
  count(DISTINCT customer) FILTER (WHERE at < fixed_at),
  count(*) FILTER (WHERE place > 1 AND at >= grace_until AND at <= until
                   AND at < grace_until + %(month)s::interval),
  count(DISTINCT customer) FILTER (WHERE at <= until
                                   AND at < grace_until + %(month)s::interval)
FROM said GROUP BY id
"""
)
FELT = Statement(
    LINKED  # noqa: S608 - both parts are ours
    + """, heard AS (
  SELECT linked.id, customer, e.at >= linked.began_at AS is_after,
         (e.changes->>'to')::int AS feeling, e.at, e.id AS place
  FROM linked
  JOIN workflow_entry e ON e.tenant_id = %(tenant)s AND e.subject_kind = 'case'
    AND e.subject_id = linked.case_id AND e.action = 'case.feeling_set'
    AND e.at <= linked.until
  UNION ALL
  SELECT w.id, coalesce('o' || c.organisation_id, 'c' || c.id), rated.at >= w.began_at,
         rated.feeling, rated.at, rated.id
  FROM problems_fixwatch w
  JOIN problems_affected a ON a.tenant_id = w.tenant_id AND a.problem_id = w.problem_id
  JOIN customers_contact c ON c.tenant_id = w.tenant_id AND c.id = a.contact_id
  JOIN problems_fixrating rated ON rated.tenant_id = w.tenant_id AND rated.affected_id = a.id
    AND rated.at <= LEAST(%(at)s::timestamptz, w.ended_at)
  WHERE w.tenant_id = %(tenant)s AND w.id = ANY(%(watches)s)
), felt AS (
  SELECT DISTINCT ON (id, customer, is_after) id, customer, is_after, feeling
  FROM heard ORDER BY id, customer, is_after, at DESC, place DESC
)
SELECT id, is_after, count(feeling), coalesce(sum(feeling), 0),
       count(*) FILTER (WHERE feeling >= %(content)s::int)
FROM felt GROUP BY id, is_after
"""
)


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often customers had to write again in 30 days: repeats, and of how many customers."""

    contacts: int = 0
    customers: int = 0

    @property
    def each(self) -> float | None:
        """Repeats for each customer; None without a customer."""
        return self.contacts / self.customers if self.customers else None

    def __add__(self, other: "Repeats") -> "Repeats":
        return Repeats(self.contacts + other.contacts, self.customers + other.customers)


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How customers felt, as agents heard it or they said: of how many, their sum, how many content.

    The last word of each customer counts, from 1 (upset) to 5 (delighted).
    """

    customers: int = 0
    total: int = 0
    content: int = 0

    @property
    def mean(self) -> float | None:
        """The mean from 1 to 5; None where nobody's is known."""
        return self.total / self.customers if self.customers else None

    def __add__(self, other: "Satisfaction") -> "Satisfaction":
        return Satisfaction(
            self.customers + other.customers,
            self.total + other.total,
            self.content + other.content,
        )


@dataclass(frozen=True, slots=True)
class FixTold:
    """One fix in the report."""

    watch: FixWatch
    recurrence: Recurrence
    repeats_before: Repeats
    repeats_after: Repeats
    felt_before: Satisfaction
    felt_after: Satisfaction


@dataclass(frozen=True, slots=True)
class FixReport:
    """The fixes of a time, the newest first; `has_more` where there were more than are told of.

    `avoided` adds up what they spared, as far as it can be said; the limits of a sum of independent
    numbers lie as far away as the root of the sum of their squared distances.
    """

    fixes: tuple[FixTold, ...]
    has_more: bool
    repeats_before: Repeats
    repeats_after: Repeats
    felt_before: Satisfaction
    felt_after: Satisfaction
    avoided: Interval | None


def fix_report(*, since: datetime, until: datetime, at: datetime) -> FixReport:
    """Return what the fixes of a time did; four queries for any number.

    Times are aware; a fix belongs to the time in which it was given to everybody.
    """
    found = list(
        FixWatch.objects.filter(began_at__gte=since, began_at__lt=until)
        .select_related("problem")
        .order_by("-began_at", "-id")[: MOST_FIXES + 1]
    )
    watches = found[:MOST_FIXES]
    came = recurrences(watches, at=at)
    repeats, felt = repeats_around(watches, at=at), felt_around(watches, at=at)
    fixes = tuple(
        FixTold(
            watch=watch,
            recurrence=came[watch.pk],
            repeats_before=repeats.get(watch.pk, (Repeats(), Repeats()))[0],
            repeats_after=repeats.get(watch.pk, (Repeats(), Repeats()))[1],
            felt_before=felt.get((watch.pk, False), Satisfaction()),
            felt_after=felt.get((watch.pk, True), Satisfaction()),
        )
        for watch in watches
    )
    return FixReport(
        fixes=fixes,
        has_more=len(found) > MOST_FIXES,
        repeats_before=sum((one.repeats_before for one in fixes), start=Repeats()),
        repeats_after=sum((one.repeats_after for one in fixes), start=Repeats()),
        felt_before=sum((one.felt_before for one in fixes), start=Satisfaction()),
        felt_after=sum((one.felt_after for one in fixes), start=Satisfaction()),
        avoided=added([one.recurrence.avoided for one in fixes]),
    )


def repeats_around(
    watches: Sequence[FixWatch], *, at: datetime
) -> dict[int, tuple[Repeats, Repeats]]:
    """Return how often customers wrote again in the 30 days before and after fixes; one query.

    A repeat is whatever a customer writes about a problem after the first time, in any case.
    """
    rows = REPEATS.rows(
        tenant=tenant_of_the_scope(), watches=[one.pk for one in watches], at=at, month=MONTH
    )
    return {row[0]: (Repeats(row[1], row[2]), Repeats(row[3], row[4])) for row in rows}


def felt_around(
    watches: Sequence[FixWatch], *, at: datetime
) -> dict[tuple[int, bool], Satisfaction]:
    """Return how customers felt before and after (true) fixes, as heard or said; one query."""
    rows = FELT.rows(
        tenant=tenant_of_the_scope(),
        watches=[one.pk for one in watches],
        at=at,
        content=CONTENT_FROM,
    )
    return {(row[0], row[1]): Satisfaction(row[2], row[3], row[4]) for row in rows}


def added(found: Sequence[Avoided | None]) -> Interval | None:
    """Return what several fixes spared together; None where nothing can be said of any. Pure."""
    known = [one.contacts for one in found if one is not None]
    if not known:
        return None
    likely = sum(one.likely for one in known)
    return Interval(
        likely=likely,
        low=likely - sum((one.likely - one.low) ** 2 for one in known) ** 0.5,
        high=likely + sum((one.high - one.likely) ** 2 for one in known) ** 0.5,
    )
