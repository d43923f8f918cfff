"""From hand to hand: route, accept, take, refuse, hand over."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.lifecycle import service_department
from problems.describing import refuse_undescribed
from problems.entering import announce_step, enter, enter_handed_on, way_back
from problems.events import ProblemRefused, ProblemRouted
from problems.gates import NOTHING_OFFERED, STANDARD, Offered
from problems.legs import acknowledge, next_leg, open_leg
from problems.lifecycle import (
    LOOK_AGAIN_AFTER,
    keep,
    lock_problem,
    refuse_others,
    refuse_unless,
    required_reason,
    tell,
)
from problems.models import Leg, Problem
from problems.models.leg import Because
from problems.moving_on import acceptance_of, arrive, pass_on, send, take_on, taking_of, way_on
from problems.states import WORKING_STATES, ProblemState
from problems.time_budget import mind_the_time
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue
from workflow.outbox.event import Event
from workflow.people.actors import Actor, NotPermitted
from workflow.people.models import Department, User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class AlreadyAccepted(Refusal):
    """Another department or colleague was faster."""

    code = "already_accepted"


class SameDepartment(Refusal):
    """The department has the problem already."""

    code = "same_department"


@transaction.atomic
def route_problem(
    *,
    problem_id: int,
    department: Department,
    actor: Actor,
    at: datetime,
    because: dict[str, ChangeValue] | None = None,
    reason: str = "",
    confirm: bool = False,
    offered: Offered = NOTHING_OFFERED,
    beside_drawing: bool = False,
) -> Problem:
    """Send a new problem to the department that can fix it; it has yet to accept.

    `because` keeps which rule decided and why, in short values. `confirm` says that the sender
    knows how little of the promise to customers is left. `beside_drawing` is for what must never
    get stuck: ladders and closing departments.

    Raises:
        NotPermitted: the actor may not route.
        NotInThisState: it is on its way already.
        NotDescribed: something that the department needs is missing.
        ShortTime: the promise leaves the department less than its own target.
        NotDrawn, NotYourStep, WrongOwner, ConditionNotMet, StepNeeds, ApprovalNeeded: see
            `problems.gates`.
    """
    problem = lock_problem(problem_id)
    if problem.workflow_version_id is None or beside_drawing:
        actor.require(Permission.ROUTE_PROBLEM)
    refuse_unless(problem, ProblemState.NEW)
    refuse_undescribed(problem)
    short = mind_the_time(problem, department=department, actor=actor, at=at, confirm=confirm)
    way = way_on(problem, department, reason, actor=actor, offered=offered, beside=beside_drawing)
    problem.route()
    enter_handed_on(problem, way)
    problem.routed_because = dict(because or {})
    problem.next_look_at = at + LOOK_AGAIN_AFTER
    leg = next_leg(
        problem,
        department=department,
        because=Because.ROUTED,
        reason=reason,
        step_key=way.step_key,
        at=at,
    )
    keep(problem)
    tell(
        problem,
        Action.PROBLEM_ROUTED,
        actor=actor,
        at=at,
        changes={"department": department.pk, **(because or {}), **short, **way.facts()},
        event=ProblemRouted(problem_id=problem.pk, department_id=department.pk, leg_id=leg.pk),
    )
    announce_step(problem, way, at=at)
    return problem


@transaction.atomic
def accept_problem(
    *,
    problem_id: int,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
    offered: Offered = NOTHING_OFFERED,
) -> Problem:
    """The department that has it confirms: it is real, and ours. One of many wins.

    Raises:
        AlreadyAccepted: a colleague was faster.
        NotInThisState: nobody was asked to accept it, or it has ended.
        NotPermitted: another department has it.
        ProblemChangedMeanwhile: it moved on while this person looked.
        NotDrawn, NotYourStep, WrongOwner, ConditionNotMet, StepNeeds, ApprovalNeeded: see
            `problems.gates`.
    """
    problem = lock_problem(problem_id)
    # First of all: an ended problem has no open leg.
    refuse_unless(problem, ProblemState.ASSESS, *WORKING_STATES)
    leg = open_leg(problem)
    if problem.state in WORKING_STATES:
        raise AlreadyAccepted(
            _("%(department)s accepted this problem already.")
            % {"department": leg.department.name},
            next_step=_("Load the page again to see who works on it."),
        )
    if problem.workflow_version_id is None or problem.next_stage_key:
        refuse_others(actor, leg)
    if expected_version is not None and problem.version != expected_version:
        lock_problem(problem_id, expected_version=expected_version)
    way = acceptance_of(problem, actor=actor, leg=leg, offered=offered)
    assignee = taker_of(leg, actor)
    acknowledge(problem, leg, assignee=assignee, at=at)
    take_on(problem, way, at=at)
    owner = arrive(
        problem,
        leg,
        way,
        because=Because.ACCEPTED,
        assignee=assignee,
        # Where the drawn department is closed, whoever accepts it goes on.
        chosen=leg.department,
        at=at,
    )
    tell(
        problem,
        Action.PROBLEM_ACCEPTED,
        actor=actor,
        at=at,
        changes={"department": leg.department_id, **way.facts()},
    )
    announce_step(problem, way, at=at)
    pass_on(problem, leg, way, to=owner, offered=offered, actor=actor, at=at)
    return problem


def taker_of(leg: Leg, actor: Actor) -> User | None:
    """Return whose it is once an actor accepts it: their own if they work there.

    Who accepts for a department leaves it to whom its rule chose before; at most one query.
    """
    person = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    if person is not None and actor.works_in(leg.department_id):
        return person
    chosen = leg.assignee
    return chosen if chosen is not None and chosen.is_active else person


@transaction.atomic
def take_problem(*, problem_id: int, department: Department, actor: Actor, at: datetime) -> Problem:
    """A department takes a new problem that nobody was given yet. One of many wins.

    Raises:
        AlreadyAccepted: another department was faster.
        NotPermitted: the actor does not work in the department.
        NotDescribed: something that the department needs is missing.
        NotDrawn, WrongOwner, ConditionNotMet, StepNeeds, ApprovalNeeded: see `problems.gates`.
    """
    actor.require(Permission.WORK_PROBLEM)
    if not actor.works_in(department.pk):
        raise NotPermitted(
            _("You do not work in %(department)s.") % {"department": department.name},
            next_step=_("Ask somebody of that department."),
        )
    problem = lock_problem(problem_id)
    if problem.state != ProblemState.NEW:
        raise AlreadyAccepted(
            _("%(problem)s was taken by somebody else.") % {"problem": problem.name},
            next_step=_("Load the page again to see who has it."),
        )
    refuse_undescribed(problem)
    way = taking_of(problem, department, actor=actor)
    assignee = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    problem.accept(at=at)
    enter(problem, way)
    problem.next_look_at = at + LOOK_AGAIN_AFTER
    next_leg(
        problem,
        department=department,
        because=Because.TAKEN,
        assignee=assignee,
        is_acknowledged=True,
        step_key=way.step_key,
        at=at,
    )
    keep(problem)
    tell(
        problem,
        Action.PROBLEM_TAKEN,
        actor=actor,
        at=at,
        changes={"department": department.pk, **way.facts()},
    )
    announce_step(problem, way, at=at)
    return problem


@transaction.atomic
def refuse_problem(
    *,
    problem_id: int,
    reason: str,
    actor: Actor,
    at: datetime,
    better_owner: Department | None = None,
    confirm: bool = False,
    offered: Offered = NOTHING_OFFERED,
) -> Problem:
    """The department says: not ours. With a better owner it goes there, else back to service.

    No drawing hinders it: with a better owner the problem waits in the stage in which it waited,
    else it goes by a drawn step to a stage of the new ones, or to the beginning. `confirm` says that the sender knows how little time is left for the better owner.

    Raises:
        ReasonMissing: no reason was given.
        NotInThisState: it was accepted already; hand it over instead.
        SameDepartment: the better owner is the one who refuses.
        NotPermitted: another department has it.
        ShortTime: the promise leaves the better owner less than its own target.
    """
    reason = required_reason(reason)
    problem = lock_problem(problem_id)
    refuse_unless(problem, ProblemState.ASSESS)
    leg = open_leg(problem)
    refuse_others(actor, leg)
    refuse_same(leg, better_owner)
    short: dict[str, ChangeValue] = {}
    if better_owner is not None:
        short = mind_the_time(problem, department=better_owner, actor=actor, at=at, confirm=confirm)
        problem.route()
        next_stop = better_owner
        way = STANDARD
    else:
        problem.refuse()
        next_stop = service_department()
        way = way_back(problem, ProblemState.NEW, offered=offered)
        enter(problem, way)
    following = next_leg(
        problem,
        department=next_stop,
        because=Because.REFUSED,
        reason=reason,
        is_acknowledged=better_owner is None,
        step_key=way.step_key,
        at=at,
    )
    problem.next_look_at = at + LOOK_AGAIN_AFTER
    keep(problem)
    event: Event = ProblemRefused(
        problem_id=problem.pk, department_id=leg.department_id, leg_id=following.pk
    )
    if better_owner is not None:
        event = ProblemRouted(
            problem_id=problem.pk, department_id=better_owner.pk, leg_id=following.pk
        )
    tell(
        problem,
        Action.PROBLEM_REFUSED,
        actor=actor,
        at=at,
        changes={
            "department": leg.department_id,
            "better_owner": next_stop.pk,
            **short,
            **way.facts(),
        },
        event=event,
    )
    announce_step(problem, way, at=at)
    return problem


def refuse_same(leg: Leg, department: Department | None) -> None:
    """Refuse to send a problem to where it is."""
    if department is not None and department.pk == leg.department_id:
        raise SameDepartment(
            _("%(department)s has this problem already.") % {"department": department.name},
            next_step=_("Choose another department."),
        )


@transaction.atomic
def hand_over_problem(
    *,
    problem_id: int,
    department: Department,
    reason: str,
    actor: Actor,
    at: datetime,
    confirm: bool = False,
    offered: Offered = NOTHING_OFFERED,
    beside_drawing: bool = False,
) -> Problem:
    """Let another department go on; it has yet to accept.

    `confirm` says that the sender knows how little of the promise to customers is left,
    `beside_drawing` see `route_problem`.

    Raises:
        ReasonMissing: no reason was given.
        NotInThisState: it was not accepted yet; refuse it instead.
        SameDepartment: the department has it already.
        NotPermitted: another department has it.
        ShortTime: the promise leaves the department less than its own target.
        NotDrawn, NotYourStep, WrongOwner, ConditionNotMet, StepNeeds, ApprovalNeeded: see
            `problems.gates`.
    """
    reason = required_reason(reason)
    problem = lock_problem(problem_id)
    refuse_unless(problem, *WORKING_STATES)
    leg = open_leg(problem)
    if problem.workflow_version_id is None or beside_drawing:
        refuse_others(actor, leg)
    refuse_same(leg, department)
    short = mind_the_time(problem, department=department, actor=actor, at=at, confirm=confirm)
    way = way_on(problem, department, reason, actor=actor, offered=offered, beside=beside_drawing)
    problem.hand_over()
    enter_handed_on(problem, way)
    send(problem, leg, way, to=department, reason=reason, changes=short, actor=actor, at=at)
    announce_step(problem, way, at=at)
    return problem
