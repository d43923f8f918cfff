"""Fill in public holidays before a calendar runs out of them."""

import logging
from datetime import datetime

from django.db import transaction

from workflow.calendars import calendars_running_out, renew_public_holidays
from workflow.refusals import Refusal
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)


def renew_public_holidays_everywhere(*, at: datetime) -> int:
    """Fill in the holidays of the years to come for all tenants; returns how many calendars.

    Once an hour and tenant by tenant, one query each; there is something to do once a year.
    """
    renewed = 0
    for tenant_id in Tenant.objects.order_by("id").values_list("id", flat=True):
        with tenant_scope(tenant_id):
            with transaction.atomic():
                calendars = calendars_running_out(at=at)
            renewed += sum(is_renewed(calendar_id, at=at) for calendar_id in calendars)
    return renewed


def is_renewed(calendar_id: int, *, at: datetime) -> bool:
    """Renew a calendar; a country that is known no longer must not hold up the others."""
    try:
        return renew_public_holidays(calendar_id=calendar_id, at=at)
    except Refusal:
        log.exception("public holidays cannot be renewed", extra={"calendar": calendar_id})
        return False
