"""Why it happened, for the customers concerned: written, read by a lead, and given to them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from problems.after_fix_events import ReviewApproved, ReviewAsked
from problems.four_eyes import refuse_programs, writers_of_review
from problems.lifecycle import lock_problem, refuse_others, required_reason
from problems.models import Leg, Problem, Review
from problems.models.after_fix import ReviewState
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.event import Event
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

OPEN_REVIEW = (ReviewState.DRAFT, ReviewState.ASKED)
LONGEST = 10_000


class BadReview(Refusal):
    """A review leaves out what customers ask first."""

    code = "bad_review"
    status = 422


class NoSuchReview(Refusal):
    """There is no review at this step."""

    code = "no_such_review"
    status = 404


class SomebodyElseApproves(Refusal):
    """Nobody says yes to own words."""

    code = "somebody_else_approves"


@dataclass(frozen=True, slots=True)
class Words:
    """What customers read: what happened to them, why, what was done, what is done for later."""

    what_happened: str
    why: str
    what_we_did: str
    what_we_prevent: str = ""


@transaction.atomic
def write_review(*, problem_id: int, words: Words, actor: Actor, at: datetime) -> Review:
    """Write what customers concerned shall read; one that waits for a yes has to be asked again.

    An approved edition stays until the next one is approved.

    Raises:
        NotPermitted: the actor neither works in the department that has or had it nor steers
            problems.
        BadReview: what happened, why, or what was done is not said, or it is too long.
    """
    problem = lock_problem(problem_id)
    refuse_to_write(actor, problem)
    words = checked(words)
    review = open_review(problem) or Review(problem=problem, edition=next_edition(problem))
    review.write(at=at)
    review.what_happened, review.why = words.what_happened, words.why
    review.what_we_did, review.what_we_prevent = words.what_we_did, words.what_we_prevent
    review.written_by_id = actor.user_id
    review.save()
    note(review, Action.REVIEW_WRITTEN, actor=actor, at=at)
    return review


@transaction.atomic
def ask_for_review(*, problem_id: int, actor: Actor, at: datetime) -> Review:
    """Ask the leads to read a review that was written.

    Raises:
        NotPermitted: the actor does not write it.
        NoSuchReview: nothing is written, or it waits already.
    """
    problem = lock_problem(problem_id)
    refuse_to_write(actor, problem)
    review = review_in(problem, ReviewState.DRAFT)
    review.ask(at=at)
    review.save()
    asked = ReviewAsked(problem_id=problem.pk, review_id=review.pk, asked_at=at)
    note(review, Action.REVIEW_ASKED, actor=actor, at=at, event=asked)
    return review


@transaction.atomic
def approve_review(*, problem_id: int, actor: Actor, at: datetime) -> Review:
    """Let customers concerned read a review; a person who did not write it does.

    Raises:
        NotPermitted: the actor does not steer problems, or is a program.
        NoSuchReview: none waits for a yes.
        SomebodyElseApproves: the actor wrote it, or parts of it.
    """
    actor.require(Permission.STEER_PROBLEM)
    review = review_in(lock_problem(problem_id), ReviewState.ASKED)
    refuse_programs(actor)
    if actor.user_id in writers_of_review(review):
        raise SomebodyElseApproves(
            _("You wrote this review."), next_step=_("Ask another service lead to read it.")
        )
    replace_earlier(review, at=at)
    review.approve(at=at)
    review.decided_by_id = actor.user_id
    review.save()
    approved = ReviewApproved(problem_id=problem_id, review_id=review.pk)
    note(review, Action.REVIEW_APPROVED, actor=actor, at=at, event=approved)
    return review


def replace_earlier(review: Review, *, at: datetime) -> None:
    """Withdraw what customers read before: from now on they read this edition or none."""
    for earlier in Review.objects.filter(problem=review.problem, state=ReviewState.APPROVED):
        earlier.withdraw(at=at)
        earlier.save()


@transaction.atomic
def decline_review(*, problem_id: int, reason: str, actor: Actor, at: datetime) -> Review:
    """Say what has to be said otherwise; its writers see the reason.

    Raises:
        NotPermitted: the actor does not steer problems.
        NoSuchReview: none waits for a yes.
        ReasonMissing: nobody says why.
    """
    actor.require(Permission.STEER_PROBLEM)
    reason = required_reason(reason)
    review = review_in(lock_problem(problem_id), ReviewState.ASKED)
    review.decline(at=at)
    review.answer, review.decided_by_id = reason, actor.user_id
    review.save()
    note(review, Action.REVIEW_DECLINED, actor=actor, at=at)
    return review


@transaction.atomic
def withdraw_review(*, problem_id: int, reason: str, actor: Actor, at: datetime) -> Review:
    """Let customers read the newest approved review no more.

    Raises:
        NotPermitted: the actor does not steer problems.
        NoSuchReview: none is approved.
        ReasonMissing: nobody says why.
    """
    actor.require(Permission.STEER_PROBLEM)
    reason = required_reason(reason)
    review = review_in(lock_problem(problem_id), ReviewState.APPROVED)
    review.withdraw(at=at)
    review.answer, review.decided_by_id = reason, actor.user_id
    review.save()
    note(review, Action.REVIEW_WITHDRAWN, actor=actor, at=at)
    return review


def refuse_to_write(actor: Actor, problem: Problem) -> None:
    """Refuse whoever neither works in the department that has or had it last nor steers problems."""
    last = Leg.objects.select_related("department").filter(problem=problem).latest("position")
    refuse_others(actor, last)


def open_review(problem: Problem) -> Review | None:
    """Return the edition that can still be changed, locked; one query."""
    reviews = Review.objects.select_for_update().filter(problem=problem, state__in=OPEN_REVIEW)
    return reviews.first()


def review_in(problem: Problem, state: ReviewState) -> Review:
    """Return the newest edition that is at a step, locked; one query.

    Raises:
        NoSuchReview: there is none.
    """
    reviews = Review.objects.select_for_update().filter(problem=problem, state=state)
    review = reviews.order_by("-edition").first()
    if review is None:
        raise NoSuchReview(
            _("There is no review of %(problem)s at this step.") % {"problem": problem.name},
            next_step=_("Load the page again to see how far it is."),
        )
    return review


def next_edition(problem: Problem) -> int:
    """Return the number of the next edition, from 1; one query."""
    last = Review.objects.filter(problem=problem).aggregate(last=Max("edition"))["last"]
    return (last or 0) + 1


def checked(words: Words) -> Words:
    """Return words without blanks around them.

    Raises:
        BadReview: something that customers ask first is not said, or more than anybody reads.
    """
    found = Words(
        what_happened=words.what_happened.strip(),
        why=words.why.strip(),
        what_we_did=words.what_we_did.strip(),
        what_we_prevent=words.what_we_prevent.strip(),
    )
    if not (found.what_happened and found.why and found.what_we_did):
        raise BadReview(
            _("A review says what happened, why, and what was done."),
            next_step=_("Complete what is missing, in words that customers understand."),
        )
    said = (found.what_happened, found.why, found.what_we_did, found.what_we_prevent)
    if max(len(one) for one in said) > LONGEST:
        raise BadReview(
            _("A part is longer than %(most)d characters.") % {"most": LONGEST},
            next_step=_("Say it shorter: customers read it."),
        )
    return found


def reviews_of(problem_id: int) -> list[Review]:
    """Return all editions of a problem's review, the newest first, with names; one query."""
    return list(
        Review.objects.filter(problem_id=problem_id)
        .select_related("written_by", "decided_by")
        .order_by("-edition")
    )


def no_review_for_customers() -> NoSuchReview:
    """Return the refusal for a customer who asks for a review that there is not."""
    return NoSuchReview(
        _("There is no review to read here."),
        next_step=_("Ask us in your issue what you would like to know."),
    )


def note(
    review: Review, action: Action, *, actor: Actor, at: datetime, event: Event | None = None
) -> None:
    """Write into the history of the problem what became of its review, and the news of it."""
    entry = record(action, review.problem, actor=actor, at=at, changes={"edition": review.edition})
    if event is not None:
        publish(event, at=at, entry_id=entry.pk)
