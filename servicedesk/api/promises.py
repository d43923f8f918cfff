"""What people promise to customers, for programs: make, keep, change, take back."""

from typing import Any

from cases.access import case_for
from cases.attainment import promises_of_case
from cases.promises import change_promise, keep_promise, make_promise, withdraw_promise
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import clocks as shapes
from servicedesk.api.shapes.fields import Listing, Nothing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
WORKS = (Permission.WORK_CASE,)
PATH = ("number", "promise_id")
TAG = "Service levels"


class PromisesOfCase(TokenView):
    """What was promised to the customer of a case."""

    @operation(
        "list_promises",
        any_of=(Permission.VIEW_CASE,),
        filters=Listing,
        gives=page_shape(shapes.PromiseShape),
        path=("number",),
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List what people promised to the customer of a case, newest first."""
        case = case_for(self.actor, number)
        return page_of(promises_of_case(case), self, shape=shaped(shapes.PromiseShape))

    @operation(
        "make_promise",
        any_of=WORKS,
        takes=shapes.NewPromise,
        gives=shapes.PromiseShape,
        path=("number",),
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Promise something to the customer by a time; the customer reads the text."""
        case = case_for(self.actor, number)
        made = make_promise(
            case_id=case.pk,
            text=fields["text"],
            by=fields["by"],
            moves_to_opening=fields["moves_to_opening"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.PromiseShape, made)


class KeepPromise(TokenView):
    """That a promise was kept."""

    @operation(
        "keep_promise",
        any_of=WORKS,
        takes=Nothing,
        gives=shapes.PromiseShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int, promise_id: int) -> Any:
        """Say that a promise was kept; after its time it stays broken."""
        case = case_for(self.actor, number)
        kept = keep_promise(case_id=case.pk, promise_id=promise_id, actor=self.actor, at=self.at)
        return one(shapes.PromiseShape, kept)


class ChangePromise(TokenView):
    """Another time for a promise."""

    @operation(
        "change_promise",
        any_of=WORKS,
        takes=shapes.ChangedPromise,
        gives=shapes.PromiseShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int, promise_id: int) -> Any:
        """Give a promise another time; the customer reads the reason."""
        case = case_for(self.actor, number)
        changed = change_promise(
            case_id=case.pk,
            promise_id=promise_id,
            by=fields["by"],
            moves_to_opening=fields["moves_to_opening"],
            reason=fields["reason"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.PromiseShape, changed)


class WithdrawPromise(TokenView):
    """That a promise is taken back."""

    @operation(
        "withdraw_promise",
        any_of=WORKS,
        takes=shapes.WithdrawnPromise,
        gives=shapes.PromiseShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int, promise_id: int) -> Any:
        """Take a promise back, with the reason; it counts neither as kept nor as broken."""
        case = case_for(self.actor, number)
        withdrawn = withdraw_promise(
            case_id=case.pk,
            promise_id=promise_id,
            reason=fields["reason"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.PromiseShape, withdrawn)
