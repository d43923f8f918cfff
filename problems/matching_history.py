"""What people decided on suggestions, read: how right they were, what was missed, what was learned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.db.models import Count

from problems.asking import Source
from problems.matching_quality import (
    Bin,
    Decision,
    Threshold,
    calibration,
    calibration_error,
    proven_threshold,
)
from problems.models import CaseLink, Lesson, Problem
from problems.models.lesson import LessonKind
from problems.models.link import LinkKind
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

LOOKED_BACK = timedelta(days=180)
"""Decisions older than this prove nothing of today's problems."""

MOST_DECISIONS = 2_000
WEEK = timedelta(days=7)
TAUGHT_AT_MOST = 10

# A link that the matching made by itself says nothing until somebody has looked at it.
DECIDED = """
    SELECT link.decided_at, link.source, link.place, link.score, link.kind = 'confirmed' AS is_right
    FROM problems_caselink link
    WHERE link.tenant_id = %(tenant)s AND link.decided_at >= %(since)s AND link.decided_at <= %(until)s
      AND link.place IS NOT NULL AND link.kind <> 'suggested'
      AND NOT (link.kind = 'confirmed' AND link.is_automatic AND link.decided_at = link.created_at)
  UNION ALL
    SELECT cause.decided_at, link.source, link.place, link.score, false
    FROM problems_caselink cause
    JOIN problems_caselink link
      ON link.tenant_id = cause.tenant_id AND link.case_id = cause.case_id
    WHERE cause.tenant_id = %(tenant)s AND cause.decided_at >= %(since)s
      AND cause.decided_at <= %(until)s AND cause.kind = 'confirmed'
      AND NOT (cause.is_automatic AND cause.decided_at = cause.created_at)
      AND link.kind = 'suggested' AND link.place IS NOT NULL
"""
NEWEST = Statement(
    """
SELECT score, is_right FROM ({DECIDED}) decided
WHERE place = 1 AND source = %(source)s AND score IS NOT NULL
ORDER BY decided_at DESC LIMIT %(at_most)s
""".replace("{DECIDED}", DECIDED)
)
BY_MONTH = Statement(
    """
SELECT date_trunc('month', decided_at AT TIME ZONE %(zone)s)::date AS month, count(*),
       count(*) FILTER (WHERE is_right)
FROM ({DECIDED}) decided WHERE place = 1 GROUP BY 1 ORDER BY 1
""".replace("{DECIDED}", DECIDED)
)
# What was opened after the case came could not have been found then.
FOUND = Statement("""
SELECT date_trunc('month', link.decided_at AT TIME ZONE %(zone)s)::date AS month, count(*),
       count(*) FILTER (WHERE link.place IS NOT NULL), count(*) FILTER (WHERE link.place = 1)
FROM problems_caselink link
JOIN problems_problem problem
  ON problem.tenant_id = link.tenant_id AND problem.id = link.problem_id
JOIN cases_case "case" ON "case".tenant_id = link.tenant_id AND "case".id = link.case_id
WHERE link.tenant_id = %(tenant)s AND link.decided_at >= %(since)s AND link.decided_at <= %(until)s
  AND link.kind = 'confirmed' AND problem.opened_at <= "case".opened_at
  AND NOT (link.is_automatic AND link.decided_at = link.created_at)
GROUP BY 1 ORDER BY 1
""")


@dataclass(frozen=True, slots=True)
class Month:
    """How matching did in a month: first suggestions decided and right, links and found before.

    `links` counts cases that a person linked to a problem that was known when the case came; for
    `suggested` of them the problem stood among the suggestions, for `first` in the first place.
    """

    begins_on: date
    decided: int = 0
    right: int = 0
    links: int = 0
    suggested: int = 0
    first: int = 0

    @property
    def precision(self) -> float | None:
        """The share of decided first suggestions that was right (0 to 1), None without any."""
        return self.right / self.decided if self.decided else None

    @property
    def recall(self) -> float | None:
        """The share of links whose problem had been suggested (0 to 1), None without any."""
        return self.suggested / self.links if self.links else None


@dataclass(frozen=True, slots=True)
class Taught:
    """A problem, and how many decisions taught something of it."""

    number: int
    title: str
    lessons: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """How often suggestions were rejected for a reason ("" if none was said)."""

    reason: str
    times: int


@dataclass(frozen=True, slots=True)
class Automatic:
    """Links that the matching made by itself: standing, and taken back."""

    standing: int
    taken_back: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What decisions on suggestions of one source show: how certainty and truth lie together.

    `decided` newest first suggestions were looked at, `right` of them were right. `error` is the mean
    distance of certainty and truth (0 to 1). `threshold` is where links may begin, if anywhere.
    """

    source: Source
    decided: int
    right: int
    bins: Sequence[Bin]
    error: float | None
    threshold: Threshold | None


def decisions_on(source: Source, *, at: datetime) -> list[Decision]:
    """Return the newest decisions on first suggestions that rested on the same; one query.

    At most 2,000 of the last 180 days before `at`, newest first.
    """
    rows = NEWEST.rows(
        tenant=tenant_of_the_scope(),
        since=at - LOOKED_BACK,
        until=at,
        source=source.value,
        at_most=MOST_DECISIONS,
    )
    return [Decision(score=score, is_right=is_right) for score, is_right in rows]


def proofs(*, wanted_precision: int, at: datetime) -> list[Proof]:
    """Return what decisions show of the model, and of words alone; two queries."""
    return [
        proof_of(source, decisions_on(source, at=at), wanted_precision=wanted_precision)
        for source in Source
    ]


def proof_of(source: Source, decisions: Sequence[Decision], *, wanted_precision: int) -> Proof:
    """Return what decisions on suggestions of one source show; no query."""
    bins = calibration(decisions)
    return Proof(
        source=source,
        decided=len(decisions),
        right=sum(one.is_right for one in decisions),
        bins=bins,
        error=calibration_error(bins),
        threshold=proven_threshold(decisions, wanted_precision=wanted_precision),
    )


def proven_now(source: Source, *, wanted_precision: int, at: datetime) -> Threshold | None:
    """Return from which certainty on the tenant's own history allows automatic links; one query."""
    return proven_threshold(decisions_on(source, at=at), wanted_precision=wanted_precision)


def months_of_matching(*, zone: tzinfo, at: datetime) -> list[Month]:
    """Return how matching did in each month of the last 180 days, oldest first; two queries."""
    asked = {
        "tenant": tenant_of_the_scope(),
        "zone": str(zone),
        "since": at - LOOKED_BACK,
        "until": at,
    }
    decided = {month: rest for month, *rest in BY_MONTH.rows(**asked)}
    found = {month: rest for month, *rest in FOUND.rows(**asked)}
    return [
        month_of(month, decided=decided.get(month, (0, 0)), found=found.get(month, (0, 0, 0)))
        for month in sorted({*decided, *found})
    ]


def month_of(begins_on: date, *, decided: Sequence[int], found: Sequence[int]) -> Month:
    """Return one month from its counts."""
    return Month(
        begins_on=begins_on,
        decided=decided[0],
        right=decided[1],
        links=found[0],
        suggested=found[1],
        first=found[2],
    )


def learned_lately(*, at: datetime) -> Mapping[LessonKind, int]:
    """Return how many lessons of each kind the last seven days brought; one query."""
    counted = (
        Lesson.objects.filter(at__gt=at - WEEK, at__lte=at)
        .order_by()
        .values_list("kind")
        .annotate(times=Count("id"))
    )
    return {LessonKind(kind): times for kind, times in counted}


def taught_lately(*, at: datetime) -> list[Taught]:
    """Return the problems of which most was learned in the last seven days; two queries."""
    times = lessons_by_problem(at=at)
    rows = Problem.objects.filter(pk__in=times).values_list("pk", "number", "title")
    taught = [Taught(number=number, title=title, lessons=times[pk]) for pk, number, title in rows]
    return sorted(taught, key=lambda one: (-one.lessons, one.number))


def lessons_by_problem(*, at: datetime) -> dict[int, int]:
    """Return how many decisions taught something of a problem, for the ten with most; one query."""
    return dict(
        Lesson.objects.filter(
            at__gt=at - WEEK,
            at__lte=at,
            problem__isnull=False,
            kind__in=[
                LessonKind.LINKED,
                LessonKind.UNLINKED,
                LessonKind.REJECTED,
                LessonKind.SIMILAR,
            ],
        )
        .order_by()
        .values_list("problem_id")
        .annotate(times=Count("id"))
        .order_by("-times", "problem_id")[:TAUGHT_AT_MOST]
    )


def rejected_by_reason(*, at: datetime) -> list[Rejected]:
    """Return why suggestions were rejected in the last 180 days, most often first; one query.

    What was called only similar counts as a reason of its own, `similar`.
    """
    rows = (
        CaseLink.objects.filter(
            decided_at__gt=at - LOOKED_BACK,
            decided_at__lte=at,
            kind__in=[LinkKind.REJECTED, LinkKind.SIMILAR],
        )
        .order_by()
        .values_list("kind", "reason")
        .annotate(times=Count("id"))
    )
    found = [
        Rejected(reason=kind if kind == LinkKind.SIMILAR else reason, times=times)
        for kind, reason, times in rows
    ]
    return sorted(found, key=lambda one: (-one.times, one.reason))


def automatic_links(*, at: datetime) -> Automatic:
    """Return what became of automatic links of the last 180 days; one query."""
    rows = dict(
        CaseLink.objects.filter(
            is_automatic=True, decided_at__gt=at - LOOKED_BACK, decided_at__lte=at
        )
        .order_by()
        .values_list("kind")
        .annotate(times=Count("id"))
    )
    standing = rows.pop(LinkKind.CONFIRMED, 0)
    return Automatic(standing=standing, taken_back=sum(rows.values()))
