"""Where stages stand on the map."""

from dataclasses import replace

from tests.workflow.stages.drawing import plain, stage, step, with_stages, with_steps
from workflow.stages.definition import Definition, StepKind
from workflow.stages.editing import with_stage_placed
from workflow.stages.layout import GRID, Place, laid_out, layers_of
from workflow.stages.starters import STARTERS


def test_stages_stand_from_left_to_right_in_the_order_of_their_steps() -> None:
    places = laid_out(plain())

    across = [places[one.key].x for one in plain().stages]
    assert across == sorted(across)
    assert len(set(across)) == len(across)


def test_no_two_stages_stand_at_the_same_place_and_all_on_the_grid() -> None:
    for starter in STARTERS.values():
        places = laid_out(starter.definition)

        assert len(set(places.values())) == len(starter.definition.stages)
        assert all(one.x % GRID == 0 and one.y % GRID == 0 for one in places.values())


def test_a_stage_stands_behind_the_last_that_leads_to_it() -> None:
    drawing = with_steps(
        with_stages(plain(), stage("reproduce", "root_cause")),
        step("assess", "reproduce"),
        step("reproduce", "root_cause"),
    )

    layers = layers_of(drawing)

    assert layers["reproduce"] == layers["assess"] + 1
    assert layers["root_cause"] == layers["reproduce"] + 1


def test_circles_and_loose_steps_do_not_stop_the_layout() -> None:
    circle = with_steps(
        plain(),
        step("verifying", "assess", kind=StepKind.FORWARD),
        step("root_cause", "nowhere"),
        step("root_cause", "root_cause"),
    )

    assert set(laid_out(circle)) == {one.key for one in plain().stages}
    assert laid_out(Definition(name="Empty", start="", stages=(), steps=())) == {}


def test_what_was_dragged_stays_where_it_is_until_it_is_tidied() -> None:
    dragged = with_stage_placed(plain(), "assess", x=7, y=9)

    assert laid_out(dragged)["assess"] == Place(7, 9)
    assert laid_out(dragged, keeps_positions=False) == laid_out(plain())


def test_sixty_stages_are_laid_out() -> None:
    stages = [stage(f"stage_{number}", "root_cause") for number in range(54)]
    joined = [step(one.key, two.key) for one, two in zip(stages, stages[3:], strict=False)]
    drawing = with_steps(with_stages(plain(), *stages), *joined)

    assert len(set(laid_out(replace(drawing)).values())) == 60
