"""How the time of a problem was spent: every moment belongs to one department and one kind. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from workflow.clocks.working_time import WorkingTime

NOTHING = timedelta()
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class LegTime:
    """What is counted of one stay; times are aware. `pauses` are what others caused."""

    entered_at: datetime
    acknowledged_at: datetime | None
    left_at: datetime
    due_at: datetime | None
    hours: WorkingTime
    pauses: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Spent:
    """Time by kind: worked on, waiting for the department's yes, paused by others, closed.

    `late` is the part of working and waiting beyond the target, and no kind of its own.
    """

    working: timedelta = NOTHING
    waiting: timedelta = NOTHING
    paused: timedelta = NOTHING
    closed: timedelta = NOTHING
    late: timedelta = NOTHING

    @property
    def own(self) -> timedelta:
        """What the department answers for: its opening hours without what others caused."""
        return self.working + self.waiting

    @property
    def total(self) -> timedelta:
        """All of it: exactly the time between coming and going."""
        return self.working + self.waiting + self.paused + self.closed

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            working=self.working + other.working,
            waiting=self.waiting + other.waiting,
            paused=self.paused + other.paused,
            closed=self.closed + other.closed,
            late=self.late + other.late,
        )


@dataclass(frozen=True, slots=True)
class Share:
    """What one department had of many problems; `median_own` is its own time a problem."""

    department_id: int
    name: str
    hue: str
    problems: int
    stays: int
    late_stays: int
    spent: Spent
    median_own: timedelta


def spent_on(leg: LegTime) -> Spent:
    """Return how the time of a stay was spent; the kinds add up to it exactly.

    What is paused counts as paused only in opening hours: outside of them nobody would have worked.
    """
    begin, end = leg.entered_at, max(leg.left_at, leg.entered_at)
    taken_up = min(max(leg.acknowledged_at or end, begin), end)
    waiting = leg.hours.between(begin, taken_up, leg.pauses)
    working = leg.hours.between(taken_up, end, leg.pauses)
    opened = leg.hours.between(begin, taken_up) + leg.hours.between(taken_up, end)
    late_from = min(max(leg.due_at or end, begin), end)
    return Spent(
        working=working,
        waiting=waiting,
        paused=opened - working - waiting,
        closed=(end - begin) - opened,
        late=leg.hours.between(late_from, end, leg.pauses),
    )


def shares_of(parts: Iterable[tuple[int, int, str, str, Spent]]) -> list[Share]:
    """Return what each department had, by name, from problem, department, name, hue and time."""
    by_department: dict[int, list[tuple[int, Spent]]] = {}
    names: dict[int, tuple[str, str]] = {}
    for problem_id, department_id, name, hue, spent in parts:
        names[department_id] = (name, hue)
        by_department.setdefault(department_id, []).append((problem_id, spent))
    found = []
    for department_id, own in by_department.items():
        each: dict[int, timedelta] = {}
        for problem_id, spent in own:
            each[problem_id] = each.get(problem_id, NOTHING) + spent.own
        name, hue = names[department_id]
        found.append(
            Share(
                department_id=department_id,
                name=name,
                hue=hue,
                problems=len(each),
                stays=len(own),
                late_stays=sum(spent.late > NOTHING for _problem, spent in own),
                spent=sum((spent for _problem, spent in own), start=Spent()),
                median_own=timedelta(seconds=median(span / SECOND for span in each.values())),
            )
        )
    return sorted(found, key=lambda share: (share.name, share.department_id))
