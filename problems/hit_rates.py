"""How right dates were: of what was said how sure, how much came true, and were slips told in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import sqrt

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from problems.models import Estimate, ProblemPromise
from problems.models.estimate import Confidence
from problems.models.promise import PromiseKind
from problems.states import Outcome

LOOKS_BACK = timedelta(days=365)
# 95 of 100 lie so many standard deviations around the middle.
WIDTH = 1.96


@dataclass(frozen=True, slots=True)
class HitRate:
    """Of the dates that were said this sure and whose truth is known: how many came true.

    `by_latest` were fixed on the latest day or before, `by_expected` on the expected day or before.
    The share of the first lies between `least` and `most` in 95 of 100 such histories.
    """

    confidence: str
    known: int
    by_latest: int
    by_expected: int
    least: float
    most: float

    @property
    def share(self) -> float | None:
        """The share that came true by the latest day, from 0 to 1; None while nothing is known."""
        return self.by_latest / self.known if self.known else None


@dataclass(frozen=True, slots=True)
class Slips:
    """What became of dates that customers were told: kept, moved in time, or broken without a word."""

    kept: int = 0
    moved: int = 0
    broken: int = 0
    withdrawn: int = 0
    running: int = 0

    @property
    def told_in_time(self) -> float | None:
        """Of the dates that were not kept, which share was told before it passed, from 0 to 1."""
        slipped = self.moved + self.broken
        return self.moved / slipped if slipped else None


def hit_rates(*, at: datetime, zone: tzinfo) -> list[HitRate]:
    """Return how right the dates of the last year were, the surest first; one query.

    Every date counts, also one that was moved later: it was said. Its truth is known when the
    problem was fixed, or its latest day is over. What ended without a fix is left out.
    """
    today = at.astimezone(zone).date()
    fixed = Q(problem__outcome=Outcome.FIX_APPLIED, problem__resolved_at__isnull=False)
    goes_on = Q(problem__outcome="")
    rows = (
        Estimate.objects.filter(at__gt=at - LOOKS_BACK, at__lte=at)
        .filter(fixed | (goes_on & Q(latest_on__lt=today)))
        .annotate(fixed_on=TruncDate("problem__resolved_at", tzinfo=zone))
        .values("confidence")
        .order_by("confidence")
        .annotate(
            known=Count("pk"),
            by_latest=Count("pk", filter=fixed & Q(fixed_on__lte=F("latest_on"))),
            by_expected=Count("pk", filter=fixed & Q(fixed_on__lte=F("expected_on"))),
        )
    )
    found = {row["confidence"]: row for row in rows}
    return [rate_of(code, found.get(code)) for code in reversed(Confidence.values)]


def rate_of(confidence: str, row: dict[str, int] | None) -> HitRate:
    """Return the rate of one confidence; no query."""
    known, hits = (row["known"], row["by_latest"]) if row is not None else (0, 0)
    least, most = likely_share(hits, of=known)
    return HitRate(
        confidence=confidence,
        known=known,
        by_latest=hits,
        by_expected=row["by_expected"] if row is not None else 0,
        least=least,
        most=most,
    )


def likely_share(right: int, *, of: int) -> tuple[float, float]:
    """Return between which shares the true one lies in 95 of 100 cases (Wilson's interval)."""
    if of == 0:
        return 0.0, 1.0
    share, square = right / of, WIDTH**2
    middle = share + square / (2 * of)
    spread = WIDTH * sqrt(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def slips_of(*, at: datetime) -> Slips:
    """Return what became of the dates that customers were told in the last year; one query."""
    is_over = Q(ended_at__gt=F("due_at")) | Q(ended_as="", due_at__lte=at)
    return Slips(
        **ProblemPromise.objects.filter(
            kind=PromiseKind.DATE, made_at__gt=at - LOOKS_BACK, made_at__lte=at
        ).aggregate(
            broken=Count("pk", filter=is_over),
            kept=Count("pk", filter=~is_over & Q(ended_as="kept")),
            moved=Count("pk", filter=~is_over & Q(ended_as="moved")),
            withdrawn=Count("pk", filter=~is_over & Q(ended_as="withdrawn")),
            running=Count("pk", filter=~is_over & Q(ended_as="")),
        )
    )
