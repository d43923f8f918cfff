"""Named exceptions: customers on a workaround with whom a problem may be closed all the same."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from problems.affected import NotAffected
from problems.lifecycle import NotInThisState, lock_problem, required_reason
from problems.models import Affected
from problems.models.affected import PRESENT
from problems.states import ProblemState
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.lengths import one_line
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

LONGEST_EXCUSE = 200


@transaction.atomic
def excuse(
    *, problem_id: int, contact_ids: Sequence[int], reason: str, actor: Actor, at: datetime
) -> int:
    """Name customers exceptions: the problem may close although they live on a workaround.

    Returns how many. Three queries for any number.

    Raises:
        ReasonMissing: nobody says why.
        NotAffected: none of them is in the ledger.
    """
    actor.require(Permission.STEER_PROBLEM)
    reason = one_line(required_reason(reason), longest=LONGEST_EXCUSE)
    problem = lock_problem(problem_id)
    rows = Affected.objects.filter(PRESENT, problem=problem, contact_id__in=contact_ids)
    named = list(rows.values_list("pk", flat=True))
    if not named:
        raise NotAffected(
            _("Nobody of them is in the list of those affected."),
            next_step=_("Load the list again, and choose anew."),
        )
    Affected.objects.filter(pk__in=named).update(
        excuse=reason, excused_by=actor.user_id, excused_at=at
    )
    record(Action.CUSTOMERS_EXCUSED, problem, actor=actor, at=at, changes={"customers": len(named)})
    return len(named)


@transaction.atomic
def take_excuse_back(*, problem_id: int, contact_id: int, actor: Actor, at: datetime) -> None:
    """Let a customer count again; who was no exception stays so.

    Raises:
        NotInThisState: the problem is closed, and the exception is why it could be.
    """
    actor.require(Permission.STEER_PROBLEM)
    problem = lock_problem(problem_id)
    if problem.state == ProblemState.CLOSED:
        raise NotInThisState(
            _("%(problem)s is closed.") % {"problem": problem.name},
            next_step=_("Reopen it if a customer still has it."),
        )
    changed = Affected.objects.filter(
        problem=problem, contact_id=contact_id, excused_at__isnull=False
    ).update(excuse="", excused_by=None, excused_at=None)
    if changed:
        record(
            Action.EXCUSE_TAKEN_BACK,
            problem,
            actor=actor,
            at=at,
            changes={"contact": contact_id},
        )
