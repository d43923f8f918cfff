"""Take the steps of a ladder that change a problem: raise its severity, send it to a department."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from problems.describing import NotDescribed
from problems.handing import SameDepartment, hand_over_problem, refuse_problem, route_problem
from problems.lifecycle import NotInThisState, describe_problem
from problems.models import Problem, ProblemClock
from problems.states import OPEN_STATES, WORKING_STATES, ProblemState
from workflow.clocks.acknowledging import acknowledge_clock
from workflow.clocks.events import ClockStepped
from workflow.clocks.models import StepAction
from workflow.people.actors import Actor
from workflow.people.models import Department

WORST = 1


def climb_problem(event: ClockStepped, *, actor: Actor, at: datetime) -> None:
    """Do to a problem what a step says; one that has ended or is there already stays as it is."""
    problem = (
        Problem.objects.select_related("product")
        .filter(pk=int(event.owner.partition(":")[2]), state__in=OPEN_STATES)
        .first()
    )
    if problem is None:
        return
    try:
        # Of its own, so that a refusal takes back nothing but what it refuses.
        with transaction.atomic():
            if event.action == StepAction.RAISE_PRIORITY:
                raise_severity(problem, actor=actor, at=at)
            else:
                send_on(problem, department_id=event.department_id, actor=actor, at=at)
    except (NotInThisState, NotDescribed, SameDepartment):
        return  # Somebody was faster, or a person has to say more about it first.


def raise_severity(problem: Problem, *, actor: Actor, at: datetime) -> None:
    """Make a problem one step more severe; its words stay as they are."""
    if problem.severity <= WORST:
        return
    describe_problem(
        problem_id=problem.pk,
        title=problem.title,
        statement=problem.statement,
        category=problem.category,
        product=problem.product,
        severity=problem.severity - 1,
        actor=actor,
        at=at,
    )


def send_on(problem: Problem, *, department_id: int | None, actor: Actor, at: datetime) -> None:
    """Let another department have a problem, by the way that its state allows.

    The admin who drew the ladder has confirmed beforehand how little time is left.
    """
    department = Department.objects.filter(pk=department_id or 0, is_active=True).first()
    if department is None:
        return
    reason = _("A target was not kept: the escalation ladder sends it on.")
    if problem.state == ProblemState.NEW:
        route_problem(
            problem_id=problem.pk,
            department=department,
            reason=reason,
            confirm=True,
            beside_drawing=True,
            actor=actor,
            at=at,
        )
    elif problem.state == ProblemState.ASSESS:
        refuse_problem(
            problem_id=problem.pk,
            better_owner=department,
            reason=reason,
            confirm=True,
            actor=actor,
            at=at,
        )
    elif problem.state in WORKING_STATES:
        hand_over_problem(
            problem_id=problem.pk,
            department=department,
            reason=reason,
            confirm=True,
            beside_drawing=True,
            actor=actor,
            at=at,
        )


def take_clock_in_hand(
    *, problem_id: int, clock_id: int, actor: Actor, at: datetime
) -> ProblemClock:
    """Note that somebody has a target of a problem in hand, so that its ladder wakes nobody else.

    Raises:
        NotPermitted, ClockHasEnded, AlreadyInHand: see `acknowledge_clock`.
    """
    return acknowledge_clock(
        model=ProblemClock, owner_id=problem_id, clock_id=clock_id, actor=actor, at=at
    )
