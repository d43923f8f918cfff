"""Which priority follows from what a problem does to customers, and on which grounds. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Thresholds = Mapping[str, Mapping[str, int]]
"""From which figure on which priority holds: measure → priority ("1" urgent … "3") → figure."""

USUAL_THRESHOLDS: Thresholds = {
    "customers": {"1": 100, "2": 25, "3": 5},
    "contracts": {"1": 10, "2": 3},
    "contacts_a_day": {"1": 40, "2": 10},
    "at_risk": {"1": 20, "2": 5},
}
MEASURES = tuple(USUAL_THRESHOLDS)
RAISED_TO = ("1", "2", "3")
# What was reached holds until the figure is a fifth below it: nothing goes up and down all day.
HELD_UNTIL = 0.8


@dataclass(frozen=True, slots=True)
class Figures:
    """What a problem does to customers.

    Distinct customers, those with a contract (an organisation counts once), what customers wrote a
    day in the last week, and promises of linked cases that are broken or due within a day.
    """

    customers: int = 0
    contracts: int = 0
    contacts_a_day: int = 0
    at_risk: int = 0


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason: a figure, from which figure on it counts, and which priority it asks for."""

    measure: str
    figure: int
    counts_from: int
    priority: int

    def as_facts(self) -> dict[str, int | str]:
        """Return what is kept of it."""
        return {
            "measure": self.measure,
            "figure": self.figure,
            "counts_from": self.counts_from,
            "priority": self.priority,
        }


def grounds_of(
    figures: Figures, thresholds: Thresholds, *, held: Mapping[str, int]
) -> list[Ground]:
    """Return why a problem is more urgent than it is said to be, the strongest first.

    `held` is the priority that each measure asked for until now: it is given up only when its
    figure is a fifth below where it began to count.
    """
    found = [
        ground
        for measure in MEASURES
        if (
            ground := strongest(
                measure,
                getattr(figures, measure),
                thresholds.get(measure, {}),
                held=held.get(measure, 0),
            )
        )
        is not None
    ]
    return sorted(found, key=lambda one: (one.priority, MEASURES.index(one.measure)))


def strongest(measure: str, figure: int, levels: Mapping[str, int], *, held: int) -> Ground | None:
    """Return the highest priority that one figure asks for, or None."""
    for code in RAISED_TO:
        counts_from = levels.get(code)
        if counts_from is None:
            continue
        least = counts_from * HELD_UNTIL if held and held <= int(code) else counts_from
        if figure >= least:
            return Ground(measure, figure, counts_from, int(code))
    return None


def priority_of(*, severity: int, because: Mapping[str, object]) -> int:
    """Return the priority: the severity that people said, or what the grounds raise it to."""
    return min([severity, *(one.priority for one in kept_grounds(because))])


def kept_grounds(because: Mapping[str, object]) -> list[Ground]:
    """Return the grounds as they were kept beside a problem."""
    kept = because.get("grounds", [])
    return [
        Ground(
            measure=str(one["measure"]),
            figure=int(one["figure"]),
            counts_from=int(one["counts_from"]),
            priority=int(one["priority"]),
        )
        for one in (kept if isinstance(kept, Sequence) else [])
    ]
