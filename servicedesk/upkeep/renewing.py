"""Fill in public holidays before a calendar runs out of them."""

import logging
from datetime import datetime

from django.db import transaction

from workflow.calendars import calendars_running_out, renew_public_holidays
from workflow.refusals import Refusal
from workflow.tenancy.everywhere import for_every_tenant

log = logging.getLogger(__name__)


def renew_public_holidays_everywhere(*, at: datetime) -> int:
    """Fill in the holidays of the years to come for all tenants; returns how many calendars.

    Once an hour and tenant by tenant, one query each; there is something to do once a year.
    """
    return for_every_tenant(lambda: renew_public_holidays_of_tenant(at=at))


def renew_public_holidays_of_tenant(*, at: datetime) -> int:
    """Fill in the holidays of the current tenant's calendars; returns how many calendars."""
    with transaction.atomic():
        calendars = calendars_running_out(at=at)
    return sum(is_renewed(calendar_id, at=at) for calendar_id in calendars)


def is_renewed(calendar_id: int, *, at: datetime) -> bool:
    """Renew a calendar; a country that is known no longer must not hold up the others."""
    try:
        return renew_public_holidays(calendar_id=calendar_id, at=at)
    except Refusal:
        log.exception("public holidays cannot be renewed", extra={"calendar": calendar_id})
        return False
