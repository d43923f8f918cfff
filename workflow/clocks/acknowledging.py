"""Say "I have it": whoever has a target in hand need not be woken, and nobody else either."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from workflow.clocks.ladders import DUE, first_look, steps_left, steps_of
from workflow.clocks.marking import keep_marks, mark
from workflow.clocks.metrics import LASTING
from workflow.clocks.models import Clock, ClockState, MarkKind
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Kind = TypeVar("Kind", bound=Clock)
# Who may have a clock in hand, by the column that names its record.
NEEDED = {"case_id": Permission.WORK_CASE, "problem_id": Permission.WORK_PROBLEM}


class ClockHasEnded(Refusal):
    """The target was met, missed or given up meanwhile."""

    code = "clock_has_ended"


class AlreadyInHand(Refusal):
    """Somebody else has it."""

    code = "already_in_hand"


def may_acknowledge(clock: Clock, *, actor: Actor) -> bool:
    """Whether somebody may say now that they have a target in hand; no query."""
    if not clock.is_open or clock.acknowledged_at is not None:
        return False
    return may_have(clock, actor=actor)


def may_have(clock: Clock, *, actor: Actor) -> bool:
    """Whether a target is somebody's business; no query.

    A department's targets are for its own people, and for those who steer problems.
    """
    if actor.may(Permission.STEER_PROBLEM) and clock.owner_field == "problem_id":
        return True
    department_id = getattr(clock, "department_id", None)
    return actor.may(NEEDED[clock.owner_field]) and (
        department_id is None or actor.works_in(department_id)
    )


@transaction.atomic
def acknowledge_clock(
    *, model: type[Kind], owner_id: int, clock_id: int, actor: Actor, at: datetime
) -> Kind:
    """Note that somebody has a target in hand: its ladder ends here, its due time stays.

    The ladder of a date that customers were told goes on if the date passes.

    Raises:
        NotPermitted: the actor does not work there.
        ClockHasEnded: it is over, or no clock of the record.
        AlreadyInHand: somebody was faster.
    """
    clock = (
        model.objects.select_for_update(of=("self",))
        .filter(pk=clock_id, **{model.owner_field: owner_id})
        .first()
    )
    if clock is None or not clock.is_open:
        raise ClockHasEnded(_("This target is over already."), next_step=_("Load the page again."))
    if not may_have(clock, actor=actor):
        raise NotPermitted(
            _("This target is another department's."), next_step=_("Ask somebody who works there.")
        )
    if clock.acknowledged_at is not None:
        raise AlreadyInHand(
            _("Somebody has this target in hand already."), next_step=_("Load the page again.")
        )
    clock.acknowledged_at = at
    clock.acknowledged_by_id = actor.user_id
    left = positions_left(clock)
    clock.looks = [look for look in clock.looks if look[1] in left]
    if clock.breach_recorded_at is None and not clock.looks:
        clock.looks = [[clock.due_at.isoformat(), DUE]]
    is_running = clock.state == ClockState.RUNNING
    clock.next_look_at = first_look(clock.looks) if is_running else None
    clock.save(update_fields=["acknowledged_at", "acknowledged_by", "looks", "next_look_at"])
    is_planned = clock.due_at if is_running else None
    keep_marks([mark(clock, MarkKind.ACKNOWLEDGED, at=at, due_at=is_planned)])
    owner = clock.owner  # type: ignore[attr-defined]
    record(Action.CLOCK_ACKNOWLEDGED, owner, actor=actor, at=at, changes={"metric": clock.metric})
    return clock


def positions_left(clock: Clock) -> set[int]:
    """Return which looks stay for a clock in hand: the due time, and steps that outlast it."""
    if clock.metric not in LASTING:
        return {DUE}
    return {DUE, *(step.position for step in steps_left(clock, steps_of(clock.ladder_id)))}
