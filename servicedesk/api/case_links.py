"""Mailed links that open one case without signing in: who has some, and ending them."""

from typing import Any

from cases.access import case_for
from cases.passes import end_passes, passes_of
from servicedesk.api.base import TokenView
from servicedesk.api.cases import SEES, Fields
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import page_of, shaped
from servicedesk.api.shapes import links as shapes
from servicedesk.api.shapes.fields import Listing, Nothing
from workflow.people.permissions import Permission

PATH = ("number",)
TAG = "Doors"


class CaseLinks(TokenView):
    """The mailed links that open a case now."""

    @operation(
        "list_case_links",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.CaseLinkShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the mailed links that open a case now, never their secrets; a customer's are the own."""
        found = passes_of(case_for(self.actor, number), actor=self.actor, at=self.at)
        return page_of(found, self, shape=shaped(shapes.CaseLinkShape))


class EndCaseLinks(TokenView):
    """That no mailed link opens a case any more."""

    @operation(
        "end_case_links",
        any_of=(Permission.WORK_CASE, Permission.USE_PORTAL),
        takes=Nothing,
        gives=shapes.EndedLinksShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int) -> Any:
        """End the mailed links to a case: everybody's for staff, the own ones for a customer."""
        case = case_for(self.actor, number)
        return {"ended": end_passes(case.pk, actor=self.actor, at=self.at)}
