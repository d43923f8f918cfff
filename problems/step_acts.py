"""What happens by itself when a drawn step was taken: tasks for departments."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from problems.department_tasks import ask_department
from problems.events import StepEvent
from problems.lifecycle import lock_problem, tell
from problems.models import Problem
from problems.stages import definition_with
from workflow.history.actions import Action
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.refusals import Refusal
from workflow.stages.definition import Act, ActionKind, Step


def step_of(event: StepEvent) -> Step | None:
    """Return the drawn step that news tells of."""
    steps = definition_with(event.version_id).steps
    return next((step for step in steps if step.key == event.step_key), None)


def acts_of(event: StepEvent, kind: ActionKind) -> list[Act]:
    """Return what happens by itself of one kind."""
    step = step_of(event)
    return [act for act in step.acts if act.kind is kind] if step is not None else []


def give_tasks(event: StepEvent, *, actor: Actor, at: datetime) -> int:
    """Ask departments for what the step asks of them; returns how many were asked.

    What cannot be asked (the department is closed, the problem has ended) stands in the history.
    """
    asked = 0
    for act in acts_of(event, ActionKind.TASK):
        try:
            give_task(act, problem_id=event.problem_id, actor=actor, at=at)
        except Refusal as refusal:
            tell(
                lock_problem(event.problem_id),
                Action.STEP_HINDERED,
                actor=actor,
                at=at,
                changes={"step": event.step_key, "code": refusal.code},
                changes_state=False,
            )
        else:
            asked += 1
    return asked


class NoSuchOwner(Refusal):
    """The department that a step asks for a task is not there."""

    code = "no_such_owner"


def give_task(act: Act, *, problem_id: int, actor: Actor, at: datetime) -> None:
    """Ask one department for a task.

    Raises:
        NoSuchOwner: it is not there.
        Refusal: see `problems.department_tasks.ask_department`.
    """
    department = (
        Department.objects.select_related("calendar").filter(slug=act.get("department")).first()
    )
    if department is None:
        raise NoSuchOwner(
            _("There is no department “%(name)s”.") % {"name": act.get("department")},
            next_step=_("Ask an administrator to correct the drawing."),
        )
    minutes = act.get("within_minutes")
    ask_department(
        problem_id=problem_id,
        department=department,
        title=act.get("title") or Problem.objects.get(pk=problem_id).title,
        text=act.get("text"),
        within=timedelta(minutes=int(minutes)) if minutes.isdecimal() and int(minutes) else None,
        actor=actor,
        at=at,
    )
