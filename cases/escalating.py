"""Take the steps of a ladder that change a case: raise its priority, send it to a department."""

from datetime import datetime

from django.db import transaction

from cases.lifecycle import CaseHasEnded, assign_case, set_priority
from cases.models import Case, CaseClock
from cases.states import OPEN_STATES, Priority
from workflow.clocks.acknowledging import acknowledge_clock
from workflow.clocks.events import ClockStepped
from workflow.clocks.models import StepAction
from workflow.people.actors import Actor
from workflow.people.models import Department


def climb_case(event: ClockStepped, *, actor: Actor, at: datetime) -> None:
    """Do to a case what a step says; a case that has ended or is there already stays as it is."""
    case = Case.objects.filter(pk=int(event.owner.partition(":")[2])).first()
    if case is None or case.state not in OPEN_STATES:
        return
    try:
        # Of its own, so that a refusal takes back nothing but what it refuses.
        with transaction.atomic():
            take_step(case, event, actor=actor, at=at)
    except CaseHasEnded:
        return  # Somebody was faster: nothing is left to be late.


def take_step(case: Case, event: ClockStepped, *, actor: Actor, at: datetime) -> None:
    """Raise the priority by one, or give the case to another department's queue."""
    if event.action == StepAction.RAISE_PRIORITY:
        if case.priority > Priority.URGENT:
            set_priority(case_id=case.pk, priority=case.priority - 1, actor=actor, at=at)
        return
    department = Department.objects.filter(pk=event.department_id or 0, is_active=True).first()
    if department is not None and (case.queue_id != department.pk or case.owner_id is not None):
        assign_case(case_id=case.pk, owner=None, queue=department, actor=actor, at=at)


def take_clock_in_hand(*, case_id: int, clock_id: int, actor: Actor, at: datetime) -> CaseClock:
    """Note that somebody has a target of a case in hand, so that its ladder wakes nobody else.

    Raises:
        NotPermitted, ClockHasEnded, AlreadyInHand: see `acknowledge_clock`.
    """
    return acknowledge_clock(
        model=CaseClock, owner_id=case_id, clock_id=clock_id, actor=actor, at=at
    )
