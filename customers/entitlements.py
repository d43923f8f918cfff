"""What a customer was promised: the service level at a moment."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from customers.models import Contact, Entitlement, Product
from workflow.clocks.models import ServiceLevel
from workflow.refusals import Refusal


class NoServiceLevel(Refusal):
    """The tenant has no default service level."""

    code = "no_service_level"


def service_level_of(contact: Contact, *, product: Product | None, at: datetime) -> ServiceLevel:
    """Return the service level that a contact is entitled to; two queries.

    The contact's own entitlement goes before the organisation's, one for the product before one
    for everything; without any, the tenant's default.

    Raises:
        NoServiceLevel: there is no default either.
    """
    holders = Q(contact=contact)
    if contact.organisation_id is not None:
        holders |= Q(organisation_id=contact.organisation_id)
    entitlements = (
        Entitlement.objects.filter(holders, begins_at__lte=at)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
        .filter(Q(product__isnull=True) | Q(product=product))
        .select_related("service_level__version__calendar")
    )
    best = max(
        entitlements,
        key=lambda e: (e.contact_id is not None, e.product_id is not None, -e.pk),
        default=None,
    )
    if best is not None:
        return best.service_level
    default = (
        ServiceLevel.objects.filter(is_default=True).select_related("version__calendar").first()
    )
    if default is None:
        raise NoServiceLevel(
            _("This service desk has no default service level."),
            next_step=_("Ask an administrator to set one under Settings, Service levels."),
        )
    return default
