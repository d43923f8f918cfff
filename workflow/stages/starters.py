"""Workflows to begin with, as data: files that a draft is made of and that everybody changes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.refusals import Refusal
from workflow.stages.definition import ActionKind, Definition, Owner, Stage, Step
from workflow.stages.files import read
from workflow.stages.world import Manned

FOLDER = Path(__file__).parent / "starting"


class NoSuchStarter(Refusal):
    """Nothing begins with a starter of this name."""

    code = "no_such_starter"


@dataclass(frozen=True, slots=True)
class Starter:
    """A drawing to begin with: for which problems it is meant, and its file."""

    code: str
    name: Promise
    says: Promise

    @property
    def definition(self) -> Definition:
        """The drawing itself."""
        return drawing_in_file(self.code)


STARTERS: dict[str, Starter] = {
    starter.code: starter
    for starter in (
        Starter(
            "product_defect",
            gettext_lazy("Product defect"),
            gettext_lazy("Reproduce, find the cause, fix, test, roll out; a lead signs off."),
        ),
        Starter(
            "billing_error",
            gettext_lazy("Billing error"),
            gettext_lazy("Stop the damage, correct the run, pay back what was wrong."),
        ),
        Starter(
            "logistics",
            gettext_lazy("Logistics"),
            gettext_lazy("Find where deliveries stop, talk to the carrier, change the way."),
        ),
        Starter(
            "service_outage",
            gettext_lazy("Service outage"),
            gettext_lazy("Restore first, understand after, prevent the next one."),
        ),
        Starter(
            "plain",
            gettext_lazy("Plain way"),
            gettext_lazy("One stage for each state of a problem, nothing more."),
        ),
    )
}


def starter_with(code: str) -> Starter:
    """Return a starter.

    Raises:
        NoSuchStarter: there is none of this code.
    """
    starter = STARTERS.get(code)
    if starter is None:
        raise NoSuchStarter(
            _("There is no starter “%(code)s”.") % {"code": code[:40]},
            next_step=_("Choose one of: %(codes)s.") % {"codes": ", ".join(STARTERS)},
        )
    return starter


@cache
def drawing_in_file(code: str) -> Definition:
    """Return the drawing that the file of a starter holds."""
    return read((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))


def fitted(definition: Definition, *, departments: Mapping[str, Manned]) -> Definition:
    """Return a drawing without departments that are not here, or where nobody works.

    Their stages go to whoever is chosen and their tasks are left out, so that a starter can be
    published by any tenant and made its own afterwards.
    """
    here = {slug for slug, one in departments.items() if one.is_active and one.has_members}
    return replace(
        definition,
        stages=tuple(fitted_stage(stage, here=here) for stage in definition.stages),
        steps=tuple(fitted_step(step, here=here) for step in definition.steps),
    )


def fitted_stage(stage: Stage, *, here: set[str]) -> Stage:
    """Return a stage that belongs to no department which is not here."""
    if stage.owner is not Owner.DEPARTMENT or stage.department in here:
        return stage
    return replace(stage, owner=Owner.STAYS, department="")


def fitted_step(step: Step, *, here: set[str]) -> Step:
    """Return a step that asks no department which is not here."""
    kept = tuple(
        act for act in step.acts if act.kind is not ActionKind.TASK or act.get("department") in here
    )
    return replace(step, acts=kept)
