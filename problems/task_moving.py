"""Tasks find other hands: another department, and nobody's where somebody leaves."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from problems.department_tasks import begin, refuse_closed
from problems.lifecycle import required_reason
from problems.models import Task
from problems.models.department_task import OPEN_TASK
from problems.task_clocks import TaskClocks
from problems.task_needs import tell_of
from problems.task_rights import lock_task, refuse_to_decide
from workflow.clocks.events import ClockStepped
from workflow.clocks.models import StepAction
from workflow.history.actions import Action
from workflow.people.actors import Actor
from workflow.people.models import Department, User
from workflow.refusals import Refusal


class SameDepartmentAsked(Refusal):
    """The department was asked for the task already."""

    code = "same_department_asked"


@transaction.atomic
def move_task(
    *, task_id: int, department: Department, reason: str, actor: Actor, at: datetime
) -> Task:
    """Ask another department for an open task instead; its clocks begin anew there.

    Raises:
        ReasonMissing: no reason was given.
        NotPermitted: the actor does not decide about the problem.
        SameDepartmentAsked: it was asked already.
        DepartmentIsClosed: it does no work any more.
        TaskIsPast: the task has ended.
    """
    reason = required_reason(reason)
    task = lock_task(task_id, *OPEN_TASK)
    refuse_to_decide(actor, task.problem)
    if department.pk == task.department_id:
        raise SameDepartmentAsked(
            _("%(department)s was asked already.") % {"department": department.name},
            next_step=_("Choose another department."),
        )
    refuse_closed(department)
    task.move()
    clocks = TaskClocks(at=at)
    clocks.cancel(task)
    clocks.write()
    task.department, task.assignee = department, None
    task.reason, task.within = reason, department.stage_within
    task.asked_at, task.accepted_at = at, None
    begin(task, Action.TASK_MOVED, actor=actor, at=at)
    return task


def climb_task(event: ClockStepped, *, actor: Actor, at: datetime) -> None:
    """Send a task where a step of a ladder says; one that has ended or is there already stays.

    A task has no severity of its own: a step that raises one changes nothing here.
    """
    if event.action != StepAction.REASSIGN:
        return
    department = Department.objects.filter(pk=event.department_id or 0, is_active=True).first()
    task = (
        Task.objects.filter(pk=int(event.owner.partition(":")[2]), state__in=OPEN_TASK)
        .exclude(department=department)
        .first()
    )
    if department is None or task is None:
        return
    move_task(
        task_id=task.pk,
        department=department,
        reason=_("A target was not kept: the escalation ladder sends it on."),
        actor=actor,
        at=at,
    )


# ---- who leaves ------------------------------------------------------------------------------


def tasks_of_person(user: User) -> QuerySet[Task]:
    """Return the open tasks that a colleague has, the oldest first."""
    return Task.objects.filter(assignee=user, state__in=OPEN_TASK).order_by("id")


def tasks_of_department(department: Department) -> QuerySet[Task]:
    """Return the open tasks that a department was asked for, the oldest first."""
    return Task.objects.filter(department=department, state__in=OPEN_TASK).order_by("id")


def give_tasks(
    tasks: Iterable[Task],
    *,
    to: User | None,
    works_in: frozenset[int],
    actor: Actor,
    at: datetime,
) -> int:
    """Give tasks to a colleague of their department, or to nobody; returns how many.

    `works_in` are the departments of the colleague.
    """
    moved = 0
    for found in list(tasks):
        task = lock_task(found.pk, *OPEN_TASK)
        before = task.assignee_id
        task.assignee = to if task.department_id in works_in else None
        task.save(update_fields=["assignee"])
        tell_of(
            task,
            Action.TASK_ASSIGNED,
            actor=actor,
            at=at,
            changes={"assignee": task.assignee_id, "assignee_was": before},
        )
        moved += 1
    return moved


def move_tasks(
    tasks: Iterable[Task], *, to: Department, reason: str, actor: Actor, at: datetime
) -> int:
    """Ask another department for all of these; returns how many."""
    moved = 0
    for task in list(tasks):
        move_task(task_id=task.pk, department=to, reason=reason, actor=actor, at=at)
        moved += 1
    return moved
