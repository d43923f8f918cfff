"""Give to somebody what a change of people or departments has left with nobody."""

import logging
from collections import Counter
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
from problems.changes import move_change
from problems.leaving import hand_all_over, move_cases, move_leads, move_problems, requeue
from problems.models import Change, Leg, Problem, Task
from problems.models.change import AHEAD
from problems.models.department_task import OPEN_TASK
from problems.states import OPEN_STATES
from problems.task_moving import give_tasks, move_tasks
from workflow.people.actors import Actor
from workflow.people.models import Department, User
from workflow.refusals import Refusal

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """How much found other hands; `failed` could not be repaired and stays for the proof to name."""

    cases: int = 0
    problems: int = 0
    leads: int = 0
    tasks: int = 0
    changes: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """Everything that found other hands."""
        return self.cases + self.problems + self.leads + self.tasks + self.changes


@dataclass(frozen=True, kw_only=True)
class Mender:
    """Finds other hands for one record after the other; each method returns how many it moved."""

    service: Department
    actor: Actor
    at: datetime

    @property
    def reason(self) -> str:
        """Why what a department had moves."""
        return _("The department was closed.")

    def from_hands(self, case: Case) -> int:
        """Give a case back to its queue."""
        return move_cases([case], owner=None, actor=self.actor, at=self.at)

    def from_queue(self, case: Case) -> int:
        """Give a case to customer service's queue."""
        cases = Case.objects.filter(pk=case.pk)
        return requeue(cases, to=self.service, actor=self.actor, at=self.at)

    def unassign(self, problem: Problem) -> int:
        """Leave a problem to its department."""
        return move_problems([problem], to=None, actor=self.actor, at=self.at)

    def hand_back(self, problem: Problem) -> int:
        """Hand a problem to customer service."""
        return hand_all_over(
            [problem], to=self.service, reason=self.reason, actor=self.actor, at=self.at
        )

    def unlead(self, problem: Problem) -> int:
        """Let nobody lead a problem."""
        return move_leads([problem], to=None, actor=self.actor, at=self.at)

    def untake(self, task: Task) -> int:
        """Leave a task to its department."""
        return give_tasks([task], to=None, works_in=frozenset(), actor=self.actor, at=self.at)

    def ask_service(self, task: Task) -> int:
        """Ask customer service for a task."""
        return move_tasks([task], to=self.service, reason=self.reason, actor=self.actor, at=self.at)

    def let_service_make(self, change: Change) -> int:
        """Let customer service make a change."""
        move_change(change.pk, to=self.service, actor=self.actor, at=self.at)
        return 1


def repair(*, at: datetime) -> Repaired:
    """Repair the current tenant; nine queries when nothing is broken. Outside any transaction.

    What belongs to somebody who may not sign in any more goes back to its queue or department.
    What is with a department that was closed goes to customer service, which cannot be closed.
    Each record is repaired in a transaction of its own: one that cannot be holds up no other.
    """
    gone = User.objects.filter(is_active=False)
    mender = Mender(service=service_department(), actor=Actor.system("watchdog"), at=at)
    # What it counts as, what is broken, and how that is mended.
    work: list[tuple[str, QuerySet[Any], Callable[[Any], int]]] = [
        ("cases", cases_of(gone), mender.from_hands),
        ("cases", cases_in_closed_queues(), mender.from_queue),
        ("problems", problems_of(gone), mender.unassign),
        ("problems", problems_in_closed_departments(), mender.hand_back),
        ("leads", problems_led_by(gone), mender.unlead),
        ("tasks", tasks_of(gone), mender.untake),
        ("tasks", tasks_in_closed_departments(), mender.ask_service),
        ("changes", changes_in_closed_departments(), mender.let_service_make),
    ]
    counts: Counter[str] = Counter()
    for kind, broken, mend in work:
        done, failed = each(broken, mend)
        counts.update({kind: done, "failed": failed})
    return Repaired(**counts)


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


def changes_in_closed_departments() -> QuerySet[Change]:
    """Return what departments that were closed had planned or begun."""
    return Change.objects.filter(department__is_active=False, state__in=AHEAD)
