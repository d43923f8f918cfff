"""Clocks while workers are killed every two seconds and the broker goes away: none lost, none twice."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from threading import Barrier, Event
from time import monotonic

import pytest
from django.db import transaction
from django.utils.timezone import now

from cases.models import CaseClock, CaseClockMark
from servicedesk.notifications.models import ClockNotice
from tests.clocks.herd import make_herd
from tests.concurrency.at_once import PATIENCE_SECONDS, all_at_once
from tests.effects.fire import Stage, stage
from tests.make import make_user
from tests.processes import manage, wait_for
from workflow.clocks.firing import write_fired
from workflow.clocks.sweeping import Locked, fired_of, steps_by_ladder
from workflow.history.models import Entry
from workflow.outbox.models import OutboxEvent
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

pytestmark = pytest.mark.usefixtures("emptied")
EACH_KILL = 2.0
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Verdict:
    """What became of clocks that were due: not fired, and fired more than once, by any account."""

    lost: int
    doubled: int


def judge() -> Verdict:
    """Compare the clocks of the tenant with the marks, news, history and lines they left."""
    wanted = set(CaseClock.objects.filter(state="running").values_list("pk", flat=True))
    marks = Counter(CaseClockMark.objects.filter(kind="breached").values_list("clock", flat=True))
    told = Counter(
        payload["clock_id"]
        for payload in OutboxEvent.objects.filter(kind="workflow.clock.breached").values_list(
            "payload", flat=True
        )
    )
    lines = Counter(ClockNotice.objects.values_list("case_clock", "digest__user"))
    entries = Entry.objects.filter(action="clock.breached").count()
    return Verdict(
        lost=len(wanted - set(marks)) + len(wanted - set(told)) + max(len(wanted) - entries, 0),
        doubled=sum(count - 1 for counted in (marks, told, lines) for count in counted.values())
        + max(entries - len(wanted), 0),
    )


def make_crew() -> None:
    """Let there be a head and a lead who are woken."""
    make_user(Role.HEAD, department=Department.objects.get(is_customer_service=True))
    make_user(Role.LEAD)


def shoot(scene: Stage, *, seconds: float) -> None:
    """Kill a worker every two seconds, and the broker for the middle third."""
    random, pause, began = Random(7), Event(), monotonic()  # noqa: S311 - lots for a test
    while (lasted := monotonic() - began) < seconds:
        is_middle = seconds / 3 < lasted < 2 * seconds / 3
        if is_middle and not scene.counted["broker killed"]:
            scene.kill_broker()
        elif not is_middle and lasted > seconds / 2 and not scene.broker.answers():
            scene.broker.start()
        scene.shoot_worker(whole=random.random() < 0.5, random=random)
        pause.wait(EACH_KILL)
    if not scene.broker.answers():
        scene.broker.start()


def nothing_is_due() -> bool:
    """Whether every clock has spoken."""
    return not CaseClock.objects.filter(state="running", next_look_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("clocks", "seconds"),
    [(2_000, 12.0), pytest.param(50_000, 60.0, marks=pytest.mark.full)],
)
def test_clocks_under_fire_are_neither_lost_nor_doubled(
    committed_tenant: Tenant, clocks: int, seconds: float
) -> None:
    make_crew()
    begin = now() + 5 * SECOND
    make_herd(clocks, due_from=begin, due_until=begin + seconds * SECOND)

    with stage() as scene:
        scene.start_everything()
        shoot(scene, seconds=seconds)
        wait_for(nothing_is_due, seconds=240, why="every clock to speak")

    assert scene.counted["broker killed"] == 1
    assert judge() == Verdict(lost=0, doubled=0)


def test_without_the_broker_the_tick_lets_clocks_speak(committed_tenant: Tenant) -> None:
    make_crew()
    make_herd(200, due_from=now() - 60 * SECOND, due_until=now())

    with stage() as scene:
        scene.kill_broker()
        scene.tick = scene.start(*manage("tick"))
        wait_for(nothing_is_due, seconds=120, why="the tick to do it itself")

    assert judge() == Verdict(lost=0, doubled=0)


def test_a_sweep_that_does_not_lock_would_double(committed_tenant: Tenant) -> None:
    make_crew()
    at = now()
    make_herd(20, due_from=at - 60 * SECOND, due_until=at)
    clocks = list(CaseClock.objects.filter(state="running").values_list("pk", flat=True))
    both_have_read = Barrier(2, timeout=PATIENCE_SECONDS)

    def sweep_naively() -> int:
        rows = read_only()
        both_have_read.wait()
        with transaction.atomic():
            steps = steps_by_ladder()
            fired = [fired_of(row, steps=steps, at=at) for row in rows]
            write_fired(fired, model=CaseClock, at=at)
        return len(fired)

    def read_only() -> list[Locked]:
        return [
            Locked(
                clock_id=clock.pk,
                owner_id=clock.case_id,
                metric=clock.metric,
                due_at=clock.due_at,
                looks=json.dumps(clock.looks),
                ladder_id=clock.ladder_id,
                is_breached=clock.breach_recorded_at is not None,
                is_acknowledged=clock.acknowledged_at is not None,
            )
            for clock in CaseClock.objects.filter(pk__in=clocks)
        ]

    all_at_once(committed_tenant, [sweep_naively] * 2)

    assert judge().doubled > 0
