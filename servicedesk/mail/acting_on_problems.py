"""What a colleague decides about a problem without signing in."""

from datetime import datetime

from django.utils.translation import gettext as _

from problems.fixing import note_problem, put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import accept_problem, hand_over_problem, refuse_problem, route_problem
from problems.lifecycle import lock_problem
from problems.models import Leg, Problem
from problems.states import STATE_NAMES, WORKING_STATES, ProblemState
from servicedesk.mail.commands import Deed
from servicedesk.mail.errands import Errand, Way
from servicedesk.mail.standing import ErrandOver, NoSuchOwner, Standing
from workflow.people.actors import Actor
from workflow.people.models import Department, User
from workflow.people.permissions import Permission


def lock(subject_id: int) -> None:
    """Let two who decide about a problem wait for each other."""
    if Problem.objects.filter(pk=subject_id).exists():
        lock_problem(subject_id)


def stand(errand: Errand, user: User, actor: Actor, *, way: Way) -> Standing:
    """Return how a problem stands for somebody; two queries.

    Raises:
        ErrandOver: it is not there.
    """
    problem = Problem.objects.select_related("product").filter(pk=errand.subject_id).first()
    if problem is None:
        raise ErrandOver
    leg = (
        Leg.objects.select_related("department", "assignee")
        .filter(problem=problem, left_at__isnull=True)
        .first()
    )
    has_moved_on = leg is None or problem.state_version != errand.version
    who = [leg.department.name, leg.assignee.name if leg.assignee else ""] if leg else []
    return Standing(
        errand=errand,
        user=user,
        actor=actor,
        problem=problem,
        name=problem.name,
        title=problem.title,
        state=str(STATE_NAMES[ProblemState(problem.state)]),
        has_moved_on=has_moved_on,
        department=", ".join(part for part in who if part),
        reason=leg.reason if leg else "",
        leg=leg,
        deeds=() if leg is None or has_moved_on else deeds_of(problem, leg, actor=actor, way=way),
    )


def deeds_of(problem: Problem, leg: Leg, *, actor: Actor, way: Way) -> tuple[Deed, ...]:
    """Return what an actor may decide about a problem as it stands; no query.

    That a fix holds is told to every customer: a line of a mail is not enough for it.
    """
    if problem.state == ProblemState.NEW:
        return (Deed.HAND_OVER,) if actor.may(Permission.ROUTE_PROBLEM) else ()
    is_theirs = actor.may(Permission.STEER_PROBLEM) or (
        actor.may(Permission.WORK_PROBLEM) and actor.works_in(leg.department_id)
    )
    if not is_theirs:
        return ()
    if problem.state == ProblemState.ASSESS:
        return (Deed.ACCEPT, Deed.REFUSE)
    if problem.state == ProblemState.VERIFYING and way is Way.MAIL:
        return (Deed.HAND_OVER,)
    return (Deed.DONE, Deed.HAND_OVER) if problem.state in WORKING_STATES else ()


def do(
    standing: Standing,
    deed: Deed,
    *,
    text: str,
    owner: Department | None,
    confirm: bool,
    at: datetime,
) -> None:
    """Do what was decided about a problem; the errand allows it."""
    if deed is Deed.ACCEPT:
        accept(standing, text=text, at=at)
    elif deed is Deed.REFUSE:
        refuse_problem(
            problem_id=standing.problem.pk,
            reason=text,
            better_owner=owner,
            confirm=confirm,
            actor=standing.actor,
            at=at,
        )
    elif deed is Deed.HAND_OVER:
        hand_over(standing, text=text, owner=owner, confirm=confirm, at=at)
    else:
        done(standing, text=text, at=at)


def accept(standing: Standing, *, text: str, at: datetime) -> None:
    """It is ours; what else was written is a note."""
    problem = accept_problem(problem_id=standing.problem.pk, actor=standing.actor, at=at)
    if text.strip():
        note_problem(problem_id=problem.pk, text=text, actor=standing.actor, at=at)


def hand_over(
    standing: Standing, *, text: str, owner: Department | None, confirm: bool, at: datetime
) -> None:
    """Another department goes on; a new problem gets its first one."""
    if owner is None:
        raise NoSuchOwner(
            _("It is not said which department shall have it."), next_step=_("Name a department.")
        )
    if standing.problem.state == ProblemState.NEW:
        route_problem(
            problem_id=standing.problem.pk,
            department=owner,
            because={"chosen_by": standing.actor.user_id},
            reason=text.strip(),
            confirm=confirm,
            actor=standing.actor,
            at=at,
        )
        return
    hand_over_problem(
        problem_id=standing.problem.pk,
        department=owner,
        reason=text,
        confirm=confirm,
        actor=standing.actor,
        at=at,
    )


def done(standing: Standing, *, text: str, at: datetime) -> None:
    """The step is done: the cause is found, the fix is in place, or the fix holds."""
    problem_id, actor = standing.problem.pk, standing.actor
    if standing.problem.state == ProblemState.ROOT_CAUSE:
        record_root_cause(
            problem_id=problem_id, root_cause=text, public_cause="", actor=actor, at=at
        )
    elif standing.problem.state == ProblemState.FIX_IN_PROGRESS:
        put_fix_in_place(problem_id=problem_id, fix=text, actor=actor, at=at)
    else:
        resolve_problem(problem_id=problem_id, solution=text, actor=actor, at=at)
