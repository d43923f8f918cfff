"""A drawn workflow that problems of tests follow: two stages of the cause, one of each other."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from problems.gates import Offered
from problems.models import Leg, Problem
from problems.stepping import Taken, take_step
from tests.make import AT
from workflow.conditions import Leaf
from workflow.people.actors import Actor
from workflow.stages.definition import (
    Act,
    ActionKind,
    Definition,
    MayTake,
    Owner,
    Stage,
    Step,
    StepKind,
)
from workflow.stages.files import as_data
from workflow.stages.models import Workflow, WorkflowVersion

HOUR = timedelta(hours=1)
SYSTEM = Actor.system("test")
EVERYBODY = (MayTake.DEPARTMENT, MayTake.LEAD)

STAGES = (
    Stage(key="inbox", name="Inbox", state="new"),
    Stage(key="waiting", name="Waiting for a yes", state="assess", owner=Owner.CHOSEN),
    Stage(
        key="reproduce",
        name="Reproduce",
        state="root_cause",
        within=timedelta(hours=3),
        public="identified",
        public_words="We can see it happen ourselves.",
    ),
    Stage(key="cause", name="Find the cause", state="root_cause", needs=("public_cause",)),
    Stage(
        key="release",
        name="Release",
        state="fix_in_progress",
        owner=Owner.DEPARTMENT,
        department="release",
    ),
    Stage(key="watch", name="Watch", state="verifying"),
    Stage(key="done", name="Done", state="resolved"),
    Stage(key="filed", name="Filed", state="closed"),
)


def step(key: str, begin: str, end: str, **facts: Any) -> Step:
    """Return a step that the department and leads may take."""
    usual = {"name": key.replace("_", " ").capitalize(), "may_take": EVERYBODY}
    return Step(key=key, begin=begin, end=end, **{**usual, **facts})


STEPS = (
    step("send", "inbox", "waiting"),
    step("ours", "waiting", "reproduce"),
    step("not_ours", "waiting", "inbox", kind=StepKind.BACK, needs_reason=True),
    step("seen", "reproduce", "cause"),
    step("seen_not", "cause", "reproduce", kind=StepKind.BACK, needs_reason=True),
    step(
        "severe",
        "reproduce",
        "waiting",
        kind=StepKind.SIDE,
        condition=Leaf("severity", "at_most", 2),
    ),
    step(
        "known",
        "cause",
        "release",
        acts=(
            Act(kind=ActionKind.SET_FIELD, facts=(("field", "severity"), ("value", "2"))),
            Act(
                kind=ActionKind.TASK,
                facts=(("department", "cards"), ("title", "Look for more of it")),
            ),
            Act(kind=ActionKind.NOTIFY, facts=(("to", "lead"),)),
            Act(kind=ActionKind.WEBHOOK),
        ),
    ),
    step("released", "release", "watch", may_take=(MayTake.ASSIGNEE,)),
    step("holds", "watch", "done"),
    step("file", "done", "filed", may_take=(MayTake.LEAD,)),
)
DRAWING = Definition(name="Defects", start="inbox", stages=STAGES, steps=STEPS)


def with_step(key: str, **facts: Any) -> Definition:
    """Return the drawing with one step that is different."""
    steps = tuple(replace(one, **facts) if one.key == key else one for one in STEPS)
    return replace(DRAWING, steps=steps)


def publish(
    definition: Definition = DRAWING, *, applies_when: dict[str, object] | None = None
) -> WorkflowVersion:
    """Return a published version of a drawing that new problems follow; all without a condition."""
    workflow = Workflow.objects.create(
        name=definition.name,
        position=Workflow.objects.count() + 1,
        is_default=applies_when is None,
        applies_when=applies_when or {},
    )
    version = WorkflowVersion.objects.create(
        workflow=workflow,
        number=1,
        state="published",
        definition=as_data(definition),
        created_at=AT,
        published_at=AT,
    )
    workflow.version = version
    workflow.save(update_fields=["version"])
    return version


def take(
    problem: Problem, key: str, *, actor: Actor = SYSTEM, hours: float, **offered: Any
) -> Taken:
    """Take a drawn step some hours after the beginning of the tests."""
    return take_step(
        problem_id=problem.pk,
        step_key=key,
        offered=Offered(**offered),
        actor=actor,
        at=AT + hours * HOUR,
    )


def stands_in(problem: Problem) -> tuple[str, str]:
    """Return state and stage of a problem as they are stored."""
    return Problem.objects.values_list("state", "stage_key").get(pk=problem.pk)


def stays(problem: Problem) -> list[tuple[str, str, str, str]]:
    """Return department, stage, step and reason of each stay."""
    return list(
        Leg.objects.filter(problem=problem)
        .order_by("position")
        .values_list("department__slug", "stage_key", "step_key", "entered_because")
    )
