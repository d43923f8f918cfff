"""Which department? The first rule that fits the facts, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.conditions import evaluate, parse_condition
from workflow.people.models import Department
from workflow.routing.models import RoutingRule


@dataclass(frozen=True)
class Decision:
    """A department and the words that explain it."""

    department: Department
    rule_id: int
    rule_name: str
    reasons: tuple[str, ...]


def decide(facts: Mapping[str, Any]) -> Decision | None:
    """Return where the facts lead, or None if no active rule fits; one query.

    A rule to a department that is no longer active does not count.
    """
    rules = (
        RoutingRule.objects.filter(is_active=True, department__is_active=True)
        .select_related("department")
        .order_by("position", "id")
    )
    for rule in rules:
        verdict = evaluate(parse_condition(rule.condition), facts)
        if verdict.matched:
            return Decision(
                department=rule.department,
                rule_id=rule.pk,
                rule_name=rule.name,
                reasons=verdict.reasons,
            )
    return None
