"""Tasks and a change in the story that the proof looks at."""

from datetime import datetime, timedelta
from typing import Any

from problems.changes import Plan, approve_change, plan_change
from problems.department_tasks import ask_department
from problems.models import Problem
from problems.models.change import ChangeKind, ChangeRisk
from tests.make import make_actor, make_department
from workflow.people.actors import Actor
from workflow.people.permissions import Role

HOUR = timedelta(hours=1)


def tell_of_tasks(problem: Problem, *, at: datetime) -> dict[str, Any]:
    """Let one task be ready, one wait for it, a third be Legal's, and a change be approved."""
    network, legal = make_department("Network"), make_department("Legal")
    actor = Actor.system("story")
    common: dict[str, Any] = {"problem_id": problem.pk, "actor": actor, "at": at}
    ready = ask_department(department=network, title="Read the log", **common)
    blocked = ask_department(department=network, title="Compare it", needs=[ready], **common)
    third = ask_department(department=legal, title="Tell the regulator", **common)
    change = plan_change(
        plan=Plan(
            title="Release 4.2",
            kind=ChangeKind.NORMAL,
            risk=ChangeRisk.LOW,
            department=network,
            product=problem.product,
            plan="Roll it out.",
            back_out_plan="Roll it back.",
            reference="",
            starts_at=at + HOUR,
            ends_at=at + 2 * HOUR,
        ),
        **common,
    )
    archive = make_department("Archive")
    approve_change(change_id=change.pk, actor=make_actor(Role.LEAD), at=at)
    return {
        "ready_task": ready.pk,
        "ready_number": ready.number,
        "blocked_task": blocked.pk,
        "blocked_number": blocked.number,
        "third_task": third.pk,
        "third_number": third.number,
        "legal": legal.pk,
        "archive": archive.pk,
        "network": network.pk,
        "change": change.pk,
        "change_number": change.number,
    }
