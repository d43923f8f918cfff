"""How much of what customers were promised is left for the next department: asked before it goes there.

A promise is the earliest running resolution of a linked case, or the last day that customers were
told, whichever comes first. It is measured in the opening hours of the department that gets it.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import ClassVar

from django.utils.translation import gettext as _

from cases.models import CaseClock
from problems.journey import Journey
from problems.models import CaseLink, Estimate, Problem
from problems.models.link import LinkKind
from problems.queries import journey_told, legs_of
from workflow.clocks.models import ClockState, Metric
from workflow.clocks.working_time import WorkingTime
from workflow.history.recording import ChangeValue
from workflow.people.actors import Actor, ActorKind
from workflow.people.models import Department
from workflow.refusals import Refusal

NOTHING = timedelta()
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Promised:
    """Until when customers of a problem were promised a solution, and by which case.

    `case_number` is None where it is the day that they were told.
    """

    due_at: datetime
    case_number: int | None


@dataclass(frozen=True, slots=True)
class Budget:
    """What a department would have if it got the problem now, in its own opening hours.

    `left_for` is never negative; `target` is its own.
    """

    department_id: int
    promised: Promised
    left_for: timedelta
    target: timedelta

    @property
    def is_short(self) -> bool:
        """Whether the promise leaves less than the department's own target."""
        return self.left_for < self.target

    @property
    def short_by(self) -> timedelta:
        """How much is missing; nothing if it is enough."""
        return max(self.target - self.left_for, NOTHING)


@dataclass(frozen=True)
class Split:
    """A promise and who has how much of it; `promised` is None while nothing was promised.

    `used_for` is how much of its own opening hours each department had the problem, by its id.
    """

    promised: Promised | None
    journey: Journey
    used_for: dict[int | str, timedelta]
    departments: list[tuple[Department, Budget | None]]


class ShortTime(Refusal):
    """A hand-over would leave the next department less than its own target."""

    code: ClassVar[str] = "short_time"

    def __init__(self, sentence: str, *, next_step: str, budget: Budget) -> None:
        super().__init__(sentence, next_step=next_step)
        self.budget = budget


def promise_of(problem: Problem, *, hours: WorkingTime) -> Promised | None:
    """Return what customers were promised for a problem, or None; two queries.

    The day that they were told ends at midnight in the zone of `hours`.
    """
    linked = CaseLink.objects.filter(problem=problem, kind=LinkKind.CONFIRMED).values("case_id")
    clock = (
        CaseClock.objects.filter(
            case__in=linked, metric=Metric.RESOLUTION, state=ClockState.RUNNING
        )
        .order_by("due_at", "id")
        .values_list("due_at", "case__number")
        .first()
    )
    told = (
        Estimate.objects.filter(problem=problem, is_public=True, id__gt=problem.estimates_after)
        .order_by("-id")
        .values_list("latest_on", flat=True)
        .first()
    )
    found = [Promised(due_at=clock[0], case_number=clock[1])] if clock is not None else []
    if told is not None:
        midnight = datetime.combine(told + timedelta(days=1), time(), tzinfo=hours.zone)
        found.append(Promised(due_at=midnight, case_number=None))
    return min(found, key=lambda one: one.due_at, default=None)


def target_of(department: Department) -> timedelta:
    """Return how long a department asks for: for the fix if it says so, else for a step."""
    return department.fix_within or department.stage_within


def budget_for(department: Department, *, promised: Promised, at: datetime) -> Budget:
    """Return what a department would have from `at` on; no query if its calendar is loaded."""
    left = department.calendar.working_time().between(at, promised.due_at)
    return Budget(
        department_id=department.pk,
        promised=promised,
        left_for=left,
        target=target_of(department),
    )


def mind_the_time(
    problem: Problem, *, department: Department, actor: Actor, at: datetime, confirm: bool
) -> dict[str, ChangeValue]:
    """Refuse a hand-over that leaves too little, unless the sender has confirmed it; two queries.

    Returns what the history keeps of a hand-over in short time, in seconds; nothing otherwise.
    The system is not asked: rules and closing departments hand over as they must.

    Raises:
        ShortTime: a person sends, less than the target is left, and nobody confirmed it.
    """
    promised = promise_of(problem, hours=department.calendar.working_time())
    if promised is None:
        return {}
    budget = budget_for(department, promised=promised, at=at)
    if not budget.is_short:
        return {}
    if actor.kind is not ActorKind.SYSTEM and not confirm:
        raise ShortTime(
            _("%(department)s asks for %(target)s, and the promise to customers leaves %(left)s.")
            % {
                "department": department.name,
                "target": in_words(budget.target),
                "left": in_words(budget.left_for),
            },
            next_step=_("Confirm that it goes there all the same, or tell customers a new date."),
            budget=budget,
        )
    return {
        "left_seconds": budget.left_for // SECOND,
        "target_seconds": budget.target // SECOND,
        "confirmed": actor.kind is not ActorKind.SYSTEM,
    }


def in_words(span: timedelta) -> str:
    """Write a span of opening hours: `7 h 30 min`; never in days, since none has 24 hours of work."""
    hours, rest = divmod(span, HOUR)
    minutes = rest // timedelta(minutes=1)
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


def split_of(problem: Problem, *, at: datetime) -> Split:
    """Return how the promise of a problem is split at `at`; four queries."""
    legs = legs_of([problem.pk])[problem.pk]
    journey = journey_told(problem, legs, at=at)
    promised = promise_of(problem, hours=legs[-1].department.calendar.working_time())
    used: dict[int | str, timedelta] = {}
    for leg in journey.legs:
        used[leg.fact.department] = used.get(leg.fact.department, NOTHING) + leg.open_for
    return Split(
        promised=promised,
        journey=journey,
        used_for=used,
        departments=[
            (one, budget_for(one, promised=promised, at=at) if promised else None)
            for one in departments_with_hours()
        ],
    )


def departments_with_hours() -> list[Department]:
    """Return the departments that work can be given to, with their hours, by name; one query."""
    return list(
        Department.objects.filter(is_active=True).select_related("calendar").order_by("name", "id")
    )
