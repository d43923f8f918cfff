"""What a drawing of problems may name; the starters make sense in every tenant."""

from dataclasses import replace
from typing import Any

import pytest

from problems.drawable import DRAWN, NEVER_DRAWN, transitions, world_of_problems
from problems.models import Problem
from problems.states import VisibleStage
from tests.make import make_department, make_user
from tests.surfaces.counting import counted
from workflow.people.models import User
from workflow.people.permissions import Role
from workflow.stages.checking import check
from workflow.stages.definition import Act, ActionKind, Owner, StepKind
from workflow.stages.starters import STARTERS, NoSuchStarter, fitted, starter_with

CODES = tuple(STARTERS)


def test_steps_may_lead_where_the_transitions_of_a_problem_lead() -> None:
    found = transitions()

    assert found["new"] == {"assess", "root_cause"}
    assert found["assess"] >= {"root_cause", "fix_in_progress", "new"}
    assert found["verifying"] == {"assess", "fix_in_progress", "resolved"}
    assert found["resolved"] == {"closed"}
    assert list(found) == [state.value for state in DRAWN]
    names = {one.name for one in Problem._meta.get_field("state").get_all_transitions(Problem)}
    assert names > NEVER_DRAWN


def test_the_world_knows_who_works_where(tenant: Any) -> None:
    payments, empty = make_department("Payments"), make_department("Empty")
    head = make_user(Role.HEAD, department=payments)
    make_user(Role.LEAD)
    gone = make_user(Role.MEMBER, department=empty)
    User.objects.filter(pk=gone.pk).update(is_active=False)

    world = world_of_problems()

    assert world.departments["payments"].has_head
    assert not world.departments["empty"].has_members
    assert head.email in world.people
    assert gone.email not in world.people
    assert (world.roles["lead"], world.roles["head"], world.roles["member"]) == (1, 1, 0)


def test_the_world_costs_the_same_for_few_and_many(tenant: Any) -> None:
    with counted() as few:
        world_of_problems()
    for number in range(5):
        make_user(Role.MEMBER, department=make_department(f"Department {number}"))
    with counted() as many:
        world_of_problems()

    assert len(few) == len(many) == 3


@pytest.mark.parametrize("code", CODES)
def test_a_starter_is_sound_once_there_are_a_lead_and_a_head(code: str, tenant: Any) -> None:
    make_user(Role.LEAD)
    make_user(Role.HEAD, department=make_department("Repairs"))
    world = world_of_problems()

    drawing = fitted(starter_with(code).definition, departments=world.departments)

    said = [one.sentence for one in check(drawing, world=world)]
    assert said in ([], ["“Resolved” has no time limit of its own."])


@pytest.mark.parametrize("code", CODES)
def test_what_customers_see_never_goes_back_while_the_problem_goes_forward(code: str) -> None:
    drawing = starter_with(code).definition
    order = [stage.value for stage in VisibleStage]

    for step in drawing.steps:
        begin, end = drawing.stage(step.begin), drawing.stage(step.end)
        assert begin is not None
        assert end is not None
        if step.kind is StepKind.FORWARD:
            assert order.index(begin.public) <= order.index(end.public), step.name


@pytest.mark.parametrize("code", [code for code in CODES if code != "plain"])
def test_a_starter_of_a_trade_has_its_own_stages_approvals_and_acts(code: str) -> None:
    drawing = starter_with(code).definition

    assert len(drawing.stages) > len(DRAWN)
    assert any(step.kind is StepKind.BACK for step in drawing.steps)
    assert any(step.approval is not None and step.approval.quorum for step in drawing.steps)
    assert {act.kind for step in drawing.steps for act in step.acts} >= {
        ActionKind.TASK,
        ActionKind.NOTIFY,
    }


def test_departments_that_are_not_here_are_left_out_of_a_starter(tenant: Any) -> None:
    world = world_of_problems()
    drawing = starter_with("plain").definition
    task = Act(kind=ActionKind.TASK, facts=(("department", "nowhere"), ("title", "Look")))
    told = Act(kind=ActionKind.NOTIFY, facts=(("to", "lead"),))
    asking = replace(
        drawing,
        stages=(
            replace(drawing.stages[0], owner=Owner.DEPARTMENT, department="nowhere"),
            *drawing.stages[1:],
        ),
        steps=(replace(drawing.steps[0], acts=(task, told)), *drawing.steps[1:]),
    )

    kept = fitted(asking, departments=world.departments)

    assert kept.stages[0].owner is Owner.STAYS
    assert kept.steps[0].acts == (told,)
    with pytest.raises(NoSuchStarter):
        starter_with("nothing")
