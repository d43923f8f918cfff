"""The drawing of a workflow as pure functions: nothing is lost, nothing lies on anything."""

import re
from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from servicedesk.pages.workflow_drawing import Arrangement, Looks, Standing, draw
from servicedesk.pages.workflow_routes import Points, Router, Way
from servicedesk.pages.workflow_shapes import HEIGHT, WIDTH, Card, Map
from tests.pages.workflows import (
    DEPARTMENTS,
    HUES,
    long_workflow,
    product_defect,
    stage,
    step,
)
from workflow.stages.checking import Finding
from workflow.stages.definition import Definition, StepKind
from workflow.stages.starters import starter_with

LOOKS = Looks(departments=DEPARTMENTS, hues=HUES)
STARTERS = ("plain", "product_defect", "billing_error", "logistics", "service_outage")
SIZES = [(2, 1), (8, 11), (40, 90), (60, 300)]


@pytest.mark.parametrize("arrangement", Arrangement)
@pytest.mark.parametrize(("stages", "steps"), SIZES)
def test_every_stage_and_step_is_drawn_once_and_no_card_lies_on_another(
    arrangement: Arrangement, stages: int, steps: int
) -> None:
    definition = long_workflow(stages=stages, steps=steps)

    drawn = draw(definition, looks=replace(LOOKS, arrangement=arrangement))

    assert [one.key for one in drawn.stages] == [one.key for one in definition.stages]
    assert [one.key for one in drawn.steps] == [one.key for one in definition.steps]
    for one, other in combinations(drawn.stages, 2):
        assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT
    for card in drawn.stages:
        assert drawn.left <= card.x
        assert card.x + WIDTH <= drawn.left + drawn.width
        assert drawn.top <= card.y
        assert card.y + HEIGHT <= drawn.top + drawn.height


def test_no_name_of_a_step_lies_on_a_card_or_on_another_name() -> None:
    drawn = draw(long_workflow(stages=40, steps=90), looks=LOOKS)

    boxes = [(one.x, one.y, one.x + WIDTH, one.y + HEIGHT) for one in drawn.stages]
    boxes += [
        (
            one.label.x - one.label.half_width,
            one.label.y - one.label.half_height,
            one.label.x + one.label.half_width,
            one.label.y + one.label.half_height,
        )
        for one in drawn.steps
        if one.label
    ]
    assert drawn.unnamed < 9
    for one, other in combinations(boxes, 2):
        assert not (
            one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        )


@pytest.mark.parametrize("arrangement", Arrangement)
@pytest.mark.parametrize("starter", STARTERS)
def test_every_step_of_a_starter_has_its_name_on_the_map(
    starter: str, arrangement: Arrangement
) -> None:
    drawn = draw(starter_with(starter).definition, looks=replace(LOOKS, arrangement=arrangement))

    assert [one.name for one in drawn.steps if one.label is None] == []


def crossed(points: Points, card: Card) -> bool:
    """Whether a way runs through the inside of a card."""
    return any(
        min(x, to_x) < card.right - 1
        and max(x, to_x) > card.left + 1
        and min(y, to_y) < card.bottom - 1
        and max(y, to_y) > card.top + 1
        for (x, y), (to_x, to_y) in pairwise(points)
    )


def test_arrows_of_a_tidy_workflow_run_around_the_cards_at_right_angles() -> None:
    drawn = draw(product_defect(), looks=LOOKS)
    cards = {one.key: Card(one.x, one.y) for one in drawn.stages}
    ways = [
        Way(one.key, one.begin, one.end, one.kind is StepKind.BACK)
        for one in product_defect().steps
    ]

    routes = Router(cards).led(ways)

    assert set(routes) == {way.key for way in ways}
    for way in ways:
        for (x, y), (to_x, to_y) in pairwise(routes[way.key]):
            assert x == to_x or y == to_y
        assert not [key for key, card in cards.items() if crossed(routes[way.key], card)]


def test_two_arrows_between_the_same_stages_do_not_run_on_one_line() -> None:
    cards = {"one": Card(0, 0), "other": Card(286, 132)}

    routes = Router(cards).led([Way("a", "one", "other", False), Way("b", "one", "other", False)])

    assert not set(routes["a"]) & set(routes["b"])


def test_kinds_differ_by_line_and_head_and_words_not_by_colour_alone() -> None:
    drawn = {one.key: one for one in draw(product_defect(), looks=LOOKS).steps}

    assert [drawn[key].kind for key in ("live", "ask", "not_fixed")] == ["forward", "side", "back"]
    assert drawn["live"].head.endswith("z")
    assert not drawn["ask"].head.endswith("z")
    assert "back (a detour)" in drawn["not_fixed"].says
    assert drawn["ready"].gate is not None
    assert "needs an approval" in drawn["ready"].says


def test_a_card_says_state_owner_and_limit_in_words() -> None:
    analyse = next(
        one for one in draw(product_defect(), looks=LOOKS).stages if one.key == "analyse"
    )

    assert analyse.says == "Analysing. Looking for the cause. Payments Platform. 8 h"
    assert analyse.owner == "Payments Platform · 8 h"
    assert analyse.state == "Looking for the cause"


def test_what_is_wrong_stands_at_its_place_with_words() -> None:
    findings = [
        Finding("dead_end", "Nothing leads out of “Verify”.", "Draw.", stages=("verify",)),
        Finding("no_target", "No limit.", "Set.", is_fault=False, stages=("verify", "fix")),
        Finding("impossible_step", "Cannot be.", "Change.", steps=("live",)),
    ]

    drawn = draw(product_defect(), looks=replace(LOOKS, findings=findings))

    told = {one.key: one.told for one in drawn.stages if one.told}
    assert {key: (one.words, one.is_fault) for key, one in told.items()} == {
        "verify": ("nothing leads out +1", True),
        "fix": ("no time limit", False),
    }
    live = next(one for one in drawn.steps if one.key == "live")
    assert (live.tone, live.label.lines[-1][0]) == ("fault", "not possible")  # type: ignore[union-attr]
    assert live.says.endswith("Cannot be.")


def test_a_problem_on_its_way_sees_where_it_is_has_been_and_may_go() -> None:
    standing = Standing(here="release", been={"new": 1, "triage": 2}, taken={("new", "triage")})

    drawn = draw(product_defect(), looks=replace(LOOKS, standing=standing))

    stood = {one.key: one.standing_words for one in drawn.stages if one.standing}
    assert stood == {
        "new": "Been here",
        "triage": "Been here 2 times",
        "fix": "May come next",
        "release": "You are here",
        "verify": "May come next",
    }
    assert {one.key for one in drawn.steps if one.is_open} == {"live", "rolled_back"}
    assert [one.key for one in drawn.steps if one.is_taken] == ["route"]
    assert drawn.says.endswith("The problem is in “In release, watched by the board”.")


def test_lanes_hold_their_own_stages_only() -> None:
    by_state = draw(product_defect(), looks=replace(LOOKS, arrangement=Arrangement.STATES))
    by_department = draw(
        product_defect(), looks=replace(LOOKS, arrangement=Arrangement.DEPARTMENTS)
    )

    assert [lane.name for lane in by_department.lanes] == [
        "Who has it keeps it", "Customer Care", "Payments Platform", "Release & Change",
    ]  # fmt: skip
    assert len(by_state.lanes) == len({one.state for one in product_defect().stages})
    for drawn in (by_state, by_department):
        for card in drawn.stages:
            inside = [
                lane.name
                for lane in drawn.lanes
                if lane.y <= card.y and card.y + HEIGHT <= lane.y + lane.height
            ]
            assert len(inside) == 1
            assert inside[0] in (card.state, card.owner.split(" · ")[0])


def test_a_nudged_stage_stays_where_it_was_put() -> None:
    definition = product_defect()
    nudged = replace(definition.stages[1], x=-440, y=880)

    drawn = draw(
        replace(definition, stages=(definition.stages[0], nudged, *definition.stages[2:])),
        looks=LOOKS,
    )

    assert (drawn.stages[1].x, drawn.stages[1].y) == (-440, 880)
    assert drawn.left < -440
    assert drawn.top + drawn.height > 880 + HEIGHT


@pytest.mark.parametrize(
    "definition",
    [
        Definition(name="Empty", start="", stages=(), steps=()),
        Definition(name="Loop", start="a", stages=(stage("a", "A", "new"),), steps=(step("l", "Again", "a", "a"),)),
        Definition(name="Loose", start="a", stages=(stage("a", "A", "no_such_state"),), steps=(step("l", "Away", "a", "gone"),)),
        Definition(name="Twice", start="a", stages=(stage("a", "A", "new"), stage("a", "B", "new")), steps=()),
        Definition(name="Nameless", start="a", stages=(stage("a", "", "new"), stage("b", "W" * 300, "new")), steps=(step("s", "", "a", "b"),)),
    ],
    ids=lambda definition: definition.name,
)  # fmt: skip
@pytest.mark.parametrize("arrangement", Arrangement)
def test_a_draft_that_is_wrong_is_drawn_all_the_same(
    definition: Definition, arrangement: Arrangement
) -> None:
    drawn = draw(definition, looks=replace(LOOKS, arrangement=arrangement))

    assert {one.key for one in drawn.stages} == {one.key for one in definition.stages}
    assert drawn.width > 0
    assert drawn.height > 0


def test_cards_in_disorder_still_have_their_arrows() -> None:
    definition = long_workflow(stages=20, steps=60)
    heap = tuple(
        replace(one, x=(number * 97) % 500, y=(number * 61) % 300)
        for number, one in enumerate(definition.stages)
    )

    drawn = draw(replace(definition, stages=heap), looks=LOOKS)

    assert len(drawn.steps) == 60
    assert all(re.fullmatch(r"M[-\d. LQ]+", one.line) for one in drawn.steps)


def test_the_list_says_each_stage_and_each_step_once() -> None:
    drawn: Map = draw(product_defect(), looks=LOOKS)

    outline = drawn.outline

    assert [one.key for one, _steps in outline] == [one.key for one in product_defect().stages]
    assert sorted(one.key for _stage, steps in outline for one in steps) == sorted(
        one.key for one in product_defect().steps
    )
