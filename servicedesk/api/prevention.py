"""What prevents a problem, and why it happened, for programs."""

from typing import Any

from cases.access import case_for
from problems.access import problem_for
from problems.after_fix_told import owner_with_email
from problems.preventing import (
    change_prevention,
    drop_prevention,
    finish_prevention,
    kind_named,
    plan_prevention,
    prevention_numbered,
    preventions_of,
)
from problems.projection import problem_behind
from problems.reviewing import (
    Words,
    approve_review,
    ask_for_review,
    decline_review,
    no_review_for_customers,
    reviews_of,
    withdraw_review,
    write_review,
)
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one
from servicedesk.api.shapes import after_fix as shapes
from servicedesk.api.shapes.fields import Listing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
WORKS = (Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)
CUSTOMERS = (Permission.USE_PORTAL,)
PATH = ("number",)
ONE = ("number", "prevention_id")
TAG = "After fixes"


def prevention_data(prevention: Any) -> dict[str, Any]:
    """Return what prevents a problem."""
    return {
        "number": prevention.position,
        "kind": prevention.kind,
        "text": prevention.text,
        "owner": prevention.owner.email,
        "due_on": prevention.due_on,
        "state": prevention.state,
        "result": prevention.result,
        "created_at": prevention.created_at,
        "ended_at": prevention.ended_at,
    }


class PreventionsOfProblem(TokenView):
    """What is done so that a problem never comes again."""

    @operation(
        "list_preventions",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.PreventionShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List what is done so that a problem never comes again, all on one page."""
        problem = problem_for(self.actor, number)
        return {
            "results": [prevention_data(one) for one in preventions_of(problem.pk)],
            "next": None,
        }

    @operation(
        "plan_prevention",
        any_of=WORKS,
        takes=shapes.PreventionWish,
        gives=shapes.PreventionShape,
        path=PATH,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Plan what somebody does so that a problem never comes again; they are told."""
        problem = problem_for(self.actor, number)
        planned = plan_prevention(
            problem_id=problem.pk,
            kind=kind_named(fields["kind"]),
            text=fields["text"],
            owner=owner_with_email(fields["owner"]),
            due_on=fields["due_on"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.PreventionShape, prevention_data(planned))


class OnePrevention(TokenView):
    """One thing that is done so that a problem never comes again."""

    @operation("read_prevention", any_of=SEES, gives=shapes.PreventionShape, path=ONE, tag=TAG)
    def get(self, number: int, prevention_id: int) -> Any:
        """Read one thing that is done so that a problem never comes again."""
        problem = problem_for(self.actor, number)
        return one(
            shapes.PreventionShape, prevention_data(prevention_numbered(problem.pk, prevention_id))
        )

    @operation(
        "change_prevention",
        any_of=WORKS,
        takes=shapes.PreventionChange,
        gives=shapes.PreventionShape,
        path=ONE,
        tag=TAG,
    )
    def patch(self, fields: Fields, number: int, prevention_id: int) -> Any:
        """Say otherwise what is to be done, by whom or until when; what is not named stays."""
        problem = problem_for(self.actor, number)
        before = prevention_numbered(problem.pk, prevention_id)
        owner = fields.get("owner")
        changed = change_prevention(
            problem_id=problem.pk,
            position=prevention_id,
            text=fields.get("text", before.text),
            owner=before.owner if owner is None else owner_with_email(owner),
            due_on=fields.get("due_on", before.due_on),
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.PreventionShape, prevention_data(changed))


class PreventionDone(TokenView):
    """The end of something that had to be done."""

    @operation(
        "finish_prevention",
        any_of=SEES,
        takes=shapes.PreventionResult,
        gives=shapes.PreventionShape,
        path=ONE,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int, prevention_id: int) -> Any:
        """Say what was done; its owner may, and whoever plans them."""
        problem = problem_for(self.actor, number)
        finish_prevention(
            problem_id=problem.pk,
            position=prevention_id,
            result=fields["result"],
            actor=self.actor,
            at=self.at,
        )
        return one(
            shapes.PreventionShape, prevention_data(prevention_numbered(problem.pk, prevention_id))
        )


class PreventionDropped(TokenView):
    """Something that is not done after all."""

    @operation(
        "drop_prevention",
        any_of=WORKS,
        takes=shapes.DropReason,
        gives=shapes.PreventionShape,
        path=ONE,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int, prevention_id: int) -> Any:
        """Say why it is not done; the problem can be closed without it."""
        problem = problem_for(self.actor, number)
        drop_prevention(
            problem_id=problem.pk,
            position=prevention_id,
            reason=fields["reason"],
            actor=self.actor,
            at=self.at,
        )
        return one(
            shapes.PreventionShape, prevention_data(prevention_numbered(problem.pk, prevention_id))
        )


def review_data(review: Any) -> dict[str, Any]:
    """Return an edition of a review."""
    return {
        "edition": review.edition,
        "state": review.state,
        "what_happened": review.what_happened,
        "why": review.why,
        "what_we_did": review.what_we_did,
        "what_we_prevent": review.what_we_prevent,
        "answer": review.answer,
        "written_at": review.written_at,
        "decided_at": review.decided_at,
    }


class ReviewsOfProblem(TokenView):
    """Why a problem happened, as customers concerned may read it."""

    @operation(
        "list_reviews",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.ReviewShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List all editions, the newest first, all on one page."""
        problem = problem_for(self.actor, number)
        return {"results": [review_data(one) for one in reviews_of(problem.pk)], "next": None}

    @operation(
        "write_review",
        any_of=WORKS,
        takes=shapes.ReviewWish,
        gives=shapes.ReviewShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Write what customers shall read, or write it anew; they read it after a lead's yes."""
        problem = problem_for(self.actor, number)
        written = write_review(
            problem_id=problem.pk, words=Words(**fields), actor=self.actor, at=self.at
        )
        return one(shapes.ReviewShape, review_data(written))


class ReviewDecision(TokenView):
    """What becomes of a review: asked for, approved, declined, withdrawn."""

    @operation(
        "decide_review",
        any_of=WORKS,
        takes=shapes.ReviewVerdict,
        gives=shapes.ReviewShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Ask for a yes; decline or withdraw it with a reason. A token approves nothing: 403."""
        whose: Fields = {
            "problem_id": problem_for(self.actor, number).pk,
            "actor": self.actor,
            "at": self.at,
        }
        verdict, reason = fields["verdict"], fields.get("reason", "")
        if verdict == "ask":
            review = ask_for_review(**whose)
        elif verdict == "approve":
            review = approve_review(**whose)
        elif verdict == "decline":
            review = decline_review(reason=reason, **whose)
        else:
            review = withdraw_review(reason=reason, **whose)
        return one(shapes.ReviewShape, review_data(review))


class ReviewForCustomer(TokenView):
    """Why it happened, for the customer of a case."""

    @operation("read_why", any_of=CUSTOMERS, gives=shapes.PublicReviewShape, path=PATH, tag=TAG)
    def get(self, number: int) -> Any:
        """Read why what stands behind the own issue happened, in words a lead approved."""
        case = case_for(self.actor, number)
        problem = problem_behind(case, contact_id=self.actor.id)
        if problem is None or problem.review is None:
            raise no_review_for_customers()
        return one(shapes.PublicReviewShape, problem.review)
