"""What clocks tell: a target comes near, a target was missed."""

from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(Event):
    """Opening hours changed: what runs by them is planned anew, some clocks at a time.

    `table` and `after` say how far that is; both are empty at the beginning.
    """

    kind: ClassVar[str] = "workflow.calendar.changed"
    calendar_id: int
    changed_at: datetime
    table: str = ""
    after: int = 0

    @property
    def subject(self) -> str:
        """The calendar."""
        return f"calendar:{self.calendar_id}"
