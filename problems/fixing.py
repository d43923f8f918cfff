"""What a department does with a problem it has accepted: cause, workaround, fix, proof."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from problems.entering import announce_step, enter
from problems.events import ProblemResolved, WorkaroundFound
from problems.gates import NOTHING_OFFERED, Offered, Way, way_to
from problems.legs import leave, open_leg
from problems.lifecycle import (
    keep,
    lock_problem,
    refuse_others,
    refuse_unless,
    required_reason,
    tell,
)
from problems.models import Evidence, Leg, Note, Problem
from problems.models.leg import Because
from problems.moving_on import arrive, pass_on
from problems.promises import news_go_on
from problems.states import OPEN_STATES, ProblemState
from problems.task_rights import refuse_while_needed
from workflow.history.actions import Action
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class TextMissing(Refusal):
    """The step needs words: what was found, what to do."""

    code = "text_missing"


def required_text(text: str, *, what: str) -> str:
    """Return the text, or refuse an empty one."""
    if not text.strip():
        raise TextMissing(
            _("%(what)s is empty.") % {"what": what},
            next_step=_("Write it in words that a colleague understands."),
        )
    return text.strip()


def begin(
    problem_id: int, *, actor: Actor, states: tuple[ProblemState, ...], version: int | None
) -> tuple[Problem, Leg]:
    """Lock the problem, refuse who may not and when not; three queries."""
    problem = lock_problem(problem_id, expected_version=version)
    refuse_unless(problem, *states)
    leg = open_leg(problem)
    refuse_others(actor, leg)
    return problem, leg


def begin_step(
    problem_id: int,
    *,
    actor: Actor,
    state: ProblemState,
    to: ProblemState,
    offered: Offered,
    version: int | None,
) -> tuple[Problem, Leg, Way]:
    """Lock the problem and find the way to another state; the drawing says who may take it."""
    problem = lock_problem(problem_id, expected_version=version)
    refuse_unless(problem, state)
    leg = open_leg(problem)
    if problem.workflow_version_id is None:
        refuse_others(actor, leg)
    return problem, leg, way_to(problem, to, actor=actor, leg=leg, offered=offered)


def go_on(
    problem: Problem,
    leg: Leg,
    way: Way,
    action: Action,
    *,
    usually: Because = Because.FORWARD,
    offered: Offered,
    actor: Actor,
    at: datetime,
) -> None:
    """Begin the next stage with the same department and person, unless the drawing says another."""
    owner = arrive(
        problem,
        leg,
        way,
        because=way.because(usually),
        assignee=leg.assignee,
        reason=offered.reason,
        chosen=offered.department,
        at=at,
    )
    tell(problem, action, actor=actor, at=at, changes=way.facts())
    announce_step(problem, way, at=at)
    pass_on(problem, leg, way, to=owner, offered=offered, actor=actor, at=at)


@transaction.atomic
def record_root_cause(
    *,
    problem_id: int,
    root_cause: str,
    public_cause: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
    offered: Offered = NOTHING_OFFERED,
) -> Problem:
    """Write down why it happens; from now on it is a known error and the fix begins.

    `public_cause` is what customers may read; empty means nothing yet.

    Raises:
        TextMissing: no cause was written.
        TasksAreNeeded: a task that this step needs is not done.
        NotInThisState, NotPermitted, ProblemChangedMeanwhile: see `problems.lifecycle`.
        NotDrawn, NotYourStep, ConditionNotMet, StepNeeds, ApprovalNeeded: see `problems.gates`.
    """
    root_cause = required_text(root_cause, what=_("The root cause"))
    given = {"root_cause": root_cause, "public_cause": public_cause}
    offered = offered.with_texts(given)
    problem, leg, way = begin_step(
        problem_id,
        actor=actor,
        state=ProblemState.ROOT_CAUSE,
        to=ProblemState.FIX_IN_PROGRESS,
        offered=offered,
        version=expected_version,
    )
    refuse_while_needed(problem)
    problem.root_cause = root_cause
    problem.public_cause = public_cause.strip()
    problem.find_cause(at=at)
    go_on(problem, leg, way, Action.PROBLEM_CAUSE_FOUND, offered=offered, actor=actor, at=at)
    return problem


@transaction.atomic
def publish_workaround(
    *,
    problem_id: int,
    workaround: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Problem:
    """Tell what helps until the fix is there; everybody affected is told.

    Raises:
        TextMissing: no workaround was written.
        NotInThisState, NotPermitted, ProblemChangedMeanwhile: see `problems.lifecycle`.
    """
    workaround = required_text(workaround, what=_("The workaround"))
    problem, leg = begin(problem_id, actor=actor, states=OPEN_STATES, version=expected_version)
    problem.workaround = workaround
    problem.workaround_at = at
    problem.known_error_at = problem.known_error_at or at
    news_go_on(problem, leg, at=at)
    keep(problem)
    tell(
        problem,
        Action.PROBLEM_WORKAROUND,
        actor=actor,
        at=at,
        changes_state=False,
        event=WorkaroundFound(problem_id=problem.pk, workaround_at=at),
    )
    return problem


@transaction.atomic
def put_fix_in_place(
    *,
    problem_id: int,
    fix: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
    offered: Offered = NOTHING_OFFERED,
) -> Problem:
    """Say what was changed; the fix has yet to prove itself.

    Raises:
        TextMissing: the fix was not described.
        TasksAreNeeded: a task that this step needs is not done.
        NotInThisState, NotPermitted, ProblemChangedMeanwhile: see `problems.lifecycle`.
    """
    fix = required_text(fix, what=_("The fix"))
    offered = offered.with_texts({"fix": fix})
    problem, leg, way = begin_step(
        problem_id,
        actor=actor,
        state=ProblemState.FIX_IN_PROGRESS,
        to=ProblemState.VERIFYING,
        offered=offered,
        version=expected_version,
    )
    refuse_while_needed(problem)
    problem.fix = fix
    problem.put_fix_in_place(at=at)
    go_on(problem, leg, way, Action.PROBLEM_FIXED, offered=offered, actor=actor, at=at)
    return problem


@transaction.atomic
def find_fix_wanting(
    *,
    problem_id: int,
    reason: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
    offered: Offered = NOTHING_OFFERED,
) -> Problem:
    """The fix does not hold: back to fixing. That is a detour, and is counted as one.

    Raises:
        ReasonMissing: no reason was given.
        NotInThisState, NotPermitted, ProblemChangedMeanwhile: see `problems.lifecycle`.
    """
    offered = replace(offered, reason=required_reason(reason))
    problem, leg, way = begin_step(
        problem_id,
        actor=actor,
        state=ProblemState.VERIFYING,
        to=ProblemState.FIX_IN_PROGRESS,
        offered=offered,
        version=expected_version,
    )
    problem.find_fix_wanting()
    go_on(
        problem,
        leg,
        way,
        Action.PROBLEM_NOT_VERIFIED,
        usually=Because.BACK,
        offered=offered,
        actor=actor,
        at=at,
    )
    return problem


@transaction.atomic
def resolve_problem(
    *,
    problem_id: int,
    solution: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
    offered: Offered = NOTHING_OFFERED,
) -> Problem:
    """The fix holds: give everybody the permanent solution.

    `solution` is what customers read: in their thread, by mail, in the article.

    Raises:
        TextMissing: the solution is empty.
        NotInThisState, NotPermitted, ProblemChangedMeanwhile: see `problems.lifecycle`.
    """
    solution = required_text(solution, what=_("The solution for customers"))
    problem, _leg, way = begin_step(
        problem_id,
        actor=actor,
        state=ProblemState.VERIFYING,
        to=ProblemState.RESOLVED,
        offered=offered.with_texts({"solution": solution}),
        version=expected_version,
    )
    refuse_while_needed(problem, resolves=True)
    enter(problem, way)
    at = leave(problem, at=at).left_at or at
    problem.solution = solution
    problem.resolve(at=at)
    keep(problem)
    tell(
        problem,
        Action.PROBLEM_RESOLVED,
        actor=actor,
        at=at,
        changes={"outcome": problem.outcome, **way.facts()},
        event=ProblemResolved(problem_id=problem.pk, resolved_at=at),
    )
    announce_step(problem, way, at=at)
    return problem


@transaction.atomic
def note_problem(*, problem_id: int, text: str, actor: Actor, at: datetime) -> Note:
    """Write to everybody who works on the problem, from either side.

    Raises:
        TextMissing: nothing was written.
    """
    actor.require(Permission.VIEW_NOTE)
    text = required_text(text, what=_("The note"))
    problem = lock_problem(problem_id)
    note = Note.objects.create(problem=problem, text=text, user_id=actor.user_id, at=at)
    tell(
        problem,
        Action.PROBLEM_NOTED,
        actor=actor,
        at=at,
        changes={"note": note.pk},
        changes_state=False,
    )
    return note


@transaction.atomic
def add_evidence(*, problem_id: int, text: str, actor: Actor, at: datetime) -> Evidence:
    """Add something that shows the problem.

    Raises:
        TextMissing: nothing was written.
    """
    actor.require(Permission.VIEW_PROBLEM)
    text = required_text(text, what=_("The evidence"))
    problem = lock_problem(problem_id)
    evidence = Evidence.objects.create(problem=problem, text=text, user_id=actor.user_id, at=at)
    tell(
        problem,
        Action.PROBLEM_EVIDENCE,
        actor=actor,
        at=at,
        changes={"evidence": evidence.pk},
        changes_state=False,
    )
    return evidence
