"""What mails to those affected by a problem say: what helps, when, what solved it, and why not."""

from typing import Any

from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from customers.preferences import timezone_of
from knowledge.models import Article, ArticleState
from problems.broadcast_occasions import changed_promise
from problems.models import Estimate, Problem, ProblemPromise
from problems.models.promise import PromiseEnd, PromiseKind
from problems.promises import standing
from servicedesk.notifications.models import Notification
from servicedesk.notifications.wording import estimate_words, time_words

Context = dict[str, Any]


def of_workaround(notification: Notification, *, home: str) -> Context:
    """Give the workaround and the date, if customers may know it."""
    problem = notification.problem
    estimates = public_estimates(notification)
    return {
        "workaround": problem.workaround if problem else "",
        "estimate": estimate_words(estimates[0]) if estimates else "",
        "article_url": article_url(notification, kind="known_error", home=home),
    }


def of_estimate(notification: Notification) -> Context:
    """Give the new date, the old one and why it moved."""
    estimates = public_estimates(notification)
    return {
        "estimate": estimate_words(estimates[0]) if estimates else "",
        "old_estimate": estimate_words(estimates[1]) if len(estimates) > 1 else "",
        "reason": estimates[0].reason if estimates else "",
    }


def of_solution(notification: Notification, *, home: str) -> Context:
    """Give the permanent solution and what customers may know of the cause."""
    problem = notification.problem
    return {
        "solution": problem.solution if problem else "",
        "cause": problem.public_cause if problem else "",
        "article_url": article_url(notification, kind="resolution", home=home),
    }


def of_regression(notification: Notification) -> Context:
    """Give the reason, and the date that was said since it came back; one query."""
    problem = notification.problem
    newest = public_estimates(notification)[:1]
    again = [one for one in newest if problem is not None and is_said_since(one, problem)]
    return {
        "reason": reason_of(notification),
        "estimate": estimate_words(again[0]) if again else "",
    }


def is_said_since(estimate: Estimate, problem: Problem) -> bool:
    """Whether a date was said after the fix that did not hold."""
    return problem.fixed_at is None or estimate.at > problem.fixed_at


def of_end_without_fix(notification: Notification) -> Context:
    """Give the reason why it stays as it is."""
    return {"reason": reason_of(notification)}


def of_promise(notification: Notification) -> Context:
    """Give what was promised and is so no more, why, and by when they hear more; two queries.

    Times are those of the reader's zone.
    """
    problem, promise = notification.problem, promise_of(notification)
    if problem is None or promise is None:
        return {}
    zone = notification.tenant.timezone
    if notification.contact is not None:
        zone = timezone_of(notification.contact, otherwise=zone)
    news = standing(problem, kind=PromiseKind.NEWS)
    is_ahead = news is not None and news.due_at > now()
    next_by = time_words(news.due_at, timezone=zone) if news is not None and is_ahead else ""
    return {
        "change": change_words(promise, timezone=zone),
        "reason": reason_of(notification) or promise.reason,
        "next_news": _("You will hear from us by %(time)s.") % {"time": next_by} if next_by else "",
    }


def promise_of(notification: Notification) -> ProblemPromise | None:
    """Return the promise that a mail tells of; a look beforehand is at the one that changed last."""
    broadcast, problem = notification.broadcast, notification.problem
    named = broadcast.occasion.partition(":")[2] if broadcast is not None else ""
    if named:
        return ProblemPromise.objects.select_related("estimate").get(pk=int(named))
    return changed_promise(problem) if problem is not None else None


def change_words(promise: ProblemPromise, *, timezone: str) -> str:
    """Return what was promised and is so no more, as a sentence or two; no query."""
    if promise.estimate is not None:
        return _(
            "We told you that it would be fixed %(when)s. We have to take this back: we cannot name"
            " a date at the moment, and we are sorry."
        ) % {"when": estimate_words(promise.estimate)}
    by = {"time": time_words(promise.due_at, timezone=timezone)}
    if promise.ended_as == PromiseEnd.MOVED:
        return _("We told you that you would hear more by %(time)s. It takes us longer.") % by
    return (
        _("We told you that you would hear more by %(time)s. There will be nothing new by then.")
        % by
    )


def reason_of(notification: Notification) -> str:
    """Return the reason that a broadcast gives to customers, or nothing; no query."""
    return notification.broadcast.reason if notification.broadcast is not None else ""


def public_estimates(notification: Notification) -> list[Estimate]:
    """Return the two newest estimates that customers may know and that stand, newest first.

    One query. What was said before the problem came back was said of another fix.
    """
    stands = Q(id__gt=F("problem__estimates_after"))
    rows = Estimate.objects.filter(stands, problem=notification.problem, is_public=True)
    return list(rows.order_by("-id")[:2])


def article_url(notification: Notification, *, kind: str, home: str) -> str:
    """Return where the problem's article is, if it is published; one query."""
    article = Article.objects.filter(
        problem=notification.problem, kind=kind, state=ArticleState.PUBLISHED
    ).first()
    return f"{home}/help/a/{article.number}/" if article else ""
