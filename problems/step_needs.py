"""What a drawn step asks for: fields of the problem, and a reason."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from django.utils.translation import gettext as _

from problems.models import CaseLink, Estimate, Evidence, Problem
from problems.models.link import LinkKind
from problems.stages import FIELDS, stage_of
from workflow.refusals import Refusal
from workflow.stages.definition import Step, StepKind


class KeptByDrawing(Refusal):
    """What a drawing asks for before it lets a problem through; base of its refusals."""

    code: ClassVar[str] = "kept_by_drawing"


class StepNeeds(KeptByDrawing):
    """Something that the drawing asks for is missing; `fields` names it."""

    code: ClassVar[str] = "step_needs"

    def __init__(self, sentence: str, *, next_step: str, fields: tuple[str, ...]) -> None:
        super().__init__(sentence, next_step=next_step)
        self.fields = fields


def needed_by(problem: Problem, step: Step) -> tuple[str, ...]:
    """Return the fields that a step asks for, and those without which its stage is not left.

    A step back leaves a stage that is not done: it asks for nothing but its own.
    """
    stage = stage_of(problem) if step.kind is not StepKind.BACK else None
    names = (*(stage.needs if stage is not None else ()), *step.needs)
    return tuple(name for name in dict.fromkeys(names) if name in FIELDS)


def missing_fields(problem: Problem, needs: Iterable[str]) -> tuple[str, ...]:
    """Return which of some fields a problem lacks; a query for evidence and for an estimate."""
    return tuple(name for name in needs if not has_field(problem, name))


def has_field(problem: Problem, name: str) -> bool:
    """Whether a problem has something in a field."""
    if name == "evidence":
        linked = CaseLink.objects.filter(problem=problem, kind=LinkKind.CONFIRMED)
        return linked.exists() or Evidence.objects.filter(problem=problem).exists()
    if name == "estimate":
        standing = Estimate.objects.filter(problem=problem, id__gt=problem.estimates_after)
        return standing.exists()
    if name in ("product", "lead"):
        return getattr(problem, f"{name}_id") is not None
    return bool(str(getattr(problem, name)).strip())


def refuse_while_missing(
    problem: Problem, step: Step, *, reason: str, texts: Mapping[str, str]
) -> None:
    """Refuse a step while something that it needs is missing and was not given with it.

    Raises:
        StepNeeds: it names what is missing.
    """
    given = {name for name, text in texts.items() if text.strip()}
    needs = [name for name in needed_by(problem, step) if name not in given]
    missing = missing_fields(problem, needs)
    if missing:
        raise StepNeeds(
            _("“%(step)s” needs: %(fields)s.")
            % {
                "step": step.name,
                "fields": ", ".join(str(FIELDS[name].label) for name in missing),
            },
            next_step=str(FIELDS[missing[0]].elsewhere),
            fields=missing,
        )
    if step.needs_reason and not reason.strip():
        raise StepNeeds(
            _("“%(step)s” needs a reason: it stands in the journey.") % {"step": step.name},
            next_step=_("Say why."),
            fields=("reason",),
        )
