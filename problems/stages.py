"""Where a problem stands in its drawn workflow, which steps lead on, and which workflow takes it.

A problem without a version follows the standard way: for it there are no stages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from problems.models import Leg, Problem
from problems.states import OPEN_STATES, RANK, VISIBLE_STAGE, ProblemState, VisibleStage
from workflow.people.models import Department
from workflow.stages.definition import ActionKind, Definition, Owner, Stage, Step
from workflow.stages.published import definitions_of
from workflow.stages.workflows import workflow_for


@dataclass(frozen=True, slots=True)
class ProblemField:
    """A field that a stage or step may ask for; `is_given` says that the step's own form asks it.

    `elsewhere` says how it comes there when a form of a step cannot give it.
    """

    name: str
    label: Promise
    is_given: bool
    elsewhere: Promise


DESCRIBED = _("Complete the description of the problem first.")
FIELDS: dict[str, ProblemField] = {
    field.name: field
    for field in (
        ProblemField("statement", _("What is known"), False, DESCRIBED),
        ProblemField("category", _("Category"), False, DESCRIBED),
        ProblemField("product", _("Product"), False, DESCRIBED),
        ProblemField("lead", _("Service lead"), False, _("Name a service lead for it first.")),
        ProblemField("root_cause", _("Root cause"), True, _("Write it down.")),
        ProblemField(
            "public_cause", _("Cause in words for customers"), True, _("Write it for customers.")
        ),
        ProblemField("workaround", _("Workaround"), False, _("Publish a workaround first.")),
        ProblemField("estimate", _("Expected date"), False, _("Say when it will be fixed first.")),
        ProblemField("fix", _("Fix"), True, _("Say what was changed.")),
        ProblemField("solution", _("Solution for customers"), True, _("Write it for customers.")),
        ProblemField("evidence", _("Evidence"), True, _("Add what shows it, or link a case.")),
    )
}
"""What a stage's or a step's `needs` may name."""

SETTABLE: dict[str, Promise] = {"severity": _("How bad it is"), "category": _("Category")}
"""What an act that sets a field may name."""

NOTIFIED: dict[str, Promise] = {
    "department": _("The department that has it"),
    "assignee": _("The person who works on it"),
    "head": _("The head of the department"),
    "lead": _("The service leads"),
}
"""Whom an act that notifies may name in `to`; another department stands in `department`."""

ACT_FACTS: dict[ActionKind, tuple[str, ...]] = {
    ActionKind.TASK: ("department", "title", "text", "within_minutes"),
    ActionKind.NOTIFY: ("to", "department"),
    ActionKind.SET_FIELD: ("field", "value"),
    ActionKind.WEBHOOK: (),
}
"""What each kind of act holds: departments by short name, spans in minutes."""


# ---- where it stands -------------------------------------------------------------------------


def definition_with(version_id: int) -> Definition:
    """Return the drawing of a version that problems follow; a query the first time only."""
    return definitions_of([version_id])[version_id]


def definition_of(problem: Problem) -> Definition | None:
    """Return the drawing that a problem follows, or None for the standard way."""
    if problem.workflow_version_id is None:
        return None
    return definition_with(problem.workflow_version_id)


def stage_of(problem: Problem) -> Stage | None:
    """Return the stage in which a problem stands, or None."""
    definition = definition_of(problem)
    return definition.stage(problem.stage_key) if definition is not None else None


def stage_of_leg(leg: Leg) -> Stage | None:
    """Return the stage in which a problem stood during a stay, or None."""
    if leg.workflow_version_id is None:
        return None
    return definition_with(leg.workflow_version_id).stage(leg.stage_key)


def steps_from(problem: Problem) -> tuple[Step, ...]:
    """Return the steps that lead from where a problem stands, in the order of the drawing."""
    definition = definition_of(problem)
    return tuple(definition.ways_from(problem.stage_key)) if definition is not None else ()


def stages_in(definition: Definition, states: Iterable[str]) -> tuple[Stage, ...]:
    """Return the stages that belong to some states, in the order of the drawing."""
    wanted = {str(state) for state in states}
    return tuple(stage for stage in definition.stages if stage.state in wanted)


def is_closing_drawn(problem: Problem) -> bool:
    """Whether the workflow of a problem says how it is closed."""
    definition = definition_of(problem)
    return definition is not None and bool(stages_in(definition, [ProblemState.CLOSED]))


def first_stage_in(definition: Definition, state: str) -> Stage | None:
    """Return where a problem lands that comes to a state beside the drawing.

    A new problem begins at the start; a state that the drawing leaves out has no stage.
    """
    start = definition.stage(definition.start)
    if start is not None and start.state == state:
        return start
    return next(iter(stages_in(definition, [state])), None)


def time_for(stage: Stage | None, department: Department) -> timedelta:
    """Return how many opening hours a department has for a stay: the stage's, else its own."""
    return stage.within if stage is not None and stage.within else department.stage_within


def is_at_home(stage: Stage, department: Department) -> bool:
    """Whether a problem that comes to a stage may stay with a department."""
    return stage.owner is not Owner.DEPARTMENT or stage.department == department.slug


# ---- what customers see ----------------------------------------------------------------------


def stage_ahead(problem: Problem) -> Stage | None:
    """Return the stage that customers are told of: where it goes on once it is accepted, else its own."""
    definition = definition_of(problem)
    if definition is None:
        return None
    return definition.stage(problem.next_stage_key) or definition.stage(problem.stage_key)


def visible_stage(stage: Stage | None, *, state: str, is_found: bool = False) -> VisibleStage:
    """Return what customers see: what the drawing says of an open problem, else what its state says.

    `is_found` says that the cause is known. Nothing that is open is called resolved.
    """
    if state in OPEN_STATES and stage is not None and stage.public in SEEN_WHILE_OPEN:
        return VisibleStage(stage.public)
    if is_found and RANK[ProblemState(state)] < RANK[ProblemState.FIX_IN_PROGRESS]:
        return VisibleStage.IDENTIFIED
    return VISIBLE_STAGE[ProblemState(state)]


SEEN_WHILE_OPEN = frozenset(set(VisibleStage) - {VisibleStage.RESOLVED})


# ---- which workflow --------------------------------------------------------------------------


def begin_workflow(problem: Problem, *, facts: Mapping[str, object]) -> None:
    """Let the workflow that fits take a problem that stands at its beginning; one query.

    The caller saves it and keeps its stay in step.
    """
    workflow = workflow_for(facts)
    problem.workflow_version = workflow.version if workflow is not None else None
    definition = definition_of(problem)
    problem.stage_key = definition.start if definition is not None else ""
    problem.next_stage_key = ""
