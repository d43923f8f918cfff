"""What a drawn step asks for by its pair of states: each leads to one action of problems."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from problems.entering import announce_step, drawn_owner, enter
from problems.fixing import (
    find_fix_wanting,
    put_fix_in_place,
    record_root_cause,
    resolve_problem,
)
from problems.gates import NotDrawn, Offered, WrongOwner, way_to
from problems.handing import accept_problem, hand_over_problem, refuse_problem, route_problem
from problems.lifecycle import close_problem, keep, lock_problem, tell
from problems.models import Leg, Problem
from problems.models.leg import Because
from problems.moving_on import arrive, pass_on
from problems.states import WORKING_STATES, ProblemState
from workflow.history.actions import Action
from workflow.people.actors import Actor
from workflow.people.models import Department, User
from workflow.stages.definition import Owner, Stage, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step that is being taken: of what, from where, to where, with what, by whom."""

    problem: Problem
    step: Step
    end: Stage
    leg: Leg
    offered: Offered
    actor: Actor
    at: datetime


def move(going: Move) -> None:
    """Do what the pair of states asks for.

    Raises:
        NotDrawn: no problem can go from the one to the other.
    """
    begin, end = ProblemState(going.problem.state), ProblemState(going.end.state)
    if begin == end:
        stay_in_state(going)
        return
    do = MOVES.get((begin, end))
    if do is None:
        raise NotDrawn(
            _("“%(step)s” leads where no problem can go from here.") % {"step": going.step.name},
            next_step=_("Ask an administrator to correct the drawing."),
        )
    do(going)


def route(going: Move) -> None:
    """Send a new problem to the department that the drawing names, or that was chosen."""
    route_problem(
        problem_id=going.problem.pk,
        department=receiver(going),
        because={"chosen_by": going.actor.user_id} if going.actor.user_id else None,
        reason=going.offered.reason,
        confirm=going.offered.confirm,
        offered=going.offered,
        actor=going.actor,
        at=going.at,
    )


def receiver(going: Move) -> Department:
    """Return to whom a step sends a problem; one query.

    Raises:
        WrongOwner: nobody was chosen, and the drawing names nobody who is there.
    """
    found = drawn_owner(going.end) or going.offered.department
    if found is None:
        raise WrongOwner(
            _("“%(step)s” sends the problem to a department, and none was chosen.")
            % {"step": going.step.name},
            next_step=_("Choose a department."),
        )
    return found


def begin_cause(going: Move) -> None:
    """Begin the search for the cause at once, or send it to the department that does."""
    stays = going.end.owner is Owner.STAYS
    owner = None if stays else drawn_owner(going.end) or going.offered.department
    if owner is not None and owner.pk != going.leg.department_id:
        route(going)
        return
    problem = lock_problem(going.problem.pk)
    way = way_to(
        problem,
        ProblemState.ROOT_CAUSE,
        actor=going.actor,
        leg=going.leg,
        offered=going.offered,
    )
    problem.accept(at=going.at)
    assignee = User.objects.filter(pk=going.actor.user_id or 0).first()
    arrive(problem, going.leg, way, because=Because.TAKEN, assignee=assignee, at=going.at)
    tell(
        problem,
        Action.PROBLEM_TAKEN,
        actor=going.actor,
        at=going.at,
        changes={"department": going.leg.department_id, **way.facts()},
    )
    announce_step(problem, way, at=going.at)


def accept(going: Move) -> None:
    """Take it on."""
    accept_problem(
        problem_id=going.problem.pk, offered=going.offered, actor=going.actor, at=going.at
    )


def refuse(going: Move) -> None:
    """Say that it is not ours."""
    refuse_problem(
        problem_id=going.problem.pk,
        reason=going.offered.reason,
        offered=going.offered,
        actor=going.actor,
        at=going.at,
    )


def hand_over(going: Move) -> None:
    """Let another department go on."""
    hand_over_problem(
        problem_id=going.problem.pk,
        department=receiver(going),
        reason=going.offered.reason,
        confirm=going.offered.confirm,
        offered=going.offered,
        actor=going.actor,
        at=going.at,
    )


def find_cause(going: Move) -> None:
    """Say why it happens."""
    record_root_cause(
        problem_id=going.problem.pk,
        root_cause=going.problem.root_cause,
        public_cause=going.problem.public_cause,
        offered=going.offered,
        actor=going.actor,
        at=going.at,
    )


def fix(going: Move) -> None:
    """Say what was changed."""
    put_fix_in_place(
        problem_id=going.problem.pk,
        fix=going.problem.fix,
        offered=going.offered,
        actor=going.actor,
        at=going.at,
    )


def find_wanting(going: Move) -> None:
    """Say that the fix does not hold."""
    find_fix_wanting(
        problem_id=going.problem.pk,
        reason=going.offered.reason,
        offered=going.offered,
        actor=going.actor,
        at=going.at,
    )


def resolve(going: Move) -> None:
    """Give everybody the solution."""
    resolve_problem(
        problem_id=going.problem.pk,
        solution=going.problem.solution,
        offered=going.offered,
        actor=going.actor,
        at=going.at,
    )


def close(going: Move) -> None:
    """End it for good."""
    close_problem(
        problem_id=going.problem.pk, offered=going.offered, actor=going.actor, at=going.at
    )


MOVES: dict[tuple[ProblemState, ProblemState], Callable[[Move], None]] = {
    (ProblemState.NEW, ProblemState.ASSESS): route,
    (ProblemState.NEW, ProblemState.ROOT_CAUSE): begin_cause,
    (ProblemState.ASSESS, ProblemState.NEW): refuse,
    **{(ProblemState.ASSESS, state): accept for state in WORKING_STATES},
    **{(state, ProblemState.ASSESS): hand_over for state in WORKING_STATES},
    (ProblemState.ROOT_CAUSE, ProblemState.FIX_IN_PROGRESS): find_cause,
    (ProblemState.FIX_IN_PROGRESS, ProblemState.VERIFYING): fix,
    (ProblemState.VERIFYING, ProblemState.FIX_IN_PROGRESS): find_wanting,
    (ProblemState.VERIFYING, ProblemState.RESOLVED): resolve,
    (ProblemState.RESOLVED, ProblemState.CLOSED): close,
}


def stay_in_state(going: Move) -> None:
    """Go to another stage of the same state; another department has to accept it there.

    A problem that has ended has no stay any more, and one that is new is with customer service.
    """
    problem = lock_problem(going.problem.pk)
    way = way_to(
        problem,
        ProblemState(problem.state),
        actor=going.actor,
        leg=going.leg,
        offered=going.offered,
    )
    owner = going.leg.department
    if not problem.is_open:
        enter(problem, way)
        keep(problem)
    else:
        owner = arrive(
            problem,
            going.leg,
            way,
            because=way.because(Because.FORWARD),
            reason=going.offered.reason,
            assignee=going.leg.assignee,
            chosen=going.offered.department,
            at=going.at,
        )
    tell(
        problem,
        Action.STEP_TAKEN,
        actor=going.actor,
        at=going.at,
        changes=way.facts(),
        changes_state=False,
    )
    announce_step(problem, way, at=going.at)
    pass_on(
        problem,
        going.leg,
        way,
        to=owner,
        offered=going.offered,
        actor=going.actor,
        at=going.at,
    )
