"""Mailed links that open one problem's page without signing in: who has some, and ending them."""

from typing import Any

from problems.access import problem_for
from problems.problem_passes import end_passes, passes_of
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.own_problems import OwnProblemView
from servicedesk.api.paging import page_of, shaped
from servicedesk.api.shapes import links as shapes
from servicedesk.api.shapes.fields import Listing, Nothing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
PATH = ("number",)
TAG = "Broadcasts"


class ProblemLinks(TokenView):
    """The mailed links that open a problem's page now."""

    @operation(
        "list_problem_links",
        any_of=(Permission.VIEW_CUSTOMER,),
        filters=Listing,
        gives=page_shape(shapes.ProblemLinkShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the mailed links that open a problem's page now, never their secrets."""
        found = passes_of(problem_for(self.actor, number), actor=self.actor, at=self.at)
        return page_of(found, self, shape=shaped(shapes.ProblemLinkShape))


class EndProblemLinks(TokenView):
    """That no mailed link opens a problem's page any more."""

    @operation(
        "end_problem_links",
        any_of=(Permission.STEER_PROBLEM, Permission.WORK_PROBLEM),
        takes=shapes.EndProblemLinksFields,
        gives=shapes.EndedLinksShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """End the mailed links to a problem's page: everybody's, or those of one contact."""
        problem = problem_for(self.actor, number)
        ended = end_passes(problem.pk, actor=self.actor, at=self.at, contact_id=fields["contact"])
        return {"ended": ended}


class EndOwnProblemLinks(OwnProblemView):
    """That no mailed link opens a known problem for the customer any more."""

    @operation(
        "end_own_problem_links",
        any_of=(Permission.USE_PORTAL,),
        takes=Nothing,
        gives=shapes.EndedLinksShape,
        path=PATH,
        tag="Customers' own side",
    )
    def post(self, _fields: Fields, number: int) -> Any:
        """End the own mailed links to the page of a known problem."""
        problem_id = self.found(number).problem.id
        return {"ended": end_passes(problem_id, actor=self.actor, at=self.at)}
