"""What a draft changes, in words."""

from dataclasses import replace

from tests.workflow.stages.drawing import (
    HOUR,
    WORLD,
    plain,
    stage,
    step,
    with_stages,
    with_steps,
    without,
)
from workflow.conditions import Leaf
from workflow.stages.definition import (
    Act,
    ActionKind,
    Approval,
    Definition,
    MayTake,
    Owner,
    StepKind,
)
from workflow.stages.differing import differences
from workflow.stages.editing import with_stage_placed


def said(after: Definition) -> list[str]:
    """Return what is other than in the plain drawing."""
    return differences(plain(), after, world=WORLD)


def test_the_same_drawing_differs_in_nothing_nor_does_where_its_stages_stand() -> None:
    assert said(plain()) == []
    assert said(with_stage_placed(plain(), "assess", x=22, y=22)) == []


def test_the_name_and_the_beginning_are_told() -> None:
    assert said(replace(plain(), name="Other", start="assess")) == [
        "The workflow is called “Other”, no longer “Plain”.",
        "A new problem begins in “Assess”.",
    ]


def test_a_limit_is_told_as_it_was_and_is() -> None:
    after = with_stages(
        plain(), stage("assess", within=6.5 * HOUR), stage("root_cause", within=None)
    )

    assert said(after) == [
        "Assess: limit 8 h → 6 h 30 min",
        "Root cause: limit 8 h → the department's own",
    ]


def test_everything_of_a_stage_is_told_by_name() -> None:
    after = with_stages(
        plain(),
        stage(
            "assess",
            "root_cause",
            name="Look",
            owner=Owner.DEPARTMENT,
            department="it",
            needs=("fix",),
            public="resolved",
            public_words="Done.",
        ),
    )

    assert said(after) == [
        "“Assess” is called “Look” now.",
        "Look: state Assess → Root cause",
        "Look: who has it stays where it is → IT",
        "Look: needed to leave nothing → Fix",
        "Look: customers see Investigating → Resolved",
        "Look: customers read “We are looking at it.” → “Done.”",
    ]


def test_stages_and_steps_that_are_new_or_gone_are_told() -> None:
    after = with_steps(
        with_stages(without(plain(), "assess_to_new"), stage("test", "verifying")),
        step("verifying", "test", name="Try"),
    )

    assert said(after) == [
        "“Test” is new.",
        "The step “assess to new” from “Assess” is taken out.",
        "A step “Try” leads from “Verifying” to “Test”.",
    ]
    assert "“Assess” is taken out." in said(without(plain(), "assess"))


def test_everything_of_a_step_is_told() -> None:
    after = with_steps(
        plain(),
        step(
            "new",
            "assess",
            name="Send",
            kind=StepKind.SIDE,
            may_take=(MayTake.LEAD,),
            needs=("fix",),
            needs_reason=True,
            approval=Approval(quorum=50, roles=("lead",), within=4 * HOUR),
            condition=Leaf(fact="severity", operator="is", value=1),
            acts=(Act(kind=ActionKind.WEBHOOK),),
        ),
    )

    assert said(after) == [
        "Step “Send”: name “new to assess” → “Send”",
        "Step “Send”: kind forward → sideways",
        "Step “Send”: who may everybody in the department → a service lead",
        "Step “Send”: needed nothing → Fix",
        "Step “Send”: reason no → yes",
        "Step “Send”: approval none → 50 % of lead within 4 h",
        "Step “Send”: its condition is another one.",
        "Step “Send”: something else happens by itself.",
    ]
