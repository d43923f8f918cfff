"""Customers for programs: contacts with their addresses, organisations, products, promises."""

from typing import Any

from django.db.models import Q

from customers.access import (
    the_one,
    visible_contacts,
    visible_entitlements,
    visible_organisations,
    visible_products,
)
from customers.editing import (
    change_contact,
    end_entitlement,
    grant_entitlement,
    new_contact,
    remove_address,
    save_organisation,
    save_product,
)
from customers.entitlements import entitlement_kind_named
from customers.identity import add_address, address_kind_named, become_customer
from customers.preferences import let_see_organisation
from problems.affected import problems_of_contact
from servicedesk.api.base import TokenView
from servicedesk.api.naming import product_for, service_level_of_id
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import customers as shapes
from servicedesk.api.shapes.doors import Sight as Sees
from servicedesk.api.shapes.fields import Nothing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_CUSTOMER,)
EDITS = (Permission.EDIT_CUSTOMER,)
CONFIGURES = (Permission.CONFIGURE,)
CHANGED_ONE_BY_ONE = (
    "name", "organisation", "language", "timezone", "tier", "region", "may_be_mailed",
)  # fmt: skip
PATH = ("pk",)
TAG = "Customers"


class CustomerView(TokenView):
    """An address of customers."""

    def contact(self, pk: int) -> dict[str, Any]:
        """Return a contact with the addresses as data; two queries."""
        found = visible_contacts(self.actor).prefetch_related("addresses")
        return one(shapes.ContactShape, the_one(found, pk=pk))

    def organisation_named(self, pk: int | None) -> Any:
        """Return the organisation of an id, or None without one."""
        return the_one(visible_organisations(self.actor), pk=pk) if pk is not None else None


class Contacts(CustomerView):
    """The people whom we serve."""

    @operation(
        "list_contacts",
        any_of=SEES,
        filters=shapes.ContactFilters,
        gives=page_shape(shapes.ContactShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List contacts, newest first; those who were joined with another one are left out."""
        asked = self.asked
        wanted = Q()
        if asked.get("words"):
            wanted &= Q(name__icontains=asked["words"]) | Q(
                addresses__value__contains=asked["words"].lower()
            )
        if asked.get("email"):
            wanted &= Q(addresses__kind="mail", addresses__value=asked["email"].strip().lower())
        if asked.get("organisation"):
            wanted &= Q(organisation_id=asked["organisation"])
        if asked.get("is_prospect") is not None:
            wanted &= Q(is_prospect=asked["is_prospect"])
        contacts = visible_contacts(self.actor).filter(wanted, joined_to__isnull=True).distinct()
        return page_of(
            contacts.prefetch_related("addresses"), self, shape=shaped(shapes.ContactShape)
        )

    @operation(
        "create_contact",
        any_of=EDITS,
        takes=shapes.NewContact,
        gives=shapes.ContactShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Write down a customer with a first address."""
        contact = new_contact(
            name=fields["name"],
            kind=address_kind_named(fields["kind"]),
            address=fields["address"],
            organisation=self.organisation_named(fields["organisation"]),
            actor=self.actor,
            at=self.at,
        )
        return self.contact(contact.pk)


class OneContact(CustomerView):
    """One person."""

    @operation("read_contact", any_of=SEES, gives=shapes.ContactShape, path=PATH, tag=TAG)
    def get(self, pk: int) -> Any:
        """Read a contact with all addresses."""
        return self.contact(pk)

    @operation(
        "change_contact",
        any_of=EDITS,
        takes=shapes.ContactChange,
        gives=shapes.ContactShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change what is known of a contact; what is not sent stays."""
        contact = the_one(visible_contacts(self.actor), pk=pk)
        values = {name: getattr(contact, name) for name in CHANGED_ONE_BY_ONE}
        if "organisation" in fields:
            fields = {**fields, "organisation": self.organisation_named(fields["organisation"])}
        change_contact(contact_id=pk, **{**values, **fields}, actor=self.actor, at=self.at)
        return self.contact(pk)


class Addresses(CustomerView):
    """How a person is reached."""

    @operation(
        "add_address",
        any_of=EDITS,
        takes=shapes.NewAddress,
        gives=shapes.ContactShape,
        status=201,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Give a contact one more address, or one that another contact has."""
        the_one(visible_contacts(self.actor), pk=pk)
        add_address(
            contact_id=pk,
            kind=address_kind_named(fields["kind"]),
            value=fields["value"],
            may_move=fields["may_move"],
            actor=self.actor,
            at=self.at,
        )
        return self.contact(pk)


class OneAddress(CustomerView):
    """One address of a person."""

    @operation(
        "remove_address",
        any_of=EDITS,
        gives=shapes.ContactShape,
        path=("pk", "address_id"),
        tag=TAG,
    )
    def delete(self, _fields: Fields, pk: int, address_id: int) -> Any:
        """Take an address from a contact, who keeps at least one."""
        the_one(visible_contacts(self.actor), pk=pk)
        remove_address(contact_id=pk, address_id=address_id, actor=self.actor, at=self.at)
        return self.contact(pk)


class BecomeCustomer(CustomerView):
    """That a prospect is a customer now."""

    @operation(
        "become_customer",
        any_of=EDITS,
        takes=Nothing,
        gives=shapes.ContactShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Make a prospect a customer; all that was said before stays."""
        the_one(visible_contacts(self.actor), pk=pk)
        become_customer(contact_id=pk, actor=self.actor, at=self.at)
        return self.contact(pk)


class Sight(CustomerView):
    """Whether a person sees the cases of the whole organisation."""

    @operation(
        "let_see_organisation",
        any_of=EDITS,
        takes=Sees,
        gives=shapes.ContactShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Let a contact see the cases of all colleagues, or no longer."""
        the_one(visible_contacts(self.actor), pk=pk)
        let_see_organisation(pk, sees=fields["sees"], actor=self.actor, at=self.at)
        return self.contact(pk)


class ProblemsOfContact(CustomerView):
    """What affects a person."""

    @operation(
        "list_problems_of_contact",
        any_of=SEES,
        gives=page_shape(shapes.AffectedProblemShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """List the newest 50 problems that affect a contact, and when it was told something."""
        contact = the_one(visible_contacts(self.actor), pk=pk)
        rows = problems_of_contact(contact.pk)
        return {"results": shaped(shapes.AffectedProblemShape)(rows), "next": None}


class Organisations(CustomerView):
    """The companies that are customers."""

    @operation(
        "list_organisations",
        any_of=SEES,
        filters=shapes.OrganisationFilters,
        gives=page_shape(shapes.OrganisationShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List organisations, newest first."""
        wanted = Q()
        if self.asked.get("words"):
            wanted &= Q(name__icontains=self.asked["words"])
        if self.asked.get("domain"):
            wanted &= Q(domain__iexact=self.asked["domain"])
        organisations = visible_organisations(self.actor).filter(wanted)
        return page_of(organisations, self, shape=shaped(shapes.OrganisationShape))

    @operation(
        "create_organisation",
        any_of=(*EDITS, *CONFIGURES),
        takes=shapes.OrganisationWish,
        gives=shapes.OrganisationShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add an organisation; new people who write from its domain belong to it."""
        made = save_organisation(organisation_id=None, **fields, actor=self.actor, at=self.at)
        return one(shapes.OrganisationShape, made)


class OneOrganisation(CustomerView):
    """One company."""

    @operation("read_organisation", any_of=SEES, gives=shapes.OrganisationShape, path=PATH, tag=TAG)
    def get(self, pk: int) -> Any:
        """Read an organisation."""
        return one(shapes.OrganisationShape, self.organisation_named(pk))

    @operation(
        "change_organisation",
        any_of=(*EDITS, *CONFIGURES),
        takes=shapes.OrganisationWish,
        gives=shapes.OrganisationShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change name and mail domain of an organisation."""
        self.organisation_named(pk)
        changed = save_organisation(organisation_id=pk, **fields, actor=self.actor, at=self.at)
        return one(shapes.OrganisationShape, changed)


class Products(CustomerView):
    """What customers have."""

    @operation(
        "list_products",
        any_of=(Permission.VIEW_CASE, Permission.USE_PORTAL),
        filters=shapes.ProductFilters,
        gives=page_shape(shapes.ProductShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List products, oldest first; a customer's token sees those that it may name."""
        products = visible_products(self.actor)
        if self.asked.get("is_active") is not None:
            products = products.filter(is_active=self.asked["is_active"])
        return page_of(products, self, shape=shaped(shapes.ProductShape), is_newest_first=False)

    @operation(
        "create_product",
        any_of=CONFIGURES,
        takes=shapes.ProductWish,
        gives=shapes.ProductShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a product; its short name is made of the name and stays."""
        made = save_product(product_id=None, **fields, actor=self.actor, at=self.at)
        return one(shapes.ProductShape, made)


class OneProduct(CustomerView):
    """One product."""

    @operation(
        "change_product",
        any_of=CONFIGURES,
        takes=shapes.ProductWish,
        gives=shapes.ProductShape,
        path=("slug",),
        tag=TAG,
    )
    def patch(self, fields: Fields, slug: str) -> Any:
        """Change the name of a product, or whether it is offered."""
        product = the_one(visible_products(self.actor), slug=slug)
        changed = save_product(product_id=product.pk, **fields, actor=self.actor, at=self.at)
        return one(shapes.ProductShape, changed)


class Entitlements(CustomerView):
    """Who was promised what."""

    @operation(
        "list_entitlements",
        any_of=SEES,
        filters=shapes.EntitlementFilters,
        gives=page_shape(shapes.EntitlementShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List promised service levels, newest first."""
        wanted = {
            f"{name}_id": self.asked[name]
            for name in ("organisation", "contact")
            if self.asked.get(name)
        }
        rows = visible_entitlements(self.actor).filter(**wanted)
        return page_of(rows, self, shape=shaped(shapes.EntitlementShape))

    @operation(
        "grant_entitlement",
        any_of=CONFIGURES,
        takes=shapes.EntitlementWish,
        gives=shapes.EntitlementShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Promise a service level; cases that are open keep what they were opened with."""
        contact = fields["contact"]
        granted = grant_entitlement(
            organisation=self.organisation_named(fields["organisation"]),
            contact=the_one(visible_contacts(self.actor), pk=contact) if contact else None,
            product=product_for(fields["product"]),
            service_level=service_level_of_id(fields["service_level"]),
            begins_at=fields["begins_at"] or self.at,
            ends_at=fields["ends_at"],
            kind=entitlement_kind_named(fields["kind"]),
            reference=fields["reference"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.EntitlementShape, granted)


class EndEntitlement(CustomerView):
    """That a promise ends."""

    @operation(
        "end_entitlement",
        any_of=CONFIGURES,
        takes=Nothing,
        gives=shapes.EntitlementShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Let a promise end now; it stays for the history."""
        found = the_one(visible_entitlements(self.actor), pk=pk)
        end_entitlement(entitlement_id=found.pk, actor=self.actor, at=self.at)
        return one(shapes.EntitlementShape, the_one(visible_entitlements(self.actor), pk=pk))
