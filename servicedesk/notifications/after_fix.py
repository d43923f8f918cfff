"""After a fix: who is told that it may not hold, what they have to do yet, what waits for a yes."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import now

from problems.after_fix_events import (
    FixCameBack,
    FixInDoubt,
    PreventionDue,
    PreventionPlanned,
    ReviewAsked,
)
from problems.models import FixWatch, Leg, Prevention, Review
from problems.models.after_fix import ReviewState
from problems.recurring import recurrences
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.subscribers import leads, members_of
from workflow.people.absences import receivers
from workflow.people.permissions import Role


def tell_of_fix_in_doubt(event: FixInDoubt) -> None:
    """Tell the service leads that more customers than the limit have it again: they decide."""
    ask(
        leads(),
        kind=NotificationKind.FIX_IN_DOUBT,
        key=f"fix:{event.watch_id}:doubt",
        problem_id=event.problem_id,
    )


def tell_of_fix_that_came_back(event: FixCameBack) -> None:
    """Tell the service leads and the department that has it again that it was opened by itself."""
    last = Leg.objects.filter(problem_id=event.problem_id).latest("position")
    department = members_of(last.department_id, roles=(Role.MEMBER, Role.HEAD))
    ask(
        [*leads(), *department],
        kind=NotificationKind.FIX_CAME_BACK,
        key=f"fix:{event.watch_id}:back",
        problem_id=event.problem_id,
    )


def tell_owner_of_prevention(event: PreventionPlanned) -> None:
    """Tell somebody what they have to do so that a problem never comes again."""
    prevention = Prevention.objects.get(pk=event.prevention_id)
    if prevention.is_open:
        ask(
            [prevention.owner_id],
            kind=NotificationKind.PREVENTION,
            key=f"prevention:{prevention.pk}:planned-{event.planned_at:%Y%m%d%H%M%S}",
            problem_id=event.problem_id,
        )


def remind_owner_of_prevention(event: PreventionDue) -> None:
    """Remind somebody of what is due, and tell the leads too once its day is over."""
    prevention = Prevention.objects.get(pk=event.prevention_id)
    if prevention.is_open:
        ask(
            [prevention.owner_id, *(leads() if event.is_over else [])],
            kind=NotificationKind.PREVENTION,
            key=f"prevention:{prevention.pk}:due-{prevention.due_on:%Y%m%d}-{event.reminder}",
            problem_id=event.problem_id,
        )


def tell_leads_of_review(event: ReviewAsked) -> None:
    """Tell the leads that words for customers wait for their yes; not whoever wrote them."""
    review = Review.objects.get(pk=event.review_id)
    if review.state == ReviewState.ASKED:
        ask(
            [user_id for user_id in leads() if user_id != review.written_by_id],
            kind=NotificationKind.REVIEW_ASKED,
            key=f"review:{review.pk}:{event.asked_at:%Y%m%d%H%M%S}",
            problem_id=event.problem_id,
        )


def ask(people: Iterable[int], *, kind: NotificationKind, key: str, problem_id: int) -> None:
    """Ask for the mails of one occasion: those who are there, and who steps in for the others."""
    at = now()
    notify(
        [
            Asked(key=f"{key}:{user_id}", kind=kind, user_id=user_id, problem_id=problem_id)
            for user_id in sorted(set(receivers(people, at=at)))
        ],
        at=at,
        queue="urgent",
    )


def of_fix(notification: Notification, *, home: str) -> dict[str, Any]:
    """Return what a mail says of a watched fix: who has it again, and the limit; three queries."""
    watch = FixWatch.objects.get(pk=id_in(notification))
    came = recurrences([watch], at=notification.created_at)[watch.pk]
    return {
        "customers": came.customers,
        "limit": watch.most_customers,
        "fixed_on": date_format(watch.began_at, "j F Y"),
        "url": url_of(notification, home=home),
    }


def of_prevention(notification: Notification, *, home: str) -> dict[str, Any]:
    """Return what a mail says of something to do: what, who, until when; one query."""
    prevention = Prevention.objects.select_related("owner").get(pk=id_in(notification))
    return {
        "action": prevention.text,
        "owner": prevention.owner.name,
        "is_own": prevention.owner_id == notification.user_id,
        "due_on": date_format(prevention.due_on, "l j F Y"),
        "is_ended": not prevention.is_open,
        "is_due": ":due-" in notification.key,
        "url": url_of(notification, home=home),
    }


def of_review(notification: Notification, *, home: str) -> dict[str, Any]:
    """Return what a mail says of a review: who wrote it; one query."""
    review = Review.objects.select_related("written_by").get(pk=id_in(notification))
    return {
        "author": review.written_by.name if review.written_by else "",
        "url": url_of(notification, home=home),
    }


def id_in(notification: Notification) -> int:
    """Return the id of what a mail is about, from its key; no query."""
    return int(notification.key.split(":")[1])


def url_of(notification: Notification, *, home: str) -> str:
    """Return the address of what is done after the fix of a problem."""
    problem = notification.problem
    return f"{home}/p/{problem.number}/after/" if problem is not None else home


AFTER_FIX: dict[NotificationKind, Callable[..., dict[str, Any]]] = {
    NotificationKind.FIX_IN_DOUBT: of_fix,
    NotificationKind.FIX_CAME_BACK: of_fix,
    NotificationKind.PREVENTION: of_prevention,
    NotificationKind.REVIEW_ASKED: of_review,
}
