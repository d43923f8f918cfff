"""How a problem moves on in its drawing: by which step it is sent, taken on, kept or passed on."""

from dataclasses import replace
from datetime import datetime

from problems.entering import enter, enter_handed_on, owner_of, way_beside
from problems.events import ProblemRouted
from problems.gates import STANDARD, NotDrawn, Offered, Way, refuse_wrong_owner, way_to
from problems.legs import next_leg
from problems.lifecycle import LOOK_AGAIN_AFTER, keep, tell
from problems.models import Leg, Problem
from problems.models.leg import Because
from problems.stages import definition_of
from problems.states import WORKING_STATES, ProblemState
from problems.time_budget import mind_the_time
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue
from workflow.people.actors import Actor
from workflow.people.models import Department, User

# ---- to a department -------------------------------------------------------------------------


def way_on(
    problem: Problem,
    department: Department,
    reason: str,
    *,
    actor: Actor,
    offered: Offered,
    beside: bool,
) -> Way:
    """Return by which step a problem goes to another department, which has yet to accept it.

    Beside the drawing it waits there and then goes on in the stage that it had.
    """
    if not beside:
        return way_to(
            problem,
            ProblemState.ASSESS,
            actor=actor,
            offered=replace(offered, reason=reason or offered.reason),
            to_department=department,
        )
    if problem.state in WORKING_STATES:
        return way_beside(problem, ProblemState(problem.state), stays=True)
    return way_beside(problem, ProblemState.ASSESS)


# ---- with a department ---------------------------------------------------------------------


def acceptance_of(problem: Problem, *, actor: Actor, leg: Leg, offered: Offered) -> Way:
    """Return where a problem goes on that a department accepts: as was said when it was sent.

    Otherwise by a step of the drawing: to where its cause or fix, as far as known, belongs.
    """
    definition = definition_of(problem)
    if definition is None:
        return STANDARD
    remembered = definition.stage(problem.next_stage_key)
    if remembered is not None:
        return Way(stage=remembered)
    states = sorted(WORKING_STATES, key=lambda state: state != goes_on_in(problem))
    return way_to(problem, *states, actor=actor, leg=leg, offered=offered)


def goes_on_in(problem: Problem) -> ProblemState:
    """Return the state in which a problem goes on that was accepted, by what is known of it."""
    if problem.root_cause_found_at is None:
        return ProblemState.ROOT_CAUSE
    is_fixed = problem.workflow_version_id is not None and problem.fixed_at is not None
    return ProblemState.VERIFYING if is_fixed else ProblemState.FIX_IN_PROGRESS


def take_on(problem: Problem, way: Way, *, at: datetime) -> None:
    """Change the state of a problem that a department takes on."""
    state = ProblemState(way.state) if way.state else goes_on_in(problem)
    {
        ProblemState.ROOT_CAUSE: problem.accept,
        ProblemState.FIX_IN_PROGRESS: problem.go_on_fixing,
        ProblemState.VERIFYING: problem.go_on_verifying,
    }[state](at=at)


def arrive(
    problem: Problem,
    leg: Leg,
    way: Way,
    *,
    because: Because,
    at: datetime,
    assignee: User | None = None,
    reason: str = "",
    chosen: Department | None = None,
) -> Department:
    """Begin the next stay with the same department; returns who has the stage it comes to.

    Where that is another department no stay begins: it is passed on (see `pass_on`).
    """
    enter(problem, way)
    # What was said when it was sent has been done: who accepts it has it. While it is new, nobody
    # can be asked to accept it.
    is_sent_on = way.step is not None and problem.state != ProblemState.NEW
    owner = owner_of(way.stage if is_sent_on else None, leg, chosen=chosen)
    problem.next_look_at = at + LOOK_AGAIN_AFTER
    if owner.pk == leg.department_id:
        next_leg(
            problem,
            department=leg.department,
            because=because,
            reason=reason,
            assignee=assignee,
            is_acknowledged=True,
            step_key=way.step_key,
            at=at,
        )
    keep(problem)
    return owner


def pass_on(
    problem: Problem,
    leg: Leg,
    way: Way,
    *,
    to: Department,
    offered: Offered,
    actor: Actor,
    at: datetime,
) -> None:
    """Let the department go on that a drawing gives a stage to; it has yet to accept.

    Nothing happens where the department stays the same. The admin who drew it has confirmed how
    little time may be left.
    """
    if to.pk == leg.department_id:
        return
    short = mind_the_time(problem, department=to, actor=actor, at=at, confirm=True)
    if problem.state == ProblemState.ASSESS:
        problem.route()
    else:
        problem.hand_over()
    enter_handed_on(problem, way)
    send(
        problem,
        leg,
        way,
        to=to,
        reason=offered.reason,
        changes=short,
        actor=actor,
        at=at,
    )


def send(
    problem: Problem,
    leg: Leg,
    way: Way,
    *,
    to: Department,
    reason: str,
    changes: dict[str, ChangeValue],
    actor: Actor,
    at: datetime,
) -> None:
    """Begin the stay of a department that was handed a problem, and tell of it."""
    following = next_leg(
        problem,
        department=to,
        because=way.because(Because.HANDED_OVER),
        reason=reason,
        step_key=way.step_key,
        at=at,
    )
    problem.next_look_at = at + LOOK_AGAIN_AFTER
    keep(problem)
    tell(
        problem,
        Action.PROBLEM_HANDED_OVER,
        actor=actor,
        at=at,
        changes={"from": leg.department_id, "department": to.pk, **changes, **way.facts()},
        event=ProblemRouted(problem_id=problem.pk, department_id=to.pk, leg_id=following.pk),
    )


def taking_of(problem: Problem, department: Department, *, actor: Actor) -> Way:
    """Return by which step a department takes a problem that nobody was given.

    Whoever takes it works there, so the step is theirs; what it asks for counts all the same. A
    drawing in which departments have to accept lets them take what they would be sent.

    Raises:
        NotDrawn: the drawing leads to no cause from there.
        WrongOwner: it leads to that of another department.
    """
    if definition_of(problem) is None:
        return STANDARD
    there = Leg(problem=problem, department=department)
    try:
        way = way_to(problem, ProblemState.ROOT_CAUSE, actor=actor, leg=there)
    except NotDrawn:
        way = taking_by_sending(problem, there, actor=actor)
    if way.stage is not None:
        refuse_wrong_owner(way.stage, department)
    return way


def taking_by_sending(problem: Problem, there: Leg, *, actor: Actor) -> Way:
    """Return the step by which a department would accept what it would be sent."""
    sent = way_to(
        problem, ProblemState.ASSESS, actor=actor, leg=there, to_department=there.department
    )
    here, problem.stage_key = problem.stage_key, sent.stage.key if sent.stage is not None else ""
    try:
        return way_to(problem, ProblemState.ROOT_CAUSE, actor=actor, leg=there)
    finally:
        problem.stage_key = here
