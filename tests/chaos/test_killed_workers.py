"""The same havoc while real workers do the work and are killed: all is in hand in the end."""

from random import Random

import pytest
from django.utils.timezone import now

from tests.chaos.havoc import Havoc
from tests.chaos.test_chaos import faults
from tests.effects.fire import stage
from tests.processes import wait_for
from workflow.outbox.models import Delivery
from workflow.tenancy.models import Tenant

# What the workers do here, and what takes a worker's part.
DONE_BY_WORKERS = {"relay", "sweep", "kill_a_worker"}


def nothing_waits() -> bool:
    """Whether all news was heard."""
    return not Delivery.objects.filter(state="pending").exists()


@pytest.mark.full
@pytest.mark.usefixtures("emptied")
def test_killed_workers_leave_nothing_behind(committed_tenant: Tenant) -> None:
    havoc = Havoc(committed_tenant, seed=55)
    havoc.acts = [(name, act) for name, act in havoc.acts if name not in DONE_BY_WORKERS]
    random = Random(56)  # noqa: S311 - lots for a test

    with stage() as scene:
        scene.start_everything()
        for turn in range(10):
            havoc.wander(40)
            scene.shoot_worker(whole=turn % 3 == 0, random=random)
            if turn == 4:
                scene.empty_broker()
        wait_for(nothing_waits, seconds=300, why="all news to be heard")
        # The tick looks each hour, and a tick that begins looks at once.
        scene.kill_everything()
        scene.start_everything()
        wait_for(lambda: faults(at=now()) == {}, seconds=300, why="the watchdog to repair")

    assert scene.counted["workers killed"] >= 4
    assert faults(at=now()) == {}
