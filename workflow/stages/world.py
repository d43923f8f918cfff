"""What a drawn workflow may name, and how something wrong with it is told. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, what is so, what to do."""

    code: str
    sentence: str
    next_step: str
    is_fault: bool = True
    stages: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a definition may name: states with the states that may follow, departments, fields.

    `transitions` maps each state, in their order, to those that a step may lead to; `states`
    names them. `departments` maps slugs; `fields` (what may be asked for), `facts` (of conditions),
    `settable` (fields that a step may set), `notified` (whom it may tell) and `customer_stages` map
    codes to names. `people` are the addresses of those who work here, `roles` counts who has a
    role.
    """

    transitions: Mapping[str, Collection[str]]
    begins_in: str
    ends_in: Collection[str]
    covered: Collection[str]
    departments: Mapping[str, "Manned"]
    fields: Mapping[str, str]
    people: Collection[str] = ()
    roles: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    settable: Mapping[str, str] = field(default_factory=dict)
    notified: Mapping[str, str] = field(default_factory=dict)
    customer_stages: Mapping[str, str] = field(default_factory=dict)

    def state_name(self, state: str) -> str:
        """Return how people call a state."""
        return str(self.states.get(state, state))

    def state_names(self, states: Iterable[str]) -> str:
        """Return how people call states, in their order."""
        return ", ".join(self.state_name(one) for one in self.transitions if one in set(states))


@dataclass(frozen=True, slots=True)
class Manned:
    """What matters of a department."""

    name: str
    is_active: bool = True
    has_members: bool = True
    has_head: bool = True
    hue: str = "petrol"
