"""Decisions that everybody affected is told of: each makes a broadcast, which begins at once."""

from django.utils.timezone import now

from problems.broadcast_occasions import changed_promise_named, name_of_promise, named
from problems.broadcasting import begin_broadcast, stop_overtaken
from problems.events import (
    BroadcastAsked,
    ProblemEstimated,
    ProblemReopened,
    ProblemResolved,
    PromiseChanged,
    WorkaroundFound,
)
from problems.four_eyes import hands_in_broadcast
from problems.models import Broadcast, Estimate, Problem
from problems.models.broadcast import BroadcastKind, BroadcastState
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.broadcasts import SYSTEM, tell_at_once
from servicedesk.notifications.models import NotificationKind
from workflow.people.absences import receivers, service_leads


def tell_affected_customers_of_workaround(event: WorkaroundFound) -> None:
    """Tell everybody affected what helps for now."""
    tell(
        event.problem_id,
        kind=BroadcastKind.WORKAROUND,
        occasion=named("workaround", event.workaround_at),
    )


def tell_affected_customers_of_estimate(event: ProblemEstimated) -> None:
    """Tell everybody affected the new date, if it is public and still the newest."""
    if not event.is_public:
        return
    newest = Estimate.objects.filter(problem_id=event.problem_id).order_by("-id").first()
    if newest is None or newest.pk != event.estimate_id:
        return
    tell(
        event.problem_id,
        kind=BroadcastKind.ESTIMATE,
        occasion=f"estimate:{newest.pk}",
        estimate=newest,
    )


def tell_affected_customers_of_fix(event: ProblemResolved) -> None:
    """Give everybody affected the permanent solution, also those who never called.

    Where it ended another way, what was not told yet of it is not told any more.
    """
    if event.is_fixed:
        tell(
            event.problem_id,
            kind=BroadcastKind.FIXED,
            occasion=named("fixed", event.resolved_at),
        )
        return
    stop_overtaken(
        Problem.objects.get(pk=event.problem_id),
        kind=BroadcastKind.WONT_FIX,
        occasion=named("wont_fix", event.resolved_at),
        actor=SYSTEM,
        at=now(),
    )


def tell_affected_customers_of_reopening(event: ProblemReopened) -> None:
    """Say sorry to those who were told that it is fixed."""
    tell(
        event.problem_id,
        kind=BroadcastKind.REGRESSION,
        occasion=named("reopened", event.reopened_at),
    )


def tell_affected_customers_of_promise(event: PromiseChanged) -> None:
    """Tell those affected, in one letter, what was promised and is so no more; unless more is new.

    A date taken back is told in a letter of its own: what is new about news does not say it.
    """
    problem = Problem.objects.get(pk=event.problem_id)
    changed = changed_promise_named(problem, event.promise_id)
    if changed is None:
        return
    tell(
        problem.pk,
        kind=BroadcastKind.PROMISE,
        occasion=name_of_promise(changed),
        estimate=changed.estimate,
        reason=changed.reason,
    )


def tell(
    problem_id: int,
    *,
    kind: BroadcastKind,
    occasion: str,
    estimate: Estimate | None = None,
    reason: str = "",
) -> None:
    """Begin the broadcast of a decision; above the tenant's size it waits for a lead."""
    at = now()
    problem = Problem.objects.get(pk=problem_id)
    broadcast = begin_broadcast(
        problem,
        kind=kind,
        occasion=occasion,
        estimate=estimate,
        reason=reason,
        actor=SYSTEM,
        at=at,
    )
    tell_at_once(broadcast, at=at)


def tell_leads_of_broadcast(event: BroadcastAsked) -> None:
    """Tell the service leads that a broadcast to many waits for their yes."""
    broadcast = Broadcast.objects.get(pk=event.broadcast_id)
    if broadcast.state != BroadcastState.ASKED:
        return
    at = now()
    hands = hands_in_broadcast(broadcast)
    wanted = [one for one in service_leads() if one not in hands]
    notify(
        [
            Asked(
                key=f"broadcast:{broadcast.pk}:{event.asked_at:%Y%m%d%H%M%S}:{user_id}",
                kind=NotificationKind.BROADCAST_ASKED,
                user_id=user_id,
                problem_id=broadcast.problem_id,
            )
            for user_id in receivers(wanted, at=at)
        ],
        at=at,
        queue="urgent",
    )
