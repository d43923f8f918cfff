"""Small drawings for tests, and a world in which they make sense."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from workflow.stages.checking import check
from workflow.stages.definition import Definition, MayTake, Stage, Step, StepKind
from workflow.stages.world import Manned, World

HOUR = timedelta(hours=1)
STATES = ("new", "assess", "root_cause", "fix_in_progress", "verifying", "resolved")
WORLD = World(
    transitions={
        "new": {"assess"},
        "assess": {"root_cause", "new"},
        "root_cause": {"fix_in_progress", "assess"},
        "fix_in_progress": {"verifying", "assess"},
        "verifying": {"resolved", "fix_in_progress"},
        "resolved": set(),
    },
    begins_in="new",
    ends_in=("resolved",),
    covered=STATES,
    departments={
        "it": Manned("IT"),
        "empty": Manned("Empty room", has_members=False, has_head=False),
        "headless": Manned("Headless", has_head=False),
        "gone": Manned("Gone", is_active=False),
    },
    fields={"root_cause": "Root cause", "fix": "Fix"},
    people=("lena@example.org",),
    roles={"lead": 1, "member": 3},
    states={state: state.replace("_", " ").capitalize() for state in STATES},
    facts={"severity": "Severity"},
    settable={"severity": "Severity", "category": "Category"},
    notified={"lead": "The service leads"},
    customer_stages={"investigating": "Investigating", "resolved": "Resolved"},
)


def stage(key: str, state: str | None = None, **facts: Any) -> Stage:
    """Return a stage with nothing wrong."""
    usual = {
        "name": key.replace("_", " ").capitalize(),
        "within": 8 * HOUR,
        "public": "investigating",
        "public_words": "We are looking at it.",
    }
    return Stage(key=key, state=state or key, **{**usual, **facts})


def step(begin: str, end: str, **facts: Any) -> Step:
    """Return a step with nothing wrong."""
    usual = {"key": f"{begin}_to_{end}", "name": f"{begin} to {end}"}
    return Step(begin=begin, end=end, **{**usual, **facts})


def plain() -> Definition:
    """Return a drawing of one stage for each state, with nothing wrong."""
    return Definition(
        name="Plain",
        start="new",
        stages=tuple(stage(state) for state in STATES),
        steps=(
            step("new", "assess"),
            step("assess", "root_cause"),
            step("assess", "new", kind=StepKind.BACK, needs_reason=True),
            step("root_cause", "fix_in_progress"),
            step("fix_in_progress", "verifying"),
            step("verifying", "fix_in_progress", kind=StepKind.BACK),
            step("verifying", "resolved", may_take=(MayTake.DEPARTMENT, MayTake.LEAD)),
        ),
    )


def with_stages(drawing: Definition, *stages: Stage) -> Definition:
    """Return a drawing with stages more, or others of the same key."""
    found = {one.key: one for one in (*drawing.stages, *stages)}
    return replace(drawing, stages=tuple(found.values()))


def with_steps(drawing: Definition, *steps: Step) -> Definition:
    """Return a drawing with steps more, or others of the same key."""
    found = {one.key: one for one in (*drawing.steps, *steps)}
    return replace(drawing, steps=tuple(found.values()))


def without(drawing: Definition, *keys: str) -> Definition:
    """Return a drawing without some stages and steps; steps to nowhere stay."""
    return replace(
        drawing,
        stages=tuple(one for one in drawing.stages if one.key not in keys),
        steps=tuple(one for one in drawing.steps if one.key not in keys),
    )


def told(drawing: Definition, **world: Any) -> dict[str, str]:
    """Return what the checks say: code to the sentence and what to do."""
    found = check(drawing, world=replace(WORLD, **world))
    return {one.code: f"{one.sentence} {one.next_step}" for one in found}
