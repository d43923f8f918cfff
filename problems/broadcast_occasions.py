"""What a broadcast tells of: the newest decision of its kind, by a name that stays the same."""

from datetime import datetime

from django.db.models import Q
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
    """Return the promise that changed last, with its date if it was one; three queries."""
    changed = changed_promise(problem)
    return (f"promise:{changed.pk}", changed.estimate) if changed is not None else None


def changed_promise(problem: Problem) -> ProblemPromise | None:
    """Return what was promised and taken back, or the time for news that moved; three queries.

    None once customers heard something else since: news, another date, or that it came back. A
    date that moved is told with the new date.
    """
    if not problem.is_open:
        return None
    is_changed = Q(ended_as=PromiseEnd.WITHDRAWN) | Q(
        ended_as=PromiseEnd.MOVED, kind=PromiseKind.NEWS
    )
    ended = ProblemPromise.objects.filter(is_changed, problem=problem).exclude(reason="")
    changed = ended.select_related("estimate").order_by("-ended_at", "-id").first()
    if changed is None or changed.ended_at is None:
        return None
    is_newer = Q(kind=PromiseKind.DATE, made_at__gte=changed.ended_at) | Q(
        ended_as=PromiseEnd.KEPT, ended_at__gte=changed.ended_at
    )
    last = last_return(problem)
    came_back = last is not None and last.entered_at > changed.ended_at
    newer = ProblemPromise.objects.filter(is_newer, problem=problem).exclude(pk=changed.pk)
    return None if came_back or newer.exists() else changed


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
    """Refuse to tell of a decision that a newer one has replaced; two queries.

    Raises:
        NothingToTell: it is not so any more.
    """
    if broadcast.problem.survivor_id is not None:
        raise NothingToTell(
            _("The problem was merged, and its customers went along."),
            next_step=_("Tell them of the problem that it is now."),
        )
    occasion, _estimate = occasion_of(broadcast.problem, BroadcastKind(broadcast.kind))
    if occasion != broadcast.occasion:
        raise NothingToTell(
            _("What this tells of is not the newest any more."),
            next_step=_("Stop it, and tell of the newest."),
        )
