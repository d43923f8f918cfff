"""What the drawn workflow says of a stay: the name of its stage, its place on the way, its step."""

from dataclasses import dataclass

from problems.models import Leg
from problems.states import RANK, ProblemState
from workflow.stages.published import definitions_of
from workflow.stages.trying import Stay

# More stages than any drawing has: the state decides first, the place in the drawing after it.
STAGES_OF_A_STATE = 1000


@dataclass(frozen=True, slots=True)
class DrawnStay:
    """A stay as its workflow names it; names are empty for what follows the standard way.

    `rank` is the place of the stage on the way, comparable between all stays of a problem.
    """

    rank: int
    stage_name: str = ""
    step_name: str = ""
    step_kind: str = ""


def drawn_stay(leg: Leg) -> DrawnStay:
    """Return what the drawing says of a stay; no query once its version was read."""
    rank = RANK[ProblemState(leg.stage)] * STAGES_OF_A_STATE
    if leg.workflow_version_id is None or not leg.stage_key:
        return DrawnStay(rank=rank)
    drawing = definitions_of([leg.workflow_version_id])[leg.workflow_version_id]
    for place, stage in enumerate(drawing.stages, start=1):
        if stage.key == leg.stage_key:
            step = next((step for step in drawing.steps if step.key == leg.step_key), None)
            return DrawnStay(
                rank=rank + place,
                stage_name=stage.name,
                step_name=step.name if step else "",
                step_kind=step.kind.value if step else "",
            )
    return DrawnStay(rank=rank)


def stay_of(leg: Leg) -> Stay:
    """Return a stored stay as a draft is tried with it; its department is loaded."""
    return Stay(
        state=leg.stage,
        department=leg.department.slug,
        entered_at=leg.entered_at,
        left_at=leg.left_at,
        because=leg.entered_because,
        reason=leg.reason,
    )
