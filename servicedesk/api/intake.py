"""What is set up for the doors, for programs: request types, web forms, held forms."""

from typing import Any

from django.utils.translation import gettext as _

from cases.intake.form_settings import save_web_form, set_web_form_active
from cases.intake.kept import (
    kept_request_types,
    kept_web_forms,
    question_asked,
    request_type_for_forms,
)
from cases.intake.web_forms import reject_submission, release_submission, waiting_submissions
from cases.request_types import Door, save_request_type, set_request_type_active
from servicedesk.api.base import TokenView
from servicedesk.api.naming import row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import intake as shapes
from servicedesk.api.shapes.fields import Listing, Nothing
from servicedesk.api.shapes.organising import Activity
from workflow.branding import Brand
from workflow.people.permissions import Permission

Fields = dict[str, Any]
CONFIGURES = (Permission.CONFIGURE,)
DECIDES = (Permission.WORK_CASE,)
PATH = ("pk",)
TAG = "Intake"


class RequestTypeView(TokenView):
    """An address of request types."""

    def shown(self, pk: int) -> dict[str, Any]:
        """Return a request type; two queries."""
        return one(shapes.RequestTypeShape, row_of(kept_request_types(), pk=pk))

    def saved(self, fields: Fields, *, request_type_id: int | None) -> dict[str, Any]:
        """Save a request type and return it."""
        kept = save_request_type(
            request_type_id=request_type_id,
            name=fields["name"],
            says=fields["says"],
            category=fields["category"],
            asks=fields["asks"],
            doors=[Door(code) for code in fields["doors"]],
            answer=fields["answer"],
            may_finish_at_once=fields["may_finish_at_once"],
            questions=[
                question_asked(each["label"], kind=each["kind"], is_required=each["is_required"])
                for each in fields["questions"]
            ],
            actor=self.actor,
            at=self.at,
        )
        return self.shown(kept.pk)


class RequestTypes(RequestTypeView):
    """What customers ask for."""

    @operation(
        "list_request_types",
        any_of=CONFIGURES,
        filters=Listing,
        gives=page_shape(shapes.RequestTypeShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List request types with their questions, oldest first."""
        return page_of(
            kept_request_types(),
            self,
            shape=shaped(shapes.RequestTypeShape),
            is_newest_first=False,
        )

    @operation(
        "create_request_type",
        any_of=CONFIGURES,
        takes=shapes.RequestTypeWish,
        gives=shapes.RequestTypeShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a request type with its questions."""
        return self.saved(fields, request_type_id=None)


class OneRequestType(RequestTypeView):
    """One request type."""

    @operation(
        "change_request_type",
        any_of=CONFIGURES,
        takes=shapes.RequestTypeWish,
        gives=shapes.RequestTypeShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change a request type: the questions given are all it asks; answers stay."""
        return self.saved(fields, request_type_id=row_of(kept_request_types(), pk=pk).pk)


class RequestTypeActivity(RequestTypeView):
    """Whether a request type is offered."""

    @operation(
        "set_request_type_active",
        any_of=CONFIGURES,
        takes=Activity,
        gives=shapes.RequestTypeShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Offer a request type no longer, or again; its cases stay."""
        set_request_type_active(
            request_type_id=row_of(kept_request_types(), pk=pk).pk,
            is_active=fields["is_active"],
            actor=self.actor,
            at=self.at,
        )
        return self.shown(pk)


class WebFormView(TokenView):
    """An address of web forms."""

    def shaped(self) -> Any:
        """Return how web forms become data."""
        return shaped(shapes.WebFormShape, context={"request": self.request})

    def shown(self, pk: int) -> Any:
        """Return a web form; one query."""
        return self.shaped()([row_of(kept_web_forms(), pk=pk)])[0]

    def saved(self, fields: Fields, *, web_form_id: int | None) -> Any:
        """Save a web form and return it."""
        kept = save_web_form(
            web_form_id=web_form_id,
            name=fields["name"],
            heading=fields["heading"],
            thanks=fields["thanks"],
            origins="\n".join(fields["origins"]),
            request_type=type_for_form(fields["request_type"]),
            brand=brand_of_id(fields["brand"]),
            actor=self.actor,
            at=self.at,
        )
        return self.shown(kept.pk)


def brand_of_id(pk: int | None) -> Brand | None:
    """Return a brand, None for none; at most one query.

    Raises:
        Unprocessable: there is none of this id.
    """
    if pk is None:
        return None
    found = Brand.objects.filter(pk=pk).first()
    if found is None:
        raise Unprocessable(
            _("There is no brand %(id)s.") % {"id": pk},
            next_step=_("Send the id of a brand, or none."),
        )
    return found


def type_for_form(pk: int | None) -> Any:
    """Return the request type that a web form is to be for, None for none; at most one query.

    Raises:
        Unprocessable: there is none of this id that is offered on web forms.
    """
    if pk is None:
        return None
    found = request_type_for_forms(pk)
    if found is None:
        raise Unprocessable(
            _("There is no request type %(id)s that is offered on web forms.") % {"id": pk},
            next_step=_("Send the id of one whose doors include forms, or none."),
        )
    return found


class WebForms(WebFormView):
    """Forms that stand open to everybody."""

    @operation(
        "list_web_forms",
        any_of=CONFIGURES,
        filters=Listing,
        gives=page_shape(shapes.WebFormShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List web forms with their addresses, oldest first."""
        return page_of(kept_web_forms(), self, shape=self.shaped(), is_newest_first=False)

    @operation(
        "create_web_form",
        any_of=CONFIGURES,
        takes=shapes.WebFormWish,
        gives=shapes.WebFormShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a web form; it gets an address that nobody can guess."""
        return self.saved(fields, web_form_id=None)


class OneWebForm(WebFormView):
    """One web form."""

    @operation(
        "change_web_form",
        any_of=CONFIGURES,
        takes=shapes.WebFormWish,
        gives=shapes.WebFormShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change a web form; its address stays."""
        return self.saved(fields, web_form_id=row_of(kept_web_forms(), pk=pk).pk)


class WebFormActivity(WebFormView):
    """Whether a web form is open."""

    @operation(
        "set_web_form_active",
        any_of=CONFIGURES,
        takes=Activity,
        gives=shapes.WebFormShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Close a web form, or open it again."""
        set_web_form_active(
            web_form_id=row_of(kept_web_forms(), pk=pk).pk,
            is_active=fields["is_active"],
            actor=self.actor,
            at=self.at,
        )
        return self.shown(pk)


class HeldForms(TokenView):
    """Filled-in forms that wait for a decision."""

    @operation(
        "list_held_forms",
        any_of=DECIDES,
        filters=Listing,
        gives=page_shape(shapes.HeldFormShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List forms that look like advertising or could not be taken in, newest first."""
        return page_of(waiting_submissions(at=self.at), self, shape=shaped(shapes.HeldFormShape))


class ReleaseForm(TokenView):
    """That a held form becomes a case."""

    @operation(
        "release_held_form",
        any_of=DECIDES,
        takes=Nothing,
        gives=shapes.DecidedFormShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Let a held form become a case after all."""
        case = release_submission(pk, actor=self.actor, at=self.at)
        return {"id": pk, "decision": "released", "case": case.number}


class RejectForm(TokenView):
    """That a held form becomes no case."""

    @operation(
        "reject_held_form",
        any_of=DECIDES,
        takes=Nothing,
        gives=shapes.DecidedFormShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Put a held form aside for good; it stays stored."""
        reject_submission(pk, actor=self.actor, at=self.at)
        return {"id": pk, "decision": "rejected", "case": None}
