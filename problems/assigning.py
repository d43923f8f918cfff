"""Whose is it within the department? Given by the department's rule, or by hand, and why."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from problems.legs import open_leg
from problems.lifecycle import keep, lock_problem, refuse_others, tell
from problems.load import open_stays_of
from problems.models import Leg, Problem
from problems.states import WORKING_STATES, ProblemState
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue
from workflow.people.absences import away_at
from workflow.people.actors import Actor
from workflow.people.models import AssignBy, User
from workflow.refusals import Refusal
from workflow.rota.giving import give, held, wait_for_turn
from workflow.rota.reading import people_of


class CannotHaveIt(Refusal):
    """The person works elsewhere, is away, or carries as much as they may."""

    code = "cannot_have_it"


class NobodyToAssign(Refusal):
    """The problem has ended, or waits with customer service: no department works on it."""

    code = "nobody_to_assign"


@transaction.atomic
def assign_by_rule(
    *, problem_id: int, actor: Actor, at: datetime, is_first: bool = True
) -> User | None:
    """Give a problem that nobody of its department has to whom the department's rule chooses.

    The reason is kept; where nobody is able, that is kept too, the first time, and it stays the
    department's: `give_again` tries once more later. Returns who has it, None if nobody was chosen: by hand, ended, or somebody has it already.
    """
    problem = lock_problem(problem_id)
    leg = leg_to_give(problem)
    if leg is None or leg.assignee_id is not None:
        return None
    if leg.department.assign_by == AssignBy.HAND:
        return None
    choice, chosen = give(
        leg.department, load=open_stays_of, limit=lambda user: user.problem_limit, at=at
    )
    if chosen is not None or is_first:
        give_to(problem, leg, chosen, actor=actor, at=at, why=choice.facts())
    return chosen


@transaction.atomic
def assign_problem(*, problem_id: int, user_id: int | None, actor: Actor, at: datetime) -> Problem:
    """Give a problem to a colleague of the department that has it, or to nobody.

    Raises:
        NobodyToAssign: no department works on it.
        NotPermitted: another department has it.
        CannotHaveIt: the colleague works elsewhere, is away, or is full.
    """
    problem = lock_problem(problem_id)
    leg = leg_to_give(problem)
    if leg is None:
        raise NobodyToAssign(
            _("No department works on %(problem)s now.") % {"problem": problem.name},
            next_step=_("Route it first."),
        )
    refuse_others(actor, leg)
    if user_id == leg.assignee_id:
        return problem
    chosen = None
    if user_id is not None:
        wait_for_turn()
        chosen = able_colleague(leg, user_id, at=at)
    give_to(problem, leg, chosen, actor=actor, at=at, why={"by": AssignBy.HAND.value})
    return problem


def leg_to_give(problem: Problem) -> Leg | None:
    """Return the stay in which somebody of a department can have a problem, or None; one query."""
    if problem.state not in (ProblemState.ASSESS, *WORKING_STATES):
        return None
    return open_leg(problem)


def able_colleague(leg: Leg, user_id: int, *, at: datetime) -> User:
    """Return a colleague who may be given a problem, locked; four queries.

    Raises:
        CannotHaveIt: they work elsewhere, are away, or are full.
    """
    user = next((one for one in people_of(leg.department) if one.pk == user_id), None)
    chosen = held(user_id) if user is not None else None
    if chosen is None:
        raise CannotHaveIt(
            _("This colleague does not work in %(department)s.")
            % {"department": leg.department.name},
            next_step=_("Choose somebody who does."),
        )
    if chosen.pk in away_at(at):
        raise CannotHaveIt(
            _("%(name)s is away.") % {"name": chosen.name},
            next_step=_("Choose somebody who is there."),
        )
    load = open_stays_of([chosen.pk]).get(chosen.pk, 0)
    if chosen.problem_limit is not None and load >= chosen.problem_limit:
        raise CannotHaveIt(
            _("%(name)s has %(load)d problems and takes %(limit)d at most.")
            % {"name": chosen.name, "load": load, "limit": chosen.problem_limit},
            next_step=_("Choose somebody else, or let an administrator raise the limit."),
        )
    return chosen


def give_to(
    problem: Problem,
    leg: Leg,
    chosen: User | None,
    *,
    actor: Actor,
    at: datetime,
    why: dict[str, ChangeValue],
) -> None:
    """Write down whose a problem is, and why."""
    before = leg.assignee_id
    leg.assignee = chosen
    leg.save(update_fields=["assignee"])
    keep(problem)
    tell(
        problem,
        Action.PROBLEM_ASSIGNED,
        actor=actor,
        at=at,
        changes={"assignee": chosen.pk if chosen else None, "assignee_was": before, **why},
        changes_state=False,
    )
