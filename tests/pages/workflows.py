"""Workflows to draw: a small one of every kind of step, and long ones."""

from datetime import timedelta

from workflow.stages.definition import (
    Approval,
    Definition,
    MayTake,
    Owner,
    Stage,
    Step,
    StepKind,
)

HOUR = timedelta(hours=1)
DEPARTMENTS = {
    "care": "Customer Care",
    "payments": "Payments Platform",
    "release": "Release & Change",
}
HUES = {"care": "petrol", "payments": "blue", "release": "rose"}
STATES = ("new", "assess", "root_cause", "fix_in_progress", "verifying", "resolved", "closed")


def stage(key: str, name: str, state: str, department: str = "", hours: int = 0) -> Stage:
    """Return a stage, of a department if one is named."""
    return Stage(
        key=key,
        name=name,
        state=state,
        owner=Owner.DEPARTMENT if department else Owner.STAYS,
        department=department,
        within=hours * HOUR if hours else None,
    )


def step(
    key: str, name: str, begin: str, end: str, kind: StepKind = StepKind.FORWARD, **more: object
) -> Step:
    """Return a step that the department may take."""
    facts: dict[str, object] = {"may_take": (MayTake.DEPARTMENT,), **more}
    return Step(key=key, name=name, begin=begin, end=end, kind=kind, **facts)  # type: ignore[arg-type]


def product_defect() -> Definition:
    """Return the way of a defect: with a question to the side, returns, and an approval."""
    side, back = StepKind.SIDE, StepKind.BACK
    return Definition(
        name="Product defect",
        start="new",
        stages=(
            stage("new", "New", "new", hours=1),
            stage("triage", "Assess", "assess", "care", 4),
            stage("analyse", "Analysing", "root_cause", "payments", 8),
            stage("info", "Waiting for information", "root_cause", "release", 8),
            stage("fix", "Fix in work", "fix_in_progress", "payments"),
            stage("release", "In release, watched by the board", "fix_in_progress", "release", 24),
            stage("verify", "Verify", "verifying", "care", 16),
            stage("done", "Resolved", "resolved"),
        ),
        steps=(
            step("route", "Send to department", "new", "triage"),
            step("accept", "Accept", "triage", "analyse"),
            step("refuse", "Refuse", "triage", "new", back, needs_reason=True),
            step("ask", "Ask another department", "analyse", "info", side),
            step("answered", "Answered", "info", "analyse", side),
            step("cause", "Cause found", "analyse", "fix"),
            step(
                "ready", "Ready for release", "fix", "release",
                approval=Approval(quorum=50, roles=("lead",)),
            ),
            step("rolled_back", "Rolled back", "release", "fix", back),
            step("live", "Live", "release", "verify"),
            step("not_fixed", "Not fixed", "verify", "analyse", back),
            step("confirmed", "Customers confirm", "verify", "done"),
        ),
    )  # fmt: skip


def long_workflow(*, stages: int, steps: int) -> Definition:
    """Return a workflow of a size; its shape is the same each time."""
    drawn = tuple(
        stage(
            f"s{number}",
            f"Stage {number} of a long way",
            STATES[number * len(STATES) // stages],
            ("care", "payments", "release", "")[number % 4],
            number % 5,
        )
        for number in range(stages)
    )
    ways = [
        step(f"t{number}", f"Go on {number}", f"s{number}", f"s{number + 1}")
        for number in range(stages - 1)
    ]
    jumps = (2, -3, 3, -1, 4, -5, 6, 2)
    number = 0
    while len(ways) < steps:
        begin, jump = number * 7 % stages, jumps[number % len(jumps)]
        number += 1
        end = begin + jump
        if not 0 <= end < stages:
            continue
        kind = StepKind.BACK if jump < 0 else (StepKind.FORWARD, StepKind.SIDE)[number % 2]
        ways.append(step(f"t{len(ways)}", f"Step {len(ways)}", f"s{begin}", f"s{end}", kind))
    return Definition(name="A long way", start="s0", stages=drawn, steps=tuple(ways))
