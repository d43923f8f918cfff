"""What a customer was promised: the service level at a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from customers.models import Contact, Entitlement, EntitlementKind, Product
from workflow.clocks.metrics import holds
from workflow.clocks.models import ServiceLevel
from workflow.conditions import Facts, parse_condition
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import kept

STRENGTH: Mapping[str, int] = {
    EntitlementKind.ACCOUNT: 1,
    EntitlementKind.PRODUCT: 2,
    EntitlementKind.ASSET: 3,
    EntitlementKind.CONTRACT: 4,
}
NO_FACTS: Facts = {}


class NoServiceLevel(Refusal):
    """The tenant has no default service level."""

    code = "no_service_level"


@dataclass(frozen=True)
class Offers:
    """What could be promised: the rights of a customer, and every level that promises anything."""

    entitlements: Sequence[Entitlement]
    levels: Sequence[ServiceLevel]

    def best(self, facts: Facts) -> ServiceLevel:
        """Return the level that the strongest right names, else the first that fits, else the default.

        Raises:
            NoServiceLevel: there is no default either.
        """
        chosen = self.by_right() or self.by_facts(facts) or self.by_default()
        if chosen is None:
            raise NoServiceLevel(
                _("This service desk has no default service level."),
                next_step=_("Ask an administrator to set one under Settings, Service levels."),
            )
        return chosen

    def by_right(self) -> ServiceLevel | None:
        """Return what the strongest right names.

        Contract before asset, product and account; then the contact's own before the
        organisation's, one for the product before one for everything, the oldest.
        """
        known = {level.pk: level for level in self.levels}
        strongest = max(
            (right for right in self.entitlements if right.service_level_id in known),
            key=lambda right: (
                STRENGTH[right.kind],
                right.contact_id is not None,
                right.product_id is not None,
                -right.pk,
            ),
            default=None,
        )
        return known[strongest.service_level_id] if strongest else None

    def by_facts(self, facts: Facts) -> ServiceLevel | None:
        """Return the first level in order whose condition matches; one without serves by right."""
        return next((level for level in self.levels if fits(level, facts)), None)

    def by_default(self) -> ServiceLevel | None:
        """Return the level of everybody else."""
        return next((level for level in self.levels if level.is_default), None)


def entitlement_kind_named(code: str) -> EntitlementKind:
    """Return what gives a right, by its code."""
    return EntitlementKind(code)


def fits(level: ServiceLevel, facts: Facts) -> bool:
    """Whether a level says of itself that it serves such a case."""
    wanted = level.version.applies_when if level.version is not None else {}
    return bool(wanted) and holds(parse_condition(wanted), facts)


def offers_for(contact: Contact, *, product: Product | None, at: datetime) -> Offers:
    """Return what could be promised to a contact at a moment; two queries.

    A level without a published version promises nothing and cannot be chosen.
    """
    entitlements = entitlements_at(
        contact=contact.pk,
        organisation=contact.organisation_id,
        product=product.pk if product is not None else None,
        at=at,
    )
    return Offers(entitlements=entitlements, levels=levels_in_order())


@kept("contact", "organisation", "product", "at")
def entitlements_at(
    *, contact: int, at: datetime, organisation: int | None = None, product: int | None = None
) -> QuerySet[Entitlement]:
    """Return what a contact or its organisation has at a moment, for a product or for all."""
    holders, products = Q(contact=contact), Q(product__isnull=True)
    if organisation is not None:
        holders |= Q(organisation_id=organisation)
    if product is not None:
        products |= Q(product=product)
    entitlements = Entitlement.objects.filter(holders, products, begins_at__lte=at)
    return entitlements.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))


@kept()
def levels_in_order() -> QuerySet[ServiceLevel]:
    """Return the levels that promise anything, in the order in which they are tried; one query."""
    return (
        ServiceLevel.objects.filter(version__isnull=False)
        .select_related("version__calendar")
        .order_by("position", "id")
    )


def service_level_of(
    contact: Contact, *, product: Product | None, at: datetime, facts: Facts = NO_FACTS
) -> ServiceLevel:
    """Return the service level that serves a contact; two queries.

    By right (contract, asset, product, account), else the first in order whose condition matches
    the facts of the case, else the tenant's default.

    Raises:
        NoServiceLevel: there is no default either.
    """
    return offers_for(contact, product=product, at=at).best(facts)
