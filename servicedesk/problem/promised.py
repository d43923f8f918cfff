"""Beside a problem: when it will be fixed, by when customers hear more, why it is so urgent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from problems.hit_rates import hit_rates
from problems.promises_told import promises_of, standing_date, standing_news
from servicedesk.pages.case_words import priority_words
from servicedesk.pages.problem_words import CONFIDENCES, estimate_words
from servicedesk.pages.promise_words import hit_words, priority_shown, promise_shown
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

PRIORITIES = (1, 2, 3, 4)


def promised_beside(
    actor: Actor, problem: Any, estimates: Sequence[Any], *, may: Mapping[str, bool], at: datetime
) -> dict[str, Any]:
    """Return what customers were promised and the priority; two queries, one for those who look only.

    `estimates` are all that were said, newest first.
    """
    promises = promises_of(problem)
    stands = [one for one in estimates if problem.stands(one)]
    before = [one for one in estimates if one not in stands[:1]]
    date, news = standing_date(promises), standing_news(promises)
    by_estimate = {one.estimate_id: one for one in promises if one.estimate_id is not None}
    return {
        "estimate": estimate_shown(stands[0]) if stands else None,
        "date_is_broken": problem.is_open and date is not None and date.due_at <= at,
        "old_estimates": [
            {**estimate_shown(one), **became(by_estimate.get(one.pk), at=at)} for one in before
        ],
        "news": {
            "due_at": news.due_at,
            "text": news.text,
            "is_over": news.due_at <= at,
        }
        if news is not None
        else None,
        "promises": [promise_shown(one, at=at) for one in promises],
        "hit_rates": [hit_words(one) for one in hit_rates(at=at, zone=get_current_timezone())]
        if may["estimate"]
        else [],
        "priority": priority_shown(problem),
        "priorities": [{"value": one, "label": priority_words(one)} for one in PRIORITIES],
        "may_set_priority": problem.is_open and actor.may(Permission.STEER_PROBLEM),
    }


def estimate_shown(estimate: Any) -> dict[str, Any]:
    """Return one answer to "when"; no query."""
    return {
        "words": estimate_words(estimate.expected_on, estimate.latest_on),
        "confidence_label": str(CONFIDENCES[estimate.confidence]),
        "reason": estimate.reason,
        "is_public": estimate.is_public,
        "at": estimate.at,
    }


def became(promise: Any, *, at: datetime) -> dict[str, str]:
    """Return what became of a date that customers were told and why; nothing if they were not."""
    if promise is None:
        return {"became": ""}
    why = {"reason": promise.reason} if promise.reason else {}
    return {"became": became_words(promise, at=at), **why}


def became_words(promise: Any, *, at: datetime) -> str:
    """Return what became of a date in words; nothing if it was kept."""
    if promise.verdict(at=at) == "broken":
        return _("it passed without a word")
    if promise.ended_as == "withdrawn":
        return _("taken back in time")
    if promise.ended_at is None or promise.ended_as == "kept":
        return ""
    days = (promise.due_at - promise.ended_at).days
    if not days:
        return _("moved on its last day")
    return ngettext(
        "moved %(days)d day before it passed", "moved %(days)d days before it passed", days
    ) % {"days": days}
