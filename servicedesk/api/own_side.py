"""What a customer's token can do with its own issues: see how far they are, say whether it works."""

from datetime import datetime
from typing import Any

from cases.access import case_for
from cases.promised import PublicPromise
from cases.states import Channel
from customers.preferences import (
    Topic,
    Wishes,
    save_preferences,
    wishes_of,
)
from problems.closing import say_it_still_happens, say_it_works
from problems.ledger_marks import note_seen
from problems.problem_passes import leave_everywhere
from problems.projection import issue_of
from problems.public import Issue, PublicProblem
from servicedesk.api.base import TokenView
from servicedesk.api.cases import Fields, case_shown
from servicedesk.api.naming import own_contact
from servicedesk.api.operations import operation
from servicedesk.api.paging import one
from servicedesk.api.shapes import cases as shapes
from servicedesk.api.shapes import doors as door_shapes
from servicedesk.api.shapes.fields import Nothing
from workflow.people.permissions import Permission

CUSTOMERS = (Permission.USE_PORTAL,)
PATH = ("number",)
TAG = "Customers' own side"


class Progress(TokenView):
    """How far an issue is."""

    @operation("read_progress", any_of=CUSTOMERS, gives=shapes.ProgressShape, path=PATH, tag=TAG)
    def get(self, number: int) -> Any:
        """Read how far the own issue is, in public words: stage, dates, what helps until then."""
        case = case_for(self.actor, number)
        issue = issue_of(case, contact_id=self.actor.id)
        if issue.problem is not None and issue.problem.has_unseen:
            note_seen(self.actor.id, issue.problem.id, at=self.at)
        return one(shapes.ProgressShape, progress(issue, at=self.at))


def hear_by_as_data(promise: PublicPromise, *, at: datetime) -> dict[str, Any]:
    """Return until when a customer hears from us, and how that moved; no query."""
    return {
        "kind": str(promise.kind),
        "due_at": promise.due_at,
        "is_over": promise.is_over(at=at),
        "words": promise.words,
        "moves": [
            {
                "was_due_at": move.was_due_at,
                "moved_at": move.moved_at,
                "because": str(move.because),
                "words": move.words,
            }
            for move in promise.moves
        ],
    }


def moved_as_data(problem: PublicProblem) -> list[dict[str, Any]]:
    """Return the dates that were said and hold no more, oldest first; no query."""
    return [
        {
            "expected_on": move.old.expected_on,
            "latest_on": move.old.latest_on,
            "moved_at": move.moved_at,
            "reason": move.reason,
        }
        for move in problem.moved
    ]


def progress(issue: Issue, *, at: datetime) -> dict[str, Any]:
    """Return what a customer may know of the own issue; no query."""
    problem = issue.problem
    estimate = problem.estimate if problem else None
    return {
        "number": issue.number,
        "state": issue.state,
        "stage": str(problem.stage) if problem else None,
        "says": problem.words if problem else "",
        "cause": problem.cause if problem else "",
        "workaround": problem.workaround if problem else "",
        "solution": problem.solution if problem else "",
        "expected_on": estimate.expected_on if estimate else None,
        "latest_on": estimate.latest_on if estimate else None,
        "others": problem.others if problem else 0,
        "confirmed_at": problem.confirmed_at if problem else None,
        "answer_by": issue.hear_by.due_at if issue.hear_by else None,
        "hear_by": hear_by_as_data(issue.hear_by, at=at) if issue.hear_by else None,
        "moved": moved_as_data(problem) if problem else [],
        "news": [
            {"text": news.text, "told_at": news.told_at}
            for news in (problem.news if problem else ())
        ],
        "steps": [
            {
                "department": stay.department,
                "stage": str(stay.stage),
                "entered_at": stay.entered_at,
            }
            for stay in (problem.stays if problem else ())
        ],
    }


class ItWorks(TokenView):
    """That it works now."""

    @operation(
        "say_it_works",
        any_of=CUSTOMERS,
        takes=Nothing,
        gives=shapes.OwnCaseShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int) -> Any:
        """Say that it works now: kept with the problem, or the case is closed without one."""
        case = case_for(self.actor, number)
        say_it_works(case, contact=own_contact(self.actor), actor=self.actor, at=self.at)
        return case_shown(self.actor, case.pk)


class ItStillHappens(TokenView):
    """That it is not solved."""

    @operation(
        "say_it_still_happens",
        any_of=CUSTOMERS,
        takes=shapes.OwnWords,
        gives=shapes.OwnCaseShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Open the own case again, with words if there are any."""
        case = case_for(self.actor, number)
        say_it_still_happens(
            case,
            contact=own_contact(self.actor),
            text=fields["text"],
            channel=Channel.API,
            actor=self.actor,
            at=self.at,
        )
        return case_shown(self.actor, case.pk)


class Preferences(TokenView):
    """What the customer of the token wishes to be told."""

    def shown(self) -> dict[str, Any]:
        """Return the wishes of the own customer; two queries."""
        contact, wishes = own_contact(self.actor), wishes_of(self.actor.id)
        return {
            "name": contact.name,
            "language": contact.language,
            "timezone": contact.timezone,
            "topics": sorted(topic.value for topic in wishes.topics),
            "quiet_from": wishes.quiet_from,
            "quiet_until": wishes.quiet_until,
            "wants_call": wishes.wants_call,
            "away_until": wishes.away_until,
        }

    @operation("read_preferences", any_of=CUSTOMERS, gives=door_shapes.PreferencesShape, tag=TAG)
    def get(self) -> Any:
        """Read what the customer of the token wishes to be told, and when not."""
        return self.shown()

    @operation(
        "save_preferences",
        any_of=CUSTOMERS,
        takes=door_shapes.PreferencesWish,
        gives=door_shapes.PreferencesShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Keep what the customer of the token says about itself and its wishes."""
        save_preferences(
            own_contact(self.actor).pk,
            name=fields["name"],
            language=fields["language"],
            timezone=fields["timezone"],
            wishes=Wishes(
                topics=frozenset(Topic(topic) for topic in fields["topics"]),
                quiet_from=fields["quiet_from"],
                quiet_until=fields["quiet_until"],
                wants_call=fields["wants_call"],
                away_until=fields["away_until"],
            ),
            actor=self.actor,
            at=self.at,
        )
        return self.shown()


class SignOut(Preferences):
    """That nobody is signed in as the customer any more."""

    http_method_names = ("post",)

    @operation(
        "sign_out_everywhere",
        any_of=CUSTOMERS,
        takes=Nothing,
        gives=door_shapes.PreferencesShape,
        tag=TAG,
    )
    def post(self, _fields: Fields) -> Any:
        """End every stay of the customer in the portal, and every way in that was mailed."""
        leave_everywhere(own_contact(self.actor), actor=self.actor, at=self.at)
        return self.shown()
