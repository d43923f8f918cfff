"""Change a drawing piece by piece: stages and steps added, changed, moved, taken out. Pure."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeVar

from django.utils.translation import gettext as _

from workflow.refusals import Refusal
from workflow.stages.definition import Definition, Stage, Step
from workflow.stages.files import FURTHEST

LONGEST_KEY = 40

Piece = TypeVar("Piece", Stage, Step)


class PieceNotThere(Refusal):
    """The drawing has no such stage or step."""

    code = "piece_not_there"


class KeyTaken(Refusal):
    """There is a stage or step of this key already."""

    code = "key_taken"


def free_key(name: str, *, taken: Collection[str]) -> str:
    """Return a short key made of a name, with a number behind it where it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_KEY] or "stage"
    key, number = stem, 2
    while key in taken:
        ending = f"_{number}"
        key, number = stem[: LONGEST_KEY - len(ending)] + ending, number + 1
    return key


# ---- stages ----------------------------------------------------------------------------------


def stage_in(definition: Definition, key: str) -> Stage:
    """Return a stage.

    Raises:
        PieceNotThere: it was taken out.
    """
    stage = definition.stage(key)
    if stage is None:
        raise not_there()
    return stage


def with_stage(definition: Definition, stage: Stage) -> Definition:
    """Return the drawing with a stage more; the first one is where problems begin.

    Raises:
        KeyTaken: there is one of this key.
    """
    refuse_taken(stage.key, taken=[one.key for one in definition.stages])
    return replace(
        definition,
        start=definition.start or stage.key,
        stages=(*definition.stages, stage),
    )


def with_stage_changed(definition: Definition, stage: Stage) -> Definition:
    """Return the drawing with another stage of the same key.

    Raises:
        PieceNotThere: it was taken out.
    """
    stage_in(definition, stage.key)
    return replace(
        definition,
        stages=tuple(stage if one.key == stage.key else one for one in definition.stages),
    )


def without_stage(definition: Definition, key: str) -> Definition:
    """Return the drawing without a stage and the steps to and from it.

    Raises:
        PieceNotThere: it was taken out.
    """
    stage_in(definition, key)
    return replace(
        definition,
        start="" if definition.start == key else definition.start,
        stages=tuple(one for one in definition.stages if one.key != key),
        steps=tuple(one for one in definition.steps if key not in (one.begin, one.end)),
    )


def with_stage_moved(definition: Definition, key: str, *, by: int) -> Definition:
    """Return the drawing with a stage earlier (-1) or later (1) in the list.

    Raises:
        PieceNotThere: it was taken out.
    """
    return replace(definition, stages=moved(definition.stages, stage_in(definition, key), by=by))


def with_stage_placed(definition: Definition, key: str, *, x: int, y: int) -> Definition:
    """Return the drawing with a stage put somewhere on the map.

    Raises:
        PieceNotThere: it was taken out.
    """
    stage = stage_in(definition, key)
    placed = replace(stage, x=within_the_map(x), y=within_the_map(y))
    return with_stage_changed(definition, placed)


def within_the_map(value: int) -> int:
    """Return a coordinate that is not out of sight."""
    return max(-FURTHEST, min(FURTHEST, value))


def tidied(definition: Definition) -> Definition:
    """Return the drawing with every stage where the layout puts it."""
    return replace(
        definition, stages=tuple(replace(one, x=None, y=None) for one in definition.stages)
    )


# ---- steps -----------------------------------------------------------------------------------


def step_in(definition: Definition, key: str) -> Step:
    """Return a step.

    Raises:
        PieceNotThere: it was taken out.
    """
    step = next((one for one in definition.steps if one.key == key), None)
    if step is None:
        raise not_there()
    return step


def with_step(definition: Definition, step: Step) -> Definition:
    """Return the drawing with a step more.

    Raises:
        KeyTaken: there is one of this key.
        PieceNotThere: a stage that it joins was taken out.
    """
    refuse_taken(step.key, taken=[one.key for one in definition.steps])
    stage_in(definition, step.begin)
    stage_in(definition, step.end)
    return replace(definition, steps=(*definition.steps, step))


def with_step_changed(definition: Definition, step: Step) -> Definition:
    """Return the drawing with another step of the same key.

    Raises:
        PieceNotThere: it, or a stage that it joins, was taken out.
    """
    step_in(definition, step.key)
    stage_in(definition, step.begin)
    stage_in(definition, step.end)
    return replace(
        definition,
        steps=tuple(step if one.key == step.key else one for one in definition.steps),
    )


def without_step(definition: Definition, key: str) -> Definition:
    """Return the drawing without a step.

    Raises:
        PieceNotThere: it was taken out.
    """
    step_in(definition, key)
    return replace(definition, steps=tuple(one for one in definition.steps if one.key != key))


def with_step_moved(definition: Definition, key: str, *, by: int) -> Definition:
    """Return the drawing with a step earlier (-1) or later (1) in the list.

    Raises:
        PieceNotThere: it was taken out.
    """
    return replace(definition, steps=moved(definition.steps, step_in(definition, key), by=by))


# ---- both ------------------------------------------------------------------------------------


def moved(pieces: Sequence[Piece], piece: Piece, *, by: int) -> tuple[Piece, ...]:
    """Return pieces with one of them further up or down; at the end nothing changes."""
    found = list(pieces)
    place = found.index(piece)
    found.remove(piece)
    found.insert(max(0, place + by), piece)
    return tuple(found)


def refuse_taken(key: str, *, taken: Collection[str]) -> None:
    """Refuse a key that is there already.

    Raises:
        KeyTaken: it is.
    """
    if key in taken:
        raise KeyTaken(
            _("There is a “%(key)s” in this drawing already.") % {"key": key},
            next_step=_("Give the new one another key."),
        )


def not_there() -> PieceNotThere:
    """Return the refusal for what was taken out meanwhile."""
    return PieceNotThere(
        _("This stage or step was taken out of the drawing meanwhile."),
        next_step=_("Load the page again."),
    )
