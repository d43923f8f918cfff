"""What people say of those affected: who has the solution, and who is a named exception."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from problems.affected import NotAffected
from problems.ledger_marks import note_applied
from problems.lifecycle import NotInThisState, lock_problem, required_reason
from problems.models import Affected, Problem
from problems.models.affected import PRESENT
from problems.states import Outcome, ProblemState
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.lengths import one_line
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Permission

LONGEST_EXCUSE = 200
MAY_NOTE_SOLUTION = (Permission.WORK_CASE, Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)


class NothingToApply(NotInThisState):
    """There is no permanent solution yet that somebody could have."""

    code = "nothing_to_apply"


def named_rows(problem: Problem, contact_ids: Collection[int]) -> QuerySet[Affected]:
    """Return the rows of some customers whom a problem affects now; one query asks whether any.

    Raises:
        NotAffected: none of them is in the ledger.
    """
    rows = Affected.objects.filter(PRESENT, problem=problem, contact_id__in=contact_ids)
    if not rows.exists():
        raise NotAffected(
            _("Nobody is chosen who is in the list of those affected."),
            next_step=_("Load the list again, and choose somebody."),
        )
    return rows


@transaction.atomic
def excuse(
    *, problem_id: int, contact_ids: Collection[int], reason: str, actor: Actor, at: datetime
) -> int:
    """Name customers exceptions: the problem may close although they live on a workaround.

    Returns how many. Four queries for any number.

    Raises:
        ReasonMissing: nobody says why.
        NotAffected: none of them is in the ledger.
    """
    actor.require(Permission.STEER_PROBLEM)
    reason = one_line(required_reason(reason), longest=LONGEST_EXCUSE)
    problem = lock_problem(problem_id)
    rows = named_rows(problem, contact_ids)
    named = rows.update(excuse=reason, excused_by=actor.user_id, excused_at=at)
    record(Action.CUSTOMERS_EXCUSED, problem, actor=actor, at=at, changes={"customers": named})
    return named


@transaction.atomic
def apply_solution(
    *, problem_id: int, contact_ids: Collection[int], actor: Actor, at: datetime
) -> int:
    """Note that customers have the permanent solution; returns for how many that is new.

    Raises:
        NothingToApply: the problem was not ended by a fix.
        NotAffected: none of them is in the ledger.
        NotPermitted: the actor works on neither cases nor problems.
    """
    if not any(actor.may(one) for one in MAY_NOTE_SOLUTION):
        raise NotPermitted(
            _("You cannot say who has the solution."), next_step=_("Ask an agent of the case.")
        )
    problem = lock_problem(problem_id)
    if problem.is_open or problem.outcome != Outcome.FIX_APPLIED:
        raise NothingToApply(
            _("There is no permanent solution yet."),
            next_step=_("Resolve the problem first, or name exceptions with a reason."),
        )
    applied = note_applied(named_rows(problem, contact_ids), at=at)
    if applied:
        record(Action.SOLUTION_APPLIED, problem, actor=actor, at=at, changes={"customers": applied})
    return applied


@transaction.atomic
def take_excuse_back(*, problem_id: int, contact_id: int, actor: Actor, at: datetime) -> int:
    """Let a customer count again; who was no exception stays so. Returns how many that was.

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
    return changed
