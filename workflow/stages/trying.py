"""Take a problem's history through a draft: the journey that it would have had. Pure.

Each stay of the real journey is held against the draft: is there a stage for it, a step that leads
there, and what would the step have asked for? What the draft has no way for is told as such.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from workflow.stages.definition import Definition, Owner, Stage, Step, StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stay as it was: state, department (slug), stage of then, from when until when."""

    state: str
    department: str
    stage: str
    entered_at: datetime
    left_at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedStay:
    """A stay as it would have been; `remark` says what the draft would have made of it."""

    stay: Stay
    stage: Stage | None
    step: Step | None
    is_detour: bool
    limit: timedelta | None
    remark: str


def taken_through(definition: Definition, stays: Sequence[Stay]) -> list[TriedStay]:
    """Return each stay under the draft, in order."""
    tried: list[TriedStay] = []
    here: Stage | None = None
    for number, stay in enumerate(stays):
        stage, step = next_stage(definition, here, stay, is_first=number == 0)
        tried.append(
            TriedStay(
                stay=stay,
                stage=stage,
                step=step,
                is_detour=step is not None and step.kind is StepKind.BACK,
                limit=stage.within if stage else None,
                remark=remark_on(stay, here=here, stage=stage, step=step, is_first=number == 0),
            )
        )
        here = stage or here
    return tried


def next_stage(
    definition: Definition, here: Stage | None, stay: Stay, *, is_first: bool
) -> tuple[Stage | None, Step | None]:
    """Return the stage that a stay would have been in, and the step that leads there."""
    if is_first:
        return definition.stage(definition.start), None
    if here is not None:
        for step in definition.ways_from(here.key):
            stage = definition.stage(step.end)
            if stage is not None and fits(stage, stay):
                return stage, step
        if fits(here, stay):
            return here, None
    candidates = [stage for stage in definition.stages if fits(stage, stay)]
    return (candidates[0], None) if candidates else (None, None)


def fits(stage: Stage, stay: Stay) -> bool:
    """Whether a stay could have been in a stage."""
    if stage.state != stay.state:
        return False
    return stage.owner is not Owner.DEPARTMENT or stage.department == stay.department


def remark_on(
    stay: Stay, *, here: Stage | None, stage: Stage | None, step: Step | None, is_first: bool
) -> str:
    """Say what the draft would have made of a stay; empty if it is as it was."""
    if stage is None:
        return _("The draft has no stage for this.")
    if is_first or step is not None or stage == here:
        return asked_for(step, stay)
    return _("The draft has no step that leads here from “%(stage)s”.") % {
        "stage": here.name if here else ""
    }


def asked_for(step: Step | None, stay: Stay) -> str:
    """Say what a step would have asked for that was not there."""
    if step is None:
        return ""
    if step.needs_reason and not stay.reason.strip():
        return _("The step “%(step)s” would have asked for a reason.") % {"step": step.name}
    if step.approval is not None and step.approval.quorum:
        return _("The step “%(step)s” would have waited for an approval.") % {"step": step.name}
    return ""
