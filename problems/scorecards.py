"""The scorecard of a department: only its own time, its refusals and whether they were right.

A stay counts where it ended, and so does a task that it was asked for. Own time is opening hours without what others held up; what a service
lead excused after the department's word is told apart and counts as late no longer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from problems.attainment import leg_time, pauses_of
from problems.models import Leg, Problem, Statement, Task, TaskClock
from problems.models.department_task import TaskState
from problems.models.leg import Because
from problems.models.statement import About, Decision
from problems.queries import legs_of
from problems.states import ProblemState
from problems.time_spent import NOTHING, Spent, spent_on
from workflow.clocks.models import ClockState, Metric
from workflow.people.models import Department

MOST_STAYS = 4_000
CAME_BACK = (Because.REFUSED, Because.HANDED_OVER, Because.BACK)


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay that ended, how its time was spent, and what its department said beside it."""

    problem: Problem
    leg: Leg
    spent: Spent
    statement: Statement | None

    @property
    def is_excused(self) -> bool:
        """Whether a service lead excused what was late."""
        return self.statement is not None and self.statement.decision == Decision.EXCUSED

    @property
    def late(self) -> timedelta:
        """What counts as late: nothing where it was excused."""
        return NOTHING if self.is_excused else self.spent.late


@dataclass(frozen=True, slots=True)
class DoneTask:
    """A task that a department has done or refused, and what it took of its opening hours.

    What others held up is no time of it: the clock stands still meanwhile.
    """

    task: Task
    used: timedelta
    late: timedelta
    is_refused: bool


@dataclass
class Scorecard:
    """What a department answers for in a period.

    A refusal was right when another department accepted the problem next, wrong when it came back
    and was accepted here, and is open until somebody accepts. `handed_back` counts problems that
    came here once more from another department, `handed_over` those that were sent on. `said` is
    every word of it beside stays and detours of these problems. `tasks` are those that it was asked
    for meanwhile by others; their time is told apart, since nobody handed a problem over.
    """

    department: Department
    stays: list[Stay] = field(default_factory=list)
    refused: int = 0
    refused_rightly: int = 0
    refused_wrongly: int = 0
    handed_over: int = 0
    handed_back: int = 0
    said: list[Statement] = field(default_factory=list)
    tasks: list[DoneTask] = field(default_factory=list)

    @property
    def problems(self) -> int:
        """How many problems it had."""
        return len({stay.leg.problem_id for stay in self.stays})

    @property
    def spent(self) -> Spent:
        """How all its time was spent."""
        return sum((stay.spent for stay in self.stays), start=Spent())

    @property
    def late(self) -> timedelta:
        """What counts as late."""
        return sum((stay.late for stay in self.stays), start=NOTHING)

    @property
    def late_stays(self) -> list[Stay]:
        """The stays that were late and not excused, the latest first."""
        return sorted(
            (stay for stay in self.stays if stay.late), key=lambda stay: stay.late, reverse=True
        )

    @property
    def excused_stays(self) -> int:
        """How many stays were late and excused."""
        return sum(stay.is_excused and stay.spent.late > NOTHING for stay in self.stays)

    @property
    def tasks_done(self) -> int:
        """How many tasks it finished."""
        return sum(not one.is_refused for one in self.tasks)

    @property
    def tasks_refused(self) -> int:
        """How many tasks it refused."""
        return sum(one.is_refused for one in self.tasks)

    @property
    def task_time(self) -> timedelta:
        """What its tasks took of its opening hours."""
        return sum((one.used for one in self.tasks), start=NOTHING)

    @property
    def late_tasks(self) -> list[DoneTask]:
        """The tasks that took longer than they should have, the latest first."""
        found = (one for one in self.tasks if one.late)
        return sorted(found, key=lambda one: one.late, reverse=True)


@dataclass(frozen=True)
class Scorecards:
    """The scorecards of a period; `left_out` says that there were more stays than are counted."""

    cards: list[Scorecard]
    left_out: bool


def scorecards(
    *,
    since: datetime,
    until: datetime,
    departments: Iterable[int] | None = None,
    at_most: int = MOST_STAYS,
) -> Scorecards:
    """Return the scorecard of each department with stays or tasks that ended in `[since, until)`.

    By name; `departments` narrows them to some ids. Six queries on any size. Time in which customer
    service held a problem solved is no work and does not count.
    """
    ended = (
        Leg.objects.filter(left_at__gte=since, left_at__lt=until)
        .exclude(stage=ProblemState.RESOLVED)
        .order_by("-left_at", "-id")
    )
    ours = list(departments) if departments is not None else None
    if ours is not None:
        ended = ended.filter(department_id__in=ours)
    found = list(ended.values_list("pk", "problem_id")[: at_most + 1])
    counted = {pk for pk, _problem in found[:at_most]}
    problems = sorted({problem for _pk, problem in found[:at_most]})
    legs, pauses, said = legs_of(problems), pauses_of(problems), statements_on(problems)
    beside = {(one.leg_id, one.department_id): one for one in said if one.about == About.LEG}
    known = Problem.objects.only("number", "title").in_bulk(problems)
    cards: dict[int, Scorecard] = {}
    for way in legs.values():
        for place, leg in enumerate(way):
            if leg.pk in counted:
                card = cards.setdefault(leg.department_id, Scorecard(leg.department))
                held_up = pauses.get((leg.problem_id, leg.department_id), [])
                spent = spent_on(leg_time(leg, pauses=held_up, at=until))
                card.stays.append(
                    Stay(known[leg.problem_id], leg, spent, beside.get((leg.pk, leg.department_id)))
                )
                judge(card, way, place)
    for department, done in tasks_ended(since=since, until=until, departments=ours):
        cards.setdefault(department.pk, Scorecard(department)).tasks.append(done)
    for one in said:
        if one.department_id in cards:
            cards[one.department_id].said.append(one)
    return Scorecards(
        cards=sorted(cards.values(), key=lambda card: (card.department.name, card.department.pk)),
        left_out=len(found) > at_most,
    )


def tasks_ended(
    *, since: datetime, until: datetime, departments: list[int] | None
) -> Iterator[tuple[Department, DoneTask]]:
    """Yield the tasks that departments did or refused in `[since, until)`, newest first; one query.

    The clock tells what a task took: it counts the opening hours of the department that was asked,
    and stands still while others hold it up.
    """
    clocks = (
        TaskClock.objects.filter(metric=Metric.TASK, stopped_at__gte=since, stopped_at__lt=until)
        .select_related("task__problem", "department")
        .order_by("-stopped_at", "-id")
    )
    if departments is not None:
        clocks = clocks.filter(department_id__in=departments)
    for clock in clocks[:MOST_STAYS]:
        is_refused = clock.state == ClockState.CANCELLED
        if is_refused and not was_refused(clock):
            continue
        used = clock.used_for or NOTHING
        late = NOTHING if is_refused else max(NOTHING, used - clock.within)
        yield clock.department, DoneTask(clock.task, used, late, is_refused)


def was_refused(clock: TaskClock) -> bool:
    """Whether a clock ended because its department refused, not because the task moved or fell away."""
    task = clock.task
    return task.state == TaskState.REFUSED and task.department_id == clock.department_id


def statements_on(problems: Iterable[int]) -> list[Statement]:
    """Return what departments said about problems, the newest first; one query."""
    return list(
        Statement.objects.filter(problem_id__in=list(problems))
        .select_related("problem", "leg", "department", "user", "decided_by")
        .order_by("-id")
    )


def judge(card: Scorecard, way: list[Leg], place: int) -> None:
    """Count how a stay ended for its department, and whether it had the problem before."""
    leg = way[place]
    following = way[place + 1] if place + 1 < len(way) else None
    if following is not None and following.entered_because == Because.REFUSED:
        card.refused += 1
        accepted_by = next_acceptance(way[place + 1 :])
        if accepted_by is not None:
            is_right = accepted_by != leg.department_id
            card.refused_rightly += is_right
            card.refused_wrongly += not is_right
    elif following is not None and following.entered_because == Because.HANDED_OVER:
        card.handed_over += 1
    came_from_elsewhere = place > 0 and way[place - 1].department_id != leg.department_id
    had_it_before = any(one.department_id == leg.department_id for one in way[:place])
    if came_from_elsewhere and had_it_before and leg.entered_because in CAME_BACK:
        card.handed_back += 1


def next_acceptance(way: Iterable[Leg]) -> int | None:
    """Return the department that said yes next, or None while nobody has."""
    for leg in way:
        if leg.entered_because in (Because.ACCEPTED, Because.TAKEN):
            return leg.department_id
    return None
