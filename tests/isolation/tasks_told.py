"""A task, a change and a search for a cause of a problem, as a tenant that is visited has them."""

from datetime import datetime, timedelta
from typing import Any

from problems.cause_methods import method_called, save_method
from problems.causes import add_cause, begin_analysis, show_cause
from problems.changes import Plan, plan_change
from problems.department_tasks import ask_department, note_task
from problems.models import Problem
from problems.models.cause import MethodKind
from problems.models.change import ChangeKind, ChangeRisk
from tests.make import make_department
from workflow.people.actors import Actor

HOUR = timedelta(hours=1)


def tell_of_tasks(problem: Problem, *, actor: Actor, at: datetime) -> dict[str, int]:
    """Let departments do something for an open problem; returns the numbers by what they name."""
    network = make_department("Network")
    common: dict[str, Any] = {"actor": actor, "at": at}
    first = ask_department(
        problem_id=problem.pk, department=network, title="Read the log", **common
    )
    ask_department(
        problem_id=problem.pk,
        department=network,
        title="Compare it with the ledger",
        needs=[first],
        **common,
    )
    note_task(task_id=first.pk, text="Which router?", **common)
    change = plan_change(
        plan=Plan(
            title="Release 4.2",
            kind=ChangeKind.STANDARD,
            risk=ChangeRisk.LOW,
            department=network,
            product=problem.product,
            plan="",
            back_out_plan="",
            reference="R-42",
            starts_at=at,
            ends_at=at + HOUR,
        ),
        problem_id=problem.pk,
        **common,
    )
    save_method(
        code="ours",
        name="Ours",
        kind=MethodKind.TREE,
        parts=["Here", "Elsewhere"],
        is_active=True,
        **common,
    )
    analysis = begin_analysis(
        problem_id=problem.pk, method=method_called("ours"), effect="Charged twice", **common
    )
    cause = add_cause(analysis=analysis, words="A retry.", category="Here", **common)
    show_cause(cause=cause, text="The log of the job.", **common)
    return {
        "task": first.number,
        "change": change.number,
        "analysis": analysis.number,
        "cause": cause.number,
    }
