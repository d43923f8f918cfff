"""What an admin draws: stages in the tenant's words, steps between them. Pure.

A stage belongs to one state of a problem; the states themselves, and how they follow one another,
are code (`problems.models.Problem`). A step is forward, side or back: what leaves the way begins a
detour.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from workflow.conditions import AllOf, Condition


class StepKind(StrEnum):
    """Which way a step leads."""

    FORWARD = "forward"
    SIDE = "side"
    BACK = "back"


class Owner(StrEnum):
    """Who has a problem that comes to a stage."""

    STAYS = "stays"
    DEPARTMENT = "department"
    CHOSEN = "chosen"


class MayTake(StrEnum):
    """Who may take a step."""

    DEPARTMENT = "department"
    ASSIGNEE = "assignee"
    HEAD = "head"
    LEAD = "lead"


class ActionKind(StrEnum):
    """What happens by itself when a step is taken."""

    TASK = "task"
    NOTIFY = "notify"
    SET_FIELD = "set_field"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that happens by itself; `facts` holds what the kind asks for."""

    kind: ActionKind
    facts: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """Return a fact, empty if it is not there."""
        return dict(self.facts).get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who must agree before a step is taken.

    `quorum` is the share of approvers in percent: 0 informs them, 50 asks for half, 100 for all.
    Without an answer after `within` opening hours the step is asked of the substitutes, then of
    the leads.
    """

    quorum: int
    roles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    substitutes: tuple[str, ...] = ()
    within: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stay in the tenant's words.

    `key` never changes, `department` is a slug, `within` counts opening hours of the department
    that has it (its own target without one). `public` is a code of the stages that customers see,
    `public_words` what they read meanwhile.
    """

    key: str
    name: str
    state: str
    owner: Owner = Owner.STAYS
    department: str = ""
    within: timedelta | None = None
    needs: tuple[str, ...] = ()
    public: str = ""
    public_words: str = ""
    x: int | None = None
    y: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A way from one stage to another, and what it asks for."""

    key: str
    name: str
    begin: str
    end: str
    kind: StepKind = StepKind.FORWARD
    may_take: tuple[MayTake, ...] = (MayTake.DEPARTMENT,)
    needs: tuple[str, ...] = ()
    condition: Condition = field(default_factory=lambda: AllOf(()))
    needs_reason: bool = False
    approval: Approval | None = None
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A whole workflow: where it begins, its stages and steps in the order of the form."""

    name: str
    start: str
    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]

    def stage(self, key: str) -> Stage | None:
        """Return a stage by its key."""
        return next((stage for stage in self.stages if stage.key == key), None)

    def ways_from(self, key: str) -> Iterator[Step]:
        """Return the steps that leave a stage, in their order."""
        return (step for step in self.steps if step.begin == key)

    def ways_to(self, key: str) -> Iterator[Step]:
        """Return the steps that lead to a stage, in their order."""
        return (step for step in self.steps if step.end == key)

    def reachable(self, key: str) -> set[str]:
        """Return the keys of what can be reached from a stage, itself included."""
        found: set[str] = set()
        waiting = [key] if self.stage(key) else []
        while waiting:
            here = waiting.pop()
            if here in found:
                continue
            found.add(here)
            waiting += [step.end for step in self.ways_from(here) if self.stage(step.end)]
        return found

    def leads_to(self, keys: set[str]) -> set[str]:
        """Return the keys from which one of some stages can be reached, themselves included."""
        found: set[str] = set()
        waiting = list(keys)
        while waiting:
            here = waiting.pop()
            if here in found:
                continue
            found.add(here)
            waiting += [step.begin for step in self.ways_to(here) if self.stage(step.begin)]
        return found
