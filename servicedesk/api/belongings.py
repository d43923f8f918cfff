"""What customers have, for programs: versions, what is installed, purchases, and imports."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from customers.access import (
    the_one,
    visible_contacts,
    visible_installed,
    visible_organisations,
    visible_products,
    visible_purchases,
    visible_versions,
)
from customers.belongings import (
    Order,
    Owner,
    Place,
    Thing,
    change_installed,
    change_purchase,
    remove_installed,
    remove_purchase,
    save_version,
    write_installed,
    write_purchase,
)
from customers.having import theirs, version_named
from customers.importing import Given, import_belongings, keys_there
from servicedesk.api.base import TokenView
from servicedesk.api.naming import product_for
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import belongings as shapes
from servicedesk.api.shapes.fields import Listing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_CUSTOMER,)
EDITS = (Permission.EDIT_CUSTOMER,)
CONFIGURES = (Permission.CONFIGURE,)
PATH = ("pk",)
TAG = "Products and purchases"


def thing_in(fields: Fields) -> Thing:
    """Return the product and version that fields name; at most two queries.

    Raises:
        Unprocessable: there is no such product or version.
    """
    product = product_for(fields["product"])
    name = fields["version"].strip()
    version = version_named(product.pk, name) if name else None
    if name and version is None:
        raise Unprocessable(
            _("%(product)s has no version “%(name)s”.") % {"product": product.name, "name": name},
            next_step=_("Send the name of one that is there, or none."),
        )
    return Thing(product=product, version=version)


def place_in(fields: Fields) -> Place:
    """Return where something is installed."""
    return Place(
        **{name: fields[name] for name in ("region", "place", "reference", "since", "until")}
    )


def order_in(fields: Fields) -> Order:
    """Return what a purchase says."""
    return Order(**{name: fields[name] for name in ("bought_on", "quantity", "reference")})


class BelongingView(TokenView):
    """An address of what customers have."""

    def owner_in(self, fields: Fields) -> Owner:
        """Return whom fields name: a contact or an organisation; one query.

        Raises:
            NotKnownHere: it is not there.
            Unprocessable: none or both are named.
        """
        contact, organisation = fields["contact"], fields["organisation"]
        if (contact is None) is (organisation is None):
            raise Unprocessable(
                _("Either a contact or an organisation has it."),
                next_step=_("Send the id of one of them."),
            )
        if contact is not None:
            return Owner(contact_id=the_one(visible_contacts(self.actor), pk=contact).pk)
        found = the_one(visible_organisations(self.actor), pk=organisation)
        return Owner(organisation_id=found.pk)

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the filters ask for."""
        asked = self.asked
        wanted = Q()
        if asked.get("contact"):
            wanted &= theirs(asked["contact"])
        if asked.get("organisation"):
            wanted &= Q(organisation_id=asked["organisation"])
        if asked.get("product"):
            wanted &= Q(product__slug=asked["product"])
        return rows.filter(wanted)


class Versions(BelongingView):
    """The versions of a product."""

    @operation(
        "list_versions",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.ProductVersionShape),
        path=("slug",),
        tag=TAG,
    )
    def get(self, slug: str) -> Any:
        """List the versions of a product, newest first."""
        product = the_one(visible_products(self.actor), slug=slug)
        rows = visible_versions(self.actor).filter(product=product)
        return page_of(rows, self, shape=shaped(shapes.ProductVersionShape))

    @operation(
        "create_version",
        any_of=CONFIGURES,
        takes=shapes.VersionWish,
        gives=shapes.ProductVersionShape,
        path=("slug",),
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields, slug: str) -> Any:
        """Add a version of a product."""
        product = the_one(visible_products(self.actor), slug=slug)
        made = save_version(
            product_id=product.pk, version_id=None, **fields, actor=self.actor, at=self.at
        )
        return one(shapes.ProductVersionShape, made)


class OneVersion(BelongingView):
    """One version."""

    @operation(
        "change_version",
        any_of=CONFIGURES,
        takes=shapes.VersionWish,
        gives=shapes.ProductVersionShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change a version; who has it keeps it."""
        found = the_one(visible_versions(self.actor), pk=pk)
        changed = save_version(
            product_id=found.product_id, version_id=pk, **fields, actor=self.actor, at=self.at
        )
        return one(shapes.ProductVersionShape, changed)


class Installed(BelongingView):
    """What customers use."""

    @operation(
        "list_installed",
        any_of=SEES,
        filters=shapes.BelongingFilters,
        gives=page_shape(shapes.InstalledShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List what is installed, what was written down last first."""
        rows = self.narrowed(visible_installed(self.actor))
        return page_of(rows, self, shape=shaped(shapes.InstalledShape))

    @operation(
        "write_installed",
        any_of=EDITS,
        takes=shapes.InstalledWish,
        gives=shapes.InstalledShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Write down that a customer has something installed."""
        made = write_installed(
            owner=self.owner_in(fields),
            thing=thing_in(fields),
            place=place_in(fields),
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.InstalledShape, made)


class OneInstalled(BelongingView):
    """One thing that a customer uses."""

    @operation(
        "change_installed",
        any_of=EDITS,
        takes=shapes.InstalledChange,
        gives=shapes.InstalledShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change what is installed; the fields that are sent are all it has."""
        the_one(visible_installed(self.actor), pk=pk)
        change_installed(
            installed_id=pk,
            thing=thing_in(fields),
            place=place_in(fields),
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.InstalledShape, the_one(visible_installed(self.actor), pk=pk))

    @operation("remove_installed", any_of=EDITS, gives=shapes.InstalledShape, path=PATH, tag=TAG)
    def delete(self, _fields: Fields, pk: int) -> Any:
        """Remove what was written down by mistake; what has ended gets a last day instead."""
        gone = one(shapes.InstalledShape, the_one(visible_installed(self.actor), pk=pk))
        remove_installed(installed_id=pk, actor=self.actor, at=self.at)
        return gone


class Purchases(BelongingView):
    """What customers bought."""

    @operation(
        "list_purchases",
        any_of=SEES,
        filters=shapes.BelongingFilters,
        gives=page_shape(shapes.PurchaseShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List purchases, what was written down last first."""
        rows = self.narrowed(visible_purchases(self.actor))
        return page_of(rows, self, shape=shaped(shapes.PurchaseShape))

    @operation(
        "write_purchase",
        any_of=EDITS,
        takes=shapes.PurchaseWish,
        gives=shapes.PurchaseShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Write down that a customer bought something."""
        made = write_purchase(
            owner=self.owner_in(fields),
            thing=thing_in(fields),
            order=order_in(fields),
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.PurchaseShape, made)


class OnePurchase(BelongingView):
    """One purchase."""

    @operation(
        "change_purchase",
        any_of=EDITS,
        takes=shapes.PurchaseChange,
        gives=shapes.PurchaseShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change a purchase; the fields that are sent are all it has."""
        the_one(visible_purchases(self.actor), pk=pk)
        change_purchase(
            purchase_id=pk,
            thing=thing_in(fields),
            order=order_in(fields),
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.PurchaseShape, the_one(visible_purchases(self.actor), pk=pk))

    @operation("remove_purchase", any_of=EDITS, gives=shapes.PurchaseShape, path=PATH, tag=TAG)
    def delete(self, _fields: Fields, pk: int) -> Any:
        """Remove what was written down by mistake."""
        gone = one(shapes.PurchaseShape, the_one(visible_purchases(self.actor), pk=pk))
        remove_purchase(purchase_id=pk, actor=self.actor, at=self.at)
        return gone


class ImportBelongings(BelongingView):
    """What another system knows that customers have."""

    @operation(
        "import_belongings",
        any_of=(Permission.IMPORT_CASES,),
        takes=shapes.ImportWish,
        gives=shapes.ImportShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Take in at most 1,000 lines; `external_id` decides, so the same again changes nothing."""
        lines = [Given(place, line) for place, line in enumerate(fields["lines"], start=1)]
        done = import_belongings(lines, seen={}, actor=self.actor, at=self.at)
        return one(
            shapes.ImportShape,
            {
                "read": len(lines),
                "new": len(done.added),
                "changed": len(done.changed),
                "unchanged": len(done.unchanged),
                "in_database": keys_there(done.keys),
                "refused": done.refused,
            },
        )
