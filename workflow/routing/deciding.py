"""Which department? The first rule that fits the facts, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.conditions import Condition, evaluate, parse_condition
from workflow.people.models import Department
from workflow.routing.models import RoutingRule


@dataclass(frozen=True)
class Decision:
    """A department and the words that explain it."""

    department: Department
    rule_id: int
    rule_name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """A rule that was read: when it fits, and where it leads. `id` is 0 for one not yet saved."""

    id: int
    name: str
    condition: Condition
    department: Department


def ways_in_force() -> list[Way]:
    """Return the rules that count, in the order in which they are asked; one query.

    A rule that is off, or leads to a department that was closed, does not count.
    """
    rules = (
        RoutingRule.objects.filter(is_active=True, department__is_active=True)
        .select_related("department")
        .order_by("position", "id")
    )
    return [way_of(rule) for rule in rules]


def way_of(rule: RoutingRule) -> Way:
    """Return a rule as it is read; its department is loaded."""
    return Way(
        id=rule.pk,
        name=rule.name,
        condition=parse_condition(rule.condition),
        department=rule.department,
    )


def first_way(ways: Sequence[Way], facts: Mapping[str, Any]) -> Decision | None:
    """Return where the first rule that fits leads, or None; no query but for facts that ask."""
    for way in ways:
        verdict = evaluate(way.condition, facts)
        if verdict.matched:
            return Decision(
                department=way.department,
                rule_id=way.id,
                rule_name=way.name,
                reasons=verdict.reasons,
            )
    return None


def decide(facts: Mapping[str, Any]) -> Decision | None:
    """Return where the facts lead, or None if no active rule fits; one query."""
    return first_way(ways_in_force(), facts)
