"""Very many are told: prepared quickly, sent quickly, and nobody is lost whatever is killed."""

import logging
from collections.abc import Iterator
from random import Random
from threading import Event
from time import monotonic

import pytest
from django.db import connections
from django.utils.timezone import now

from problems.models import Broadcast, Told
from servicedesk.notifications.broadcasts import carry_on
from servicedesk.notifications.models import Notification
from tests.effects.fire import Stage, a_minute_passes, judge, stage
from tests.isolation.roles import HAS_ADMIN
from tests.make import make_tenant
from tests.outbreak.crowd import begun_broadcast, make_crowd, problem_of
from tests.processes import manage, wait_for, worker
from workflow.outbox.models import Effect
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)
pytestmark = pytest.mark.skipif(not HAS_ADMIN, reason="needs DATABASE_ADMIN_URL: use make test")

MAILS_PER_SECOND = 100
REPEATS_ALLOWED = 0.003  # of all mails


@pytest.fixture
def tenant(emptied: None) -> Iterator[Tenant]:
    """A new tenant, current for the test."""
    tenant = make_tenant(at=now())
    with tenant_scope(tenant.pk):
        yield tenant


@pytest.fixture
def scene() -> Iterator[Stage]:
    """Broker and mail server, and a place to start processes beside them."""
    with stage() as found:
        found.queues = ("default", "urgent", "mail", "bulk")
        yield found


def begun(size: int) -> Broadcast:
    """Return a broadcast to a crowd, begun: its first people are prepared."""
    problem = problem_of(make_crowd(size, at=now()), at=now())
    return begun_broadcast(problem, size=size)


def prepare_all(broadcast: Broadcast, *, size: int) -> float:
    """Prepare everybody in this process; return how many seconds it took."""
    began = monotonic()
    while Told.objects.filter(broadcast=broadcast).count() < size:
        Broadcast.objects.filter(pk=broadcast.pk).update(due_at=now())
        carry_on(broadcast.pk, clock=now, for_seconds=20)
    return monotonic() - began


def let_tests_after_this_rest() -> None:
    """What this one has not sent is nothing for the workers of others."""
    Effect.objects.exclude(state="sent").update(state="dropped")


@pytest.mark.parametrize("size", [1_500, pytest.param(100_000, marks=pytest.mark.full)])
def test_everybody_is_prepared(size: int, tenant: Tenant) -> None:
    broadcast = begun(size)

    seconds = prepare_all(broadcast, size=size + 1)

    # How quickly is judged by the benchmark of broadcasts.
    log.info("%d prepared in %.1f s", size, seconds)
    let_tests_after_this_rest()
    assert Told.objects.filter(broadcast=broadcast).count() == size + 1
    assert Notification.objects.filter(broadcast=broadcast).count() == size + 1
    assert not Told.objects.filter(broadcast=broadcast, affected__told_at=None).exists()


@pytest.mark.full
def test_a_worker_sends_a_hundred_mails_a_second(tenant: Tenant, scene: Stage) -> None:
    size = 6_000
    prepare_all(begun(size), size=size + 1)
    scene.workers = [scene.start(*worker("bulk", concurrency=1))]
    scene.tick = scene.start(*manage("tick"))
    wait_for(lambda: scene.sink.count() > size // 10, why="the first mails")
    began, before = monotonic(), scene.sink.count()

    wait_for(lambda: scene.sink.count() > size * 9 // 10, seconds=240, why="most of the mails")

    rate = (scene.sink.count() - before) / (monotonic() - began)
    log.info("%.0f mails a second by one process", rate)
    scene.kill_everything()
    let_tests_after_this_rest()
    assert rate >= MAILS_PER_SECOND


@pytest.mark.parametrize(
    ("size", "seconds"), [(700, 8.0), pytest.param(10_000, 90.0, marks=pytest.mark.full)]
)
def test_nobody_is_lost_while_workers_are_killed(
    size: int, seconds: float, tenant: Tenant, scene: Stage
) -> None:
    prepare_all(begun(size), size=size + 1)
    scene.start_everything()
    wait_for(lambda: scene.sink.count() > 0, why="the first mail")

    shots = shoot_for(seconds, scene, random=Random(size))  # noqa: S311 - lots for a test
    told_under_fire = scene.sink.count()
    # At last everything is killed; when it is back, all leases have ended.
    scene.kill_everything()
    a_minute_passes()
    scene.start_everything()
    scene.finish(seconds=400)

    connections["default"].close()
    wanted = set(Notification.objects.values_list("mail_id", flat=True))
    verdict = judge(wanted, scene.sink)
    log.info("%s, %d told under %d shots, %s", verdict, told_under_fire, shots, scene.counted)
    assert (verdict.lost, verdict.phantoms) == (0, 0)
    assert verdict.wanted >= size
    # Who is shot with a mail in hand sends it again, under the same Message-ID.
    assert verdict.repeats <= max(3, size * REPEATS_ALLOWED)


def shoot_for(seconds: float, scene: Stage, *, random: Random) -> int:
    """Kill a child of a worker, and each third time the whole, every 2 s; return how often."""
    pause, shots, end = Event(), 0, monotonic() + seconds
    while monotonic() < end:
        pause.wait(2.0)
        shots += 1
        scene.shoot_worker(whole=shots % 3 == 0, random=random)
    return shots
