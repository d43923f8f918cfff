"""What is done so that a problem never comes again: planned, given to somebody, reminded, done."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from problems.after_fix_events import PreventionDue, PreventionPlanned
from problems.lifecycle import lock_problem, refuse_others, required_reason
from problems.models import Leg, Prevention, Problem
from problems.models.after_fix import PreventionKind, PreventionState
from problems.states import ProblemState
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.lengths import one_line
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor, NotPermitted
from workflow.people.models import User
from workflow.refusals import Refusal
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_of_the_scope

REMINDED_BEFORE = timedelta(days=2)
REMINDED_AGAIN = timedelta(days=7)
MORNING = time(8)
LONGEST_TEXT = 300
LONGEST_RESULT = 500
LATEST = timedelta(days=3 * 366)
AT_ONCE = 200


class NoSuchPrevention(Refusal):
    """The problem has no such action."""

    code = "no_such_prevention"
    status = 404


class BadPrevention(Refusal):
    """An action says nothing, nobody has it, or its day cannot be meant."""

    code = "bad_prevention"
    status = 422


class PreventionHasEnded(Refusal):
    """An action was done or dropped already."""

    code = "prevention_has_ended"


class ProblemIsClosed(Refusal):
    """A closed problem is over: nothing more is planned for it."""

    code = "problem_is_closed"


@transaction.atomic
def plan_prevention(
    *,
    problem_id: int,
    kind: PreventionKind,
    text: str,
    owner: User,
    due_on: date,
    actor: Actor,
    at: datetime,
) -> Prevention:
    """Plan what somebody does so that a problem never comes again; nine queries.

    `due_on` is a day of the tenant's. The owner hears of it at once, and is reminded.

    Raises:
        NotPermitted: the actor neither works in the department that has it nor steers problems.
        ProblemIsClosed: it is closed.
        BadPrevention: it says nothing, its owner has left, or its day is over or years away.
    """
    problem = lock_problem(problem_id)
    refuse_to_plan(actor, problem)
    text = said(text)
    zone = zone_of_tenant()
    refuse_unfit(owner, due_on, at=at, zone=zone)
    last = Prevention.objects.filter(problem=problem).aggregate(last=Max("position"))["last"]
    prevention = Prevention.objects.create(
        problem=problem,
        position=(last or 0) + 1,
        kind=kind,
        text=text,
        owner=owner,
        due_on=due_on,
        created_by_id=actor.user_id,
        created_at=at,
        next_look_at=first_look(due_on, at=at, zone=zone),
    )
    note(prevention, Action.PREVENTION_PLANNED, actor=actor, at=at, tells_owner=True)
    return prevention


@transaction.atomic
def change_prevention(
    *,
    problem_id: int,
    position: int,
    text: str,
    owner: User,
    due_on: date,
    actor: Actor,
    at: datetime,
) -> Prevention:
    """Say otherwise what is to be done, by whom, or until when; reminders follow the new day.

    Raises:
        NotPermitted, NoSuchPrevention, PreventionHasEnded, BadPrevention: see `plan_prevention`.
    """
    prevention = going(problem_id, position)
    refuse_to_plan(actor, prevention.problem)
    zone = zone_of_tenant()
    if due_on != prevention.due_on:
        refuse_bad_day(due_on, at=at, zone=zone)
        prevention.next_look_at = first_look(due_on, at=at, zone=zone)
        prevention.reminded = 0
    is_other = owner.pk != prevention.owner_id
    if is_other:
        refuse_left(owner)
    prevention.text, prevention.owner, prevention.due_on = said(text), owner, due_on
    prevention.save()
    note(prevention, Action.PREVENTION_CHANGED, actor=actor, at=at, tells_owner=is_other)
    return prevention


@transaction.atomic
def finish_prevention(
    *, problem_id: int, position: int, result: str, actor: Actor, at: datetime
) -> Prevention:
    """Say what was done; its owner may, and whoever plans them.

    Raises:
        NotPermitted: it is somebody else's.
        NoSuchPrevention, PreventionHasEnded: see there.
        BadPrevention: it is not said what was done.
    """
    prevention = going(problem_id, position)
    if actor.user_id != prevention.owner_id:
        refuse_to_plan(actor, prevention.problem)
    end(prevention, PreventionState.DONE, result=what_was_done(result), actor=actor, at=at)
    note(prevention, Action.PREVENTION_DONE, actor=actor, at=at)
    return prevention


@transaction.atomic
def drop_prevention(
    *, problem_id: int, position: int, reason: str, actor: Actor, at: datetime
) -> Prevention:
    """Say why something is not done; the problem can be closed without it.

    Raises:
        NotPermitted: the actor does not plan them.
        NoSuchPrevention, PreventionHasEnded: see there.
        ReasonMissing: nobody says why.
    """
    prevention = going(problem_id, position)
    refuse_to_plan(actor, prevention.problem)
    reason = one_line(required_reason(reason), longest=LONGEST_RESULT)
    end(prevention, PreventionState.DROPPED, result=reason, actor=actor, at=at)
    note(prevention, Action.PREVENTION_DROPPED, actor=actor, at=at)
    return prevention


def end(
    prevention: Prevention, state: PreventionState, *, result: str, actor: Actor, at: datetime
) -> None:
    """Save how an action ended; nobody is reminded of it any more."""
    prevention.state, prevention.result = state, result
    prevention.ended_at, prevention.ended_by_id = at, actor.user_id
    prevention.next_look_at = None
    prevention.save()


def going(problem_id: int, position: int) -> Prevention:
    """Return an action that is to be done, with its problem, both locked; two queries.

    Raises:
        NoSuchPrevention: the problem has none of this number.
        PreventionHasEnded: it was done or dropped.
    """
    problem = lock_problem(problem_id)
    prevention = (
        Prevention.objects.select_for_update().filter(problem=problem, position=position).first()
    )
    if prevention is None:
        raise NoSuchPrevention(
            _("%(problem)s has no such preventive action.") % {"problem": problem.name},
            next_step=_("Load the page again to see what is planned."),
        )
    prevention.problem = problem
    if not prevention.is_open:
        raise PreventionHasEnded(
            _("This has been done, or dropped, already."),
            next_step=_("Load the page again to see how it ended."),
        )
    return prevention


def may_plan(actor: Actor, *, department_id: int) -> bool:
    """Whether somebody may plan what prevents a problem that a department has or had last."""
    try:
        refuse_others(actor, Leg(department_id=department_id))
    except NotPermitted:
        return False
    return True


def refuse_to_plan(actor: Actor, problem: Problem) -> None:
    """Refuse whoever neither works in the department that has or had it last nor steers problems.

    Raises:
        NotPermitted: so it is.
        ProblemIsClosed: it is closed.
    """
    last = Leg.objects.select_related("department").filter(problem=problem).latest("position")
    refuse_others(actor, last)
    if problem.state == ProblemState.CLOSED:
        raise ProblemIsClosed(
            _("%(problem)s is closed.") % {"problem": problem.name},
            next_step=_("Reopen it if something has to be done yet."),
        )


def kind_named(code: str) -> PreventionKind:
    """Return the kind of this code.

    Raises:
        BadPrevention: there is none.
    """
    if code not in PreventionKind.values:
        raise BadPrevention(
            _("There is no such kind of action."),
            next_step=_("Choose corrective or preventive."),
        )
    return PreventionKind(code)


def said(text: str) -> str:
    """Return in a line what is to be done.

    Raises:
        BadPrevention: nothing is said.
    """
    text = one_line(text, longest=LONGEST_TEXT)
    if not text:
        raise BadPrevention(
            _("It is not said what is to be done."), next_step=_("Say it in a sentence.")
        )
    return text


def what_was_done(result: str) -> str:
    """Return in a line what was done.

    Raises:
        BadPrevention: nothing is said.
    """
    result = one_line(result, longest=LONGEST_RESULT)
    if not result:
        raise BadPrevention(
            _("It is not said what was done."),
            next_step=_("Say it in a sentence, so that others can look it up."),
        )
    return result


def refuse_unfit(owner: User, due_on: date, *, at: datetime, zone: ZoneInfo) -> None:
    """Refuse an owner who has left and a day that cannot be meant."""
    refuse_left(owner)
    refuse_bad_day(due_on, at=at, zone=zone)


def refuse_left(owner: User) -> None:
    """Refuse somebody who does not work here any more."""
    if not owner.is_active:
        raise BadPrevention(
            _("%(name)s does not work here any more.") % {"name": owner.name},
            next_step=_("Choose somebody who can do it."),
        )


def refuse_bad_day(due_on: date, *, at: datetime, zone: ZoneInfo) -> None:
    """Refuse a day that is over, or further away than anybody plans."""
    today = at.astimezone(zone).date()
    if not today <= due_on <= today + LATEST:
        raise BadPrevention(
            _("This day is over already, or more than three years away."),
            next_step=_("Choose another one."),
        )


def zone_of_tenant() -> ZoneInfo:
    """Return the tenant's time zone; one query."""
    return ZoneInfo(Tenant.objects.get(pk=tenant_of_the_scope()).timezone)


def morning_of(day: date, *, zone: ZoneInfo) -> datetime:
    """Return eight o'clock of a day of the tenant's; pure."""
    return datetime.combine(day, MORNING, tzinfo=zone)


def first_look(due_on: date, *, at: datetime, zone: ZoneInfo) -> datetime:
    """Return when an owner is reminded first: two days before, or when the day is over; pure."""
    before = morning_of(due_on - REMINDED_BEFORE, zone=zone)
    return before if before > at else morning_of(due_on + timedelta(days=1), zone=zone)


def preventions_to_remind_of(*, at: datetime) -> QuerySet[Prevention]:
    """Return the open actions of whom somebody is to be reminded, the longest due first."""
    return Prevention.objects.filter(state=PreventionState.OPEN, next_look_at__lte=at).order_by(
        "next_look_at", "id"
    )


@transaction.atomic
def remind_of_preventions(*, at: datetime) -> int:
    """Let owners be reminded whose actions are due soon or over; returns how many.

    Before the day once; after it each week, and then the leads are told too. 200 at once.
    """
    due = list(preventions_to_remind_of(at=at).select_for_update(skip_locked=True)[:AT_ONCE])
    if not due:
        return 0
    zone = zone_of_tenant()
    today = at.astimezone(zone).date()
    for prevention in due:
        is_over = prevention.due_on < today
        prevention.reminded += 1
        prevention.next_look_at = (
            at + REMINDED_AGAIN
            if is_over
            else morning_of(prevention.due_on + timedelta(days=1), zone=zone)
        )
        prevention.save(update_fields=["reminded", "next_look_at"])
        publish(
            PreventionDue(
                problem_id=prevention.problem_id,
                prevention_id=prevention.pk,
                reminder=prevention.reminded,
                is_over=is_over,
            ),
            at=at,
        )
    return len(due)


def preventions_of(problem_id: int) -> list[Prevention]:
    """Return what is done so that a problem never comes again, with owners, in order; one query."""
    return list(
        Prevention.objects.filter(problem_id=problem_id)
        .select_related("owner", "ended_by")
        .order_by("position")
    )


def prevention_numbered(problem_id: int, position: int) -> Prevention:
    """Return one action of a problem by its number, with its owner; one query.

    Raises:
        NoSuchPrevention: the problem has none of this number.
    """
    found = Prevention.objects.select_related("owner", "problem").filter(
        problem_id=problem_id, position=position
    )
    prevention = found.first()
    if prevention is None:
        raise NoSuchPrevention(
            _("The problem has no such preventive action."),
            next_step=_("Load the page again to see what is planned."),
        )
    return prevention


def note(
    prevention: Prevention, action: Action, *, actor: Actor, at: datetime, tells_owner: bool = False
) -> None:
    """Write into the history of the problem what became of an action; its owner may be told."""
    changes: dict[str, ChangeValue] = {"action": prevention.position}
    if tells_owner:
        changes |= {"assignee": prevention.owner_id, "due_on": prevention.due_on.isoformat()}
    entry = record(action, prevention.problem, actor=actor, at=at, changes=changes)
    if tells_owner and prevention.owner_id != actor.user_id:
        publish(
            PreventionPlanned(
                problem_id=prevention.problem_id, prevention_id=prevention.pk, planned_at=at
            ),
            at=at,
            entry_id=entry.pk,
        )
