"""Customers who follow a problem hear what everybody affected hears, once, by the same words."""

from django.utils.timezone import now

from customers.preferences import who_wants
from problems.broadcast_occasions import named
from problems.customer_following import followers_to_tell
from problems.events import ProblemEstimated, ProblemReopened, ProblemResolved, WorkaroundFound
from problems.models import Estimate
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import NotificationKind
from servicedesk.notifications.wishes import TOPICS


def tell_following_customers_of_workaround(event: WorkaroundFound) -> None:
    """Tell followers what helps for now."""
    tell(
        event.problem_id,
        kind=NotificationKind.WORKAROUND,
        occasion=named("workaround", event.workaround_at),
    )


def tell_following_customers_of_estimate(event: ProblemEstimated) -> None:
    """Tell followers the new date, if it is public and still the newest."""
    newest = Estimate.objects.filter(problem_id=event.problem_id).order_by("-id").first()
    if event.is_public and newest is not None and newest.pk == event.estimate_id:
        tell(
            event.problem_id,
            kind=NotificationKind.ESTIMATE,
            occasion=f"estimate:{event.estimate_id}",
        )


def tell_following_customers_of_fix(event: ProblemResolved) -> None:
    """Tell followers that it is fixed, and how."""
    if event.is_fixed:
        tell(
            event.problem_id,
            kind=NotificationKind.PROBLEM_RESOLVED,
            occasion=named("fixed", event.resolved_at),
        )


def tell_following_customers_of_reopening(event: ProblemReopened) -> None:
    """Tell followers that it came back."""
    tell(
        event.problem_id,
        kind=NotificationKind.PROBLEM_REOPENED,
        occasion=named("reopened", event.reopened_at),
    )


def tell(problem_id: int, *, kind: NotificationKind, occasion: str) -> int:
    """Ask that followers are mailed, those who want such mails; returns how many. Six queries.

    The key is that of a mail to somebody affected: who says me too later is not told it twice.
    """
    followers = followers_to_tell(problem_id)
    wanting = who_wants(TOPICS.get(kind), followers)
    return notify(
        [
            Asked(
                key=f"{occasion}:{problem_id}:{contact_id}",
                kind=kind,
                contact_id=contact_id,
                problem_id=problem_id,
            )
            for contact_id in followers
            if contact_id in wanting
        ],
        at=now(),
    )
