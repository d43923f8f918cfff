"""What settings of a radar would have raised in a tenant's past: worked out by a worker."""

from django.utils.timezone import now

from workflow.outbox.effects import Claimed
from workflow.tenancy.scope import tenant_scope


def try_radar(effect: Claimed) -> None:
    """Try settings of the radar on a tenant's past; a repeat after a crash changes nothing."""
    # Only a worker that tries loads numbers: pages, mail and news share their memory without them.
    from problems.looking import try_settings  # noqa: PLC0415

    with tenant_scope(effect.tenant_id):
        try_settings(int(effect.payload["trial"]), at=now())
