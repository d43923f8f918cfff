"""Cases for programs: list, open, read."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases.access import case_for, visible_cases
from cases.filtering import criteria_of, matching
from cases.lifecycle import open_case
from cases.queries import cases_found
from cases.saved_views import shared_views
from cases.states import Channel
from customers.identity import contact_behind
from problems.backlog import beside
from problems.cases_told import with_what_is_told
from servicedesk.api.base import TokenView
from servicedesk.api.naming import own_contact, product_for
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import page_of, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import cases as shapes
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import Permission
from workflow.tenancy.kept_queries import kept

Fields = dict[str, Any]
SEES = (Permission.VIEW_CASE, Permission.USE_PORTAL)
OPENS = (Permission.OPEN_CASE, Permission.USE_PORTAL)
# What a customer may ask for: the other filters tell what colleagues see.
CUSTOMERS_ASK = {"limit", "after", "state", "product", "updated_since"}


class ExternalIdTaken(Unprocessable):
    """A case with this external id is there."""

    code = "external_id_taken"
    status = 409


def cases_shaped(cases: Any, *, actor: Actor) -> list[dict[str, Any]]:
    """Return cases as data: all to staff, the own side to a customer."""
    is_customer = actor.kind is ActorKind.CONTACT
    rows = shaped(shapes.OwnCaseShape if is_customer else shapes.CaseShape)(cases)
    return list(rows)


def case_shown(actor: Actor, case_id: int) -> dict[str, Any]:
    """Return a case as data; one query."""
    found = case_as_shown(
        case=case_id,
        kind=actor.kind,
        permissions=actor.permissions & {Permission.VIEW_CASE},
        contact=actor.id if actor.kind is ActorKind.CONTACT else None,
    )
    return cases_shaped(found, actor=actor)[0]


@kept("case", "contact")
def case_as_shown(
    *, case: int, kind: ActorKind, permissions: frozenset[Permission], contact: int = 0
) -> QuerySet[Any]:
    """Return a case with what its shape shows, if somebody of such rights sees it."""
    somebody = Actor(kind=kind, id=contact, label="", permissions=permissions)
    return with_what_is_told(visible_cases(somebody)).filter(pk=case)


def narrowed(cases: QuerySet[Any], asked: Mapping[str, Any], *, actor: Actor) -> QuerySet[Any]:
    """Return the cases that a program asks for; words cost three queries of their own."""
    plain = {
        "state": "state",
        "priority": "priority",
        "channel": "channel",
        "product": "product__slug",
        "contact": "contact_id",
        "external_id": "external_id",
        "updated_since": "last_message_at__gte",
    }
    wanted = Q(**{path: asked[name] for name, path in plain.items() if asked.get(name)})
    if asked.get("needs_attention") is not None:
        wanted &= Q(needs_attention=asked["needs_attention"])
    for name, path in (("owner", "owner__email__iexact"), ("queue", "queue__slug")):
        if asked.get(name):
            is_none = asked[name] == "none"
            wanted &= Q(**({f"{name}_id": None} if is_none else {path: asked[name]}))
    if asked.get("contact_email"):
        cases = cases.filter(
            contact__addresses__kind="mail",
            contact__addresses__value=asked["contact_email"].strip().lower(),
        )
    if asked.get("problem"):
        cases = cases.filter(links__kind="confirmed", links__problem__number=asked["problem"])
    if asked.get("words"):
        wanted &= Q(pk__in=[case.pk for case in cases_found(actor, asked["words"])])
    return cases.filter(wanted)


class Cases(TokenView):
    """The cases that the token may see; a customer's token sees the own ones."""

    @operation(
        "list_cases",
        any_of=SEES,
        filters=shapes.CaseFilters,
        gives=page_shape(shapes.CaseShape),
        tag="Cases",
    )
    def get(self) -> Any:
        """List cases, newest first."""
        if self.is_customer:
            self.refuse_filters_of_staff()
        cases = narrowed(visible_cases(self.actor), self.asked, actor=self.actor)
        if self.asked.get("view"):
            cases = cases.filter(pk__in=self.in_view(self.asked["view"]).values("pk"))
        return page_of(
            with_what_is_told(cases),
            self,
            shape=lambda rows: cases_shaped(rows, actor=self.actor),
        )

    def in_view(self, view_id: int) -> QuerySet[Any]:
        """Return the cases of a shared view, in no order; one query for the view.

        Raises:
            Unprocessable: there is no such view.
        """
        view = shared_views().filter(pk=view_id).first()
        if view is None:
            raise Unprocessable(
                _("There is no shared view %(id)s.") % {"id": view_id},
                next_step=_("Send the id of one of the list."),
            )
        criteria = criteria_of(view)
        return matching(self.actor, criteria, at=self.at, beside=beside(criteria)).order_by()

    def refuse_filters_of_staff(self) -> None:
        """Refuse what would tell a customer of notes, queues or other people.

        Raises:
            Unprocessable: the address asks for it.
        """
        beyond = sorted(set(self.request.query_params) - CUSTOMERS_ASK)
        if beyond:
            raise Unprocessable(
                _("A customer's token cannot ask for: %(filters)s.")
                % {"filters": ", ".join(beyond)},
                next_step=_("Ask for: %(filters)s.")
                % {"filters": ", ".join(sorted(CUSTOMERS_ASK))},
            )

    @operation(
        "open_case",
        any_of=OPENS,
        takes=shapes.NewCase,
        gives=shapes.CaseShape,
        status=201,
        tag="Cases",
    )
    def post(self, fields: Fields) -> Any:
        """Open a case; a customer's token opens an own one, the other fields do not count."""
        case = open_case(
            contact=self.contact_for(fields),
            subject=fields["subject"],
            text=fields["body"] or fields["subject"],
            channel=Channel.API if self.is_customer else Channel(fields["channel"]),
            product=product_for(fields["product"]),
            priority=3 if self.is_customer else fields["priority"],
            category="" if self.is_customer else fields["category"],
            wanted_outcome=fields["wanted_outcome"],
            external_id=None if self.is_customer else self.free_id(fields["external_id"]),
            actor=self.actor,
            at=self.at,
        )
        return case_shown(self.actor, case.pk)

    def contact_for(self, fields: Fields) -> Any:
        """Return whose case it is."""
        if self.is_customer:
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

    @operation("read_case", any_of=SEES, path=("number",), gives=shapes.CaseShape, tag="Cases")
    def get(self, number: int) -> Any:
        """Read a case."""
        return case_shown(self.actor, case_for(self.actor, number).pk)
