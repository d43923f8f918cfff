"""Who was accountable for a problem at any moment: department, stage and people. Pure.

Stays are half-open: whoever gets a problem answers for the moment in which it comes. The caller
reads the rows; people are known by the id of the user.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from problems.journey import LegFact


class Standing(StrEnum):
    """How a problem stood at a moment."""

    UNKNOWN = "unknown"
    WAITING = "waiting"
    WORKING = "working"
    HELD_SOLVED = "held_solved"
    RESOLVED = "resolved"


class Part(StrEnum):
    """In which part a person answers: works on it, or leads it for customer service."""

    ASSIGNEE = "assignee"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Given:
    """A person was given a part, in place of another or of nobody."""

    part: Part
    at: datetime
    user: int | None
    was: int | None


@dataclass(frozen=True, slots=True)
class Accountable:
    """Who answered at a moment; `department` is None before the discovery and after the end.

    `since` and `until` are the span in which the same stay lasted: `until` is None while it goes
    on, `since` before the discovery. `position` is the number of the stay.
    """

    at: datetime
    standing: Standing
    since: datetime | None = None
    until: datetime | None = None
    position: int | None = None
    department: int | str | None = None
    department_name: str = ""
    stage: str = ""
    stage_name: str = ""
    assignee: int | None = None
    lead: int | None = None
    due_at: datetime | None = None
    is_late: bool = False


def accountable_at(
    legs: Sequence[LegFact],
    *,
    at: datetime,
    assignees: Sequence[int | None],
    lead: int | None,
    given: Sequence[Given] = (),
    solved: str = "resolved",
) -> Accountable:
    """Return who answered for a problem at a moment.

    `assignees` says for each stay who had it at its end, `lead` who leads it now, `given` each
    change of a person in order; `solved` is the state in which customer service holds it solved.
    """
    if at < legs[0].entered_at:
        return Accountable(at=at, standing=Standing.UNKNOWN, until=legs[0].entered_at)
    here = next((leg for leg in legs if has_it(leg, at)), None)
    leader = person_at(Part.LEAD, given, at=at, at_last=lead)
    if here is None:
        return at_rest(legs, at=at, lead=leader)
    return Accountable(
        at=at,
        standing=standing_of(here, at=at, solved=solved),
        since=here.entered_at,
        until=here.left_at,
        position=here.position,
        department=here.department,
        department_name=here.department_name,
        stage=here.stage,
        stage_name=here.stage_name,
        assignee=assignee_at(here, given, at=at, at_last=assignees[legs.index(here)]),
        lead=leader,
        due_at=here.due_at,
        is_late=here.due_at is not None and here.due_at < at and here.stage != solved,
    )


def has_it(leg: LegFact, at: datetime) -> bool:
    """Whether a stay lasts at a moment."""
    return leg.entered_at <= at and (leg.left_at is None or at < leg.left_at)


def standing_of(leg: LegFact, *, at: datetime, solved: str) -> Standing:
    """Return how a problem stands in a stay."""
    if leg.stage == solved:
        return Standing.HELD_SOLVED
    is_taken_up = leg.acknowledged_at is not None and leg.acknowledged_at <= at
    return Standing.WORKING if is_taken_up else Standing.WAITING


def at_rest(legs: Sequence[LegFact], *, at: datetime, lead: int | None) -> Accountable:
    """Return who answers while no department has it: it is solved, until it comes back if it does."""
    before = [leg.left_at for leg in legs if leg.left_at is not None and leg.left_at <= at]
    after = [leg.entered_at for leg in legs if leg.entered_at > at]
    return Accountable(
        at=at,
        standing=Standing.RESOLVED,
        since=max(before, default=None),
        until=min(after, default=None),
        lead=lead,
    )


def assignee_at(
    leg: LegFact, given: Sequence[Given], *, at: datetime, at_last: int | None
) -> int | None:
    """Return who worked on it at a moment of a stay; nobody before the department took it up."""
    within = [
        change
        for change in given
        if change.part is Part.ASSIGNEE
        and leg.entered_at <= change.at
        and (leg.left_at is None or change.at < leg.left_at)
    ]
    is_taken_up = leg.acknowledged_at is not None and leg.acknowledged_at <= at
    if not within and not is_taken_up:
        # Who accepted it is written into the stay that the acceptance ended.
        return at_last if leg.acknowledged_at is None else None
    return person_at(Part.ASSIGNEE, within, at=at, at_last=at_last)


def person_at(
    part: Part, given: Sequence[Given], *, at: datetime, at_last: int | None
) -> int | None:
    """Return who had a part at a moment: what was given last, or what was there before the next."""
    changes = [change for change in given if change.part is part]
    before = [change for change in changes if change.at <= at]
    if before:
        return before[-1].user
    return changes[0].was if changes else at_last
