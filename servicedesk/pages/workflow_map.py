"""The drawing of a workflow as pages show it: a draft, what counts, a problem on its way."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from problems.models import Leg, Problem
from problems.stages import definition_of
from servicedesk.pages.workflow_drawing import Arrangement, Looks, Standing, draw
from servicedesk.pages.workflow_shapes import Map
from workflow.people.models import Department
from workflow.stages.checking import Finding
from workflow.stages.definition import Definition
from workflow.stages.world import World


def draft_map(
    drawing: Definition,
    *,
    world: World,
    findings: Sequence[Finding] = (),
    selected: str = "",
    arrangement: str = "",
    stage_href: str = "#stage-{}",
) -> Map:
    """Return a drawing with what the checks say; asks nothing.

    `selected` is stage=KEY or step=KEY, `stage_href` has one place for the key of a stage.
    """
    looks = Looks(
        departments={slug: one.name for slug, one in world.departments.items()},
        hues={slug: one.hue for slug, one in world.departments.items()},
        states=tuple(world.transitions),
        ends_in=world.ends_in,
        findings=findings,
        selected=selected,
        arrangement=arrangement_named(arrangement),
        stage_href=stage_href,
    )
    return draw(drawing, looks=looks)


def problem_map(
    problem: Problem, legs: Sequence[Leg], *, stage_href: str = "#wf-words"
) -> Map | None:
    """Return the workflow of a problem: where it is, has been and may go; None without one.

    `legs` are all its stays in order. One query, none for a problem of the standard way.
    """
    definition = definition_of(problem)
    if definition is None:
        return None
    names, hues = {}, {}
    for slug, name, hue in Department.objects.values_list("slug", "name", "hue"):
        names[slug], hues[slug] = name, hue
    stays = [
        leg.stage_key for leg in legs if leg.workflow_version_id == problem.workflow_version_id
    ]
    before = stays[:-1] if stays and stays[-1] == problem.stage_key else stays
    standing = Standing(
        here=problem.stage_key, been=Counter(before), taken=frozenset(pairwise(stays))
    )
    looks = Looks(departments=names, hues=hues, standing=standing, stage_href=stage_href)
    return draw(definition, looks=looks)


def arrangement_named(code: str) -> Arrangement:
    """Return the arrangement that an address names, as drawn if it names none."""
    return Arrangement(code) if code in set(Arrangement) else Arrangement.DRAWN
