"""Change a drawing piece by piece."""

import pytest

from tests.workflow.stages.drawing import plain, stage, step
from workflow.stages.definition import Definition
from workflow.stages.editing import (
    LONGEST_KEY,
    KeyTaken,
    PieceNotThere,
    free_key,
    tidied,
    with_stage,
    with_stage_changed,
    with_stage_moved,
    with_stage_placed,
    with_step,
    with_step_changed,
    with_step_moved,
    without_stage,
    without_step,
)
from workflow.stages.files import FURTHEST, KEY


def test_a_key_is_made_of_the_name_and_never_taken_twice() -> None:
    assert free_key("Ursache prüfen!", taken=[]) == "ursache_prufen"
    assert free_key("Fix", taken=["fix", "fix_2"]) == "fix_3"
    assert free_key("修正", taken=[]) == "stage"
    long = free_key("x" * 90, taken=["x" * LONGEST_KEY])
    assert KEY.fullmatch(long)
    assert long != "x" * LONGEST_KEY


def test_the_first_stage_of_an_empty_drawing_is_its_beginning() -> None:
    empty = Definition(name="Empty", start="", stages=(), steps=())

    drawing = with_stage(with_stage(empty, stage("new")), stage("assess"))

    assert drawing.start == "new"
    assert [one.key for one in drawing.stages] == ["new", "assess"]
    with pytest.raises(KeyTaken):
        with_stage(drawing, stage("assess"))


def test_a_stage_is_taken_out_with_its_steps_and_with_the_beginning() -> None:
    drawing = without_stage(plain(), "new")

    assert drawing.start == ""
    assert drawing.stage("new") is None
    assert all("new" not in (one.begin, one.end) for one in drawing.steps)
    assert len(drawing.steps) == len(plain().steps) - 2
    with pytest.raises(PieceNotThere):
        without_stage(drawing, "new")


def test_stages_and_steps_are_moved_and_stay_at_the_ends() -> None:
    drawing = with_stage_moved(plain(), "assess", by=-1)

    assert [one.key for one in drawing.stages][:2] == ["assess", "new"]
    assert with_stage_moved(drawing, "assess", by=-1) == drawing
    steps = with_step_moved(plain(), "new_to_assess", by=1).steps
    assert [one.key for one in steps][:2] == ["assess_to_root_cause", "new_to_assess"]


def test_a_stage_is_placed_within_sight_and_tidied_again() -> None:
    placed = with_stage_placed(plain(), "assess", x=44, y=10**9)

    found = placed.stage("assess")
    assert found is not None
    assert (found.x, found.y) == (44, FURTHEST)
    assert tidied(placed) == plain()


def test_steps_join_only_stages_that_are_there() -> None:
    back = step("root_cause", "assess")

    drawing = with_step(plain(), back)

    assert drawing.steps[-1] == back
    assert without_step(drawing, back.key) == plain()
    with pytest.raises(KeyTaken):
        with_step(drawing, back)
    with pytest.raises(PieceNotThere):
        with_step(plain(), step("root_cause", "nowhere"))
    with pytest.raises(PieceNotThere):
        with_step_changed(drawing, step("root_cause", "nowhere", key=back.key))
    with pytest.raises(PieceNotThere):
        with_stage_changed(drawing, stage("nowhere", "assess"))
