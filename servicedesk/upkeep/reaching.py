"""Let problems find whom they affect anew, each tenant's in a task of its own."""

from datetime import datetime

from django.db import connections

from problems.reaching import reach_due
from workflow.tenancy.scope import tenant_scope

AT_ONCE = 50


def tenants_with_due_scopes(*, at: datetime, at_most: int = AT_ONCE) -> list[int]:
    """Return the tenants of which a scope is due, the longest due first; one query as sweeper."""
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id FROM problems_scope WHERE next_reach_at <= %(at)s"
            " GROUP BY tenant_id ORDER BY min(next_reach_at) LIMIT %(at_most)s",
            {"at": at, "at_most": at_most},
        )
        return [tenant_id for (tenant_id,) in cursor.fetchall()]


def reach_for_tenant(tenant_id: int, *, at: datetime) -> int:
    """Look for the customers of a tenant's problems that are due; returns how many problems."""
    with tenant_scope(tenant_id):
        return reach_due(at=at)


def reach_everywhere(*, at: datetime) -> int:
    """Do it for all tenants here; returns how many problems were looked at."""
    return sum(reach_for_tenant(one, at=at) for one in tenants_with_due_scopes(at=at))
