"""Do something for every tenant, so that nobody's trouble holds up the others."""

import logging
from collections.abc import Callable

from django.db import connection

from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)


def for_every_tenant(act: Callable[[], int]) -> int:
    """Do something in the scope of each tenant; returns the sum of what it did.

    Outside any transaction. What fails for one tenant is logged, and the next one has its turn.
    Raises what the database raises when it does not answer any more.
    """
    done = 0
    for tenant_id in list(Tenant.objects.order_by("id").values_list("id", flat=True)):
        try:
            with tenant_scope(tenant_id):
                done += act()
        except Exception:
            if not connection.is_usable():
                raise
            log.exception("the upkeep of a tenant failed", extra={"tenant": tenant_id})
    return done
