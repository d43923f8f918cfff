"""Ledgers for programs: whom a problem affects, by what scopes, and how far the solution came."""

from typing import Any

from django.utils.translation import gettext as _

from customers.having import version_named
from customers.segments import segment_choices
from problems.access import problem_for
from problems.ledger import Asked, counts_of_ledger, ledger_for_programs
from problems.ledger_acts import MAY_NOTE_SOLUTION, apply_solution, excuse, take_excuse_back
from problems.reaching import Description, add_scope, end_scope, preview_of, scopes_of
from servicedesk.api.base import TokenView
from servicedesk.api.naming import product_for
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import affected as shapes
from servicedesk.api.shapes.fields import Listing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
# Whose names and addresses these are: the problem itself asks for the right to see problems.
KNOWS_CUSTOMERS = (Permission.VIEW_CUSTOMER,)
STEERS = (Permission.STEER_PROBLEM,)
DESCRIBES = (Permission.STEER_PROBLEM, Permission.WORK_PROBLEM)
PATH = ("number",)
TAG = "Affected customers"


def description_in(fields: Fields) -> Description:
    """Return a description of customers from the fields of a request; at most three queries.

    Raises:
        Unprocessable: something that it names is not there.
    """
    product = product_for(fields["product"])
    version = None
    if fields["version"].strip():
        version = version_named(product.pk, fields["version"]) if product is not None else None
        if version is None:
            raise Unprocessable(
                _("The product has no version “%(name)s”.") % {"name": fields["version"]},
                next_step=_("Send the name of one of its versions, or none."),
            )
    segment = None
    if fields["segment"] is not None:
        segment = next((one for one in segment_choices() if one.number == fields["segment"]), None)
        if segment is None:
            raise Unprocessable(
                _("There is no segment %(number)s.") % {"number": fields["segment"]},
                next_step=_("Send the number of one that is in use, or none."),
            )
    return Description(product=product, version=version, region=fields["region"], segment=segment)


class AffectedByProblem(TokenView):
    """The ledger of those whom a problem affects."""

    @operation(
        "list_affected",
        any_of=KNOWS_CUSTOMERS,
        filters=shapes.LedgerAsked,
        gives=page_shape(shapes.AffectedShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List customers in the order in which they were found."""
        problem = problem_for(self.actor, number)
        asked = Asked(
            far=self.asked.get("far", "all"),
            found=self.asked.get("found", ""),
            words=self.asked.get("words", ""),
        )
        rows = ledger_for_programs(problem, asked)
        return page_of(rows, self, shape=shaped(shapes.AffectedShape), is_newest_first=False)


class CountsOfLedger(TokenView):
    """How far the solution came, in figures."""

    @operation("count_affected", any_of=SEES, gives=shapes.LedgerCountsShape, path=PATH, tag=TAG)
    def get(self, number: int) -> Any:
        """Count customers by how far the solution came to them."""
        return one(shapes.LedgerCountsShape, counts_of_ledger(problem_for(self.actor, number)))


class Exceptions(TokenView):
    """Customers with whom a problem may be closed although they live on a workaround."""

    @operation(
        "name_exceptions",
        any_of=STEERS,
        takes=shapes.NamedExceptionWish,
        gives=shapes.ChangedShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Name customers exceptions, with a reason."""
        named = excuse(
            problem_id=problem_for(self.actor, number).pk,
            contact_ids=fields["contacts"],
            reason=fields["reason"],
            actor=self.actor,
            at=self.at,
        )
        return {"customers": named}


class OneException(TokenView):
    """One customer who is an exception."""

    @operation(
        "take_exception_back",
        any_of=STEERS,
        gives=shapes.ChangedShape,
        path=("number", "contact_id"),
        tag=TAG,
    )
    def delete(self, _fields: Fields, number: int, contact_id: int) -> Any:
        """Let a customer count again; 0 if there was no exception."""
        changed = take_excuse_back(
            problem_id=problem_for(self.actor, number).pk,
            contact_id=contact_id,
            actor=self.actor,
            at=self.at,
        )
        return {"customers": changed}


class Applied(TokenView):
    """Who has the permanent solution."""

    @operation(
        "note_solution_applied",
        any_of=MAY_NOTE_SOLUTION,
        takes=shapes.AppliedWish,
        gives=shapes.ChangedShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Note that customers have the permanent solution."""
        noted = apply_solution(
            problem_id=problem_for(self.actor, number).pk,
            contact_ids=fields["contacts"],
            actor=self.actor,
            at=self.at,
        )
        return {"customers": noted}


class ScopesOfProblem(TokenView):
    """Whom a problem reaches besides those who wrote."""

    @operation(
        "list_scopes",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.ScopeShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the scopes that hold, oldest first."""
        scopes = scopes_of(problem_for(self.actor, number).pk)
        return page_of(scopes, self, shape=shaped(shapes.ScopeShape), is_newest_first=False)

    @operation(
        "add_scope",
        any_of=DESCRIBES,
        takes=shapes.ScopeWish,
        gives=shapes.ReachedShape,
        path=PATH,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Reach such customers from now on; they join the ledger at once."""
        scope, reached = add_scope(
            problem_id=problem_for(self.actor, number).pk,
            description=description_in(fields),
            actor=self.actor,
            at=self.at,
        )
        return {"scope": scope.pk, "found": reached.found, "left": reached.left}


class ScopeCounted(TokenView):
    """A description of customers that nobody has saved."""

    @operation(
        "count_scope",
        any_of=DESCRIBES,
        takes=shapes.ScopeWish,
        gives=shapes.ScopeCountShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Count whom a description would reach; nothing is changed."""
        counted = preview_of(problem_for(self.actor, number), description_in(fields))
        return {"customers": counted.customers, "new": counted.new}


class OneScope(TokenView):
    """One scope of a problem."""

    @operation(
        "end_scope",
        any_of=DESCRIBES,
        gives=shapes.ReachedShape,
        path=("number", "scope_id"),
        tag=TAG,
    )
    def delete(self, _fields: Fields, number: int, scope_id: int) -> Any:
        """Reach such customers no more; whom nothing else reaches leaves the ledger."""
        reached = end_scope(
            problem_id=problem_for(self.actor, number).pk,
            scope_id=scope_id,
            actor=self.actor,
            at=self.at,
        )
        return {"scope": scope_id, "found": reached.found, "left": reached.left}
