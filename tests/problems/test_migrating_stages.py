"""Problems under way move to another version of their workflow, all or none."""

from dataclasses import replace
from typing import Any

import pytest

from problems.handing import accept_problem, route_problem
from problems.migrating_stages import (
    STANDARD_WAY,
    BadMap,
    NoSuchMove,
    move_from,
    move_problems,
)
from problems.models import Leg, Problem, StepRequest
from tests.make import AT, HOUR, make_actor, make_department, make_problem
from tests.problems.drawing import DRAWING, SYSTEM, publish, stands_in, stays, take, with_step
from tests.proof.asking import broken_rules
from tests.surfaces.counting import counted
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.stages.definition import Approval, Definition
from workflow.stages.files import as_data
from workflow.stages.models import WorkflowVersion

LATER = AT + 30 * HOUR


@pytest.fixture
def admin(tenant: Any) -> Actor:
    return make_actor(Role.ADMIN)


@pytest.fixture
def payments(tenant: Any) -> Department:
    make_department("Release")
    make_department("Cards")
    return make_department("Payments")


def renamed(**keys: str) -> Definition:
    """Return the drawing with stages of other keys, and everything joined as before."""
    return replace(
        DRAWING,
        start=keys.get(DRAWING.start, DRAWING.start),
        stages=tuple(replace(one, key=keys.get(one.key, one.key)) for one in DRAWING.stages),
        steps=tuple(
            replace(one, begin=keys.get(one.begin, one.begin), end=keys.get(one.end, one.end))
            for one in DRAWING.steps
        ),
    )


def publish_next(version: WorkflowVersion, definition: Definition) -> WorkflowVersion:
    """Let another version of the same workflow count."""
    version.state = "retired"
    version.save(update_fields=["state"])
    newer = WorkflowVersion.objects.create(
        workflow=version.workflow,
        number=version.number + 1,
        state="published",
        definition=as_data(definition),
        created_at=AT,
        published_at=AT,
    )
    version.workflow.version = newer
    version.workflow.save(update_fields=["version"])
    return newer


def move(version: WorkflowVersion, actor: Actor, **stage_map: str) -> int:
    """Move what is under way in a version."""
    return move_problems(
        workflow_id=version.workflow_id, number=1, stage_map=stage_map, actor=actor, at=LATER
    )


def test_problems_move_by_the_map_and_their_stays_go_on(payments: Department, admin: Actor) -> None:
    old = publish()
    waiting, resting = make_problem(title="Waits"), make_problem(title="Rests")
    take(waiting, "send", hours=2, department=payments)
    take(resting, "send", hours=2, department=payments)
    member = make_actor(Role.MEMBER, department=payments)
    take(resting, "ours", actor=member, hours=3)
    before = list(Leg.objects.order_by("id").values("id", "entered_at", "due_at", "left_at"))
    new = publish_next(old, renamed(reproduce="try_it", waiting="to_accept"))

    moved = move(old, admin, waiting="to_accept", reproduce="try_it")

    assert moved == 2
    assert stands_in(waiting) == ("assess", "to_accept")
    assert stands_in(resting) == ("root_cause", "try_it")
    assert (
        list(Leg.objects.order_by("id").values("id", "entered_at", "due_at", "left_at")) == before
    )
    assert set(
        Leg.objects.filter(left_at__isnull=True).values_list("workflow_version", flat=True)
    ) == {new.pk}
    assert [stay[1:3] for stay in stays(resting)] == [
        ("inbox", ""),
        ("waiting", "send"),
        ("try_it", "ours"),
    ]
    entry = Entry.objects.get(subject_kind="problem", subject_id=resting.pk, action="problem.moved")
    assert entry.changes == {
        "workflow_version": 2,
        "workflow_version_was": 1,
        "stage": "try_it",
        "stage_was": "reproduce",
    }
    take(resting, "seen", actor=member, hours=31)
    assert stands_in(resting) == ("root_cause", "cause")


def test_a_map_that_leaves_somebody_behind_or_changes_a_state_moves_nobody(
    payments: Department, admin: Actor
) -> None:
    old = publish()
    problem = make_problem()
    take(problem, "send", hours=2, department=payments)
    publish_next(old, renamed(waiting="to_accept"))

    for stage_map in ({}, {"waiting": "waiting"}, {"waiting": "inbox"}):
        with pytest.raises(BadMap) as refusal:
            move(old, admin, **stage_map)
        assert refusal.value.faults[0].stage == "waiting"
        assert refusal.value.next_step

    assert stands_in(problem) == ("assess", "waiting")
    assert Problem.objects.get().workflow_version == old


def test_problems_on_the_standard_way_move_onto_a_drawing_that_fits_them(
    payments: Department, admin: Actor
) -> None:
    waiting, working = make_problem(title="Waits"), make_problem(title="Works")
    other = make_problem(title="Another matter")
    Problem.objects.filter(pk=other.pk).update(category="logistics")
    member = make_actor(Role.MEMBER, department=payments)
    for problem in (waiting, working, other):
        route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + HOUR)
    accept_problem(problem_id=working.pk, actor=member, at=AT + 2 * HOUR)
    version = publish()
    publish(
        replace(DRAWING, name="Deliveries"), applies_when={"fact": "category", "is": "logistics"}
    )
    found = move_from(workflow_id=version.workflow_id, number=STANDARD_WAY)

    with pytest.raises(BadMap):
        move_problems(
            workflow_id=version.workflow_id,
            number=STANDARD_WAY,
            stage_map={},
            actor=admin,
            at=LATER,
        )
    moved = move_problems(
        workflow_id=version.workflow_id,
        number=STANDARD_WAY,
        stage_map=found.suggested,
        actor=admin,
        at=LATER,
    )

    assert found.in_flight == {"assess": 1, "root_cause": 1}
    assert moved == 2
    assert stands_in(waiting) == ("assess", "waiting")
    assert stands_in(working) == ("root_cause", "reproduce")
    assert stands_in(other) == ("assess", "")
    assert broken_rules(at=LATER) == {}
    take(working, "seen", actor=member, hours=31)
    assert stands_in(working) == ("root_cause", "cause")


def test_what_is_suggested_moves_everybody_and_who_may_not_moves_nobody(
    payments: Department, admin: Actor
) -> None:
    old = publish()
    problem = make_problem()
    newer = publish_next(old, renamed())
    found = move_from(workflow_id=old.workflow_id, number=1)

    with pytest.raises(NotPermitted):
        move(old, make_actor(Role.LEAD), **found.suggested)
    assert found.in_flight == {"inbox": 1}
    assert found.faults(found.suggested) == []
    assert move(old, admin, **found.suggested) == 1
    assert Problem.objects.get(pk=problem.pk).workflow_version == newer
    with pytest.raises(NoSuchMove):
        move_from(workflow_id=old.workflow_id, number=2)
    with pytest.raises(NoSuchMove):
        move_from(workflow_id=old.workflow_id, number=9)


def test_a_move_withdraws_approvals_and_keeps_where_a_yes_leads(
    payments: Department, admin: Actor
) -> None:
    make_actor(Role.LEAD)
    old = publish(with_step("seen", approval=Approval(quorum=100, roles=("lead",))))
    asking, handed = make_problem(title="Asks"), make_problem(title="Handed on")
    member = make_actor(Role.MEMBER, department=payments)
    for problem in (asking, handed):
        take(problem, "send", hours=2, department=payments)
        take(problem, "ours", actor=member, hours=3)
    take(asking, "seen", actor=member, hours=4)
    Problem.objects.filter(pk=handed.pk).update(next_stage_key="reproduce")
    assert StepRequest.objects.get().state == "open"
    publish_next(old, renamed(reproduce="try_it"))

    move(old, admin, reproduce="try_it")

    assert StepRequest.objects.get().state == "withdrawn"
    assert Problem.objects.get(pk=handed.pk).next_stage_key == "try_it"


def test_a_move_costs_the_same_for_two_problems_and_for_twenty(
    payments: Department, admin: Actor
) -> None:
    costs = []
    for count in (2, 12):
        old = publish(replace(DRAWING, name=f"Of {count}"))
        for number in range(count):
            make_problem(title=f"Problem {number}")
        publish_next(old, DRAWING)
        with counted() as asked:
            assert move(old, admin, inbox="inbox") == count
        costs.append(len(asked))
        old.workflow.is_default = False
        old.workflow.save(update_fields=["is_default"])

    assert costs[0] == costs[1]
