"""Take a problem's history through a draft: the journey that it would have had. Pure.

Each stay of the real journey is held against the draft: which stage would it have been in, whose
would it have been, which step leads there, and what would the step have asked for? What the draft
has no way for is told as such. When things happened stays as it was: nobody knows what else would
have been done.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from workflow.stages.definition import Definition, Owner, Stage, Step

# People do these whenever they are needed; no drawing has to allow them.
BESIDE_THE_DRAWING = frozenset({"refused", "reopened"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stay as it was: state, department (slug), from when until when.

    `because` is the code of why it began, `reason` what was written then.
    """

    state: str
    department: str
    entered_at: datetime
    left_at: datetime | None
    because: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedStay:
    """A stay as it would have been.

    `stage` is None where the draft has none for it. `department` is the slug of who would have had
    it, `because` why it would have begun: forward, side or back by a step, else as it was.
    `limit` is the stage's own; `remark` says what the draft would have made of it, empty if nothing.
    """

    stay: Stay
    stage: Stage | None
    step: Step | None
    department: str
    because: str
    limit: timedelta | None
    remark: str


def taken_through(
    definition: Definition, stays: Sequence[Stay], *, departments: Mapping[str, str]
) -> list[TriedStay]:
    """Return each stay under the draft, in order; `departments` maps slugs to names."""
    tried: list[TriedStay] = []
    here: Stage | None = None
    for stay in stays:
        stage, step = found(definition, here, stay)
        department = owner_in(stage, stay)
        tried.append(
            TriedStay(
                stay=stay,
                stage=stage,
                step=step,
                department=department,
                because=because_of(stay, step, before=tried[-1] if tried else None, now=department),
                limit=stage.within if stage else None,
                remark=" ".join(
                    remarks(
                        stay, here=here, stage=stage, step=step, department=department,
                        names=departments,
                    )
                ),
            )
        )  # fmt: skip
        here = stage or here
    return tried


def found(
    definition: Definition, here: Stage | None, stay: Stay
) -> tuple[Stage | None, Step | None]:
    """Return the stage that a stay would have been in, and the step that leads there."""
    if here is None:
        return definition.stage(definition.start), None
    # Who really had it decides between stages of one state; a draft may give it to somebody else.
    for suits in (fits, is_of_state):
        onward = way_to(definition, here, stay, suits=suits)
        if onward is not None:
            return onward
        beside = next((stage for stage in definition.stages if suits(stage, stay)), None)
        if beside is not None:
            return beside, None
    return None, None


def way_to(
    definition: Definition, here: Stage, stay: Stay, *, suits: Callable[[Stage, Stay], bool]
) -> tuple[Stage, Step | None] | None:
    """Return where a problem goes on to from a stage, or that it stays there; None if neither."""
    for step in definition.ways_from(here.key):
        stage = definition.stage(step.end)
        if stage is not None and suits(stage, stay):
            return stage, step
    return (here, None) if suits(here, stay) else None


def fits(stage: Stage, stay: Stay) -> bool:
    """Whether a stay could have been in a stage, with the department that had it."""
    return is_of_state(stage, stay) and owner_in(stage, stay) == stay.department


def is_of_state(stage: Stage, stay: Stay) -> bool:
    """Whether a stay could have been in a stage, whoever had it."""
    return stage.state == stay.state


def owner_in(stage: Stage | None, stay: Stay) -> str:
    """Return the slug of who would have had a stay in a stage."""
    if stage is not None and stage.owner is Owner.DEPARTMENT:
        return stage.department
    return stay.department


def because_of(stay: Stay, step: Step | None, *, before: TriedStay | None, now: str) -> str:
    """Return why a stay would have begun, as a code."""
    if before is None or stay.because in BESIDE_THE_DRAWING:
        return stay.because
    if step is not None:
        return step.kind.value
    if before.department != now:
        return "handed_over"
    # What stays where it was in the draft is handed to nobody.
    return "forward" if stay.because == "handed_over" else stay.because


def remarks(
    stay: Stay,
    *,
    here: Stage | None,
    stage: Stage | None,
    step: Step | None,
    department: str,
    names: Mapping[str, str],
) -> Iterator[str]:
    """Say what the draft would have made of a stay; nothing if it is as it was."""
    if stage is None:
        yield _("The draft has no stage for this.")
        return
    if department != stay.department:
        yield _("The draft gives this to %(department)s.") % {
            "department": names.get(department, department)
        }
    if step is not None:
        yield from asked_for(step, stay)
    elif here is not None and stage != here and stay.because not in BESIDE_THE_DRAWING:
        yield _("The draft has no step that leads here from “%(stage)s”.") % {"stage": here.name}


def asked_for(step: Step, stay: Stay) -> Iterator[str]:
    """Say what a step would have asked for."""
    if step.needs_reason and not stay.reason.strip():
        yield _("The step “%(step)s” would have asked for a reason.") % {"step": step.name}
    if step.approval is not None and step.approval.quorum:
        yield _("The step “%(step)s” would have waited for an approval.") % {"step": step.name}
