"""What versions of service levels tell: one was published, one is to be simulated."""

from dataclasses import dataclass
from typing import ClassVar

from workflow.outbox.event import Event


@dataclass(frozen=True, kw_only=True)
class PolicyPublished(Event):
    """A version counts from now on; with `moves_clocks` what runs is planned anew by it."""

    kind: ClassVar[str] = "workflow.policy.published"
    service_level_id: int
    version_id: int
    moves_clocks: bool = False

    @property
    def subject(self) -> str:
        """The service level."""
        return f"servicelevel:{self.service_level_id}"


@dataclass(frozen=True, kw_only=True)
class SimulationAsked(Event):
    """Last month is to be told by the rules of a version; said again after each piece of it."""

    kind: ClassVar[str] = "workflow.policy.simulation_asked"
    simulation_id: int

    @property
    def subject(self) -> str:
        """The simulation."""
        return f"policysimulation:{self.simulation_id}"
