"""Who is woken by the steps that clocks took: owners, people of departments, heads and leads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import QuerySet

from cases.lifecycle import service_department
from cases.models import CaseClock
from problems.models import Leg, Task, TaskClock
from servicedesk.notifications.digests import Woken, tell_in_digests
from workflow.clocks.escalating import Fired
from workflow.clocks.ladders import looks_of_span
from workflow.clocks.models import Clock, LadderStep, StepAction
from workflow.clocks.working_time import WorkingTime
from workflow.people.absences import active_users, away_at, present, service_leads
from workflow.people.models import Membership
from workflow.people.permissions import Role
from workflow.tenancy.kept_queries import kept
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

WORKERS = (Role.AGENT, Role.MEMBER, Role.HEAD)
WAKING = frozenset({StepAction.NOTIFY, StepAction.ESCALATE_HEAD, StepAction.ESCALATE_LEAD})
OWNERS = Statement("""
SELECT id, owner_id, queue_id FROM cases_case
WHERE tenant_id = %(tenant)s AND id = ANY(%(cases)s)
""")


class Place(NamedTuple):
    """Who has a record: a person, and the department whose head answers for it."""

    user_id: int | None
    department_id: int


def wake(fired: Sequence[Fired], model: type[Clock], at: datetime) -> None:
    """Put what clocks of one table did into the digests of those who must know.

    The same few statements for any number of clocks. One person hears once of a clock.
    """
    woken_by = {one.clock_id: waking_steps(one) for one in fired}
    waking = [one for one in fired if woken_by[one.clock_id]]
    if not waking:
        return
    places = places_of({one.owner_id for one in waking}, model=model)
    crew = Crew(at=at)
    woken = [
        Woken(user_id=user_id, clock_id=one.clock_id, reason=reason)
        for one in waking
        for user_id, reason in crew.woken(
            woken_by[one.clock_id], place=places.get(one.owner_id)
        ).items()
    ]
    tell_in_digests(woken, model=model, at=at)


def waking_steps(one: Fired) -> tuple[str, ...]:
    """Return the codes of the steps that wake people, each once."""
    return waking_codes(tuple([step.action for step in one.taken]))


@lru_cache(maxsize=256)
def waking_codes(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return those codes that wake people, each once; kept, as thousands take the same steps."""
    return tuple(code for code in dict.fromkeys(codes) if code in WAKING)


def is_waking(step: LadderStep) -> bool:
    """Whether a step tells people, and changes nothing."""
    return step.action in WAKING


def places_of(owners: Iterable[int], *, model: type[Clock]) -> Mapping[int, Place]:
    """Return who has some records now, by id; one or two queries."""
    if model is CaseClock:
        return places_of_cases(owners)
    if model is TaskClock:
        return places_of_tasks(owners)
    return {
        problem_id: Place(user_id=assignee_id, department_id=department_id)
        for problem_id, assignee_id, department_id in Leg.objects.filter(
            problem_id__in=list(owners), left_at__isnull=True
        ).values_list("problem_id", "assignee_id", "department_id")
    }


def places_of_cases(cases: Iterable[int]) -> Mapping[int, Place]:
    """Return who has some cases; what stands in no department's queue is customer service's."""
    service_id = service_department().pk
    return {
        case_id: Place(user_id=owner_id, department_id=queue_id or service_id)
        for case_id, owner_id, queue_id in OWNERS.rows(
            tenant=tenant_of_the_scope(), cases=list(cases)
        )
    }


def places_of_tasks(tasks: Iterable[int]) -> Mapping[int, Place]:
    """Return who has some tasks: a person, or the department that was asked; one query."""
    return {
        task_id: Place(user_id=assignee_id, department_id=department_id)
        for task_id, assignee_id, department_id in Task.objects.filter(
            pk__in=list(tasks)
        ).values_list("pk", "assignee_id", "department_id")
    }


@dataclass(frozen=True, slots=True)
class Expected:
    """What would happen to a clock at a moment; the due time itself has no step."""

    at: datetime
    step: LadderStep | None
    people: list[int]


def woken_when(
    steps: Sequence[LadderStep],
    *,
    started_at: datetime,
    within: timedelta,
    working_time: WorkingTime,
    department_id: int,
) -> list[Expected]:
    """Return who would be woken when by a clock of a department that nobody has taken yet.

    Absences are those of the start. Four queries; nothing is stored.

    Raises:
        NeverOpen: the opening hours never use the span up.
    """
    looks = looks_of_span(
        started_at=started_at, within=within, working_time=working_time, steps=steps
    )
    crew = Crew(at=started_at)
    place = Place(user_id=None, department_id=department_id)
    by_position = {step.position: step for step in steps}
    expected = []
    for at, position in looks:
        step = by_position.get(int(position))
        waking = (step.action,) if step is not None and is_waking(step) else ()
        expected.append(
            Expected(
                at=datetime.fromisoformat(str(at)),
                step=step,
                people=sorted(crew.woken(waking, place=place)),
            )
        )
    return expected


class Crew:
    """Everybody who may be woken at a moment; four queries when it is made, none after."""

    def __init__(self, *, at: datetime) -> None:
        self.active = active_users()
        self.away = away_at(at)
        self.leads = service_leads()
        self.heads: dict[int, list[int]] = defaultdict(list)
        self.workers: dict[int, list[int]] = defaultdict(list)
        for department_id, user_id, role in workers_of_departments():
            found = self.heads if role == Role.HEAD else self.workers
            found[department_id].append(user_id)
        self._known: dict[tuple[tuple[str, ...], Place], dict[int, str]] = {}

    def woken(self, steps: tuple[str, ...], *, place: Place | None) -> dict[int, str]:
        """Return who is woken by some steps, with the code of the last step that does it."""
        if place is None:
            return {}  # It has ended between the look and now.
        key = (steps, place)
        if key not in self._known:
            self._known[key] = {
                user_id: step for step in steps for user_id in self.receivers(step, place=place)
            }
        return self._known[key]

    def receivers(self, step: str, *, place: Place) -> list[int]:
        """Return whom a step wakes; nobody there means the leads."""
        return present(
            self.meant(step, place=place),
            away=self.away,
            active=self.active,
            leads=self.leads,
        )

    def meant(self, step: str, *, place: Place) -> list[int]:
        """Return for whom a step is meant, whether they are there or not."""
        if step == StepAction.ESCALATE_LEAD:
            return self.leads
        heads = self.heads.get(place.department_id, [])
        if step == StepAction.ESCALATE_HEAD:
            return heads
        if place.user_id is not None:
            return [place.user_id]
        return self.workers.get(place.department_id, []) or heads


@kept()
def workers_of_departments() -> QuerySet[Any, Any]:
    """Return who works in departments, as department, user and role."""
    return (
        Membership.objects.filter(
            department_id__isnull=False, role__in=WORKERS, user__is_active=True
        )
        .order_by("user_id")
        .values_list("department_id", "user_id", "role")
    )
