"""Who is told of tasks: the department that was asked, and whoever answers for the problem."""

from collections.abc import Iterable

from django.utils.timezone import now

from problems.events import TaskAsked, TaskDone, TaskReady, TaskRefused
from problems.models import Leg, Task
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import NotificationKind
from servicedesk.notifications.subscribers import leads, members_of
from workflow.people.absences import receivers
from workflow.people.models import Department
from workflow.people.permissions import Role

WORKERS = (Role.AGENT, Role.MEMBER, Role.HEAD)


def tell_department_of_task(event: TaskAsked) -> None:
    """Tell who was asked that something is to be done; one that is over already is silent."""
    task = Task.objects.select_related("department").get(pk=event.task_id)
    if task.is_open:
        ask(
            task,
            people_of(task.assignee_id, department=task.department),
            kind=NotificationKind.TASK_ASKED,
            occasion=f"asked:{event.asked_at:%Y%m%d%H%M%S}",
        )


def tell_department_of_ready_task(event: TaskReady) -> None:
    """Tell who has a task that nothing is in its way any more."""
    task = Task.objects.select_related("department").get(pk=event.task_id)
    if task.is_open and not task.is_blocked:
        ask(
            task,
            people_of(task.assignee_id, department=task.department),
            kind=NotificationKind.TASK_READY,
            occasion=f"ready:{event.ready_at:%Y%m%d%H%M%S}",
        )


def tell_owner_of_ended_task(event: TaskDone | TaskRefused) -> None:
    """Tell whoever answers for the problem that a task is done or refused."""
    task = Task.objects.get(pk=event.task_id)
    leg = (
        Leg.objects.select_related("department")
        .filter(problem_id=event.problem_id, left_at__isnull=True)
        .first()
    )
    if leg is None:
        return  # The problem has ended meanwhile: nobody has to decide anything.
    ask(
        task,
        people_of(leg.assignee_id, department=leg.department),
        kind=NotificationKind.TASK_ENDED,
        occasion=f"ended:{event.ended_at:%Y%m%d%H%M%S}",
    )


def people_of(assignee_id: int | None, *, department: Department) -> list[int]:
    """Return the person who has it, else everybody of the department, else the leads."""
    if assignee_id is not None:
        return [assignee_id]
    return members_of(department.pk, roles=WORKERS) or leads()


def ask(task: Task, people: Iterable[int], *, kind: NotificationKind, occasion: str) -> None:
    """Ask for the mails of one occasion: those who are there, and who steps in for the others.

    The key names the task: the mail reads it from there.
    """
    at = now()
    notify(
        [
            Asked(
                key=f"task:{task.pk}:{occasion}:{user_id}",
                kind=kind,
                user_id=user_id,
                problem_id=task.problem_id,
            )
            for user_id in receivers(people, at=at)
        ],
        at=at,
        queue="urgent",
    )
