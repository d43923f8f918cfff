"""What clocks tell: a target comes near, a target was missed, a step of a ladder is to be taken."""

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
class ClockStepped(Event):
    """A step of a ladder changes the record itself: `action` is its code.

    `department_id` is where the record goes, if it goes anywhere.
    """

    kind: ClassVar[str] = "workflow.clock.stepped"
    owner: str
    metric: str
    clock_id: int
    action: str
    department_id: int | None = None

    @property
    def subject(self) -> str:
        """What the clock belongs to."""
        return self.owner


@dataclass(frozen=True, kw_only=True)
class LadderChanged(Event):
    """A ladder has other steps: what runs by it is looked at by them, some clocks at a time.

    `table` and `after` say how far that is; both are empty at the beginning.
    """

    kind: ClassVar[str] = "workflow.ladder.changed"
    ladder_id: int
    changed_at: datetime
    table: str = ""
    after: int = 0

    @property
    def subject(self) -> str:
        """The ladder."""
        return f"ladder:{self.ladder_id}"


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


@dataclass(frozen=True, kw_only=True)
class ClocksMigrating(Event):
    """What runs by older versions of a service level goes over to one, some cases at a time."""

    kind: ClassVar[str] = "workflow.policy.clocks_migrating"
    version_id: int
    after: int = 0

    @property
    def subject(self) -> str:
        """The version."""
        return f"policyversion:{self.version_id}"
