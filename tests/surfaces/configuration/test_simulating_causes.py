"""Targets for a root cause are simulated on last month's problems: as clocks really ran."""

import pytest

from problems.fixing import record_root_cause
from problems.handing import accept_problem, route_problem
from problems.models import ProblemClock
from servicedesk.simulating.causes import problems_told
from servicedesk.simulating.pieces import ask_simulation
from servicedesk.simulating.results import cells_of, people_woken
from tests.make import AT, DAY, HOUR, make_actor, make_department, make_problem
from tests.surfaces.configuration.test_simulating import (
    LATER,
    SYSTEM,
    draft_with,
    finish,
)
from workflow.clocks.models import Metric
from workflow.clocks.policies import publish_draft
from workflow.clocks.policy_content import Promise
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

pytestmark = pytest.mark.django_db
AFTER = 3 * DAY


def test_a_stricter_target_for_root_causes_is_simulated_on_real_problems(tenant: Tenant) -> None:
    generous = draft_with(Promise(metric=Metric.ROOT_CAUSE, priority=3, within=80 * HOUR))
    publish_draft(version_id=generous.pk, actor=SYSTEM, at=AT)
    found, open_still = make_problem(title="Found"), make_problem(title="Open still")
    route_problem(
        problem_id=found.pk, department=make_department(), actor=SYSTEM, at=found.opened_at + HOUR
    )
    accept_problem(problem_id=found.pk, actor=SYSTEM, at=found.opened_at + HOUR)
    record_root_cause(
        problem_id=found.pk,
        root_cause="A retry without its key.",
        public_cause="",
        actor=make_actor(Role.ADMIN),
        at=found.opened_at + AFTER,
    )
    strict = draft_with(Promise(metric=Metric.ROOT_CAUSE, priority=3, within=2 * HOUR))

    told = {one.problem.pk: one for one in problems_told(strict, until=LATER)}
    simulation = finish(ask_simulation(version=strict, actor=make_actor(Role.ADMIN), at=LATER))

    clocks = ProblemClock.objects.filter(metric=Metric.ROOT_CAUSE).select_related("problem")
    assert {one.problem_id for one in clocks} == {found.pk, open_still.pk} == set(told)
    for clock in clocks:
        (today,) = told[clock.problem_id].today
        assert (today.started_at, today.due_at, today.stopped_at) == (
            clock.started_at,
            clock.due_at,
            clock.stopped_at,
        )
    (cell,) = [one for one in cells_of(simulation.result) if one.metric == Metric.ROOT_CAUSE]
    assert (cell.today.met, cell.today.missed + cell.today.open) == (1, 1)
    assert (cell.then.met, cell.then.missed) == (0, 2)
    assert simulation.result["problems"] == 2
    names = {one["problem"] for one in simulation.result["worst"] if one["case"] is None}
    assert names == {found.name, open_still.name}
    assert people_woken(simulation.result)


def test_another_service_level_says_nothing_of_root_causes(tenant: Tenant) -> None:
    make_problem()
    draft = draft_with(Promise(metric=Metric.ROOT_CAUSE, priority=3, within=2 * HOUR))
    draft.service_level.is_default = False

    assert problems_told(draft, until=LATER) == []
