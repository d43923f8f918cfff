"""Known problems that concern the customer of a token: read, join, follow, say that it works."""

from typing import Any

from knowledge.own_problems import (
    OwnProblem,
    others_known,
    problem_of_customer,
    problems_of_customer,
)
from problems.affected import confirm_fixed, join_affected
from problems.customer_following import follow_as_customer, stop_following_as_customer
from servicedesk.api.base import TokenView
from servicedesk.api.cases import Fields
from servicedesk.api.naming import own_contact
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.own_side import hear_by_as_data, moved_as_data
from servicedesk.api.paging import one
from servicedesk.api.shapes import own_problems as shapes
from servicedesk.api.shapes.fields import Nothing
from workflow.people.permissions import Permission

CUSTOMERS = (Permission.USE_PORTAL,)
PATH = ("number",)
TAG = "Customers' own side"
AT_MOST = 200


class OwnProblemView(TokenView):
    """An address of one known problem that concerns the customer."""

    def found(self, number: int) -> OwnProblem:
        """Return the problem of which the customer may know; three queries."""
        return problem_of_customer(own_contact(self.actor), number, at=self.at)

    def shown(self, number: int) -> Any:
        """Return the problem as it is now."""
        return one(shapes.OwnProblemShape, as_data(self.found(number), view=self))

    @property
    def who(self) -> dict[str, Any]:
        """Who acts, for an action of the ledger."""
        return {"contact_id": own_contact(self.actor).pk, "actor": self.actor}


def as_data(found: OwnProblem, *, view: TokenView) -> dict[str, Any]:
    """Return a problem as its customer may know it; no query."""
    problem = found.problem
    estimate = problem.estimate
    return {
        "number": found.number,
        "title": found.title,
        "product": found.product,
        "article": found.article_number,
        "case": found.case_number,
        "is_affected": found.is_affected,
        "is_following": found.is_following,
        "stage": str(problem.stage),
        "is_open": problem.is_open,
        "since": problem.opened_at,
        "cause": problem.cause,
        "workaround": problem.workaround if problem.is_open else "",
        "solution": problem.solution,
        "others": problem.others,
        "confirmed_at": problem.confirmed_at,
        "refused": problem.refused,
        "rated": problem.rated,
        "expected_on": estimate.expected_on if estimate else None,
        "latest_on": estimate.latest_on if estimate else None,
        "moved": moved_as_data(problem),
        "hear_by": hear_by_as_data(problem.hear_by, at=view.at) if problem.hear_by else None,
    }


class OwnProblems(TokenView):
    """The known problems of which the customer may know."""

    @operation(
        "list_own_problems", any_of=CUSTOMERS, gives=page_shape(shapes.OwnProblemShape), tag=TAG
    )
    def get(self) -> Any:
        """List the known problems: first those that concern the customer, then what is published."""
        customer = own_contact(self.actor)
        own = problems_of_customer(customer, at=self.at, at_most=AT_MOST)
        others = others_known(
            customer, without=[found.number for found in own], at=self.at, at_most=AT_MOST
        )
        shown = [one(shapes.OwnProblemShape, as_data(row, view=self)) for row in (*own, *others)]
        return {"results": shown, "next": None}


class OneOwnProblem(OwnProblemView):
    """One known problem."""

    @operation(
        "read_own_problem", any_of=CUSTOMERS, gives=shapes.OwnProblemShape, path=PATH, tag=TAG
    )
    def get(self, number: int) -> Any:
        """Read a known problem in public words, and what it is to the customer."""
        return self.shown(number)


class JoinOwnProblem(OwnProblemView):
    """That the customer has it too."""

    @operation(
        "join_own_problem",
        any_of=CUSTOMERS,
        takes=Nothing,
        gives=shapes.OwnProblemShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int) -> Any:
        """Put the customer on the list of those affected, without opening a case."""
        join_affected(problem_id=self.found(number).problem.id, at=self.at, **self.who)
        return self.shown(number)


class FollowOwnProblem(OwnProblemView):
    """That the customer wants to hear how it goes on."""

    @operation(
        "follow_own_problem",
        any_of=CUSTOMERS,
        takes=Nothing,
        gives=shapes.OwnProblemShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int) -> Any:
        """Let the customer hear how a known problem goes on, without saying to have it."""
        follow_as_customer(problem_id=self.found(number).problem.id, at=self.at, **self.who)
        return self.shown(number)

    @operation(
        "stop_following_own_problem",
        any_of=CUSTOMERS,
        gives=shapes.OwnProblemShape,
        path=PATH,
        tag=TAG,
    )
    def delete(self, _fields: Fields, number: int) -> Any:
        """Let the customer hear no more of it."""
        stop_following_as_customer(problem_id=self.found(number).problem.id, **self.who)
        return self.shown(number)


class OwnProblemWorks(OwnProblemView):
    """That it works now, for whom no case is open."""

    @operation(
        "say_own_problem_works",
        any_of=CUSTOMERS,
        takes=Nothing,
        gives=shapes.OwnProblemShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int) -> Any:
        """Say that a fixed problem is gone: kept in its ledger."""
        confirm_fixed(problem_id=self.found(number).problem.id, at=self.at, **self.who)
        return self.shown(number)
