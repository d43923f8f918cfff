"""What a colleague decides about a task of a department without signing in."""

from datetime import datetime

from problems.department_tasks import accept_task, finish_task, note_task, refuse_task
from problems.models import Task
from problems.models.department_task import OPEN_TASK, TaskState
from problems.task_rights import lock_task, may_do
from servicedesk.mail.commands import Deed
from servicedesk.mail.errands import Errand
from servicedesk.mail.standing import ErrandOver, Standing
from workflow.people.actors import Actor
from workflow.people.models import Department, User


def lock(subject_id: int) -> None:
    """Let two who decide about a task wait for each other."""
    if Task.objects.filter(pk=subject_id).exists():
        lock_task(subject_id, *TaskState)


def stand(errand: Errand, user: User, actor: Actor) -> Standing:
    """Return how a task stands for somebody; one query.

    Raises:
        ErrandOver: it is not there.
    """
    task = (
        Task.objects.select_related("problem", "department", "assignee")
        .filter(pk=errand.subject_id)
        .first()
    )
    if task is None:
        raise ErrandOver
    has_moved_on = task.state not in OPEN_TASK or task.state_version != errand.version
    who = [task.department.name, task.assignee.name if task.assignee else ""]
    return Standing(
        errand=errand,
        user=user,
        actor=actor,
        problem=task.problem,
        name=task.name,
        title=task.title,
        state=str(TaskState(task.state).label),
        has_moved_on=has_moved_on,
        department=", ".join(part for part in who if part),
        reason=task.text,
        deeds=deeds_of(task, actor=actor) if not has_moved_on else (),
    )


def deeds_of(task: Task, *, actor: Actor) -> tuple[Deed, ...]:
    """Return what an actor may decide about a task as it stands; no query."""
    if not may_do(actor, task):
        return ()
    if task.state == TaskState.ASKED:
        return (Deed.ACCEPT, Deed.DONE, Deed.REFUSE)
    return (Deed.DONE, Deed.REFUSE) if task.state == TaskState.ACCEPTED else ()


def do(
    standing: Standing,
    deed: Deed,
    *,
    text: str,
    owner: Department | None,  # noqa: ARG001 - a task has no better owner: who asked decides
    confirm: bool,  # noqa: ARG001 - a task leaves the promise where it is
    at: datetime,
) -> None:
    """Do what was decided about a task; the errand allows it."""
    task_id, actor = standing.errand.subject_id, standing.actor
    if deed is Deed.ACCEPT:
        accept_task(task_id=task_id, actor=actor, at=at)
        if text.strip():
            note_task(task_id=task_id, text=text, actor=actor, at=at)
    elif deed is Deed.DONE:
        finish_task(task_id=task_id, result=text, actor=actor, at=at)
    else:
        refuse_task(task_id=task_id, reason=text, actor=actor, at=at)
