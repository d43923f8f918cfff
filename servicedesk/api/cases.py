"""Cases for programs: list, open, read, write in."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.access import case_for, visible_cases
from cases.conversation import add_customer_message, answer_case, note_case
from cases.importing import slug_of
from cases.lifecycle import open_case
from cases.states import CaseState, Channel
from customers.identity import contact_behind
from customers.queries import contact_with_id, product_called
from servicedesk.api import shapes
from servicedesk.api.answering import Answer
from servicedesk.api.base import TokenView
from servicedesk.api.paging import page_of
from servicedesk.api.refusals import Unprocessable
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import Permission

NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH)
KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)
PAGING = [OpenApiParameter("limit", int), OpenApiParameter("after", str)]
FILTERS = [
    OpenApiParameter("state", str, enum=[state.value for state in CaseState]),
    OpenApiParameter("external_id", str),
    OpenApiParameter("contact_email", str),
]
REFUSED = dict.fromkeys((401, 403, 404, 409, 422), shapes.ProblemDocument)


class ExternalIdTaken(Unprocessable):
    """A case with this external id is there."""

    code = "external_id_taken"
    status = 409


def is_customer(actor: Actor) -> bool:
    """Whether a customer's token acts."""
    return actor.kind is ActorKind.CONTACT


def cases_shaped(cases: Any, *, actor: Actor) -> list[dict[str, Any]]:
    """Return cases as data: all to staff, the own side to a customer."""
    shape = shapes.OwnCaseShape if is_customer(actor) else shapes.CaseShape
    return [dict(row) for row in shape(cases, many=True).data]


def with_what_is_shown(cases: QuerySet[Any]) -> QuerySet[Any]:
    """Load what the shape of a case shows; three queries for any number of cases."""
    return cases.select_related(
        "contact", "organisation", "product", "owner", "queue"
    ).prefetch_related("contact__addresses", "links__problem")


class Cases(TokenView):
    """The cases that the token may see; a customer's token sees the own ones."""

    @extend_schema(
        operation_id="list_cases",
        parameters=[*PAGING, *FILTERS],
        responses={200: shapes.CasePage, **REFUSED},
    )
    def get(self, request: Request) -> Response:
        """List cases, newest first."""
        if not is_customer(self.actor):
            self.actor.require(Permission.VIEW_CASE)
        cases = with_what_is_shown(visible_cases(self.actor))
        wanted = request.query_params
        if wanted.get("state"):
            cases = cases.filter(state=wanted["state"])
        if not is_customer(self.actor):
            if wanted.get("external_id"):
                cases = cases.filter(external_id=wanted["external_id"])
            if wanted.get("contact_email"):
                cases = cases.filter(
                    contact__addresses__kind="mail",
                    contact__addresses__value=wanted["contact_email"].strip().lower(),
                )
        return page_of(cases, request, shape=lambda rows: cases_shaped(rows, actor=self.actor))

    @extend_schema(
        operation_id="open_case",
        parameters=[KEY],
        request=shapes.NewCase,
        responses={201: shapes.CaseShape, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Open a case."""
        wanted = shapes.NewCase(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self.once(request, lambda: self.opened(wanted.validated_data))

    def opened(self, fields: dict[str, Any]) -> Answer:
        """Open the case and return it."""
        case = open_case(
            contact=self.contact_for(fields),
            subject=fields["subject"],
            text=fields["body"] or fields["subject"],
            channel=Channel.API,
            product=product_for(fields["product"]),
            priority=3 if is_customer(self.actor) else fields["priority"],
            category="" if is_customer(self.actor) else fields["category"],
            wanted_outcome=fields["wanted_outcome"],
            external_id=None if is_customer(self.actor) else self.free_id(fields["external_id"]),
            actor=self.actor,
            at=self.at,
        )
        stored = with_what_is_shown(visible_cases(self.actor)).filter(pk=case.pk)
        return 201, cases_shaped(stored, actor=self.actor)[0]

    def contact_for(self, fields: dict[str, Any]) -> Any:
        """Return whose case it is."""
        if is_customer(self.actor):
            return own_contact(self.actor)
        self.actor.require(Permission.OPEN_CASE)
        if not fields["contact_email"]:
            raise Unprocessable(
                _("Whose case is it? contact_email is missing."),
                next_step=_("Send the customer's e-mail address."),
            )
        return contact_behind(
            fields["contact_email"], name=fields["contact_name"], actor=self.actor, at=self.at
        )

    def free_id(self, external_id: str | None) -> str | None:
        """Return the external id, or refuse one that has a case."""
        if not external_id:
            return None
        known = visible_cases(self.actor).filter(external_id=external_id).first()
        if known is not None:
            raise ExternalIdTaken(
                _("Case #%(number)s has this external_id.") % {"number": known.number},
                next_step=_("Go on with that case, or send another external_id."),
            )
        return external_id


class OneCase(TokenView):
    """One case."""

    @extend_schema(
        operation_id="read_case", parameters=[NUMBER], responses={200: shapes.CaseShape, **REFUSED}
    )
    def get(self, _request: Request, number: str) -> Response:
        """Read a case."""
        case = case_for(self.actor, int(number))
        stored = with_what_is_shown(visible_cases(self.actor)).filter(pk=case.pk)
        return Response(cases_shaped(stored, actor=self.actor)[0])


class Messages(TokenView):
    """What was said in a case; notes are for colleagues only."""

    @extend_schema(
        operation_id="list_messages",
        parameters=[NUMBER, *PAGING],
        responses={200: shapes.MessagePage, **REFUSED},
    )
    def get(self, request: Request, number: str) -> Response:
        """List messages, oldest first."""
        case = case_for(self.actor, int(number))
        messages = case.messages.select_related("case", "contact", "user").prefetch_related(
            "attachments"
        )
        if is_customer(self.actor):
            messages = messages.exclude(direction="note")
        return page_of(
            messages,
            request,
            shape=lambda rows: [dict(row) for row in shapes.MessageShape(rows, many=True).data],
            is_newest_first=False,
        )

    @extend_schema(
        operation_id="write_message",
        parameters=[NUMBER, KEY],
        request=shapes.NewMessage,
        responses={201: shapes.MessageShape, **REFUSED},
    )
    def post(self, request: Request, number: str) -> Response:
        """Answer the customer, leave a note, or write as the customer."""
        wanted = shapes.NewMessage(data=request.data)
        wanted.is_valid(raise_exception=True)
        case = case_for(self.actor, int(number))
        return self.once(request, lambda: self.said(case, wanted.validated_data))

    def said(self, case: Any, fields: dict[str, Any]) -> Answer:
        """Say it and return the message."""
        if is_customer(self.actor):
            message = add_customer_message(
                case_id=case.pk,
                contact=own_contact(self.actor),
                text=fields["text"],
                channel=Channel.API,
                actor=self.actor,
                at=self.at,
            )
        elif fields["kind"] == "note":
            message = note_case(case_id=case.pk, text=fields["text"], actor=self.actor, at=self.at)
        else:
            message = answer_case(
                case_id=case.pk,
                text=fields["text"],
                and_then=fields["and_then"],
                actor=self.actor,
                at=self.at,
            )
        return 201, dict(shapes.MessageShape(message).data)


def own_contact(actor: Actor) -> Any:
    """Return the contact behind a customer's token."""
    contact = contact_with_id(actor.id)
    if contact is None:
        raise Unprocessable(
            _("The customer of this token is not there any more."),
            next_step=_("Ask the service desk for a new token."),
        )
    return contact


def product_for(name: str) -> Any:
    """Return the product of a name or short name, or None for an empty one.

    Raises:
        Unprocessable: there is none.
    """
    if not name.strip():
        return None
    product = product_called(slug_of(name))
    if product is None:
        raise Unprocessable(
            _("There is no product “%(name)s”.") % {"name": name},
            next_step=_("Send the name of one that is there, or none."),
        )
    return product
