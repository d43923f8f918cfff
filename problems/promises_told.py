"""What customers of problems were promised, one by one: running, kept, broken, moved, taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from problems.access import visible_problems
from problems.models import Problem, ProblemPromise
from problems.models.promise import PromiseEnd, PromiseKind, Verdict
from workflow.people.actors import Actor

__all__ = [
    "PromiseKind",
    "Verdict",
    "counts_of_promises",
    "page_of_promises",
    "promises_of",
    "promises_seen_by",
    "standing_date",
    "standing_news",
    "with_verdict",
]

PAGE = 50
MOST_OF_ONE = 50


@dataclass(frozen=True)
class Page:
    """Some promises, newest first; `ends_at` is the id where the next page begins."""

    promises: list[ProblemPromise]
    ends_at: int | None


def with_verdict(verdict: Verdict, *, at: datetime) -> Q:
    """Return which promises became what by `at`; the same as `ProblemPromise.verdict`, in SQL."""
    is_over = Q(ended_at__isnull=False, ended_at__gt=F("due_at")) | Q(ended_as="", due_at__lte=at)
    if verdict is Verdict.BROKEN:
        return is_over
    if verdict is Verdict.RUNNING:
        return Q(ended_as="", due_at__gt=at)
    return Q(ended_as=PromiseEnd(verdict.value), ended_at__lte=F("due_at"))


def promises_seen_by(actor: Actor) -> QuerySet[ProblemPromise]:
    """Return the promises of problems that somebody may see, with what a list shows of each."""
    return (
        ProblemPromise.objects.filter(problem__in=visible_problems(actor))
        .select_related("problem", "estimate", "made_by", "clock")
        .order_by("-id")
    )


def page_of_promises(
    actor: Actor, verdict: Verdict, *, at: datetime, after: int | None = None
) -> Page:
    """Return a page of promises that became something, newest first; one query."""
    rows = promises_seen_by(actor).filter(with_verdict(verdict, at=at))
    if after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return Page(promises=shown, ends_at=shown[-1].pk if len(found) > PAGE else None)


def counts_of_promises(actor: Actor, *, at: datetime) -> dict[str, int]:
    """Return how many promises became what; one query."""
    return ProblemPromise.objects.filter(problem__in=visible_problems(actor)).aggregate(
        **{verdict.value: Count("pk", filter=with_verdict(verdict, at=at)) for verdict in Verdict}
    )


def promises_of(problem: Problem) -> list[ProblemPromise]:
    """Return what customers of a problem were promised, newest first; one query."""
    return list(
        ProblemPromise.objects.filter(problem=problem)
        .select_related("estimate", "made_by")
        .order_by("-id")[:MOST_OF_ONE]
    )


def standing_news(promises: Iterable[ProblemPromise]) -> ProblemPromise | None:
    """Return the promise of news that stands among some; no query."""
    return next(
        (one for one in promises if one.kind == PromiseKind.NEWS and not one.ended_as), None
    )


def standing_date(promises: Iterable[ProblemPromise]) -> ProblemPromise | None:
    """Return the promised date that stands among some; no query."""
    return next(
        (one for one in promises if one.kind == PromiseKind.DATE and not one.ended_as), None
    )
