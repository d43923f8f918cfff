"""Let many act at the same moment, each in a thread with connections of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection, connections

from workflow.refusals import Refusal
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

Answer = TypeVar("Answer")
PATIENCE_SECONDS = 120


def all_at_once(
    tenant: Tenant, acts: Sequence[Callable[[], Answer]]
) -> tuple[list[Answer], list[Refusal]]:
    """Start all acts at once and return what came back, and who was refused.

    Whatever is no refusal fails the test: a loser gets a sentence, never a fault.
    """
    start = Barrier(len(acts), timeout=PATIENCE_SECONDS)

    def take_part(act: Callable[[], Answer]) -> Answer | Refusal:
        try:
            with tenant_scope(tenant.pk):
                connection.ensure_connection()
                start.wait()
                return act()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(acts)) as threads:
        answers = list(threads.map(take_part, acts))
    won = [answer for answer in answers if not isinstance(answer, Refusal)]
    return won, [answer for answer in answers if isinstance(answer, Refusal)]
