"""Which task waits for which: no circles, and what is ready says so by itself."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from problems.events import TaskReady
from problems.models import Task, TaskNeed
from problems.models.department_task import OPEN_TASK, UNDONE_TASK
from problems.task_clocks import TaskClocks
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.refusals import Refusal

Needs = Mapping[int, frozenset[int]]
"""Ids of the tasks that each task waits for, by its own id."""


class CircularTasks(Refusal):
    """Tasks would wait for one another in a circle."""

    code = "circular_tasks"


class NotAmongTheseTasks(Refusal):
    """A task can only wait for tasks of its own problem."""

    code = "not_among_these_tasks"


def circle_in(needs: Needs, *, start: int) -> list[int]:
    """Return the ids of a circle through `start`, in order of waiting, or nothing. Pure."""
    way, seen = [start], {start}
    waiting = [iter(sorted(needs.get(start, ())))]
    while waiting:
        following = next(waiting[-1], None)
        if following is None:
            waiting.pop()
            way.pop()
        elif following == start:
            return way
        elif following not in seen:
            seen.add(following)
            way.append(following)
            waiting.append(iter(sorted(needs.get(following, ()))))
    return []


def circle_sentence(names: Sequence[str]) -> str:
    """Return the sentence that names a circle: each waits for the next, the last for the first."""
    if len(names) == 1:
        return _("%(task)s would wait for itself.") % {"task": names[0]}
    links = [
        _("%(task)s for %(needed)s") % {"task": task, "needed": needed}
        for task, needed in zip(names, [*names[1:], names[0]], strict=True)
    ]
    return _("These tasks would wait for one another: %(circle)s.") % {"circle": ", ".join(links)}


def needs_of(problem_id: int) -> dict[int, frozenset[int]]:
    """Return what the tasks of a problem wait for, done or not; one query."""
    found: dict[int, set[int]] = {}
    rows = TaskNeed.objects.filter(task__problem_id=problem_id).order_by("id")
    for task_id, needed_id in rows.values_list("task_id", "needed_id"):
        found.setdefault(task_id, set()).add(needed_id)
    return {task_id: frozenset(needed) for task_id, needed in found.items()}


def let_wait_for(task: Task, needed: Iterable[Task]) -> None:
    """Store what a task waits for from now on, instead of what it waited for; four queries.

    The problem is locked, so that nobody closes a circle from its other side.

    Raises:
        NotAmongTheseTasks: one of them belongs to another problem.
        CircularTasks: they would wait for one another; the sentence names the circle.
    """
    wanted = {one.pk: one for one in needed}
    for one in wanted.values():
        if one.problem_id != task.problem_id:
            raise NotAmongTheseTasks(
                _("%(task)s belongs to another problem.") % {"task": one.name},
                next_step=_("Choose tasks of the same problem."),
            )
    needs = {**needs_of(task.problem_id), task.pk: frozenset(wanted)}
    circle = circle_in(needs, start=task.pk)
    if circle:
        numbers = dict(Task.objects.filter(pk__in=circle).values_list("pk", "number"))
        raise CircularTasks(
            circle_sentence([f"T-{numbers[one]}" for one in circle]),
            next_step=_("Leave one of them out, so that something can begin."),
        )
    TaskNeed.objects.filter(task=task).exclude(needed_id__in=wanted).delete()
    TaskNeed.objects.bulk_create(
        [TaskNeed(task=task, needed=one) for one in wanted.values()], ignore_conflicts=True
    )


def blockers_of(tasks: Iterable[Task]) -> dict[int, list[Task]]:
    """Return the undone tasks that each of some tasks waits for, by its id; one query."""
    found: dict[int, list[Task]] = {}
    rows = (
        TaskNeed.objects.filter(
            task_id__in=[task.pk for task in tasks], needed__state__in=UNDONE_TASK
        )
        .select_related("needed__department")
        .order_by("needed_id")
    )
    for row in rows:
        found.setdefault(row.task_id, []).append(row.needed)
    return found


def settle(problem_id: int, *, actor: Actor, at: datetime) -> list[Task]:
    """Let every open task of a problem wait, or go on, as its needs stand now; returns the ready.

    What has become ready says so in its history and as news. Three queries, and about three for
    each task that changed.
    """
    tasks = list(
        Task.objects.select_related("department", "problem")
        .filter(problem_id=problem_id, state__in=OPEN_TASK)
        .order_by("id")
    )
    blockers = blockers_of(tasks)
    blocked = [task for task in tasks if blockers.get(task.pk) and not task.is_blocked]
    ready = [task for task in tasks if not blockers.get(task.pk) and task.is_blocked]
    clocks = TaskClocks(at=at)
    clocks.block(blocked)
    clocks.unblock(ready)
    clocks.write()
    for task in blocked:
        task.blocked_at = at
        task.save(update_fields=["blocked_at"])
        tell_of(task, Action.TASK_BLOCKED, actor=actor, at=at)
    for task in ready:
        task.blocked_at = None
        task.save(update_fields=["blocked_at"])
        entry_id = tell_of(task, Action.TASK_READY, actor=actor, at=at)
        publish(
            TaskReady(problem_id=problem_id, task_id=task.pk, ready_at=at),
            at=at,
            entry_id=entry_id,
        )
    return ready


def tell_of(
    task: Task,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    changes: Mapping[str, str | int | bool | None] | None = None,
    changes_state: bool = False,
) -> int:
    """Write a line into both histories, the task's and its problem's; returns the first's id."""
    facts = {"department": task.department_id, **(changes or {})}
    entry = record(action, task, actor=actor, at=at, changes=facts, changes_state=changes_state)
    record(action, task.problem, actor=actor, at=at, changes={"task": task.number, **facts})
    return entry.pk
