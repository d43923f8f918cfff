"""Count what was told: kept and missed targets, steps of ladders, people woken, worst cases."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.models import CaseClock
from servicedesk.notifications.waking import Crew, Place, is_waking
from servicedesk.simulating.causes import ToldProblem
from servicedesk.simulating.telling import Told, verdict_of
from workflow.clocks.engine import Run
from workflow.clocks.ladders import DUE, looks_of, steps_of
from workflow.clocks.models import LadderStep
from workflow.people.models import Department

SIDES = ("today", "then")
WORST = 10


@dataclass
class Tally:
    """Running totals of a simulation, as they are stored.

    `cells` maps side, metric and priority (`today.resolution_1`) to counts of met, missed, open;
    `steps` side and action, `woken` side and person to counts. `served` counts cases by side,
    `changed` those with another verdict, `problems` the problems that were looked at. `worst`
    holds the worst of what would be missed.
    """

    cells: dict[str, dict[str, int]] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    woken: dict[str, int] = field(default_factory=dict)
    served: dict[str, int] = field(default_factory=dict)
    changed: int = 0
    problems: int = 0
    worst: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def stored(cls, data: Mapping[str, Any]) -> "Tally":
        """Return what was stored, or an empty one."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})

    def plain(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return dict(vars(self))

    def add(self, counts: dict[str, int], key: str, *, by: int = 1) -> None:
        """Count one more."""
        counts[key] = counts.get(key, 0) + by

    def count_run(self, side: str, one: Run) -> None:
        """Count how one clock went."""
        verdict = verdict_of(one)
        if verdict:
            cell = self.cells.setdefault(f"{side}.{cell_of(one)}", {})
            self.add(cell, verdict)

    def keep_worst(self, found: Iterable[dict[str, Any]]) -> None:
        """Keep what would be missed by most, cases and problems."""
        ranked = sorted(
            [*self.worst, *found],
            key=lambda one: (-one["over"], one["case"] or 0, one.get("problem", "")),
        )
        self.worst = ranked[:WORST]


class Counting:
    """Counts told cases into a tally; six queries when it is made, one for each ladder."""

    def __init__(self, tally: Tally, *, until: datetime) -> None:
        self.tally = tally
        self.until = until
        self.crew = Crew(at=until)
        self.service_id = Department.objects.only("id").get(is_customer_service=True).pk
        self.ladders: dict[int | None, list[LadderStep]] = {}

    def count(self, told: Iterable[Told]) -> None:
        """Count some cases."""
        for one in told:
            verdicts = {}
            for side, runs in zip(SIDES, (one.today, one.then), strict=True):
                if runs:
                    self.tally.add(self.tally.served, side)
                place = Place(
                    user_id=one.case.owner_id, department_id=one.case.queue_id or self.service_id
                )
                verdicts[side] = self.count_side(side, runs, place=place)
            self.tally.changed += verdicts["today"] != verdicts["then"]
            self.tally.keep_worst(self.missed(one, case=one.case.number))

    def count_problems(self, told: Iterable[ToldProblem]) -> None:
        """Count some problems by the targets for their root cause."""
        for one in told:
            self.tally.problems += 1
            for side, runs in zip(SIDES, (one.today, one.then), strict=True):
                self.count_side(side, runs, place=one.place)
            self.tally.keep_worst(self.missed(one, problem=one.problem.name))

    def count_side(
        self, side: str, runs: Iterable[Run], *, place: Place
    ) -> Counter[tuple[str, str]]:
        """Count what runs on one side of one record; return its verdicts by metric."""
        verdicts: Counter[tuple[str, str]] = Counter()
        for one in runs:
            self.tally.count_run(side, one)
            verdicts[one.metric, verdict_of(one)] += 1
            steps = self.taken(one)
            for step in steps:
                self.tally.add(self.tally.steps, f"{side}.{step.action}")
            waking = tuple(step.action for step in steps if is_waking(step))
            for user_id in self.crew.woken(waking, place=place):
                self.tally.add(self.tally.woken, f"{side}.{user_id}")
        return verdicts

    def taken(self, one: Run) -> list[LadderStep]:
        """Return which steps of its ladder a clock would have taken."""
        if not verdict_of(one):
            return []
        steps = self.steps(one.rule.ladder_id)
        clock = CaseClock(
            started_at=one.started_at,
            due_at=one.due_at,
            pauses=[
                [began.isoformat(), ended.isoformat() if ended else None]
                for began, ended in one.pauses
            ],
        )
        end = (one.stopped_at or self.until).isoformat()
        looks = looks_of(clock, working_time=one.rule.working_time, steps=steps)
        positions = {position for at, position in looks if str(at) <= end and position != DUE}
        return [step for step in steps if step.position in positions]

    def steps(self, ladder_id: int | None) -> list[LadderStep]:
        """Return the steps of a ladder; asked for once."""
        if ladder_id not in self.ladders:
            self.ladders[ladder_id] = steps_of(ladder_id)
        return self.ladders[ladder_id]

    def missed(
        self, told: Told | ToldProblem, *, case: int | None = None, problem: str = ""
    ) -> list[dict[str, Any]]:
        """Return what of a record would be missed with the version, with how it is today."""
        today = {(one.metric, one.cycle): one for one in told.today}
        found = []
        for one in told.then:
            if verdict_of(one) == "missed":
                before = today.get((one.metric, one.cycle))
                over = (one.stopped_at or self.until) - one.due_at
                found.append(
                    {
                        "case": case,
                        "problem": problem,
                        "metric": one.metric,
                        "due_then": one.due_at.isoformat(),
                        "due_today": before.due_at.isoformat() if before else None,
                        "was_missed": before is not None and verdict_of(before) == "missed",
                        "over": int(over.total_seconds()),
                    }
                )
        return found


def cell_of(one: Run) -> str:
    """Return the metric and priority of a run."""
    return f"{one.metric}_{one.rule.priority}"
