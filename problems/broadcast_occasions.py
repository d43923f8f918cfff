"""What a broadcast tells of: the newest decision of its kind, by a name that stays the same."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from problems.models import Broadcast, Estimate, Leg, Problem, ProblemPromise
from problems.models.broadcast import BroadcastKind
from problems.models.leg import Because
from problems.models.promise import PromiseEnd, PromiseKind
from problems.states import Outcome
from workflow.refusals import Refusal

Occasion = tuple[str, Estimate | None] | None
"""Its name, and the estimate if it is one; None where there is no such decision."""


class NothingToTell(Refusal):
    """The decision that a broadcast would tell of was not made."""

    code = "nothing_to_tell"


def occasion_of(problem: Problem, kind: BroadcastKind) -> tuple[str, Estimate | None]:
    """Return the name of the newest decision of a kind, and its estimate; at most one query.

    Raises:
        NothingToTell: there is no such decision.
    """
    found = OCCASIONS[kind](problem)
    if found is None:
        raise NothingToTell(
            NOT_DECIDED[kind](), next_step=_("Decide it on the problem's page, then tell it.")
        )
    return found


def named(kind: str, at: datetime) -> str:
    """Return the name of a decision by its kind and time, to the second."""
    return f"{kind}:{at:%Y%m%d%H%M%S}"


def of_workaround(problem: Problem) -> Occasion:
    """Return the newest workaround of an open problem."""
    if problem.workaround_at is None or not problem.is_open:
        return None
    return named("workaround", problem.workaround_at), None


def of_estimate(problem: Problem) -> Occasion:
    """Return the newest estimate, if customers may know it; one query."""
    newest = Estimate.objects.filter(problem=problem).order_by("-id").first()
    if newest is None or not newest.is_public or not problem.is_open:
        return None
    # A date that was taken back, or said before the problem came back, is no news.
    if not problem.stands(newest):
        return None
    return f"estimate:{newest.pk}", newest


def of_fix(problem: Problem) -> Occasion:
    """Return the fix, while it holds."""
    if problem.resolved_at is None or problem.is_open or problem.outcome != Outcome.FIX_APPLIED:
        return None
    return named("fixed", problem.resolved_at), None


def of_end_without_fix(problem: Problem) -> Occasion:
    """Return the decision not to fix it."""
    if problem.resolved_at is None or problem.is_open or problem.outcome == Outcome.FIX_APPLIED:
        return None
    return named("wont_fix", problem.resolved_at), None


def of_regression(problem: Problem) -> Occasion:
    """Return the last time that it came back, while it is open; one query."""
    last = last_return(problem) if problem.is_open else None
    return (named("reopened", last.entered_at), None) if last is not None else None


def last_return(problem: Problem) -> Leg | None:
    """Return the stay that began when a problem came back last; one query."""
    returns = Leg.objects.filter(problem=problem, entered_because=Because.REOPENED)
    return returns.order_by("-id").first()


def of_promise(problem: Problem) -> Occasion:
    """Return the promise that changed last, with its date if it was one; nine queries at most."""
    changed = changed_promise(problem)
    return (name_of_promise(changed), changed.estimate) if changed is not None else None


def name_of_promise(promise: ProblemPromise) -> str:
    """Return the name of the decision that changed a promise."""
    return f"promise:{promise.pk}"


def changes_of_promises(problem: Problem) -> QuerySet[ProblemPromise]:
    """Return what was promised and taken back, and the times for news that moved, newest first.

    A date that moved is told with the new date.
    """
    is_changed = Q(ended_as=PromiseEnd.WITHDRAWN) | Q(
        ended_as=PromiseEnd.MOVED, kind=PromiseKind.NEWS
    )
    changes = ProblemPromise.objects.filter(is_changed, problem=problem).exclude(reason="")
    return changes.select_related("estimate", "problem").order_by("-ended_at", "-id")


def changed_promise(problem: Problem) -> ProblemPromise | None:
    """Return the newest change of a promise that is still to be told; nine queries at most.

    A date taken back is to be told although news were moved or told since.
    """
    changes = changes_of_promises(problem)
    for found in (changes.first(), changes.filter(kind=PromiseKind.DATE).first()):
        if found is not None and is_to_be_told(found):
            return found
    return None


def changed_promise_named(problem: Problem, promise_id: int) -> ProblemPromise | None:
    """Return one change of a promise, None if it is not to be told any more; four queries."""
    found = changes_of_promises(problem).filter(pk=promise_id).first()
    return found if found is not None and is_to_be_told(found) else None


def is_to_be_told(changed: ProblemPromise) -> bool:
    """Whether nothing newer took the place of a changed promise; three queries at most.

    Another date does, and that the problem came back. Other news leave no room for news, but they
    do not say that a date is taken back. That it is taken back says by when customers hear more.
    """
    problem, since = changed.problem, changed.ended_at
    if since is None or not problem.is_open:
        return False
    last = last_return(problem)
    if last is not None and last.entered_at > since:
        return False
    promises = ProblemPromise.objects.filter(problem=problem).exclude(pk=changed.pk)
    is_newer = Q(kind=PromiseKind.DATE, made_at__gte=since)
    if changed.kind == PromiseKind.NEWS:
        is_newer |= Q(ended_as=PromiseEnd.KEPT, ended_at__gte=since)
    if promises.filter(is_newer).exists():
        return False
    later = changes_of_promises(problem).filter(
        Q(ended_at__gt=since) | Q(ended_at=since, pk__gt=changed.pk)
    )
    if changed.kind == PromiseKind.DATE:
        later = later.filter(kind=PromiseKind.DATE)
    return not later.exists()


OCCASIONS = {
    BroadcastKind.WORKAROUND: of_workaround,
    BroadcastKind.ESTIMATE: of_estimate,
    BroadcastKind.FIXED: of_fix,
    BroadcastKind.WONT_FIX: of_end_without_fix,
    BroadcastKind.REGRESSION: of_regression,
    BroadcastKind.PROMISE: of_promise,
}
NOT_DECIDED = {
    BroadcastKind.WORKAROUND: lambda: _("No workaround is published."),
    BroadcastKind.ESTIMATE: lambda: _("There is no date that customers may know."),
    BroadcastKind.FIXED: lambda: _("The problem is not fixed."),
    BroadcastKind.WONT_FIX: lambda: _("The problem did not end without a fix."),
    BroadcastKind.REGRESSION: lambda: _("The problem was not reopened."),
    BroadcastKind.PROMISE: lambda: _("Nothing that was promised moved or was taken back."),
}


def refuse_stale(broadcast: Broadcast) -> None:
    """Refuse to tell of a decision that a newer one has replaced; four queries at most.

    Raises:
        NothingToTell: it is not so any more.
    """
    if broadcast.problem.survivor_id is not None:
        raise NothingToTell(
            _("The problem was merged, and its customers went along."),
            next_step=_("Tell them of the problem that it is now."),
        )
    if not is_newest(broadcast):
        raise NothingToTell(
            _("What this tells of is not the newest any more."),
            next_step=_("Stop it, and tell of the newest."),
        )


def is_newest(broadcast: Broadcast) -> bool:
    """Whether what a broadcast tells of was not replaced; of promises one beside another may hold.

    Raises:
        NothingToTell: there is no decision of its kind.
    """
    kind = BroadcastKind(broadcast.kind)
    if kind == BroadcastKind.PROMISE:
        promise_id = int(broadcast.occasion.partition(":")[2])
        return changed_promise_named(broadcast.problem, promise_id) is not None
    occasion, _estimate = occasion_of(broadcast.problem, kind)
    return occasion == broadcast.occasion
