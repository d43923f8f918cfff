"""A worker's connection to the database lives from task to task; one that broke is replaced."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from servicedesk.celery import NEWS, wake_worker_or_fail
from tests.effects.fire import asked
from tests.isolation.roles import HAS_ADMIN
from tests.make import make_case
from tests.processes import process, wait_for, worker
from workflow.tenancy.models import Tenant

pytestmark = [
    pytest.mark.skipif(not HAS_ADMIN, reason="needs DATABASE_ADMIN_URL: use make test"),
    pytest.mark.usefixtures("emptied"),
]

NEWEST = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND usename = 'servicedesk_app' AND backend_start > %s
ORDER BY backend_start DESC LIMIT 1
"""
BREAK_IT = "SELECT pg_terminate_backend(%s, 5000)::int"
UNHEARD = "SELECT count(*) FROM workflow_delivery WHERE state = 'pending'"


def hear_of_a_case() -> None:
    """Open a case, and wake the worker until all news of it was heard."""
    with transaction.atomic():
        make_case()

    def woken() -> bool:
        wake_worker_or_fail(NEWS)
        return asked(UNHEARD) == 0

    wait_for(woken, why="the worker to hear the news")


@pytest.mark.parametrize("in_threads", [True, False])
def test_a_worker_keeps_its_connection_from_task_to_task_and_replaces_a_broken_one(
    committed_tenant: Tenant, in_threads: bool
) -> None:
    before = datetime.now(UTC)
    with process(*worker(NEWS, concurrency=1, in_threads=in_threads)):
        hear_of_a_case()
        first = asked(NEWEST, before)
        hear_of_a_case()
        second = asked(NEWEST, before)
        asked(BREAK_IT, second)
        hear_of_a_case()
        third = asked(NEWEST, before)

    assert first == second
    assert third not in (0, second)
