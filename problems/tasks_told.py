"""Read tasks: of a problem, of a department, of a person, with all that is shown of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from problems.models import Leg, Problem, Task, TaskClock, TaskNeed, TaskNote
from problems.models.department_task import OPEN_TASK, UNDONE_TASK, NeededFor
from workflow.clocks.models import Metric
from workflow.people.actors import Actor
from workflow.people.models import Membership, User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

TASKS_SHOWN = 50
MOST_OF_A_PROBLEM = 100


class TaskNotThere(Refusal):
    """There is no such task, or not for this person; the answer is the same."""

    code = "no_such_task"
    status = 404


@dataclass(frozen=True)
class Page:
    """Some tasks in the order in which they were asked; `ends_at` is where the next page begins."""

    tasks: list[Task]
    ends_at: int | None


@dataclass(frozen=True)
class Told:
    """One task with what it waits for, what waits for it, its notes, clocks and people."""

    task: Task
    needs: list[Task]
    needed_by: list[Task]
    notes: list[TaskNote]
    clocks: list[TaskClock]
    people: list[User] = field(default_factory=list)


def visible_tasks(actor: Actor) -> QuerySet[Task]:
    """Return the tasks that an actor may see: whoever sees problems sees them all."""
    if actor.may(Permission.VIEW_PROBLEM):
        return Task.objects.all()
    return Task.objects.none()


def with_clock(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Add names, and of the newest clock `due_at`, `clock_state`, `clock_began_at`."""
    newest = TaskClock.objects.filter(task=OuterRef("pk"), metric=Metric.TASK).order_by("-id")
    return tasks.select_related("department", "assignee", "problem", "asked_by").annotate(
        due_at=Subquery(newest.values("due_at")[:1]),
        clock_state=Subquery(newest.values("state")[:1]),
        clock_began_at=Subquery(newest.values("started_at")[:1]),
    )


def tasks_of_problem(problem_id: int) -> list[Task]:
    """Return the tasks of a problem, undone ones first, then the newest; one query."""
    tasks = with_clock(Task.objects.filter(problem_id=problem_id))
    return list(tasks.order_by(F("ended_at").desc(nulls_first=True), "-id")[:MOST_OF_A_PROBLEM])


def tasks_on_the_way(problem_id: int) -> list[Task]:
    """Return the tasks of a problem in the order in which they were asked; one query."""
    tasks = Task.objects.filter(problem_id=problem_id).select_related("department")
    return list(tasks.order_by("asked_at", "id")[:MOST_OF_A_PROBLEM])


def open_tasks_of_department(department_id: int, *, after: int | None = None) -> Page:
    """Return a page of what a department is asked for, the oldest first; one query."""
    tasks = Task.objects.filter(department_id=department_id, state__in=OPEN_TASK)
    return page_of(tasks, after=after)


def open_tasks_asked_by(department_id: int, *, after: int | None = None) -> Page:
    """Return a page of what others are asked for problems that a department has; one query."""
    of_ours = Exists(
        Leg.objects.filter(
            problem=OuterRef("problem"), department_id=department_id, left_at__isnull=True
        )
    )
    return page_of(Task.objects.filter(of_ours, state__in=UNDONE_TASK), after=after)


def page_of(tasks: QuerySet[Task], *, after: int | None) -> Page:
    """Return the next tasks after an id; one query."""
    if after is not None:
        tasks = tasks.filter(id__gt=after)
    found = list(with_clock(tasks).order_by("id")[: TASKS_SHOWN + 1])
    rows = found[:TASKS_SHOWN]
    return Page(tasks=rows, ends_at=rows[-1].pk if len(found) > TASKS_SHOWN else None)


def count_of_department(department_id: int) -> int:
    """Return how many tasks a department is asked for; one query."""
    return Task.objects.filter(department_id=department_id, state__in=OPEN_TASK).count()


def task_told(actor: Actor, number: int) -> Told:
    """Return one task with everything about it; five queries.

    Raises:
        TaskNotThere: it is not there, or not for this actor.
    """
    task = with_clock(visible_tasks(actor)).filter(number=number).first()
    if task is None:
        raise TaskNotThere(
            _("There is no task T-%(number)s here.") % {"number": number},
            next_step=_("Look for it among the tasks of its problem."),
        )
    return Told(
        task=task,
        needs=related(TaskNeed.objects.filter(task=task), "needed"),
        needed_by=related(TaskNeed.objects.filter(needed=task), "task"),
        notes=list(task.notes.select_related("user").order_by("id")),
        clocks=list(task.clocks.select_related("calendar", "department").order_by("id")),
    )


def related(needs: QuerySet[TaskNeed], name: str) -> list[Task]:
    """Return the tasks at one end of some needs; one query."""
    rows = needs.select_related(f"{name}__department").order_by(f"{name}_id")
    return [getattr(row, name) for row in rows]


def people_of(department_id: int) -> list[User]:
    """Return who may have a task of a department, by name; one query."""
    ids = Membership.objects.filter(department_id=department_id, user__is_active=True)
    return list(User.objects.filter(pk__in=ids.values("user_id")).order_by("name", "id"))


def tasks_numbered(problem_id: int, numbers: Iterable[int]) -> list[Task]:
    """Return the tasks of a problem that have these numbers; one query.

    Raises:
        TaskNotThere: one of them is no task of the problem.
    """
    wanted = set(numbers)
    if not wanted:
        return []
    found = list(Task.objects.filter(problem_id=problem_id, number__in=wanted).order_by("id"))
    missing = wanted - {task.number for task in found}
    if missing:
        raise TaskNotThere(
            _("There is no task T-%(number)s of this problem.") % {"number": min(missing)},
            next_step=_("Choose tasks of the same problem."),
        )
    return found


def waiting_words(blockers: Sequence[Task]) -> str:
    """Return by what a task is blocked, in words; nothing if it is not."""
    if not blockers:
        return ""
    names = ", ".join(f"{one.name} {one.title} ({one.department.name})" for one in blockers)
    return _("waits for %(tasks)s") % {"tasks": names}


def person_of(department_id: int, *, user_id: int) -> User:
    """Return one of a department's people; one query.

    Raises:
        TaskNotThere: there is no such person there.
    """
    ids = Membership.objects.filter(department_id=department_id, user__is_active=True)
    found = User.objects.filter(pk=user_id, pk__in=ids.values("user_id")).first()
    if found is None:
        raise TaskNotThere(
            _("This person does not work in the department."),
            next_step=_("Choose one of its people."),
        )
    return found


def open_leg_of(problem: Problem) -> Leg | None:
    """Return where a problem is, or None if it has ended; one query."""
    return (
        Leg.objects.select_related("department")
        .filter(problem=problem, left_at__isnull=True)
        .first()
    )


def needed_for_named(code: str) -> NeededFor:
    """Return what waits for a task, by its code."""
    return NeededFor(code)


def for_programs(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Add what programs are told of tasks: names, due time, the numbers of what they wait for."""
    return with_clock(tasks).prefetch_related("needs__needed")


def open_ones(tasks: QuerySet[Task], *, is_open: bool) -> QuerySet[Task]:
    """Return those of some tasks that are open, or those that have ended."""
    return tasks.filter(state__in=OPEN_TASK) if is_open else tasks.exclude(state__in=OPEN_TASK)


def person_at(department_id: int, *, email: str) -> User:
    """Return one of a department's people by the e-mail address; one query.

    Raises:
        TaskNotThere: there is no such person there.
    """
    ids = Membership.objects.filter(department_id=department_id, user__is_active=True)
    found = User.objects.filter(email__iexact=email, pk__in=ids.values("user_id")).first()
    if found is None:
        raise TaskNotThere(
            _("Nobody with the address “%(email)s” works in the department.") % {"email": email},
            next_step=_("Send the address of one of its people."),
        )
    return found
