"""Draw a workflow: stages as cards, steps as arrows, and what is wrong where it is wrong.

Pure functions from a definition to shapes; components/workflow.svg only writes them down, and
`workflow_list` says the same in words.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.pages.journey_labels import shortened, text_width
from servicedesk.pages.workflow_arrows import Marks, arrows, boxes_of, wrapped
from servicedesk.pages.workflow_lanes import lanes_by_department, lanes_by_state
from servicedesk.pages.workflow_routes import Points, Router, Way
from servicedesk.pages.workflow_shapes import HEIGHT, WIDTH, Card, DrawnStage, Lane, Map, Told
from servicedesk.pages.workflow_words import (
    STATE_HUES,
    finding_words,
    limit_of,
    owner_of,
    state_of,
)
from workflow.stages.checking import Finding
from workflow.stages.definition import Definition, Stage, StepKind
from workflow.stages.layout import laid_out

NAME_SIZE = 13.0
SMALL_SIZE = 11.0
TEXT_X = 14.0
ROOM = WIDTH - TEXT_X - 10
MARGIN = 34.0


class Arrangement(StrEnum):
    """How stages are placed: where they were drawn, or in lanes of one state or department."""

    DRAWN = "drawn"
    STATES = "states"
    DEPARTMENTS = "departments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a problem stands: `been` counts the earlier stays in a stage, `taken` are the ways."""

    here: str
    been: Mapping[str, int] = field(default_factory=dict)
    taken: Collection[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What a drawing shows besides the definition itself.

    `departments` maps short names to names, `hues` to colours; `ends_in` are the states that end a problem, `states`
    all of them in their order. `selected` is stage=KEY or step=KEY; `stage_href` has one place for
    the key of the stage that a card leads to.
    """

    departments: Mapping[str, str] = field(default_factory=dict)
    hues: Mapping[str, str] = field(default_factory=dict)
    states: Sequence[str] = tuple(STATE_HUES)
    ends_in: Collection[str] = ("resolved", "closed")
    findings: Sequence[Finding] = ()
    selected: str = ""
    arrangement: Arrangement = Arrangement.DRAWN
    standing: Standing | None = None
    stage_href: str = "#stage-{}"


def draw(definition: Definition, *, looks: Looks | None = None) -> Map:
    """Return the drawing of a workflow; sixty stages and 300 steps take some milliseconds."""
    looks = looks or Looks()
    cards, lanes = placed(definition, looks)
    routes = Router(cards).led(
        [
            Way(str(number), step.begin, step.end, step.kind is StepKind.BACK)
            for number, step in enumerate(definition.steps)
        ]
    )
    wrong_stages = by_place((finding, finding.stages) for finding in looks.findings)
    stages = tuple(
        card_of(
            stage,
            cards[stage.key],
            definition=definition,
            looks=looks,
            found=wrong_stages.get(stage.key, ()),
        )
        for stage in {stage.key: stage for stage in definition.stages}.values()
    )
    steps = arrows(
        definition,
        routes=routes,
        boxes=boxes_of(cards, told={stage.key for stage in stages if stage.told}),
        marks=Marks(
            wrong=by_place((finding, finding.steps) for finding in looks.findings),
            selected=looks.selected,
            here=looks.standing.here if looks.standing else "",
            taken=looks.standing.taken if looks.standing else (),
        ),
    )
    left, top, right, bottom = extent(cards, routes.values(), lanes)
    return Map(
        left=left,
        top=top,
        width=right - left,
        height=bottom - top,
        says=says_of(definition, looks),
        arrangement=looks.arrangement.value,
        lanes=lanes,
        stages=stages,
        steps=steps,
        unnamed=sum(step.label is None for step in steps),
    )


def placed(definition: Definition, looks: Looks) -> tuple[dict[str, Card], tuple[Lane, ...]]:
    """Return where each card stands, and the lanes behind them."""
    if looks.arrangement is Arrangement.STATES:
        return lanes_by_state(definition, looks.states)
    if looks.arrangement is Arrangement.DEPARTMENTS:
        return lanes_by_department(definition, looks.departments, looks.hues)
    places = laid_out(definition)
    return {key: Card(float(place.x), float(place.y)) for key, place in places.items()}, ()


def by_place(
    findings: Iterable[tuple[Finding, Collection[str]]],
) -> dict[str, list[Finding]]:
    """Return the findings of each place, faults first as they come."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding, keys in findings:
        for key in keys:
            found[key].append(finding)
    return found


def extent(
    cards: Mapping[str, Card], routes: Iterable[Points], lanes: Sequence[Lane]
) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of all that is drawn, with a margin."""
    points = [point for way in routes for point in way]
    xs = [x for x, _y in points] or [0.0]
    ys = [y for _x, y in points] or [0.0]
    for card in cards.values():
        xs += (card.left, card.right)
        ys += (card.top - 14, card.bottom + 14)
    for lane in lanes:
        xs.append(0.0)
        ys += (lane.y, lane.y + lane.height)
    return min(xs) - MARGIN, min(ys) - MARGIN, max(xs) + MARGIN, max(ys) + MARGIN


def says_of(definition: Definition, looks: Looks) -> str:
    """Return the drawing in one sentence, as its name for readers."""
    said = _("Workflow “%(name)s”: %(stages)s, %(steps)s.") % {
        "name": definition.name,
        "stages": counted_stages(len(definition.stages)),
        "steps": ngettext("%(count)d step", "%(count)d steps", len(definition.steps))
        % {"count": len(definition.steps)},
    }
    here = definition.stage(looks.standing.here) if looks.standing else None
    if here is not None:
        said += " " + _("The problem is in “%(stage)s”.") % {"stage": here.name}
    return said


def counted_stages(count: int) -> str:
    """Return a number of stages in words."""
    return ngettext("%(count)d stage", "%(count)d stages", count) % {"count": count}


# ---- cards -----------------------------------------------------------------------------------


def card_of(
    stage: Stage, card: Card, *, definition: Definition, looks: Looks, found: Sequence[Finding]
) -> DrawnStage:
    """Return a stage as it is drawn: name, owner with limit, state, and what is wrong below."""
    names = wrapped(stage.name, size=NAME_SIZE, width=ROOM) or [stage.key]
    tops = (26.0,) if len(names) == 1 else (20.0, 35.0)
    owner = owner_of(stage, departments=looks.departments)
    limit = limit_of(stage.within)
    standing, standing_words = standing_of(stage, definition=definition, standing=looks.standing)
    state = state_of(stage.state)
    told = told_at(card, found)
    facts = [stage.name, state, owner, limit, standing_words, *(one.sentence for one in found)]
    return DrawnStage(
        key=stage.key,
        name=stage.name,
        lines=tuple(zip(names, tops, strict=True)),
        owner=owner_line(owner, limit),
        owner_y=44.0 if len(names) == 1 else 50.0,
        state=shortened(state, size=SMALL_SIZE, width=ROOM - 12),
        state_code=stage.state,
        state_y=60.0 if len(names) == 1 else 64.0,
        dot_y=56.5 if len(names) == 1 else 60.5,
        hue=STATE_HUES.get(stage.state, "red"),
        rank=list(looks.states).index(stage.state) if stage.state in looks.states else -1,
        href=looks.stage_href.format(quote(stage.key)),
        says=". ".join(fact.rstrip(".") for fact in facts if fact),
        x=card.left,
        y=card.top,
        told=told,
        standing=standing,
        standing_words=standing_words,
        standing_width=round(text_width(standing_words, size=SMALL_SIZE) + 18, 1),
        is_start=stage.key == definition.start,
        is_end=stage.state in looks.ends_in,
        is_selected=looks.selected == f"stage={stage.key}",
    )


def owner_line(owner: str, limit: str) -> str:
    """Return who has a stage and how long, on one line; a long name is cut, a limit never."""
    more = f" · {limit}" if limit else ""
    room = ROOM - text_width(more, size=SMALL_SIZE)
    return shortened(owner, size=SMALL_SIZE, width=room) + more


def standing_of(
    stage: Stage, *, definition: Definition, standing: Standing | None
) -> tuple[str, str]:
    """Return whether a problem is, was or may come next in a stage, as a code and in words."""
    if standing is None:
        return "", ""
    if stage.key == standing.here:
        return "here", _("You are here")
    if any(step.end == stage.key for step in definition.ways_from(standing.here)):
        return "next", _("May come next")
    count = standing.been.get(stage.key, 0)
    words = ngettext("Been here", "Been here %(count)d times", count) % {"count": count}
    return ("been", words) if count else ("", "")


def told_at(card: Card, found: Sequence[Finding]) -> Told | None:
    """Return what is wrong with a stage, below its card; None if nothing is."""
    if not found:
        return None
    return Told(
        words=shortened(finding_words(found), size=SMALL_SIZE, width=WIDTH - 16),
        says=" ".join(one.sentence for one in found),
        is_fault=any(one.is_fault for one in found),
        x=card.left,
        y=card.top + HEIGHT,
    )
