"""Nobody waits for another's trouble: neither tenants behind a storm, nor news behind clocks."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction
from kombu import Connection, Message, Queue

from cases.models import CaseClock
from servicedesk.celery import app
from servicedesk.upkeep.sweeping import sweep_for
from tests.effects.fire import Broker
from tests.make import DAY, MINUTE, make_case, make_tenant
from workflow.clocks.sweeping import due_clocks, sweep_behind_the_line, sweep_clocks
from workflow.outbox.effects import BATCH, batches
from workflow.outbox.publishing import request_effect
from workflow.outbox.relay import due_lines
from workflow.tenancy.everywhere import for_every_tenant
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import current_tenant_id, tenant_scope

AT = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
LATE = AT + 30 * DAY


@pytest.fixture
def loud(emptied: None) -> Tenant:
    """A tenant of whom there is much."""
    return make_tenant()


@pytest.fixture
def quiet(loud: Tenant) -> Tenant:
    """A tenant that came later and has little."""
    return make_tenant()


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A broker of the test's own."""
    one = Broker()
    one.start()
    yield one
    one.kill()


def open_cases(tenant: Tenant, count: int, *, at: datetime) -> None:
    with tenant_scope(tenant.pk):
        for _ in range(count):
            make_case(at=at)


def waiting(tenant: Tenant) -> int:
    return sum(due.tenant_id == tenant.pk for due in due_clocks(CaseClock, at=LATE))


def test_a_tenant_behind_the_storm_of_another_has_its_turn(loud: Tenant, quiet: Tenant) -> None:
    open_cases(loud, 3, at=AT)
    open_cases(quiet, 1, at=AT + 20 * DAY)
    assert (waiting(loud), waiting(quiet)) == (6, 2)

    spoken = sweep_behind_the_line(CaseClock, at=LATE, limit=4)

    assert spoken == 2
    assert (waiting(loud), waiting(quiet)) == (6, 0)


def test_a_turn_ends_when_its_time_is_up(loud: Tenant) -> None:
    open_cases(loud, 3, at=AT)

    spoken = sweep_for(0, clock=lambda: LATE, limit=2)

    assert (spoken, waiting(loud)) == (2, 4)
    assert sweep_for(60, clock=lambda: LATE, limit=2) == 4


def test_a_clock_that_cannot_act_holds_up_no_other(loud: Tenant, quiet: Tenant) -> None:
    open_cases(loud, 3, at=AT)
    open_cases(quiet, 1, at=AT + DAY)
    with tenant_scope(loud.pk):
        broken = CaseClock.objects.order_by("id")[2]
        looks = broken.looks
        CaseClock.objects.filter(pk=broken.pk).update(looks=[["no moment", 1]])

    spoken = sweep_clocks(CaseClock, at=LATE)

    assert spoken == 7
    assert due_clocks(CaseClock, at=LATE) == []
    assert [due.clock_id for due in due_clocks(CaseClock, at=LATE + MINUTE)] == [broken.pk]
    with tenant_scope(loud.pk):
        CaseClock.objects.filter(pk=broken.pk).update(looks=looks)
    assert sweep_clocks(CaseClock, at=LATE + MINUTE) == 1


def test_news_of_each_tenant_are_next(loud: Tenant, quiet: Tenant) -> None:
    open_cases(loud, 4, at=AT)
    open_cases(quiet, 1, at=AT + DAY)

    lines = due_lines(at=LATE, limit=2)

    assert {line.tenant_id for line in lines} == {loud.pk, quiet.pk}


def test_a_thousand_mails_do_not_hold_up_one(loud: Tenant, quiet: Tenant) -> None:
    for tenant, count, at in ((loud, 3 * BATCH, AT), (quiet, 1, AT + DAY)):
        with tenant_scope(tenant.pk), transaction.atomic():
            for number in range(count):
                request_effect(key=f"turn {number}", kind="turn", payload={}, queue="turns", at=at)

    claimed = list(batches(queue="turns", clock=lambda: LATE, size=lambda: BATCH))

    assert [len(batch) for batch in claimed] == [BATCH, 1, BATCH, BATCH]
    assert [effect.tenant_id for effect in claimed[1]] == [quiet.pk]


def test_the_upkeep_of_one_tenant_cannot_end_that_of_the_next(loud: Tenant, quiet: Tenant) -> None:
    def act() -> int:
        if current_tenant_id() == loud.pk:
            raise ValueError("trouble of its own")
        return 1

    assert for_every_tenant(act) == 1


def test_a_storm_in_one_queue_holds_up_no_other(broker: Broker) -> None:
    queues = [Queue("urgent"), Queue("default")]
    options = app.conf.broker_transport_options
    came: list[str] = []

    def take(body: str, message: Message) -> None:
        came.append(body)
        message.ack()

    with Connection(broker.url, transport_options=options) as connection:
        producer = connection.Producer()
        for name in ("urgent", "urgent", "urgent", "default"):
            producer.publish(name, routing_key=name, declare=queues)
        with connection.Consumer(queues, callbacks=[take]) as consumer:
            consumer.qos(prefetch_count=1)
            while len(came) < 4:
                connection.drain_events(timeout=10)

    assert came.index("default") <= 1
