"""What several departments do for a problem at once: ask, accept, refuse, finish, withdraw, reopen.

The problem stays with the department that has it: that one answers for it and decides about tasks.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cases.numbering import next_number
from problems.events import TaskAsked, TaskDone, TaskRefused
from problems.lifecycle import lock_problem, required_reason
from problems.models import Problem, Task, TaskNote
from problems.models.department_task import OPEN_TASK, NeededFor, TaskState
from problems.task_clocks import TaskClocks
from problems.task_needs import blockers_of, let_wait_for, settle, tell_of
from problems.task_rights import (
    TaskWaits,
    lock_task,
    refuse_other_departments,
    refuse_to_decide,
    refuse_unfit_assignee,
)
from workflow.history.actions import Action
from workflow.lengths import fitting
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.models import Department, User
from workflow.refusals import Refusal


class TaskNotDescribed(Refusal):
    """A task needs a title."""

    code = "task_not_described"


class DepartmentIsClosed(Refusal):
    """Nobody is left in the department who could do something."""

    code = "department_is_closed"


class ProblemIsOver(Refusal):
    """Nothing is left to be done for a problem that has ended."""

    code = "problem_is_over"


@transaction.atomic
def ask_department(
    *,
    problem_id: int,
    department: Department,
    title: str,
    actor: Actor,
    at: datetime,
    text: str = "",
    within: timedelta | None = None,
    needed_for: NeededFor = NeededFor.NOTHING,
    needs: Iterable[Task] = (),
    assignee: User | None = None,
) -> Task:
    """Ask a department to do something for a problem; the problem stays where it is.

    `within` are opening hours of the department, its own time for a stage if none are given;
    `needs` are tasks of the problem that have to be done first; `needed_for` says what of the
    problem has to wait for this one. About twelve queries.

    Raises:
        NotPermitted: the actor does not decide about this problem.
        ProblemIsOver: the problem has ended.
        DepartmentIsClosed: the department does no work any more.
        TaskNotDescribed: it has no title.
        NotAmongTheseTasks: a needed task belongs to another problem.
        NotInThisDepartment: the assignee does not work there.
    """
    problem = open_problem_for_tasks(problem_id)
    refuse_to_decide(actor, problem)
    if not title.strip():
        raise TaskNotDescribed(
            _("A task needs a title."), next_step=_("Say in a line what is to be done.")
        )
    refuse_closed(department)
    refuse_unfit_assignee(assignee, department_id=department.pk)
    task = Task.objects.create(
        number=next_number("task"),
        problem=problem,
        department=department,
        assignee=assignee,
        asked_by_id=actor.user_id,
        title=fitting(title, longest=200),
        text=text.strip(),
        needed_for=needed_for,
        within=within or department.stage_within,
        asked_at=at,
    )
    let_wait_for(task, needs)
    begin(task, Action.TASK_ASKED, actor=actor, at=at)
    return task


def begin(task: Task, action: Action, *, actor: Actor, at: datetime) -> None:
    """Let the clocks of a task run that was just asked for, and say so; about eight queries."""
    task.blocked_at = at if blockers_of([task]) else None
    task.save()
    clocks = TaskClocks(at=at)
    clocks.begin(task)
    clocks.write()
    entry_id = tell_of(
        task,
        action,
        actor=actor,
        at=at,
        changes={"needed_for": task.needed_for, "is_blocked": task.is_blocked},
        changes_state=True,
    )
    publish(
        TaskAsked(problem_id=task.problem_id, task_id=task.pk, asked_at=at),
        at=at,
        entry_id=entry_id,
    )


@transaction.atomic
def accept_task(*, task_id: int, actor: Actor, at: datetime) -> Task:
    """The department says yes; whoever says it has the task. It may wait for others still.

    Raises:
        NotPermitted: the actor works elsewhere.
        TaskIsPast: it was accepted, or has ended.
    """
    task = lock_task(task_id, TaskState.ASKED)
    refuse_other_departments(actor, task)
    task.accept()
    task.accepted_at = at
    if task.assignee_id is None and actor.user_id and actor.works_in(task.department_id):
        task.assignee_id = actor.user_id
    task.save()
    clocks = TaskClocks(at=at)
    clocks.acknowledge(task)
    clocks.write()
    tell_of(task, Action.TASK_ACCEPTED, actor=actor, at=at, changes_state=True)
    return task


@transaction.atomic
def assign_task(*, task_id: int, assignee: User | None, actor: Actor, at: datetime) -> Task:
    """Give a task to a person of its department, or to nobody.

    Raises:
        NotPermitted: the actor works elsewhere.
        NotInThisDepartment: the person does.
        TaskIsPast: it has ended.
    """
    task = lock_task(task_id, *OPEN_TASK)
    refuse_other_departments(actor, task)
    refuse_unfit_assignee(assignee, department_id=task.department_id)
    before, task.assignee = task.assignee_id, assignee
    task.save(update_fields=["assignee"])
    tell_of(
        task,
        Action.TASK_ASSIGNED,
        actor=actor,
        at=at,
        changes={"assignee": task.assignee_id, "assignee_was": before},
    )
    return task


@transaction.atomic
def refuse_task(*, task_id: int, reason: str, actor: Actor, at: datetime) -> Task:
    """The department says no; what waits for it goes on waiting until somebody decides.

    Raises:
        ReasonMissing: no reason was given.
        NotPermitted: the actor works elsewhere.
        TaskIsPast: it has ended.
    """
    reason = required_reason(reason)
    task = lock_task(task_id, *OPEN_TASK)
    refuse_other_departments(actor, task)
    task.refuse()
    end(task, at=at, reason=reason)
    clocks = TaskClocks(at=at)
    clocks.cancel(task)
    clocks.write()
    entry_id = tell_of(task, Action.TASK_REFUSED, actor=actor, at=at, changes_state=True)
    publish(
        TaskRefused(problem_id=task.problem_id, task_id=task.pk, ended_at=at),
        at=at,
        entry_id=entry_id,
    )
    return task


@transaction.atomic
def finish_task(*, task_id: int, result: str, actor: Actor, at: datetime) -> Task:
    """It is done; what waited for it alone is ready now.

    Raises:
        TaskNotDescribed: nobody said what came of it.
        TaskWaits: it waits for others itself; the sentence says for which.
        NotPermitted: the actor works elsewhere.
        TaskIsPast: it has ended.
    """
    if not result.strip():
        raise TaskNotDescribed(
            _("The result is empty."), next_step=_("Say in a line what was done.")
        )
    task = lock_task(task_id, *OPEN_TASK)
    refuse_other_departments(actor, task)
    blockers = blockers_of([task]).get(task.pk, [])
    if blockers:
        raise TaskWaits(
            _("%(task)s waits for %(blockers)s.")
            % {"task": task.name, "blockers": names_of(blockers)},
            next_step=_("Let them be done first, or change what it waits for."),
        )
    task.finish()
    end(task, at=at, result=result.strip())
    clocks = TaskClocks(at=at)
    clocks.finish(task)
    clocks.write()
    entry_id = tell_of(task, Action.TASK_DONE, actor=actor, at=at, changes_state=True)
    publish(
        TaskDone(problem_id=task.problem_id, task_id=task.pk, ended_at=at),
        at=at,
        entry_id=entry_id,
    )
    settle(task.problem_id, actor=actor, at=at)
    return task


@transaction.atomic
def withdraw_task(*, task_id: int, reason: str, actor: Actor, at: datetime) -> Task:
    """Nobody needs it any more; what waited for it alone is ready now.

    Raises:
        ReasonMissing: no reason was given.
        NotPermitted: the actor does not decide about the problem.
        TaskIsPast: it is done or withdrawn.
    """
    reason = required_reason(reason)
    task = lock_task(task_id, *OPEN_TASK, TaskState.REFUSED)
    refuse_to_decide(actor, task.problem)
    task.withdraw()
    end(task, at=at, reason=reason)
    clocks = TaskClocks(at=at)
    clocks.cancel(task)
    clocks.write()
    tell_of(task, Action.TASK_WITHDRAWN, actor=actor, at=at, changes_state=True)
    settle(task.problem_id, actor=actor, at=at)
    return task


@transaction.atomic
def reopen_task(
    *,
    task_id: int,
    reason: str,
    actor: Actor,
    at: datetime,
    department: Department | None = None,
) -> Task:
    """Ask for a task anew, of the same department or of another; its clocks begin anew.

    What waits for it has to wait again.

    Raises:
        ReasonMissing: no reason was given.
        NotPermitted: the actor does not decide about the problem.
        TaskIsPast: it has not ended.
        ProblemIsOver: the problem has.
        DepartmentIsClosed: the department does no work any more.
    """
    reason = required_reason(reason)
    task = lock_task(task_id, TaskState.DONE, TaskState.REFUSED, TaskState.WITHDRAWN)
    open_problem_for_tasks(task.problem_id)
    refuse_to_decide(actor, task.problem)
    if department is not None and department.pk != task.department_id:
        task.department, task.assignee = department, None
    refuse_closed(task.department)
    task.reopen()
    task.reason, task.result = reason, ""
    task.asked_at, task.accepted_at, task.ended_at = at, None, None
    begin(task, Action.TASK_REOPENED, actor=actor, at=at)
    settle(task.problem_id, actor=actor, at=at)
    return task


@transaction.atomic
def change_needs(*, task_id: int, needs: Iterable[Task], actor: Actor, at: datetime) -> Task:
    """Say anew for which tasks of the problem one waits.

    Raises:
        NotPermitted: the actor does not decide about the problem.
        TaskIsPast: it has ended.
        CircularTasks: they would wait for one another.
        NotAmongTheseTasks: one belongs to another problem.
    """
    task = lock_task(task_id, *OPEN_TASK)
    refuse_to_decide(actor, task.problem)
    wanted = list(needs)
    let_wait_for(task, wanted)
    tell_of(
        task,
        Action.TASK_NEEDS,
        actor=actor,
        at=at,
        changes={"needs": " ".join(str(one.number) for one in wanted)[:200]},
    )
    settle(task.problem_id, actor=actor, at=at)
    return lock_task(task_id, *OPEN_TASK)


@transaction.atomic
def note_task(*, task_id: int, text: str, actor: Actor, at: datetime) -> TaskNote:
    """Write something about a task: its department and whoever answers for the problem may.

    Raises:
        TaskNotDescribed: nothing was written.
        NotPermitted: the actor belongs to neither.
    """
    if not text.strip():
        raise TaskNotDescribed(_("The note is empty."), next_step=_("Write something."))
    task = lock_task(task_id, *TaskState)
    if not actor.works_in(task.department_id):
        refuse_to_decide(actor, task.problem)
    note = TaskNote.objects.create(task=task, text=text.strip(), user_id=actor.user_id, at=at)
    tell_of(task, Action.TASK_NOTED, actor=actor, at=at)
    return note


@transaction.atomic
def withdraw_tasks_of(problem_id: int, *, actor: Actor, at: datetime) -> int:
    """Ask for nothing more once a problem has ended; returns how many tasks were undone."""
    undone = Task.objects.filter(problem_id=problem_id, state__in=[*OPEN_TASK, TaskState.REFUSED])
    ids = list(undone.order_by("id").values_list("pk", flat=True))
    for task_id in ids:
        withdraw_task(task_id=task_id, reason=_("The problem has ended."), actor=actor, at=at)
    return len(ids)


# ---- what every step does --------------------------------------------------------------------


def open_problem_for_tasks(problem_id: int) -> Problem:
    """Return the problem, locked; refuse one that has ended."""
    problem = lock_problem(problem_id)
    if not problem.is_open:
        raise ProblemIsOver(
            _("%(problem)s has ended.") % {"problem": problem.name},
            next_step=_("Reopen it to ask for something more."),
        )
    return problem


def refuse_closed(department: Department) -> None:
    """Refuse a department that was closed."""
    if not department.is_active:
        raise DepartmentIsClosed(
            _("%(department)s was closed.") % {"department": department.name},
            next_step=_("Choose another department."),
        )


def end(task: Task, *, at: datetime, reason: str = "", result: str = "") -> None:
    """Save a task that has just ended, with the words of its end."""
    task.ended_at, task.blocked_at = at, None
    task.reason, task.result = reason, result
    task.save()


def names_of(tasks: Iterable[Task]) -> str:
    """Return tasks as people speak of them: number, title, department."""
    return ", ".join(f"{one.name} ({one.title}, {one.department.name})" for one in tasks)
