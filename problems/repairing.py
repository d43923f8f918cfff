"""Give to somebody what a change of people or departments has left with nobody."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import Error, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.lifecycle import service_department
from cases.models import Case
from cases.states import OPEN_STATES as OPEN_CASES
from problems.leaving import hand_all_over, move_cases, move_leads, move_problems, requeue
from problems.models import Leg, Problem, Task
from problems.models.department_task import OPEN_TASK
from problems.states import OPEN_STATES
from problems.task_moving import give_tasks, move_tasks
from workflow.people.actors import Actor
from workflow.people.models import User
from workflow.refusals import Refusal

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """How much found other hands; `failed` could not be repaired and stays for the proof to name."""

    cases: int = 0
    problems: int = 0
    leads: int = 0
    tasks: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """Everything that found other hands."""
        return self.cases + self.problems + self.leads + self.tasks


def repair(*, at: datetime) -> Repaired:
    """Repair the current tenant; six queries when nothing is broken. Outside any transaction.

    What belongs to somebody who may not sign in any more goes back to its queue or department.
    What is with a department that was closed goes to customer service, which cannot be closed.
    Each record is repaired in a transaction of its own: one that cannot be holds up no other.
    """
    actor = Actor.system("watchdog")
    gone = User.objects.filter(is_active=False)
    reason = _("The department was closed.")
    held = service_department()

    def from_hands(case: Case) -> int:
        return move_cases([case], owner=None, actor=actor, at=at)

    def from_queue(case: Case) -> int:
        return requeue(Case.objects.filter(pk=case.pk), to=held, actor=actor, at=at)

    def unassign(problem: Problem) -> int:
        return move_problems([problem], to=None, actor=actor, at=at)

    def hand_back(problem: Problem) -> int:
        return hand_all_over([problem], to=held, reason=reason, actor=actor, at=at)

    def unlead(problem: Problem) -> int:
        return move_leads([problem], to=None, actor=actor, at=at)

    def untake(task: Task) -> int:
        return give_tasks([task], to=None, works_in=frozenset(), actor=actor, at=at)

    def ask_service(task: Task) -> int:
        return move_tasks([task], to=held, reason=reason, actor=actor, at=at)

    cases = [each(cases_of(gone), from_hands), each(cases_in_closed_queues(), from_queue)]
    problems = [
        each(problems_of(gone), unassign),
        each(problems_in_closed_departments(), hand_back),
    ]
    leads = [each(problems_led_by(gone), unlead)]
    tasks = [each(tasks_of(gone), untake), each(tasks_in_closed_departments(), ask_service)]
    return Repaired(
        cases=sum(done for done, _failed in cases),
        problems=sum(done for done, _failed in problems),
        leads=sum(done for done, _failed in leads),
        tasks=sum(done for done, _failed in tasks),
        failed=sum(failed for _done, failed in (*cases, *problems, *leads, *tasks)),
    )


def each(records: Iterable[Any], mend: Callable[[Any], int]) -> tuple[int, int]:
    """Mend one record after the other; returns how many were mended, and how many could not be."""
    done = failed = 0
    for record in list(records):
        try:
            with transaction.atomic():
                done += mend(record)
        except (Refusal, Error):
            failed += 1
            log.exception("the watchdog could not repair", extra={"record": str(record.pk)})
    return done, failed


# ---- what nobody has -------------------------------------------------------------------------


def cases_of(gone: QuerySet[User]) -> QuerySet[Case]:
    """Return the open cases of people who may not sign in."""
    return Case.objects.filter(owner__in=gone, state__in=OPEN_CASES).select_related("queue")


def cases_in_closed_queues() -> QuerySet[Case]:
    """Return the open cases in queues of departments that were closed."""
    return Case.objects.filter(queue__is_active=False, state__in=OPEN_CASES)


def problems_of(gone: QuerySet[User]) -> QuerySet[Problem]:
    """Return the open problems that people work on who may not sign in."""
    return Problem.objects.filter(
        pk__in=Leg.objects.filter(assignee__in=gone, left_at__isnull=True).values("problem_id")
    )


def problems_in_closed_departments() -> QuerySet[Problem]:
    """Return the open problems that are with departments that were closed."""
    return Problem.objects.filter(
        pk__in=Leg.objects.filter(department__is_active=False, left_at__isnull=True).values(
            "problem_id"
        )
    )


def problems_led_by(gone: QuerySet[User]) -> QuerySet[Problem]:
    """Return the open problems for which people answer who may not sign in."""
    return Problem.objects.filter(lead__in=gone, state__in=OPEN_STATES)


def tasks_of(gone: QuerySet[User]) -> QuerySet[Task]:
    """Return the open tasks of people who may not sign in."""
    return Task.objects.filter(assignee__in=gone, state__in=OPEN_TASK)


def tasks_in_closed_departments() -> QuerySet[Task]:
    """Return the open tasks of departments that were closed."""
    return Task.objects.filter(department__is_active=False, state__in=OPEN_TASK)
