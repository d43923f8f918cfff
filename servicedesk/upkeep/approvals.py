"""Ask the next ones about steps that nobody decided in time."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, connections

from problems.approving import ask_on
from problems.stuck_approvals import note_failed_ask
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)

AT_ONCE = 200
BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DueRequest:
    """A request whose time is over."""

    tenant_id: int
    request_id: int
    due_at: datetime


def due_requests(
    *, at: datetime, behind: DueRequest | None = None, at_most: int = AT_ONCE
) -> list[DueRequest]:
    """Return requests whose time is over and that do not pause, longest first; one query as sweeper.

    `behind` is the last one of the batch before.
    """
    after = (behind.due_at, behind.request_id) if behind else (BEGINNING, 0)
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, id, due_at FROM problems_steprequest"
            " WHERE state = 'open' AND due_at <= %s AND (due_at, id) > (%s, %s)"
            " AND (ask_again_at IS NULL OR ask_again_at <= %s)"
            " ORDER BY due_at, id LIMIT %s",
            [at, *after, at, at_most],
        )
        return [DueRequest(*row) for row in cursor.fetchall()]


def ask_on_everywhere(*, at: datetime, at_most: int = AT_ONCE) -> int:
    """Ask the next ones about each request whose time is over; returns how many were asked on.

    Goes through all of them, `at_most` at a time: one that fails is tried again after a pause that
    grows, stands under what was not delivered, is named by the proof after a day, and is behind
    us, so that any number of them hold up nobody else's.
    """
    asked, behind = 0, None
    while batch := due_requests(at=at, behind=behind, at_most=at_most):
        asked += sum(is_asked_on(request, at=at) for request in batch)
        behind = batch[-1]
    return asked


def is_asked_on(request: DueRequest, *, at: datetime) -> bool:
    """Ask the next ones about a request; whether it was still due and it went well."""
    try:
        with tenant_scope(request.tenant_id):
            return ask_on(request_id=request.request_id, at=at)
    except Exception as failure:
        # The others are not to wait for it; it is tried again after a pause.
        if not connection.is_usable():
            raise
        log.exception("nobody can be asked on", extra={"request": request.request_id})
        note_failure(request, failure, at=at)
        return False


def note_failure(request: DueRequest, failure: Exception, *, at: datetime) -> None:
    """Keep that nobody could be asked on, if that can be written; else it is tried again soon."""
    try:
        with tenant_scope(request.tenant_id):
            note_failed_ask(request.request_id, failure, at=at)
    except Exception:
        # Whoever holds the row holds up this one alone.
        if not connection.is_usable():
            raise
        log.exception("a failed ask cannot be noted", extra={"request": request.request_id})
