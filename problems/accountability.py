"""Read who was accountable for a problem at a moment: its stays, and its history of people."""

from dataclasses import dataclass
from datetime import datetime

from problems.accountable import Accountable, Given, Part, accountable_at
from problems.models import Leg, Problem
from problems.queries import facts_of_legs, legs_of
from problems.states import ProblemState
from workflow.history.actions import Action
from workflow.history.timeline import entries_of
from workflow.people.models import User


@dataclass(frozen=True)
class Answer:
    """Who answered at a moment, with the names of people; `legs` are all stays of the problem.

    A name is empty where nobody had the part.
    """

    found: Accountable
    assignee: str
    lead: str
    legs: list[Leg]


def who_was_accountable(problem: Problem, *, at: datetime) -> Answer:
    """Return who answered for a problem at `at`; three queries."""
    legs = legs_of([problem.pk])[problem.pk]
    found = accountable_at(
        facts_of_legs(legs),
        at=at,
        assignees=[leg.assignee_id for leg in legs],
        lead=problem.lead_id,
        given=changes_of_people(problem),
        solved=ProblemState.RESOLVED,
    )
    people = {one for one in (found.assignee, found.lead) if one is not None}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    return Answer(
        found=found,
        assignee=names.get(found.assignee or 0, ""),
        lead=names.get(found.lead or 0, ""),
        legs=legs,
    )


def changes_of_people(problem: Problem) -> list[Given]:
    """Return each time somebody was given a part in a problem, in order; one query."""
    entries = entries_of(problem).filter(action=Action.PROBLEM_ASSIGNED)
    return [
        Given(
            part=part, at=entry.at, user=entry.changes[part], was=entry.changes.get(f"{part}_was")
        )
        for entry in entries
        for part in Part
        if part in entry.changes
    ]
