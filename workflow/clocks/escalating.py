"""What a clock does when its look has come: which steps of its ladder are taken, who must know."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.clocks.ladders import DUE, Look
from workflow.clocks.models import Clock, LadderStep, StepAction

# What a step does to the record itself; everything else wakes people.
CHANGING = frozenset({StepAction.RAISE_PRIORITY, StepAction.REASSIGN})
Steps = Mapping[int | None, Mapping[int, LadderStep]]
"""Steps by ladder (None is the default one) and position."""


@dataclass(frozen=True, slots=True)
class Fired:
    """What one clock did in one look. `owner_id` is the id of the record it belongs to.

    `taken` are the steps, in order; `is_early` says that one of them came before the due time.
    `is_breach` says that the due time was found to have passed. `looks` are those still to come.
    """

    clock_id: int
    owner_id: int
    metric: str
    due_at: datetime
    is_breach: bool
    is_early: bool
    taken: tuple[LadderStep, ...]
    looks: Sequence[Look]


# Hears in the transaction of the sweep what the clocks of one table did. It must not be slow.
Bell = Callable[[Sequence[Fired], type[Clock], datetime], None]
_bells: list[Bell] = []


def install_bells(bells: Iterable[Bell]) -> None:
    """Say who is to hear what clocks do, in order."""
    _bells[:] = bells


def ring(fired: Sequence[Fired], *, model: type[Clock], at: datetime) -> None:
    """Let everybody who was installed hear it."""
    for bell in _bells:
        bell(fired, model, at)


def fire(
    *,
    clock_id: int,
    owner_id: int,
    metric: str,
    due_at: datetime,
    looks: Sequence[Look],
    ladder: Mapping[int, LadderStep],
    is_breached: bool,
    is_acknowledged: bool,
    at: datetime,
) -> Fired:
    """Return what a clock does at `at`: everything whose moment has come, and what is left.

    A step that the ladder does not have any more is passed over, and so is every step of a clock
    that somebody has acknowledged. A clock without looks has its due time alone. Pure.
    """
    if not is_breached and all(position != DUE for _at, position in looks):
        looks = sorted([*looks, [due_at.isoformat(), DUE]], key=moment)
    come = [look for look in timed(looks) if look[0] <= at]
    steps = [] if is_acknowledged else [look for look in come if look[1] in ladder]
    return Fired(
        clock_id=clock_id,
        owner_id=owner_id,
        metric=metric,
        due_at=due_at,
        is_breach=any(position == DUE for _at, position in come),
        # The first comes first, and the others after it.
        is_early=bool(steps) and steps[0][0] < due_at,
        taken=tuple([ladder[position] for _at, position in steps]),
        looks=looks[len(come) :],
    )


def timed(looks: Sequence[Look]) -> list[tuple[datetime, int]]:
    """Return looks with their moments read, in their order."""
    return [(datetime.fromisoformat(str(at)), int(position)) for at, position in looks]


def moment(look: Look) -> datetime:
    """Return when a look is."""
    return datetime.fromisoformat(str(look[0]))
