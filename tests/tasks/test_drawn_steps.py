"""A step of a drawing waits for the tasks that it needs, also between two stages of one state."""

import pytest

from problems.department_tasks import ask_department, finish_task
from problems.models import Problem
from problems.models.department_task import NeededFor
from problems.task_rights import TasksAreNeeded
from tests.make import AT, HOUR, make_department, make_problem
from tests.problems.drawing import publish, take
from workflow.people.actors import Actor
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def test_a_drawn_step_forward_waits_and_one_back_does_not(tenant: Tenant) -> None:
    for name in ("Release", "Cards"):
        make_department(name)
    publish()
    problem = make_problem()
    take(problem, "send", hours=2, department=make_department("Payments"))
    take(problem, "ours", hours=3)
    take(problem, "seen", hours=4)
    take(problem, "seen_not", hours=5, reason="Not twice.")
    task = ask_department(
        problem_id=problem.pk,
        department=make_department("Cards"),
        title="Read the log",
        needed_for=NeededFor.STEP,
        actor=SYSTEM,
        at=AT + 6 * HOUR,
    )

    with pytest.raises(TasksAreNeeded, match=rf"T-{task.number} \(Read the log, Cards\)"):
        take(problem, "seen", hours=7)

    finish_task(task_id=task.pk, result="Nothing.", actor=SYSTEM, at=AT + 7 * HOUR)
    take(problem, "seen", hours=8)
    assert Problem.objects.get(pk=problem.pk).stage_key == "cause"
