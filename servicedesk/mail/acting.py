"""What a colleague may decide by an errand: the same actions as on the pages, and the same rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from problems.fixing import note_problem, put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import accept_problem, hand_over_problem, refuse_problem, route_problem
from problems.lifecycle import lock_problem
from problems.models import Leg, Problem
from problems.states import STATE_NAMES, WORKING_STATES, ProblemState
from servicedesk.mail.commands import Deed
from servicedesk.mail.errands import About, Errand, Way, last_day_from
from workflow.people.actors import Actor, Source
from workflow.people.authentication import user_at_work
from workflow.people.models import Department, User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.scope import tenant_of_the_scope


class ErrandOver(Refusal):
    """The word is false or too old, or the person is not here or not in charge any more.

    It says nothing of what it was about: whoever holds it may be anybody.
    """

    code = "errand_over"
    status = 410

    def __init__(self) -> None:
        super().__init__(
            _("This link or address is no longer valid."),
            next_step=_("Sign in to see what there is to do."),
        )


class MovedOn(Refusal):
    """What was asked has been decided meanwhile."""

    code = "moved_on"

    def __init__(self, standing: "Standing") -> None:
        super().__init__(
            standing.says_now, next_step=_("Sign in to see what there is to do about it now.")
        )
        self.standing = standing


class NotNow(Refusal):
    """This cannot be decided without signing in, or not at this step."""

    code = "not_now"


class NoSuchOwner(Refusal):
    """No open department has the name that was written."""

    code = "no_such_owner"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the matter of an errand stands for the person; `leg` is None once it has ended."""

    errand: Errand
    user: User
    actor: Actor
    problem: Problem
    leg: Leg | None
    has_moved_on: bool
    deeds: tuple[Deed, ...] = ()

    @property
    def says_now(self) -> str:
        """What is so now, in a sentence; nothing but state, department and person."""
        state = STATE_NAMES[ProblemState(self.problem.state)]
        if self.leg is None:
            return _("%(problem)s has moved on since this was sent. It is now: %(state)s.") % {
                "problem": self.problem.name,
                "state": state,
            }
        who = self.leg.department.name
        if self.leg.assignee is not None:
            who = f"{who}, {self.leg.assignee.name}"
        return _("%(problem)s has moved on since this was sent. It is now: %(state)s, %(who)s.") % {
            "problem": self.problem.name,
            "state": state,
            "who": who,
        }


def errand_about(problem: Problem, *, user_id: int, at: datetime) -> Errand:
    """Return the errand of somebody who is to decide about a problem as it stands now."""
    return Errand(
        tenant_id=problem.tenant_id,
        about=About.PROBLEM,
        subject_id=problem.pk,
        user_id=user_id,
        version=problem.state_version,
        last_day=last_day_from(at),
    )


def standing_of(errand: Errand, *, way: Way, at: datetime) -> Standing:
    """Return how the matter of an errand stands; three queries, nothing is written.

    Raises:
        ErrandOver: it is of another tenant or too old, or the person is gone or not in charge.
    """
    if errand.tenant_id != tenant_of_the_scope() or errand.ends_at <= at:
        raise ErrandOver
    found = user_at_work(errand.user_id, source=Source.MAIL)
    problem = Problem.objects.select_related("product").filter(pk=errand.subject_id).first()
    if found is None or problem is None or not found[1].may(Permission.VIEW_PROBLEM):
        raise ErrandOver
    user, actor = found
    leg = (
        Leg.objects.select_related("department", "assignee")
        .filter(problem=problem, left_at__isnull=True)
        .first()
    )
    has_moved_on = leg is None or problem.state_version != errand.version
    deeds = () if leg is None or has_moved_on else deeds_of(problem, leg, actor=actor, way=way)
    if not has_moved_on and not deeds:
        raise ErrandOver
    return Standing(
        errand=errand,
        user=user,
        actor=actor,
        problem=problem,
        leg=leg,
        has_moved_on=has_moved_on,
        deeds=deeds,
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


@transaction.atomic
def carry_out(
    errand: Errand,
    *,
    deed: Deed,
    way: Way,
    text: str,
    at: datetime,
    owner: Department | None = None,
    confirm: bool = False,
) -> Problem:
    """Do what a colleague decided, once: the state changes, and the errand is over.

    `owner` is the department that shall have it, `confirm` says that little time is left and that
    this is known.

    Raises:
        ErrandOver: see `standing_of`.
        MovedOn: it has been decided meanwhile.
        NotNow: this is not what was asked.
        Refusal: whatever the action refuses.
    """
    # Locked first, so that two clicks find one errand between them.
    if Problem.objects.filter(pk=errand.subject_id).exists():
        lock_problem(errand.subject_id)
    standing = standing_of(errand, way=way, at=at)
    if standing.has_moved_on:
        raise MovedOn(standing)
    if deed not in standing.deeds:
        raise NotNow(
            _("This was not asked, or cannot be decided from here."),
            next_step=_("Choose one of what is offered, or sign in."),
        )
    return DO[deed](standing, text, owner, confirm, at)


def accept(
    standing: Standing, text: str, _owner: Department | None, _confirm: bool, at: datetime
) -> Problem:
    """It is ours; what else was written is a note."""
    problem = accept_problem(problem_id=standing.problem.pk, actor=standing.actor, at=at)
    if text.strip():
        note_problem(problem_id=problem.pk, text=text, actor=standing.actor, at=at)
    return problem


def refuse(
    standing: Standing, text: str, owner: Department | None, confirm: bool, at: datetime
) -> Problem:
    """It is not ours; perhaps it is known whose."""
    return refuse_problem(
        problem_id=standing.problem.pk,
        reason=text,
        better_owner=owner,
        confirm=confirm,
        actor=standing.actor,
        at=at,
    )


def hand_over(
    standing: Standing, text: str, owner: Department | None, confirm: bool, at: datetime
) -> Problem:
    """Another department goes on; a new problem gets its first one."""
    if owner is None:
        raise NoSuchOwner(
            _("It is not said which department shall have it."), next_step=_("Name a department.")
        )
    if standing.problem.state == ProblemState.NEW:
        return route_problem(
            problem_id=standing.problem.pk,
            department=owner,
            because={"chosen_by": standing.actor.user_id},
            reason=text.strip(),
            confirm=confirm,
            actor=standing.actor,
            at=at,
        )
    return hand_over_problem(
        problem_id=standing.problem.pk,
        department=owner,
        reason=text,
        confirm=confirm,
        actor=standing.actor,
        at=at,
    )


def done(
    standing: Standing, text: str, _owner: Department | None, _confirm: bool, at: datetime
) -> Problem:
    """The step is done: the cause is found, the fix is in place, or the fix holds."""
    problem_id, actor = standing.problem.pk, standing.actor
    if standing.problem.state == ProblemState.ROOT_CAUSE:
        return record_root_cause(
            problem_id=problem_id, root_cause=text, public_cause="", actor=actor, at=at
        )
    if standing.problem.state == ProblemState.FIX_IN_PROGRESS:
        return put_fix_in_place(problem_id=problem_id, fix=text, actor=actor, at=at)
    return resolve_problem(problem_id=problem_id, solution=text, actor=actor, at=at)


Do = Callable[[Standing, str, Department | None, bool, datetime], Problem]
DO: dict[Deed, Do] = {
    Deed.ACCEPT: accept,
    Deed.REFUSE: refuse,
    Deed.HAND_OVER: hand_over,
    Deed.DONE: done,
}


def owner_named(name: str) -> Department | None:
    """Return the open department of a name or short name, None for no name; one query.

    Raises:
        NoSuchOwner: none is called so; the sentence names those that there are.
    """
    wanted = " ".join(name.split()).casefold()
    if not wanted:
        return None
    departments = list(Department.objects.filter(is_active=True).order_by("name", "id"))
    for department in departments:
        if wanted in (department.name.casefold(), department.slug.casefold()):
            return department
    raise NoSuchOwner(
        _("There is no department of this name."),
        next_step=_("There are: %(names)s.") % {"names": ", ".join(d.name for d in departments)},
    )
