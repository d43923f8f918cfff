"""Who is to have a problem after whom, by the drawing of its workflow, and until when.

Each stay gets what its stage asks for in the opening hours of the department that has it. Of
several ways forward the first of the drawing is planned, as it is the one that is offered first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from problems.models import Leg, Problem
from problems.stages import definition_of, time_for
from problems.states import ProblemState
from workflow.clocks.working_time import NeverOpen
from workflow.people.models import Department
from workflow.stages.definition import Definition, Owner, Stage, StepKind

DONE = (ProblemState.RESOLVED, ProblemState.CLOSED)


@dataclass(frozen=True, slots=True)
class Planned:
    """A stay that lies ahead: how much opening time it may take, and when that is used up."""

    stage: str
    department: Department
    asks_for: timedelta
    begins_at: datetime
    ends_at: datetime

    def is_late(self, due_at: datetime | None) -> bool:
        """Whether it ends after what was promised."""
        return due_at is not None and self.ends_at > due_at


def stages_ahead(definition: Definition, key: str) -> Iterator[Stage]:
    """Yield the stages after one, by the first way forward of each, until the problem is solved."""
    seen = {key}
    while True:
        ways = (
            step
            for step in definition.ways_from(key)
            if step.kind is StepKind.FORWARD and step.end not in seen
        )
        step = next(ways, None)
        stage = definition.stage(step.end) if step is not None else None
        if stage is None or stage.state in DONE:
            return
        key = stage.key
        seen.add(key)
        yield stage


def planned_chain(
    problem: Problem, *, departments: Iterable[Department], at: datetime
) -> tuple[Planned, ...]:
    """Return the stays that are planned after the one of now; nothing for the standard way.

    The stay of now lasts until its own due time, or until `at` if that is over. A stage whose
    department is chosen later, or is there no more, counts as staying where the problem is.
    `departments` have their hours loaded. One query once the drawing was read.
    """
    definition = definition_of(problem)
    if definition is None:
        return ()
    legs = Leg.objects.filter(problem=problem, left_at__isnull=True)
    leg = legs.select_related("department__calendar").first()
    if leg is None:
        return ()
    by_slug = {one.slug: one for one in departments}
    here, begins_at = leg.department, max(at, leg.due_at)
    found = []
    for stage in stages_ahead(definition, leg.stage_key):
        if stage.owner is Owner.DEPARTMENT:
            here = by_slug.get(stage.department, here)
        asks_for = time_for(stage, here)
        ends_at = ended(here, begins_at, asks_for)
        found.append(Planned(stage.name, here, asks_for, begins_at, ends_at))
        begins_at = ends_at
    return tuple(found)


def ended(department: Department, begins_at: datetime, asks_for: timedelta) -> datetime:
    """Return when a department has used a span up; one that never opens counts as always open."""
    try:
        return department.calendar.working_time().add(begins_at, asks_for)
    except NeverOpen:
        return begins_at + asks_for
