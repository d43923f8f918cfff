"""What one decision did to many: everything that fanned out from a problem, and the way back."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from cases.states import ENDED_STATES
from problems.merging import may_be_undone, reshapings_of
from problems.models import Affected, Broadcast, CaseLink, Problem, Scope
from problems.models.affected import PRESENT
from problems.models.broadcast import BroadcastState
from problems.models.link import LinkKind
from problems.states import Outcome

MOST = 100
ENDED = [state.value for state in ENDED_STATES]
DONE = (BroadcastState.SENT, BroadcastState.STOPPED)


@dataclass(frozen=True, kw_only=True)
class FanOut:
    """One thing that reached many.

    `code` is broadcast, cases, merge, split or scope; `kind` the broadcast's kind; `reference` the
    number of the broadcast or of the other problem, or the id of the scope; `count` how many were
    reached. `way_back` is stop, reopen, take_back or end_scope; empty where the world allows none:
    what a customer has read stays read.
    """

    code: str
    kind: str = ""
    reference: int = 0
    subject: Scope | None = None
    at: datetime
    by: str = ""
    count: int = 0
    way_back: str = ""


def fan_outs_of(problem: Problem, *, at: datetime) -> list[FanOut]:
    """Return what fanned out from a problem, the newest first, at most 100 of each; four queries."""
    found = [
        *broadcasts_of(problem),
        *solved_cases_of(problem),
        *reshaped(problem, at=at),
        *reached(problem),
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def broadcasts_of(problem: Problem) -> list[FanOut]:
    """Return what customers were told; what has not left yet can be stopped."""
    rows = Broadcast.objects.filter(problem=problem).exclude(state=BroadcastState.DRAFT)
    counted = rows.select_related("created_by").annotate(people=Count("told"))
    return [
        FanOut(
            code="broadcast",
            kind=one.kind,
            reference=one.number,
            at=one.released_at or one.created_at,
            by=one.created_by.name if one.created_by else "",
            count=one.people,
            way_back="" if one.state in DONE else "stop",
        )
        for one in counted.order_by("-id")[:MOST]
    ]


def solved_cases_of(problem: Problem) -> list[FanOut]:
    """Return to how many cases the end of the problem gave the solution: reopening takes it back."""
    if problem.resolved_at is None or problem.outcome != Outcome.FIX_APPLIED:
        return []
    solved = CaseLink.objects.filter(
        problem=problem,
        kind=LinkKind.CONFIRMED,
        case__state__in=ENDED,
        case__resolved_at__gte=problem.resolved_at,
    ).count()
    return [FanOut(code="cases", at=problem.resolved_at, count=solved, way_back="reopen")]


def reshaped(problem: Problem, *, at: datetime) -> list[FanOut]:
    """Return the merges and splits that hold."""
    rows = reshapings_of(problem.pk).filter(undone_at__isnull=True)[:MOST]
    return [
        FanOut(
            code=one.kind,
            reference=(one.into if one.problem_id == problem.pk else one.problem).number,
            at=one.done_at,
            by=one.done_by.name if one.done_by else "",
            count=one.customers,
            way_back="take_back" if may_be_undone(one, at=at) else "",
        )
        for one in rows
    ]


def reached(problem: Problem) -> list[FanOut]:
    """Return the scopes that hold, with how many customers each reaches before any other."""
    rows = Scope.objects.filter(problem=problem, ended_at__isnull=True)
    theirs = Affected.objects.filter(PRESENT, scope=OuterRef("pk")).order_by().values("scope")
    people = Subquery(theirs.values(count=Count("pk")), output_field=IntegerField())
    counted = rows.select_related("product", "version", "segment", "added_by").annotate(
        people=Coalesce(people, 0)
    )
    return [
        FanOut(
            code="scope",
            reference=one.pk,
            subject=one,
            at=one.added_at,
            by=one.added_by.name if one.added_by else "",
            count=one.people,
            way_back="end_scope" if problem.is_open else "",
        )
        for one in counted.order_by("-id")[:MOST]
    ]
