"""What stands beside a problem in a story: tasks of other departments, a change, why it happens."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cases.lifecycle import note_feeling
from cases.models import Case
from cases.states import Feeling
from problems.cause_methods import method_called
from problems.causes import add_cause, begin_analysis, decide_cause
from problems.changes import Plan, approve_change, plan_change
from problems.department_tasks import accept_task, ask_department, finish_task
from problems.models import Cause, Problem, Task
from problems.models.cause import Verdict
from problems.models.change import ChangeKind, ChangeRisk
from problems.models.department_task import OPEN_TASK, NeededFor
from servicedesk.demo.cast import Cast
from servicedesk.demo.stories import Step
from workflow.people.actors import Actor

WINDOW = timedelta(hours=2)
# Before a fix, and once it works again.
TROUBLED = (Feeling.UNEASY, Feeling.UPSET, Feeling.TRAPPED)
RELIEVED = (Feeling.CONTENT, Feeling.DELIGHTED)


def ask_for_task(problem_id: int, step: Step, *, cast: Cast, worker: Actor, at: datetime) -> None:
    """Ask the department `to`; with a `count` the task waits for the one asked before it."""
    before = Task.objects.filter(problem_id=problem_id).order_by("-id")
    ask_department(
        problem_id=problem_id,
        department=cast.departments[step.to],
        title=step.text,
        text=step.public,
        needed_for=NeededFor.RESOLUTION if step.count else NeededFor.NOTHING,
        needs=list(before[:1]) if step.count else [],
        actor=worker,
        at=at,
    )


def do_task(problem_id: int, step: Step, *, cast: Cast, at: datetime) -> None:
    """Let the department do the oldest task that waits for nothing."""
    task = (
        Task.objects.filter(problem_id=problem_id, state__in=OPEN_TASK, blocked_at__isnull=True)
        .order_by("id")
        .first()
    )
    if task is None:
        return
    actor = cast.worker_in(task.department_id)
    accept_task(task_id=task.pk, actor=actor, at=at)
    finish_task(task_id=task.pk, result=step.text, actor=actor, at=at)


def plan_carrier(problem_id: int, step: Step, *, cast: Cast, at: datetime) -> None:
    """Let the department `to` plan a change in `count` days; a lead approves it."""
    department = cast.departments[step.to]
    problem = Problem.objects.select_related("product").get(pk=problem_id)
    begins = at + timedelta(days=step.count)
    change = plan_change(
        plan=Plan(
            title=step.text,
            kind=ChangeKind.NORMAL,
            risk=ChangeRisk.MEDIUM,
            department=department,
            product=problem.product,
            plan=step.public,
            back_out_plan="The release before it is kept and can be put back within ten minutes.",
            reference="",
            starts_at=begins,
            ends_at=begins + WINDOW,
        ),
        problem_id=problem_id,
        actor=cast.worker_in(department.pk),
        at=at,
    )
    approve_change(change_id=change.pk, actor=cast.lead(), at=at + timedelta(hours=1))


def ask_why(problem_id: int, step: Step, *, worker: Actor, at: datetime) -> None:
    """Answer the next why; with `public` as the reason it is confirmed."""
    problem = Problem.objects.get(pk=problem_id)
    analysis = problem.analyses.order_by("number").first() or begin_analysis(
        problem_id=problem_id,
        method=method_called("five-whys"),
        effect=problem.title,
        actor=worker,
        at=at,
    )
    above = Cause.objects.filter(analysis=analysis).exclude(verdict=Verdict.RULED_OUT)
    cause = add_cause(
        analysis=analysis,
        words=step.text,
        parent=above.order_by("-number").first(),
        actor=worker,
        at=at,
    )
    if step.public:
        decide_cause(
            cause=cause, verdict=Verdict.CONFIRMED, because=step.public, actor=worker, at=at
        )


def note_how_they_feel(
    cases: Sequence[Case], felt: Sequence[int], *, cast: Cast, at: datetime
) -> None:
    """Let agents note how customers feel, one feeling after the other."""
    for number, case in enumerate(cases):
        note_feeling(
            case_id=case.pk, feeling=felt[number % len(felt)], actor=cast.agent(number), at=at
        )
