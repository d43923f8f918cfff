"""Who decides about a task, who does it, and what of its problem has to wait for it."""

from django.utils.translation import gettext as _

from problems.legs import open_leg
from problems.lifecycle import lock_problem
from problems.models import Leg, Problem, Task
from problems.models.department_task import UNDONE_TASK, NeededFor, TaskState
from workflow.people.actors import Actor, NotPermitted
from workflow.people.models import Membership, User
from workflow.people.permissions import Permission, Role
from workflow.refusals import Refusal

WORKING_ROLES = (Role.AGENT, Role.LEAD, Role.MEMBER, Role.HEAD)


class NoSuchTask(Refusal):
    """There is no such task, or not of this problem."""

    code = "no_such_task"
    status = 404


class TaskIsPast(Refusal):
    """The task was accepted, or has ended meanwhile."""

    code = "task_is_past"


class TaskWaits(Refusal):
    """The task waits for others."""

    code = "task_waits"


class TasksAreNeeded(Refusal):
    """A step of the problem has to wait for tasks."""

    code = "tasks_are_needed"


class NotInThisDepartment(Refusal):
    """The person does not work in the department that was asked."""

    code = "not_in_this_department"


def lock_task(task_id: int, *states: TaskState) -> Task:
    """Return the task, locked after its problem, with both loaded; refuse one in another state.

    Raises:
        NoSuchTask: it is not there.
        TaskIsPast: it is in another state.
    """
    problem_id = Task.objects.filter(pk=task_id).values_list("problem_id", flat=True).first()
    if problem_id is None:
        raise NoSuchTask(_("There is no such task."), next_step=_("Load the page again."))
    # The problem first: asking for tasks locks in this order too.
    lock_problem(problem_id)
    task = (
        Task.objects.select_for_update(of=("self",))
        .select_related("problem", "department__calendar", "assignee")
        .get(pk=task_id)
    )
    if task.state not in states:
        raise TaskIsPast(
            _("%(task)s is not at this step any more.") % {"task": task.name},
            next_step=_("Load the page again to see where it stands."),
        )
    return task


def may_decide(actor: Actor, problem: Problem, leg: Leg | None) -> bool:
    """Whether somebody asks for, withdraws and reopens tasks of a problem; no query.

    That is who has it now: a member of the department, in customer service an agent; the person
    who leads it in customer service; and whoever steers problems.
    """
    if actor.may(Permission.STEER_PROBLEM):
        return True
    if actor.user_id is not None and actor.user_id == problem.lead_id:
        return actor.may(Permission.OPEN_PROBLEM)
    if leg is None or not actor.works_in(leg.department_id):
        return False
    return actor.may(Permission.WORK_PROBLEM) or (
        leg.department.is_customer_service and actor.may(Permission.OPEN_PROBLEM)
    )


def refuse_to_decide(actor: Actor, problem: Problem) -> None:
    """Refuse whoever does not answer for the problem; one query.

    Raises:
        NotPermitted: another department does.
    """
    leg = open_leg(problem) if problem.is_open else None
    if not may_decide(actor, problem, leg):
        owner = leg.department.name if leg is not None else _("Customer service")
        raise NotPermitted(
            _("%(department)s answers for this problem.") % {"department": owner},
            next_step=_("Ask them, or ask a service lead."),
        )


def may_do(actor: Actor, task: Task) -> bool:
    """Whether somebody answers for the department that was asked; no query."""
    if actor.may(Permission.STEER_PROBLEM):
        return True
    works = actor.may(Permission.WORK_PROBLEM) or (
        task.department.is_customer_service and actor.may(Permission.OPEN_PROBLEM)
    )
    return works and actor.works_in(task.department_id)


def refuse_other_departments(actor: Actor, task: Task) -> None:
    """Refuse who neither works in the department that was asked nor steers problems.

    Raises:
        NotPermitted: another department was asked.
    """
    if not may_do(actor, task):
        raise NotPermitted(
            _("%(department)s was asked for this.") % {"department": task.department.name},
            next_step=_("Let somebody of that department answer."),
        )


def refuse_unfit_assignee(user: User | None, *, department_id: int) -> None:
    """Refuse a person who does not work in the department, or nowhere any more; one query.

    Raises:
        NotInThisDepartment: that is so.
    """
    if user is None:
        return
    works_there = Membership.objects.filter(
        user=user, department_id=department_id, role__in=WORKING_ROLES, user__is_active=True
    )
    if not works_there.exists():
        raise NotInThisDepartment(
            _("%(name)s does not work in this department.") % {"name": user.name},
            next_step=_("Choose one of its people."),
        )


def refuse_while_needed(problem: Problem, *, resolves: bool = False) -> None:
    """Refuse a forward step, or the resolution, while tasks that it needs are not done; one query.

    Raises:
        TasksAreNeeded: the sentence says which.
    """
    needed = [NeededFor.STEP, NeededFor.RESOLUTION] if resolves else [NeededFor.STEP]
    tasks = list(
        Task.objects.select_related("department")
        .filter(problem=problem, needed_for__in=needed, state__in=UNDONE_TASK)
        .order_by("id")
    )
    if tasks:
        names = ", ".join(f"{one.name} ({one.title}, {one.department.name})" for one in tasks)
        raise TasksAreNeeded(
            _("%(problem)s has to wait for %(tasks)s.") % {"problem": problem.name, "tasks": names},
            next_step=_("Let them be done, or withdraw what nobody needs any more."),
        )
