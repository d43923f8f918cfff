"""What a change does to a clock: the conditions are asked in one fixed order. Pure.

On every change: (1) attach if `start` holds and `stop` does not; (2) for what is attached: `stop`
completes it; `reset` with `start` completes it and attaches anew; it is cancelled if `start` holds
no more; `pause`; `resume`. So stop beats pause, and pause beats start.
"""

from datetime import datetime
from enum import StrEnum

from workflow.clocks.metrics import RECURRING, STARTS_FROM, Conditions, holds
from workflow.conditions import Facts


class Act(StrEnum):
    """What is done to a clock."""

    ATTACH = "attach"
    COMPLETE = "complete"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"


class Standing(StrEnum):
    """Where a clock stands; the same words as in its row."""

    NONE = "none"
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


def decide(
    when: Conditions, facts: Facts, *, standing: Standing, recurs: bool = False
) -> tuple[Act, ...]:
    """Return what a change does to a clock; `Standing.NONE` means that none is attached."""
    if standing not in (Standing.RUNNING, Standing.PAUSED):
        return attached(when, facts) if not holds(when.stop, facts) else ()
    if holds(when.stop, facts):
        return (Act.COMPLETE, *(attached(when, facts) if recurs else ()))
    if holds(when.reset, facts) and holds(when.start, facts):
        return (Act.COMPLETE, *attached(when, facts))
    if is_cancelled(when, facts):
        return (Act.CANCEL,)
    return stood_still(when, facts, standing=standing)


def attached(when: Conditions, facts: Facts) -> tuple[Act, ...]:
    """Return what begins a clock, standing still from the start if `pause` holds already."""
    if not holds(when.start, facts) or holds(when.cancel, facts):
        return ()
    return (Act.ATTACH, Act.PAUSE) if holds(when.pause, facts) else (Act.ATTACH,)


def is_cancelled(when: Conditions, facts: Facts) -> bool:
    """Whether a clock ends without a verdict."""
    return holds(when.cancel, facts) if when.cancel is not None else not holds(when.start, facts)


def stood_still(when: Conditions, facts: Facts, *, standing: Standing) -> tuple[Act, ...]:
    """Return whether a clock stands still now, or goes on."""
    is_paused = holds(when.pause, facts)
    if standing is Standing.RUNNING:
        return (Act.PAUSE,) if is_paused else ()
    may_go_on = when.resume is None or holds(when.resume, facts)
    return (Act.RESUME,) if may_go_on and not is_paused else ()


def recurs(metric: str, recurrence: str) -> bool:
    """Whether a metric begins again when it is met."""
    return recurrence != "none" or metric in RECURRING


def start_of(metric: str, facts: Facts, *, at: datetime, after: datetime | None = None) -> datetime:
    """Return since when a clock counts that is attached at `at`: never before the last one ended.

    `after` is the end of the metric's previous cycle.
    """
    since = facts.get(STARTS_FROM.get(metric, ""))
    if not isinstance(since, datetime) or since > at:
        return at
    return since if after is None or since >= after else at


def next_start(recurrence: str, *, due_at: datetime, at: datetime) -> datetime:
    """Return from when the next one counts after one was met at `at`.

    Sequential: from where the last one would have been due, so there is no drift; what was late
    begins at once. Independent: from when it was met.
    """
    return max(due_at, at) if recurrence == "sequential" else at
