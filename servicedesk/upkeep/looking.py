"""Let the radars that are due look for patterns: by the matcher, or each in a task of its own."""

from datetime import datetime

from django.db import connections

from problems.matcher_client import ask_to_look
from workflow.tenancy.scope import tenant_scope

AT_ONCE = 50


def due_radars(*, at: datetime, at_most: int = AT_ONCE) -> list[int]:
    """Return the tenants whose radar is due and not looking, longest first; one query as sweeper."""
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id FROM problems_radar"
            " WHERE is_on AND next_look_at <= %(at)s"
            " AND (looking_until IS NULL OR looking_until < %(at)s)"
            " ORDER BY next_look_at LIMIT %(at_most)s",
            {"at": at, "at_most": at_most},
        )
        return [tenant_id for (tenant_id,) in cursor.fetchall()]


def look_at_tenant(tenant_id: int, *, at: datetime) -> int:
    """Let the matcher look at the cases of a tenant, or look here where it does not.

    Returns how many patterns were raised or grew here.
    """
    with tenant_scope(tenant_id):
        if ask_to_look():
            return 0
        # Only a worker that looks loads numbers: pages, mail and news share memory without them.
        from problems.looking import look  # noqa: PLC0415

        looked = look(at=at)
    return len(looked.raised) + len(looked.grown) if looked is not None else 0
