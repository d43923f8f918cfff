"""When will it be fixed? A range of days with how sure it is; a new one says why, none is forgotten."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from problems.events import ProblemEstimated
from problems.lifecycle import keep, required_reason, tell
from problems.models import Estimate, Leg, Problem
from problems.models.estimate import Confidence
from problems.models.promise import PromiseKind
from problems.promises import (
    begin,
    changed_event,
    owe_news,
    promise_date,
    standing,
    withdraw_date,
)
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue
from workflow.people.actors import Actor
from workflow.refusals import Refusal


class BadEstimate(Refusal):
    """The dates do not fit together."""

    code = "bad_estimate"


class NoEstimate(Refusal):
    """No date stands that could be taken back."""

    code = "no_estimate"


def standing_estimates(problem: Problem) -> QuerySet[Estimate]:
    """Return the query for what was said of a problem and still stands, newest first.

    What was said before it was withdrawn, or before the problem came back, does not stand.
    """
    rows = Estimate.objects.filter(problem=problem, id__gt=problem.estimates_after)
    return rows.order_by("-id")


@transaction.atomic
def estimate_fix(
    *,
    problem_id: int,
    expected_on: date,
    latest_on: date,
    confidence: Confidence,
    reason: str,
    is_public: bool,
    actor: Actor,
    at: datetime,
) -> Estimate:
    """Say when the fix is expected; earlier estimates stay. A public one is told to everybody.

    It is a promise then: a clock wakes people before the last day ends, and a day that ends
    without a word is a broken promise, whatever is said afterwards.

    Raises:
        BadEstimate: the latest day is before the expected one, or both are over.
        ReasonMissing: the date moved and no reason was given.
        NotInThisState, NotPermitted: see `problems.lifecycle`.
    """
    problem, leg = begin(problem_id, actor=actor)
    refuse_bad_days(expected_on, latest_on, leg=leg, at=at)
    before = standing_estimates(problem).first()
    if before is not None:
        reason = required_reason(reason)
    estimate = Estimate.objects.create(
        problem=problem,
        expected_on=expected_on,
        latest_on=latest_on,
        confidence=confidence,
        reason=reason.strip(),
        is_public=is_public,
        user_id=actor.user_id,
        at=at,
    )
    changes: dict[str, ChangeValue] = {
        "expected_on": expected_on.isoformat(),
        "latest_on": latest_on.isoformat(),
    }
    if is_public:
        changes |= how_it_moved(problem, estimate, at=at)
        promise_date(problem, leg, estimate, actor=actor, at=at)
    keep(problem)
    tell(
        problem,
        Action.PROBLEM_ESTIMATED,
        actor=actor,
        at=at,
        changes=changes,
        changes_state=False,
        event=ProblemEstimated(problem_id=problem.pk, estimate_id=estimate.pk, is_public=is_public),
    )
    return estimate


def how_it_moved(problem: Problem, estimate: Estimate, *, at: datetime) -> dict[str, ChangeValue]:
    """Return by how many days the date moves that customers know, and whether in time; one query."""
    before = standing(problem, kind=PromiseKind.DATE)
    if before is None or before.estimate is None:
        return {}
    days = (estimate.latest_on - before.estimate.latest_on).days
    return {"moved_days": days, "in_time": at < before.due_at} if days else {}


def refuse_bad_days(expected_on: date, latest_on: date, *, leg: Leg, at: datetime) -> None:
    """Refuse days that do not follow one another, or are over where the department is.

    Raises:
        BadEstimate: they do not, or they are.
    """
    today = at.astimezone(leg.department.calendar.working_time().zone).date()
    if latest_on < expected_on or latest_on < today:
        raise BadEstimate(
            _("The latest day is before the expected day, or over already."),
            next_step=_("Give an expected day and, on or after it, a latest day."),
        )


@transaction.atomic
def withdraw_estimate(*, problem_id: int, reason: str, actor: Actor, at: datetime) -> Problem:
    """Take back what was said of the date, with the reason that customers read and are mailed.

    They are owed news instead, by the tenant's policy. A date that is over stays broken.

    Raises:
        NoEstimate: nothing stands.
        ReasonMissing: no reason was given.
        NotInThisState, NotPermitted: see `problems.lifecycle`.
    """
    problem, leg = begin(problem_id, actor=actor)
    reason = required_reason(reason)
    newest = standing_estimates(problem).first()
    if newest is None:
        raise NoEstimate(
            _("No date is given for %(problem)s.") % {"problem": problem.name},
            next_step=_("Load the problem again to see what customers know."),
        )
    problem.estimates_after = newest.pk
    promise = withdraw_date(problem, reason=reason, at=at)
    owe_news(problem, leg, at=at)
    keep(problem)
    tell(
        problem,
        Action.PROBLEM_ESTIMATE_WITHDRAWN,
        actor=actor,
        at=at,
        changes={"estimate": newest.pk},
        changes_state=False,
        event=changed_event(promise),
    )
    return problem
