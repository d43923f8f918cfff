"""What a million open clocks cost: a sweep that finds nothing, a storm, and two hundred a second.

BENCH_CLOCKS says how many clocks there are. They stand in a database of their own, which is
dropped at the end.
"""

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event

from django.db import connections
from django.utils.timezone import now

from cases.models import CaseClock, CaseClockMark
from servicedesk.notifications.models import ClockNotice, Digest
from servicedesk.upkeep.due import find_due
from servicedesk.upkeep.sweeping import sweep_all_clocks
from tests.benchmarks.measuring import Measurement, middle, number_from, percentile
from tests.clocks.herd import arm, make_herd
from tests.database import fresh_database
from tests.make import make_tenant, make_user
from workflow.clocks.sweeping import sweep_clocks
from workflow.outbox.models import OutboxEvent
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.tenancy.scope import tenant_scope

CLOCKS = 1_000_000
STORM = 40_000
# `make up` has so many processes for what is urgent: both sweep while a storm lasts.
SWEEPERS = 2
STEADY_SECONDS = 40
EACH_SECOND = 200
LOOKS = 200
# How often tick looks.
EACH = 0.5
MOST_IDLE_MS = 5.0
LEAST_FIRED = 5_000
MOST_LATE_SECONDS = 2.0


def bench_clocks() -> list[Measurement]:
    """Measure the sweep over many open clocks, in one process and in as many as `make up` has."""
    clocks = number_from("BENCH_CLOCKS", CLOCKS)
    with herded(clocks):
        size = min(STORM, clocks // 4)
        return [*idle(clocks), *storm(size), *storm(size, sweepers=SWEEPERS), *steady()]


@contextmanager
def herded(clocks: int) -> Iterator[None]:
    """Give a tenant so many open clocks that are due in weeks, with a head and a lead to wake."""
    with fresh_database():
        tenant = make_tenant("clocks", at=now())
        with tenant_scope(tenant.pk):
            service = Department.objects.get(is_customer_service=True)
            make_user(Role.HEAD, department=service)
            make_user(Role.LEAD)
            at = now()
            make_herd(clocks, due_from=at + timedelta(days=7), due_until=at + timedelta(days=60))
            refresh()
            # As in every process of the program: what is loaded is not looked at again and again.
            gc.collect()
            gc.freeze()
            yield


def refresh() -> None:
    """Let PostgreSQL see how the table is now, as its own daemon does after a while."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cases_caseclock")


def idle(clocks: int) -> list[Measurement]:
    """Return how long it takes to see that nothing is due."""
    found = [milliseconds(lambda: find_due(at=now())) for _ in range(LOOKS)]
    swept = [milliseconds(lambda: sweep_all_clocks(at=now())) for _ in range(LOOKS)]
    return [
        most(f"a look at {clocks:,} open clocks, p95", percentile(found, 0.95), MOST_IDLE_MS, "ms"),
        most("a sweep that finds nothing, p95", percentile(swept, 0.95), MOST_IDLE_MS, "ms"),
        Measurement(name="a sweep that finds nothing, p50", figure=f"{middle(swept):.2f} ms"),
    ]


def milliseconds(act: object) -> float:
    """Return how long something takes by the clock."""
    begin = time.perf_counter()
    act()  # type: ignore[operator]
    return (time.perf_counter() - begin) * 1000


def storm(size: int, *, sweepers: int = 1) -> list[Measurement]:
    """Return how many clocks a second so many processes fire when many are due at once."""
    at = now()
    due = arm(due_from=at - timedelta(minutes=5), due_until=at, at_most=size)
    refresh()
    told_before, lines_before = OutboxEvent.objects.count(), ClockNotice.objects.count()
    begin = time.perf_counter()
    beside = [sweep_beside() for _ in range(sweepers - 1)]
    sweep_to_the_end()
    for process in beside:
        os.waitpid(process, 0)
    lasted = time.perf_counter() - begin
    told = OutboxEvent.objects.count() - told_before
    each_second = told / lasted
    return [
        Measurement(
            name=f"{due:,} due at once, {sweepers} sweeping: fired each second",
            figure=f"{each_second:,.0f}/s",
            ratio=LEAST_FIRED / each_second,
            goal=1.0,
        ),
        exactly("  fired, and told in the outbox", told, due),
        exactly(
            "  lines in digests, one for each of two",
            ClockNotice.objects.count() - lines_before,
            2 * due,
        ),
        exactly("  mails", Digest.objects.count(), 2),
    ]


def sweep_beside() -> int:
    """Let another process sweep until nothing is due; returns its number."""
    # A connection serves one process.
    connections.close_all()
    process = os.fork()
    if process == 0:
        try:
            sweep_to_the_end()
        finally:
            connections.close_all()
            os._exit(0)
    return process


def sweep_to_the_end() -> int:
    """Sweep until nothing is due; returns how many clocks fired."""
    fired = 0
    while step := sweep_clocks(CaseClock, at=now()):
        fired += step
    return fired


def steady() -> list[Measurement]:
    """Return how late clocks fire when so many are due each second and one process looks."""
    begin = now() + timedelta(seconds=2)
    clocks = STEADY_SECONDS * EACH_SECOND
    end = begin + timedelta(seconds=STEADY_SECONDS)
    due = arm(due_from=begin, due_until=end, at_most=clocks)
    refresh()
    committed = look_until(end + timedelta(seconds=3))
    late = [
        (committed[at] - due_at).total_seconds()
        for at, due_at in CaseClockMark.objects.filter(kind="breached", at__gte=begin).values_list(
            "at", "due_at"
        )
        if due_at is not None
    ]
    return [
        exactly(f"{EACH_SECOND} each second: fired", len(late), due),
        most("  committed after the due time, p99", percentile(late, 0.99), MOST_LATE_SECONDS, "s"),
        Measurement(name="  committed after the due time, p50", figure=f"{middle(late):.2f} s"),
        Measurement(name="  committed after the due time, most", figure=f"{max(late):.2f} s"),
    ]


def look_until(end: datetime) -> dict[datetime, datetime]:
    """Look as often as tick does; returns by moment of a sweep when all of it was committed."""
    committed: dict[datetime, datetime] = {}
    pause = Event()
    while (at := now()) < end:
        while sweep_clocks(CaseClock, at=at):
            committed[at] = now()
            at = now()
        pause.wait(EACH)
    return committed


def most(name: str, value: float, limit: float, unit: str) -> Measurement:
    """Return the line of a figure that is to stay under a limit."""
    return Measurement(name=name, figure=f"{value:.2f} {unit}", ratio=value, goal=limit)


def exactly(name: str, found: int, wanted: int) -> Measurement:
    """Return the line of a count that has to be right; anything else fails the run."""
    return Measurement(
        name=name, figure=f"{found:,} of {wanted:,}", ratio=abs(found - wanted) + 1.0, gate=1.0
    )
