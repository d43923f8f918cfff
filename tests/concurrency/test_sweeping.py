"""Many workers at once: each clock speaks once, and news of one subject keep their order."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Barrier, Lock
from threading import Event as Signal
from typing import ClassVar

import pytest
from django.db import connection, transaction

from cases.models import CaseClock
from servicedesk.walk import install_walk
from tests.concurrency.at_once import PATIENCE_SECONDS, all_at_once
from tests.make import DAY, make_case
from workflow.clocks.sweeping import due_clocks, sweep_clocks
from workflow.history.models import Entry
from workflow.outbox.event import Event
from workflow.outbox.models import Delivery, OutboxEvent
from workflow.outbox.publishing import publish
from workflow.outbox.relay import relay_news
from workflow.outbox.routes import install
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import current_tenant_id, tenant_scope

WORKERS = 8
CASES = 6
# Before everything that other tests leave due: a sweep goes across tenants.
LONG_AGO = datetime(2001, 3, 5, 9, 0, tzinfo=UTC)
MUCH_LATER = LONG_AGO + 90 * DAY


def clocks_of(tenant: Tenant) -> list[int]:
    """Return the ids of the clocks that are due long ago, of one tenant."""
    return [
        due.clock_id for due in due_clocks(CaseClock, at=MUCH_LATER) if due.tenant_id == tenant.pk
    ]


def test_a_clock_speaks_once_however_many_sweep(committed_tenant: Tenant) -> None:
    for _ in range(CASES):
        make_case(at=LONG_AGO)
    clocks = clocks_of(committed_tenant)
    assert len(clocks) == 2 * CASES

    spoken, _refusals = all_at_once(
        committed_tenant, [partial(sweep_clocks, CaseClock, at=MUCH_LATER)] * WORKERS
    )

    assert sum(spoken) == len(clocks)
    assert Entry.objects.filter(action="clock.breached").count() == len(clocks)
    told = OutboxEvent.objects.filter(kind="workflow.clock.breached").values_list(
        "payload", flat=True
    )
    assert sorted(payload["clock_id"] for payload in told) == sorted(clocks)
    assert clocks_of(committed_tenant) == []


def test_a_sweep_without_a_second_look_would_speak_often(committed_tenant: Tenant) -> None:
    make_case(at=LONG_AGO)
    clocks = clocks_of(committed_tenant)
    all_have_read = Barrier(WORKERS, timeout=PATIENCE_SECONDS)

    def sweep_naively() -> int:
        found = clocks_of(committed_tenant)
        all_have_read.wait()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE cases_caseclock SET breach_recorded_at = now(), next_look_at = NULL"
                " WHERE id = ANY(%s)",
                [found],
            )
            return int(cursor.rowcount)

    spoken, _refusals = all_at_once(committed_tenant, [sweep_naively] * WORKERS)

    assert sum(spoken) == WORKERS * len(clocks)


@dataclass(frozen=True, kw_only=True)
class Counted(Event):
    """News of these tests: a line and a place in it."""

    kind: ClassVar[str] = "tests.counted"
    line: str
    place: int

    @property
    def subject(self) -> str:
        return self.line


class Hearing:
    """Remembers what was heard, by line, in the order in which it was heard."""

    def __init__(self, tenant_id: int) -> None:
        self._tenant_id = tenant_id
        self.heard: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._lock = Lock()

    def hear_first(self, event: Counted) -> None:
        self._note("first", event)

    def hear_second(self, event: Counted) -> None:
        self._note("second", event)

    def _note(self, who: str, event: Counted) -> None:
        # A query, so that threads take turns in the middle of hearing.
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        # A relay goes across tenants: it also delivers what other tests left behind.
        if current_tenant_id() != self._tenant_id:
            return
        with self._lock:
            self.heard[event.line].append((who, event.place))


@pytest.fixture
def hearing(committed_tenant: Tenant) -> Iterator[Hearing]:
    """Two who hear the news of these tests, instead of the product's."""
    hearing = Hearing(committed_tenant.pk)
    install({Counted: [hearing.hear_first, hearing.hear_second]}, wake_up=lambda _queue: None)
    yield hearing
    install_walk()


def count_to(number: int, *, lines: list[str]) -> None:
    """Publish numbered news on each line, each in a transaction of its own."""
    for place in range(number):
        for line in lines:
            with transaction.atomic():
                publish(Counted(line=line, place=place), at=LONG_AGO)


@pytest.mark.parametrize("relays", [2, WORKERS])
def test_relays_at_once_keep_the_order_of_a_subject(
    committed_tenant: Tenant, hearing: Hearing, relays: int
) -> None:
    lines = [f"line:{letter}" for letter in "abc"]
    count_to(15, lines=lines)

    def relay() -> None:
        while relay_news(at=LONG_AGO):
            pass

    all_at_once(committed_tenant, [relay] * relays)

    in_order = [(who, place) for place in range(15) for who in ("first", "second")]
    assert {line: hearing.heard[line] for line in lines} == dict.fromkeys(lines, in_order)
    assert not Delivery.objects.exclude(state="done").exists()


def test_relays_that_skip_what_another_holds_would_lose_the_order(
    committed_tenant: Tenant, hearing: Hearing
) -> None:
    count_to(1, lines=["line:a"])
    first_is_held, second_is_heard = Signal(), Signal()
    heard: list[str] = []

    def take_next() -> str:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT subscriber FROM workflow_delivery WHERE state = 'pending'"
                " ORDER BY event_id, position LIMIT 1 FOR UPDATE SKIP LOCKED"
            )
            return str(cursor.fetchone()[0])

    def hold_the_first() -> None:
        with tenant_scope(committed_tenant.pk), transaction.atomic():
            name = take_next()
            first_is_held.set()
            second_is_heard.wait(PATIENCE_SECONDS)
            heard.append(name)

    def take_the_second() -> None:
        first_is_held.wait(PATIENCE_SECONDS)
        with tenant_scope(committed_tenant.pk), transaction.atomic():
            heard.append(take_next())
        second_is_heard.set()

    all_at_once(committed_tenant, [hold_the_first, take_the_second])

    assert heard == ["hear_second", "hear_first"]
