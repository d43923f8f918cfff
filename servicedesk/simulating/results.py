"""What a finished simulation says, for pages and programs alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from servicedesk.simulating.tallies import SIDES
from workflow.clocks.models import Metric, StepAction
from workflow.clocks.policy_content import CASE_METRICS, PROBLEM_METRICS
from workflow.clocks.policy_words import PRIORITIES
from workflow.people.models import User


@dataclass(frozen=True)
class Side:
    """How many clocks of a metric at a priority were kept, missed, or go on."""

    met: int
    missed: int
    open: int

    @property
    def attainment(self) -> int | None:
        """Kept of those with a verdict, in per cent; None while there is none."""
        judged = self.met + self.missed
        return round(100 * self.met / judged) if judged else None


@dataclass(frozen=True)
class Cell:
    """A metric at a priority, today and with the version."""

    metric: Metric
    priority: int
    today: Side
    then: Side


def cells_of(result: Mapping[str, Any]) -> list[Cell]:
    """Return each metric and priority that had a clock on either side."""
    cells = result.get("cells", {})
    found = []
    for metric in (*CASE_METRICS, *PROBLEM_METRICS):
        for priority in PRIORITIES:
            sides = [cells.get(f"{side}.{metric.value}_{priority}") for side in SIDES]
            if any(sides):
                today, then = (side_of(one or {}) for one in sides)
                found.append(Cell(metric, priority, today, then))
    return found


def side_of(counts: Mapping[str, int]) -> Side:
    """Return stored counts."""
    return Side(counts.get("met", 0), counts.get("missed", 0), counts.get("open", 0))


def steps_of_sides(result: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return how often each action of a ladder was taken, by side."""
    steps = result.get("steps", {})
    return {
        action.value: {side: steps.get(f"{side}.{action.value}", 0) for side in SIDES}
        for action in StepAction
        if any(f"{side}.{action.value}" in steps for side in SIDES)
    }


def people_woken(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return who would have been woken how often, most with the version first; one query."""
    counts: dict[int, dict[str, int]] = {}
    for key, count in result.get("woken", {}).items():
        side, _dot, user_id = key.partition(".")
        counts.setdefault(int(user_id), dict.fromkeys(SIDES, 0))[side] = count
    names = dict(User.objects.filter(pk__in=list(counts)).values_list("pk", "name"))
    people = [{"id": pk, "name": names[pk], **sides} for pk, sides in counts.items() if pk in names]
    return sorted(people, key=lambda one: (-one["then"], -one["today"], one["name"]))
