"""Ask the next ones about steps that nobody decided in time."""

import logging
from datetime import datetime

from django.db import connection, connections

from problems.approving import ask_on
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)

AT_ONCE = 200


def due_requests(*, at: datetime, at_most: int = AT_ONCE) -> list[tuple[int, int]]:
    """Return tenant and id of requests whose time is over, longest first; one query as sweeper."""
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, id FROM problems_steprequest"
            " WHERE state = 'open' AND due_at <= %s ORDER BY due_at LIMIT %s",
            [at, at_most],
        )
        return [(tenant_id, request_id) for tenant_id, request_id in cursor.fetchall()]


def ask_on_everywhere(*, at: datetime) -> int:
    """Ask the next ones about each request whose time is over; returns how many were asked on."""
    asked = 0
    for tenant_id, request_id in due_requests(at=at):
        try:
            with tenant_scope(tenant_id):
                asked += ask_on(request_id=request_id, at=at)
        except Exception:
            # The others are not to wait for it; it is tried again with the next look.
            if not connection.is_usable():
                raise
            log.exception("nobody can be asked on", extra={"request": request_id})
    return asked
