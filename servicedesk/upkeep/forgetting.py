"""Forget what people were told of clocks long ago."""

from datetime import datetime

from servicedesk.notifications.digests import forget_old_digests
from workflow.tenancy.everywhere import for_every_tenant


def forget_old_digests_everywhere(*, at: datetime) -> int:
    """Delete digests of all tenants that left a week ago; returns how many.

    Once an hour and tenant by tenant: nothing here is urgent.
    """
    return for_every_tenant(lambda: forget_old_digests(at=at))
