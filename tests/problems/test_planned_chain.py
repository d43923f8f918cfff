"""Who is to have a problem next, by the drawing of its workflow."""

from dataclasses import replace
from itertools import pairwise

import pytest

from problems.models import Leg
from problems.planned_chain import planned_chain, stages_ahead
from problems.time_budget import departments_with_hours, split_of
from tests.make import AT, HOUR, make_department, make_problem
from tests.problems.drawing import DRAWING, STEPS, publish, step, take
from workflow.clocks.working_time import WorkingTime
from workflow.tenancy.models import Tenant


def test_the_first_way_forward_is_planned_and_no_stage_twice() -> None:
    in_a_ring = replace(DRAWING, steps=(*STEPS, step("again", "watch", "reproduce")))
    ring_first = replace(DRAWING, steps=(step("again", "watch", "reproduce"), *STEPS))

    ahead = [stage.key for stage in stages_ahead(DRAWING, "waiting")]

    assert ahead == ["reproduce", "cause", "release", "watch"]
    assert [stage.key for stage in stages_ahead(in_a_ring, "waiting")] == ahead
    assert [stage.key for stage in stages_ahead(ring_first, "waiting")] == ahead
    assert list(stages_ahead(DRAWING, "done")) == []


@pytest.mark.django_db
def test_the_chain_takes_what_each_stage_asks_for_in_its_departments_hours(tenant: Tenant) -> None:
    payments, release = make_department("Payments"), make_department("Release")
    publish()
    problem = make_problem()
    take(problem, "send", hours=2, department=payments)
    problem.refresh_from_db()
    leg = Leg.objects.get(problem=problem, left_at__isnull=True)

    chain = planned_chain(problem, departments=departments_with_hours(), at=AT + 3 * HOUR)

    assert [(one.stage, one.department.pk) for one in chain] == [
        ("Reproduce", payments.pk),
        ("Find the cause", payments.pk),
        ("Release", release.pk),
        ("Watch", release.pk),
    ]
    assert chain[0].begins_at == leg.due_at
    assert chain[0].asks_for == 3 * HOUR
    for before, after in pairwise(chain):
        assert before.ends_at == after.begins_at
    for one in chain:
        hours: WorkingTime = one.department.calendar.working_time()
        assert hours.between(one.begins_at, one.ends_at) == one.asks_for
    promised = split_of(problem, at=AT + 3 * HOUR).promised
    assert promised is not None
    assert [one.is_late(promised.due_at) for one in chain] == [
        one.ends_at > promised.due_at for one in chain
    ]
    assert not chain[0].is_late(None)


@pytest.mark.django_db
def test_nothing_is_planned_on_the_standard_way(tenant: Tenant) -> None:
    assert planned_chain(make_problem(), departments=departments_with_hours(), at=AT) == ()
