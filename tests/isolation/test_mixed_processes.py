# ruff: noqa: S311 - lots are drawn for a test, not for a secret
"""Threads and worker processes that serve many tenants at once show each only its own rows."""

import logging
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from random import Random
from secrets import token_hex
from typing import Any

import psycopg2.extensions
import pytest
from celery.result import AsyncResult
from django.db import connections, transaction
from django.db.models import QuerySet

from cases.models import Case
from servicedesk.env import PROJECT_FOLDER
from tests.isolation.conftest import close_connections
from tests.isolation.crowd import Crowd, crowd_of
from tests.isolation.roles import APP, HAS_ADMIN
from workflow.tenancy.scope import TenantNotSet, tenant_scope

log = logging.getLogger(__name__)
pytestmark = [
    pytest.mark.skipif(
        not (HAS_ADMIN and os.environ.get("REDIS_URL")),
        reason="needs DATABASE_ADMIN_URL and REDIS_URL: use make test",
    ),
    pytest.mark.usefixtures("committing"),
]

THREADS = 16
LOOKS_PER_THREAD = 100
TASKS = 400


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[Crowd]:
    """Forty tenants."""
    with django_db_blocker.unblock(), crowd_of(40) as found:
        close_connections()
        yield found
        close_connections()


class Pool:
    """Few connections that many threads share, each for one transaction, as a pooler does it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.free: Queue[psycopg2.extensions.connection] = Queue()
        for _ in range(size):
            self.free.put(psycopg2.connect(os.environ[APP]))

    def run(self, *statements: tuple[str, Any]) -> list[tuple[Any, ...]]:
        """Run statements in one transaction on any connection; return the rows of the last."""
        connection = self.free.get()
        try:
            with connection, connection.cursor() as at:
                for statement, values in statements:
                    at.execute(statement, values)
                return at.fetchall()
        finally:
            self.free.put(connection)

    def close(self) -> None:
        """Close all connections."""
        for _ in range(self.size):
            self.free.get().close()


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Three connections for everybody."""
    found = Pool(3)
    yield found
    found.close()


def in_threads(look: Callable[[int], list[int]], crowd: Crowd) -> Counter[str]:
    """Let threads look for tenants drawn by lot; count rows, foreign ones and empty looks."""

    def work(seed: int) -> Counter[str]:
        random = Random(seed)
        count: Counter[str] = Counter()
        try:
            for _ in range(LOOKS_PER_THREAD):
                tenant = random.choice(crowd.tenants)
                found = look(tenant)
                count["looks"] += 1
                count["rows"] += len(found)
                count["foreign"] += sum(1 for owner in found if owner != tenant)
                count["empty"] += not found
        finally:
            connections.close_all()
        return count

    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(work, range(THREADS)), Counter())


def look_in_transaction(tenant: int) -> list[int]:
    """Look as a request does: in a transaction, by a query that forgot its filter."""
    with tenant_scope(tenant), transaction.atomic():
        return list(QuerySet(model=Case).values_list("tenant_id", flat=True))


def look_in_single_statement(tenant: int) -> list[int]:
    """Look outside a transaction."""
    with tenant_scope(tenant):
        return list(QuerySet(model=Case).values_list("tenant_id", flat=True))


@pytest.mark.parametrize("look", [look_in_transaction, look_in_single_statement])
def test_sixteen_threads_see_no_foreign_row(look, crowd):
    count = in_threads(look, crowd)

    log.info("%s: %s", look.__name__, dict(count))
    assert count["looks"] == THREADS * LOOKS_PER_THREAD
    assert count["rows"] > count["looks"]
    assert (count["foreign"], count["empty"]) == (0, 0)


OURS = "SELECT tenant_id FROM cases_case"
TELL = "SELECT set_config('app.tenant_id', %s, %s)"


def test_a_pool_of_connections_shows_no_foreign_row(pool, crowd):
    count = in_threads(
        lambda tenant: [row[0] for row in pool.run((TELL, [str(tenant), True]), (OURS, None))],
        crowd,
    )

    assert count["rows"] > count["looks"]
    assert (count["foreign"], count["empty"]) == (0, 0)


def test_the_control_a_setting_of_the_session_leaks_through_a_pool(pool, crowd):
    def look(tenant: int) -> list[int]:
        pool.run((TELL, [str(tenant), False]))
        return [row[0] for row in pool.run((OURS, None))]

    count = in_threads(look, crowd)

    log.info("session setting: %s", dict(count))
    assert count["foreign"] > 0


@pytest.fixture(scope="module")
def worker(crowd: Crowd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The probing app with a worker of two processes at its queue."""
    os.environ["PROBING_PREFIX"] = f"probing-{token_hex(4)}:"
    from tests.isolation import probing  # noqa: PLC0415 - it reads the environment

    log_file = tmp_path_factory.mktemp("worker") / "worker.log"
    with log_file.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "celery",
                "--app=tests.isolation.probing:app",
                "worker",
                "--concurrency=2",
                "--loglevel=WARNING",
                "--without-gossip",
                "--without-mingle",
                "--hostname=probing@%h",
            ],
            cwd=PROJECT_FOLDER,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "servicedesk.settings_test"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    yield probing
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
    probing.app.close()


def answers(sent: list[AsyncResult[Any]]) -> list[Any]:
    """Wait for the answers of tasks."""
    return [result.get(timeout=120) for result in sent]


def test_a_pool_of_worker_processes_sees_no_foreign_row(worker, crowd):
    random = Random(3)
    asked = [random.choice(crowd.tenants) for _ in range(TASKS)]
    sent: list[AsyncResult[Any]] = []
    for place, tenant in enumerate(asked):
        with tenant_scope(tenant):
            sent.append(worker.look.delay())
        if place % 10 == 0:
            sent.append(worker.look_afterwards.delay())

    found = answers(sent)

    looks = [answer for answer in found if "told" not in answer]
    afterwards = [answer for answer in found if "told" in answer]
    assert [(look["current"], look["seen"]) for look in looks] == [
        (tenant, [tenant]) for tenant in asked
    ]
    assert {(a["current"], tuple(a["seen"]), a["told"]) for a in afterwards} == {(None, (), "")}
    assert len({look["process"] for look in looks}) == 2


def test_a_task_without_a_tenant_is_neither_sent_nor_run(worker):
    with pytest.raises(TenantNotSet, match="sent without a tenant"):
        worker.look.delay()
    with pytest.raises(TenantNotSet, match="ran without a tenant"):
        worker.look()

    smuggled = worker.app.send_task("probing.look")

    with pytest.raises(Exception, match="ran without a tenant"):
        smuggled.get(timeout=60)


def test_a_task_run_in_this_process_needs_its_tenant_too(worker, crowd):
    tenant = crowd.tenants[0]
    with tenant_scope(tenant):
        result = worker.look.apply(headers={"tenant_id": tenant})

    assert result.get()["seen"] == [tenant]


def test_the_control_a_setting_of_the_session_stays_for_the_next_task(worker, crowd):
    tenant = crowd.tenants[0]
    worker.look_by_session.apply(args=[tenant]).get()

    assert worker.seen() == [tenant]
    connections["default"].close()
