"""Until when a customer hears from us, and how that moved: a projection of public words alone.

What leaves here are moments, closed codes, and the words that somebody wrote for the customer.
No name, note, priority, policy or inner reason can: there is no field that could hold one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cases.asked import HEARS_BY
from cases.models import Case, CaseClock, CaseClockMark, CasePromise
from workflow.clocks.models import ClockMark, ClockState, MarkKind, Metric
from workflow.tenancy.kept_queries import kept


class PublicKind(StrEnum):
    """What a customer is owed."""

    ANSWER = "answer"
    UPDATE = "update"
    PROMISE = "promise"


class PublicReason(StrEnum):
    """Why a time moved, as customers may know it."""

    WAITED_FOR_YOU = "waited_for_you"
    URGENCY = "urgency"
    HOURS = "hours"
    TERMS = "terms"
    NEW_DATE = "new_date"


@dataclass(frozen=True, slots=True)
class PublicMove:
    """One time that was said and moved; `words` are those that were written for the customer."""

    was_due_at: datetime
    moved_at: datetime
    because: PublicReason
    words: str = ""


@dataclass(frozen=True, slots=True)
class PublicPromise:
    """What a customer is owed next; `words` say what was promised, empty for an answer or update."""

    kind: PublicKind
    due_at: datetime
    words: str = ""
    moves: tuple[PublicMove, ...] = ()

    def is_over(self, *, at: datetime) -> bool:
        """Whether the time has passed without a word from us."""
        return self.due_at < at


KINDS = {
    Metric.FIRST_RESPONSE: PublicKind.ANSWER,
    Metric.NEXT_RESPONSE: PublicKind.ANSWER,
    Metric.PERIODIC_UPDATE: PublicKind.UPDATE,
    Metric.PROMISE: PublicKind.PROMISE,
}
# The codes of inner reasons that have a public one; every other is just a new time.
REASONS = {
    "priority": PublicReason.URGENCY,
    "calendar": PublicReason.HOURS,
    "revision": PublicReason.HOURS,
    "policy": PublicReason.TERMS,
    "entitlement": PublicReason.TERMS,
    "version": PublicReason.TERMS,
}


def next_word(case: Case) -> PublicPromise | None:
    """Return what the customer of a case is owed next, or None; two queries, one if nothing is.

    The earliest of the running promises of an answer, of news, and of what a person promised.
    """
    for clock in earliest_heard_by(case=case.pk):
        return public_promise(
            clock,
            marks=marks_in_order(clock=clock.pk),
            promised=clock.promised_words,  # type: ignore[attr-defined]
            changed_because=clock.changed_because,  # type: ignore[attr-defined]
        )
    return None


@kept("case")
def earliest_heard_by(*, case: int) -> QuerySet[CaseClock]:
    """Return the running clock by which a customer hears from us first, with what was promised."""
    promises = CasePromise.objects.filter(clock=OuterRef("pk"))
    return (
        CaseClock.objects.filter(case=case, metric__in=HEARS_BY, state=ClockState.RUNNING)
        .annotate(
            promised_words=Coalesce(Subquery(promises.values("text")[:1]), Value("")),
            changed_because=Coalesce(Subquery(promises.values("reason")[:1]), Value("")),
        )
        .order_by("due_at", "id")[:1]
    )


@kept("clock")
def marks_in_order(*, clock: int) -> QuerySet[CaseClockMark]:
    """Return the marks of a clock, oldest first."""
    return CaseClockMark.objects.filter(clock=clock).order_by("id")


def public_promise(
    clock: CaseClock, *, marks: Iterable[ClockMark], promised: str = "", changed_because: str = ""
) -> PublicPromise:
    """Copy what is public of a clock and its marks, field by field; no query of its own.

    `promised` and `changed_because` are what a colleague wrote for the customer.
    """
    kind = KINDS[Metric(clock.metric)]
    is_promise = kind is PublicKind.PROMISE
    moves = moves_in(marks)
    if moves and is_promise and changed_because:
        last = moves[-1]
        moves[-1] = PublicMove(last.was_due_at, last.moved_at, last.because, changed_because)
    return PublicPromise(
        kind=kind,
        due_at=clock.due_at,
        words=promised if is_promise else "",
        moves=tuple(moves),
    )


def moves_in(marks: Iterable[ClockMark]) -> list[PublicMove]:
    """Return the times that were said and moved, in order."""
    moves: list[PublicMove] = []
    said_at: datetime | None = None
    for mark in marks:
        if mark.due_at is None:
            continue
        if said_at is not None and mark.due_at != said_at:
            moves.append(PublicMove(said_at, mark.at, reason_of(mark)))
        said_at = mark.due_at
    return moves


def reason_of(mark: ClockMark) -> PublicReason:
    """Return why a time moved, as a code that customers may know."""
    if mark.kind == MarkKind.RESUMED:
        return PublicReason.WAITED_FOR_YOU
    return REASONS.get(str(mark.facts.get("reason", "")), PublicReason.NEW_DATE)
