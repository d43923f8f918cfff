"""Place the stages of a workflow in lanes: one for each state, or for each department. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from servicedesk.pages.workflow_shapes import Card, Lane
from servicedesk.pages.workflow_words import STATE_HUES, owner_of, state_of
from workflow.stages.definition import Definition, Owner, Stage
from workflow.stages.layout import COLUMN, ROW, layers_of

GAP = 60.0
HEAD = 150.0


def lanes_by_state(
    definition: Definition, states: Sequence[str]
) -> tuple[dict[str, Card], tuple[Lane, ...]]:
    """Return the cards in a lane for each state that has a stage, in the order of the states."""
    order = {state: number for number, state in enumerate(states)}
    return in_lanes(
        definition,
        lane_of=lambda stage: stage.state,
        rank=lambda state: (order.get(state, len(order)), state),
        name=state_of,
        hue=lambda state: STATE_HUES.get(state, "red"),
    )


def lanes_by_department(
    definition: Definition, departments: Mapping[str, str], hues: Mapping[str, str]
) -> tuple[dict[str, Card], tuple[Lane, ...]]:
    """Return the cards in a lane for each department, in the order in which they are first met."""
    names = {
        lane_of_owner(stage): owner_of(stage, departments=departments)
        for stage in definition.stages
    }
    order = {lane: number for number, lane in enumerate(names)}
    return in_lanes(
        definition,
        lane_of=lane_of_owner,
        rank=lambda lane: (order[lane], lane),
        name=lambda lane: names[lane],
        hue=lambda lane: hues.get(lane.removeprefix("="), ""),
    )


def lane_of_owner(stage: Stage) -> str:
    """Return the key of the lane of who has a stage: a department's begins with an equals sign."""
    if stage.owner is Owner.DEPARTMENT:
        return f"={stage.department}"
    return stage.owner.value


def in_lanes(
    definition: Definition,
    *,
    lane_of: Callable[[Stage], str],
    rank: Callable[[str], tuple[int, str]],
    name: Callable[[str], str],
    hue: Callable[[str], str],
) -> tuple[dict[str, Card], tuple[Lane, ...]]:
    """Return cards by lane from top to bottom, by layer from left to right, and the lanes."""
    layers = layers_of(definition)
    columns = {layer: number for number, layer in enumerate(sorted(set(layers.values())))}
    keys = sorted({lane_of(stage) for stage in definition.stages}, key=rank)
    cards: dict[str, Card] = {}
    lanes = []
    top = 0.0
    for key in keys:
        stacked: Counter[int] = Counter()
        for stage in definition.stages:
            if lane_of(stage) != key or stage.key in cards:
                continue
            column = columns[layers[stage.key]]
            cards[stage.key] = Card(HEAD + column * COLUMN, top + stacked[column] * ROW)
            stacked[column] += 1
        height = float(max(stacked.values(), default=1) * ROW)
        y = top - GAP / 2
        lanes.append(Lane(name(key), hue(key), y, height, y + 20))
        top += height
    return cards, tuple(lanes)
