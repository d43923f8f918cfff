"""What it costs to tell very many: prepared, sent by one process, and the queue page meanwhile.

BENCH_CONTACTS says how many customers one problem reaches. They stand in a database of their own,
which is dropped at the end; mails go to a server on loopback, a process of its own, that takes
them and keeps nothing. It stands for one on another machine, so it is as small as one can be.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections, transaction
from django.utils.timezone import now

from problems.models import Broadcast, Told
from servicedesk.celery import step_back
from servicedesk.notifications.broadcasts import carry_on
from tests.benchmarks.measuring import Measurement, number_from, percentile
from tests.benchmarks.stack import agent_of
from tests.database import fresh_database
from tests.make import make_case, make_tenant, make_user
from tests.outbreak.crowd import begun_broadcast, make_crowd, problem_of
from tests.processes import free_port, wait_for
from workflow.outbox.effects import carry_out_effects
from workflow.outbox.models import Effect
from workflow.outbox.pacing import Pace, pace_of
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

CONTACTS = 100_000
SENT_FOR = 20.0
ROUNDS = 8
WARMING, PAGES = 20, 60
# A hundred thousand within a minute; a hundred mails each second; the page within a fifth.
MOST_SECONDS, LEAST_MAILS, SLOWER_AT_MOST = 60.0, 100.0, 1.2


def bench_broadcasts() -> list[Measurement]:
    """Tell so many customers of a workaround."""
    size = number_from("BENCH_CONTACTS", CONTACTS)
    with fresh_database(), mail_server():
        tenant = make_tenant("crowd", at=now())
        with tenant_scope(tenant.pk):
            user = make_user(Role.AGENT)
            user.email = "agent0@crowd.example"
            user.save()
            for number in range(60):
                make_case(subject=f"Case {number}", at=now())
            problem = problem_of(make_crowd(size, at=now()), at=now())
            broadcast = begun_broadcast(problem, size=size)
            seconds = prepare(broadcast, size=size + 1)
            at_most = sent_each_second(pace=None)
            each_second = sent_each_second(pace=pace_of("bulk"))
        alone, beside = queue_page(tenant)
        return [
            prepared_line(size, seconds),
            Measurement(
                name="mails sent each second by one process, as it rests between them",
                figure=f"{each_second:,.0f}/s, without rests {at_most:,.0f}/s",
                ratio=LEAST_MAILS / each_second,
                goal=1.0,
            ),
            Measurement(
                name="queue page while a process sends, p95",
                figure=f"{alone:.1f} to {beside:.1f} ms",
                ratio=beside / alone,
                goal=SLOWER_AT_MOST,
            ),
        ]


def prepared_line(size: int, seconds: float) -> Measurement:
    """Return how long preparing took, against a minute for a hundred thousand."""
    return Measurement(
        name=f"{size:,} customers: ledger, mail and effect of each prepared",
        figure=f"{seconds:.1f} s",
        ratio=seconds / (MOST_SECONDS * size / CONTACTS),
        goal=1.0,
    )


@contextmanager
def mail_server() -> Iterator[None]:
    """Let a process take every mail while the block runs."""
    port = free_port()
    before = settings.SMTP_URL
    server = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.mail_server", str(port)])
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    try:
        wait_for(lambda: is_listening(port), why="the mail server")
        yield
    finally:
        settings.SMTP_URL = before
        server.terminate()
        server.wait(timeout=10)


def is_listening(port: int) -> bool:
    """Whether somebody takes mail at a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def prepare(broadcast: Broadcast, *, size: int) -> float:
    """Prepare everybody in this process; returns how many seconds it took."""
    begin = time.perf_counter()
    while Told.objects.filter(broadcast=broadcast).count() < size:
        Broadcast.objects.filter(pk=broadcast.pk).update(due_at=now())
        carry_on(broadcast.pk, clock=now, for_seconds=20)
    return time.perf_counter() - begin


def sent_each_second(*, pace: Pace | None) -> float:
    """Return how many mails one process sends each second; the first two hundred do not count."""
    carry_out_effects(queue="bulk", clock=now, sent_by="bench", for_seconds=2.0)
    before = Effect.objects.filter(state="sent").count()
    begin = time.perf_counter()
    carry_out_effects(queue="bulk", clock=now, sent_by="bench", for_seconds=SENT_FOR, pace=pace)
    lasted = time.perf_counter() - begin
    return (Effect.objects.filter(state="sent").count() - before) / lasted


def queue_page(tenant: Tenant) -> tuple[float, float]:
    """Return the 95th of a hundred queue pages in milliseconds, alone and while a process sends.

    In turns, so that a machine that slows down slows both.
    """
    with transaction.atomic():
        agent = agent_of(tenant, handler=WSGIHandler())
    page = agent.asking("/q/open/", has="case-rows")
    alone: list[float] = []
    beside: list[float] = []
    for _round in range(ROUNDS):
        alone += warm_pages(page)
        with sender():
            beside += warm_pages(page)
    return percentile(alone, 0.95), percentile(beside, 0.95)


def warm_pages(page: Callable[[], str]) -> list[float]:
    """Return how long pages took once the connection knew its statements, and the sender was up.

    The sender begins with new connections for both, which a server's processes keep for hours.
    """
    pages(page, at_most=WARMING)
    return pages(page, at_most=PAGES)


def pages(page: Callable[[], str], *, at_most: int) -> list[float]:
    """Return how long each of so many pages took, by the clock."""
    pause, found = Event(), []
    for _page in range(at_most):
        begin = time.perf_counter()
        page()
        found.append((time.perf_counter() - begin) * 1000)
        # As an agent's browser asks, not as fast as it goes.
        pause.wait(0.01)
    return found


@contextmanager
def sender() -> Iterator[None]:
    """Let another process send while the block runs; what it has in hand is sent again later."""
    # A connection serves one process.
    connections.close_all()
    process = os.fork()
    if process == 0:
        try:
            # As a worker of this queue does.
            step_back(options={"queues": ["bulk"]})
            carry_out_effects(
                queue="bulk", clock=now, sent_by="bench", for_seconds=120.0, pace=pace_of("bulk")
            )
        finally:
            os._exit(0)
    try:
        yield
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
