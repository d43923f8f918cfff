"""Tasks of departments for programs: ask, read, step on, write about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from problems.access import problem_for
from problems.department_tasks import (
    accept_task,
    ask_department,
    assign_task,
    change_needs,
    finish_task,
    note_task,
    refuse_task,
    reopen_task,
    withdraw_task,
)
from problems.task_moving import move_task
from problems.tasks_told import (
    for_programs,
    needed_for_named,
    open_ones,
    person_at,
    task_told,
    tasks_numbered,
    visible_tasks,
)
from servicedesk.api.base import TokenView
from servicedesk.api.naming import department_called
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import page_of, shaped
from servicedesk.api.shapes import department_tasks as shapes
from servicedesk.api.shapes.fields import Listing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
PATH = ("number",)
TAG = "Tasks"
MINUTE = timedelta(minutes=1)


def task_data(view: TokenView, number: int) -> Any:
    """Return a task as data; five queries."""
    found = for_programs(visible_tasks(view.actor)).get(number=number)
    return shaped(shapes.TaskShape)([found])[0]


class Tasks(TokenView):
    """The tasks of all departments."""

    @operation(
        "list_tasks",
        any_of=SEES,
        filters=shapes.TaskFilters,
        gives=page_shape(shapes.TaskShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List tasks, newest first."""
        found = visible_tasks(self.actor)
        paths = {"department": "department__slug", "state": "state", "problem": "problem__number"}
        wanted = {path: self.asked[name] for name, path in paths.items() if self.asked.get(name)}
        found = found.filter(**wanted)
        if self.asked.get("is_open") is not None:
            found = open_ones(found, is_open=self.asked["is_open"])
        return page_of(for_programs(found), self, shape=shaped(shapes.TaskShape))


class TasksOfProblem(TokenView):
    """What departments do for one problem."""

    @operation(
        "list_tasks_of_problem",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.TaskShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the tasks of a problem, newest first."""
        problem = problem_for(self.actor, number)
        found = for_programs(visible_tasks(self.actor).filter(problem=problem))
        return page_of(found, self, shape=shaped(shapes.TaskShape))

    @operation(
        "ask_department",
        any_of=SEES,
        takes=shapes.NewTask,
        gives=shapes.TaskShape,
        path=PATH,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Ask a department for a task; whoever answers for the problem may."""
        problem = problem_for(self.actor, number)
        minutes = fields["within_minutes"]
        task = ask_department(
            problem_id=problem.pk,
            department=department_called(fields["department"]),
            title=fields["title"],
            text=fields["text"],
            within=minutes * MINUTE if minutes else None,
            needed_for=needed_for_named(fields["needed_for"]),
            needs=tasks_numbered(problem.pk, fields["needs"]),
            actor=self.actor,
            at=self.at,
        )
        return task_data(self, task.number)


class OneTask(TokenView):
    """One task."""

    @operation("read_task", any_of=SEES, gives=shapes.TaskShape, path=PATH, tag=TAG)
    def get(self, number: int) -> Any:
        """Read a task."""
        task_told(self.actor, number)
        return task_data(self, number)


class NotesOfTask(TokenView):
    """What departments wrote to one another about a task."""

    @operation(
        "list_notes_of_task",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.TaskNoteShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the notes of a task, newest first."""
        self.actor.require(Permission.VIEW_NOTE)
        notes = task_told(self.actor, number).task.notes.select_related("user")
        return page_of(notes, self, shape=shaped(shapes.TaskNoteShape))


# ---- steps -----------------------------------------------------------------------------------


def accept(_task: Any, common: Fields, _fields: Fields) -> None:
    """Say yes."""
    accept_task(**common)


def done(_task: Any, common: Fields, fields: Fields) -> None:
    """Say what was done."""
    finish_task(result=fields["result"], **common)


def refuse(_task: Any, common: Fields, fields: Fields) -> None:
    """Say no."""
    refuse_task(reason=fields["reason"], **common)


def withdraw(_task: Any, common: Fields, fields: Fields) -> None:
    """Ask no more."""
    withdraw_task(reason=fields["reason"], **common)


def reopen(_task: Any, common: Fields, fields: Fields) -> None:
    """Ask anew."""
    name = fields["department"]
    reopen_task(
        reason=fields["reason"],
        department=department_called(name) if name else None,
        **common,
    )


def move(_task: Any, common: Fields, fields: Fields) -> None:
    """Ask another department instead."""
    move_task(reason=fields["reason"], department=department_called(fields["department"]), **common)


def assign(task: Any, common: Fields, fields: Fields) -> None:
    """Give it to a person of the department, or to nobody."""
    email = fields["assignee"].strip()
    person = person_at(task.department_id, email=email) if email else None
    assign_task(assignee=person, **common)


def needs(task: Any, common: Fields, fields: Fields) -> None:
    """Say what it waits for."""
    change_needs(needs=tasks_numbered(task.problem_id, fields["needs"]), **common)


def note(_task: Any, common: Fields, fields: Fields) -> None:
    """Write about it."""
    note_task(text=fields["text"], **common)


ACTS: dict[str, Callable[[Any, Fields, Fields], None]] = {
    "accept": accept,
    "done": done,
    "refuse": refuse,
    "withdraw": withdraw,
    "reopen": reopen,
    "move": move,
    "assign": assign,
    "needs": needs,
    "note": note,
}


class StepsOfTask(TokenView):
    """What is done with a task."""

    @operation(
        "take_step_of_task",
        any_of=SEES,
        takes=shapes.TaskStep,
        gives=shapes.TaskShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Take a step of a task; its department, or whoever answers for the problem, may."""
        task = task_told(self.actor, number).task
        common = {"task_id": task.pk, "actor": self.actor, "at": self.at}
        ACTS[fields["step"]](task, common, fields)
        return task_data(self, number)
