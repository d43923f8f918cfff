"""What clocks tell: a target comes near, a target was missed."""

from dataclasses import dataclass
from typing import ClassVar

from workflow.outbox.event import Event


@dataclass(frozen=True, kw_only=True)
class ClockWarned(Event):
    """Three quarters of the time are used up. `owner` is the subject, as kind and id."""

    kind: ClassVar[str] = "workflow.clock.warned"
    owner: str
    metric: str
    clock_id: int

    @property
    def subject(self) -> str:
        """What the clock belongs to."""
        return self.owner


@dataclass(frozen=True, kw_only=True)
class ClockBreached(Event):
    """The due time has passed. `owner` is the subject, as kind and id."""

    kind: ClassVar[str] = "workflow.clock.breached"
    owner: str
    metric: str
    clock_id: int

    @property
    def subject(self) -> str:
        """What the clock belongs to."""
        return self.owner
