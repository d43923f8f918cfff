"""Changes: plan, approve, begin, finish, back out, cancel; and what they are to problems."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.numbering import next_number
from customers.models import Product
from problems.change_rights import ChangeIsPast, lock_change, refuse_to_approve, refuse_to_work
from problems.events import ChangeApproved, ChangeBackedOut, ChangeDone, ChangePlanned
from problems.lifecycle import lock_problem, required_reason
from problems.models import Change, Note, Problem, ProblemChange
from problems.models.change import AHEAD, ChangeKind, ChangeRisk, ChangeRole, ChangeState
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.lengths import fitting
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.refusals import Refusal


class ChangeNotDescribed(Refusal):
    """Title, plan or the way back is missing."""

    code = "change_not_described"


class BadWindow(Refusal):
    """The window ends before it begins."""

    code = "bad_window"


class NotApproved(Refusal):
    """Nobody has approved the change."""

    code = "not_approved"


class CarriesNothing(Refusal):
    """The change cannot have carried the fix."""

    code = "carries_nothing"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is planned: what, how bad if it fails, how, the way back, and when."""

    title: str
    kind: ChangeKind
    risk: ChangeRisk
    department: Department
    product: Product | None
    plan: str
    back_out_plan: str
    reference: str
    starts_at: datetime
    ends_at: datetime


@transaction.atomic
def plan_change(
    *,
    plan: Plan,
    actor: Actor,
    at: datetime,
    problem_id: int | None = None,
    role: ChangeRole = ChangeRole.FIXES,
) -> Change:
    """Plan a change, mostly for a problem whose fix it is to carry; about seven queries.

    Raises:
        NotPermitted: the actor works in another department.
        ChangeNotDescribed, BadWindow: see `refuse_incomplete`.
    """
    refuse_to_work(actor, plan.department)
    refuse_incomplete(plan)
    change = Change(number=next_number("change"), asked_by_id=actor.user_id, created_at=at)
    put(change, plan)
    change.save()
    if problem_id is not None:
        ProblemChange.objects.create(change=change, problem=lock_problem(problem_id), role=role)
    entry_id = tell_of(
        change,
        Action.CHANGE_PLANNED,
        actor=actor,
        at=at,
        changes={"kind": change.kind, "risk": change.risk},
    )
    publish(ChangePlanned(change_id=change.pk, planned_at=at), at=at, entry_id=entry_id)
    return change


@transaction.atomic
def revise_change(*, change_id: int, plan: Plan, actor: Actor, at: datetime) -> Change:
    """Plan it anew; what was approved before has to be approved once more.

    Raises:
        NotPermitted, ChangeNotDescribed, BadWindow: see `plan_change`.
        ChangeIsPast: it has begun or ended.
    """
    change = lock_change(change_id, ChangeState.PLANNED, ChangeState.APPROVED)
    refuse_to_work(actor, change.department)
    refuse_to_work(actor, plan.department)
    refuse_incomplete(plan)
    change.revise()
    put(change, plan)
    # Whoever plans is who asks: nobody approves what they have changed themselves.
    change.asked_by_id = actor.user_id
    change.approved_by, change.approved_at = None, None
    change.save()
    entry_id = tell_of(change, Action.CHANGE_REVISED, actor=actor, at=at)
    publish(ChangePlanned(change_id=change.pk, planned_at=at), at=at, entry_id=entry_id)
    return change


@transaction.atomic
def approve_change(*, change_id: int, actor: Actor, at: datetime) -> Change:
    """Say yes: the head of the department, or a service lead, and never who asked.

    Raises:
        NotPermitted: the actor is neither.
        OwnChange: they asked for it themselves.
        ChangeIsPast: it needs no approval, has one, has begun or ended.
    """
    change = lock_change(change_id, ChangeState.PLANNED)
    if not change.needs_approval:
        raise ChangeIsPast(
            _("%(change)s is a standard change: it needs no approval.") % {"change": change.name},
            next_step=_("Begin it in its window."),
        )
    refuse_to_approve(actor, change)
    change.approve()
    change.approved_by_id, change.approved_at = actor.user_id, at
    change.save()
    entry_id = tell_of(change, Action.CHANGE_APPROVED, actor=actor, at=at)
    publish(ChangeApproved(change_id=change.pk, approved_at=at), at=at, entry_id=entry_id)
    return change


@transaction.atomic
def begin_change(*, change_id: int, actor: Actor, at: datetime) -> Change:
    """Begin to make the change.

    Raises:
        NotPermitted: the actor works in another department.
        NotApproved: nobody said yes, and somebody has to.
        ChangeIsPast: it has begun or ended.
    """
    change = lock_change(change_id, ChangeState.PLANNED, ChangeState.APPROVED)
    refuse_to_work(actor, change.department)
    if change.needs_approval and change.state != ChangeState.APPROVED:
        raise NotApproved(
            _("Nobody has approved %(change)s.") % {"change": change.name},
            next_step=_("Ask the head of %(department)s or a service lead.")
            % {"department": change.department.name},
        )
    change.begin()
    change.began_at = at
    change.save()
    tell_of(change, Action.CHANGE_BEGUN, actor=actor, at=at)
    return change


@transaction.atomic
def finish_change(*, change_id: int, outcome: str, actor: Actor, at: datetime) -> Change:
    """It is in place.

    Raises:
        NotPermitted: the actor works in another department.
        ChangeIsPast: it has not begun, or has ended.
    """
    change = lock_change(change_id, ChangeState.IN_PROGRESS)
    refuse_to_work(actor, change.department)
    change.finish()
    end(change, outcome=outcome, at=at)
    entry_id = tell_of(change, Action.CHANGE_DONE, actor=actor, at=at)
    publish(ChangeDone(change_id=change.pk, ended_at=at), at=at, entry_id=entry_id)
    return change


@transaction.atomic
def back_out_change(*, change_id: int, reason: str, actor: Actor, at: datetime) -> Change:
    """Take it back; every problem that it was to fix is told so in a note.

    Raises:
        ReasonMissing: no reason was given.
        NotPermitted: the actor works in another department.
        ChangeIsPast: it has not begun, or was taken back before.
    """
    reason = required_reason(reason)
    change = lock_change(change_id, ChangeState.IN_PROGRESS, ChangeState.DONE)
    refuse_to_work(actor, change.department)
    change.back_out()
    end(change, outcome=reason, at=at)
    sentence = _("%(change)s (%(title)s) was backed out: %(reason)s") % {
        "change": change.name,
        "title": change.title,
        "reason": reason,
    }
    for link in change.problems.filter(role=ChangeRole.FIXES).order_by("id"):
        Note.objects.create(problem_id=link.problem_id, text=sentence, user_id=actor.user_id, at=at)
    entry_id = tell_of(change, Action.CHANGE_BACKED_OUT, actor=actor, at=at)
    publish(ChangeBackedOut(change_id=change.pk, ended_at=at), at=at, entry_id=entry_id)
    return change


@transaction.atomic
def cancel_change(*, change_id: int, reason: str, actor: Actor, at: datetime) -> Change:
    """It will not be made.

    Raises:
        ReasonMissing: no reason was given.
        NotPermitted: the actor works in another department.
        ChangeIsPast: it has begun or ended.
    """
    reason = required_reason(reason)
    change = lock_change(change_id, ChangeState.PLANNED, ChangeState.APPROVED)
    refuse_to_work(actor, change.department)
    change.cancel()
    end(change, outcome=reason, at=at)
    tell_of(change, Action.CHANGE_CANCELLED, actor=actor, at=at)
    return change


# ---- what it is to problems ------------------------------------------------------------------


@transaction.atomic
def link_change(
    *, change_id: int, problem_id: int, role: ChangeRole, actor: Actor, at: datetime
) -> ProblemChange:
    """Say that a change fixes a problem, or that it caused it.

    Raises:
        NotPermitted: the actor works neither in its department nor steers problems.
    """
    change = lock_change(change_id, *ChangeState)
    refuse_to_work(actor, change.department)
    link, _is_new = ProblemChange.objects.update_or_create(
        change=change,
        problem=lock_problem(problem_id),
        defaults={"role": role, "carried_at": None},
    )
    facts: dict[str, ChangeValue] = {"change": change.number, "role": role.value}
    record(Action.CHANGE_LINKED, link.problem, actor=actor, at=at, changes=facts)
    record(Action.CHANGE_LINKED, change, actor=actor, at=at, changes={"problem": problem_id})
    return link


@transaction.atomic
def unlink_change(*, change_id: int, problem_id: int, actor: Actor, at: datetime) -> None:
    """Say that a change has nothing to do with a problem.

    Raises:
        NotPermitted: the actor works neither in its department nor steers problems.
        ChangeIsPast: it was not linked.
    """
    change = lock_change(change_id, *ChangeState)
    refuse_to_work(actor, change.department)
    problem = lock_problem(problem_id)
    gone, _tables = ProblemChange.objects.filter(change=change, problem=problem).delete()
    if not gone:
        raise ChangeIsPast(
            _("%(change)s is not linked with %(problem)s.")
            % {"change": change.name, "problem": problem.name},
            next_step=_("Load the page again."),
        )
    record(Action.CHANGE_UNLINKED, problem, actor=actor, at=at, changes={"change": change.number})
    record(Action.CHANGE_UNLINKED, change, actor=actor, at=at, changes={"problem": problem_id})


@transaction.atomic
def name_carrier(*, problem_id: int, change_id: int, actor: Actor, at: datetime) -> Change:
    """Say by which change the fix of a problem came; it is linked with it if it was not.

    Called with the step that puts the fix in place, in one transaction with it.

    Raises:
        CarriesNothing: the change was backed out or cancelled, or has not begun.
    """
    change = lock_change(change_id, *ChangeState)
    if change.state not in (ChangeState.IN_PROGRESS, ChangeState.DONE):
        raise CarriesNothing(
            _("%(change)s has carried nothing yet, or was taken back.") % {"change": change.name},
            next_step=_("Choose the change that is in place."),
        )
    problem: Problem = lock_problem(problem_id)
    ProblemChange.objects.filter(problem=problem).update(carried_at=None)
    ProblemChange.objects.update_or_create(
        change=change,
        problem=problem,
        defaults={"role": ChangeRole.FIXES, "carried_at": at},
    )
    record(Action.CHANGE_CARRIED, problem, actor=actor, at=at, changes={"change": change.number})
    record(Action.CHANGE_CARRIED, change, actor=actor, at=at, changes={"problem": problem.pk})
    return change


@transaction.atomic
def move_changes(*, department: Department, to: Department, actor: Actor, at: datetime) -> int:
    """Let another department make what one had planned or begun; returns how many changes."""
    ids = list(changes_ahead_of(department).values_list("pk", flat=True))
    for change_id in ids:
        move_change(change_id, to=to, actor=actor, at=at)
    return len(ids)


def move_change(change_id: int, *, to: Department, actor: Actor, at: datetime) -> None:
    """Let another department make a change that is planned or begun; the caller may do that.

    Raises:
        ChangeIsPast: it has ended.
    """
    change = lock_change(change_id, *AHEAD)
    before, change.department = change.department_id, to
    change.save(update_fields=["department"])
    record(
        Action.CHANGE_MOVED,
        change,
        actor=actor,
        at=at,
        changes={"department": to.pk, "department_was": before},
    )


def changes_ahead_of(department: Department) -> QuerySet[Change]:
    """Return what a department has planned or begun, the oldest first."""
    return Change.objects.filter(department=department, state__in=AHEAD).order_by("id")


# ---- what every step does --------------------------------------------------------------------


def refuse_incomplete(plan: Plan) -> None:
    """Refuse a plan that nobody could judge.

    Raises:
        ChangeNotDescribed: it has no title, or, unless it is a standard change, no plan or no way
            back.
        BadWindow: it ends before it begins.
    """
    missing = [
        word
        for word, is_missing in (
            (_("a title"), not plan.title.strip()),
            (_("a plan"), plan.kind != ChangeKind.STANDARD and not plan.plan.strip()),
            (
                _("a way back"),
                plan.kind != ChangeKind.STANDARD and not plan.back_out_plan.strip(),
            ),
        )
        if is_missing
    ]
    if missing:
        raise ChangeNotDescribed(
            _("The change lacks %(missing)s.") % {"missing": ", ".join(missing)},
            next_step=_("Complete it, so that others can judge it."),
        )
    if plan.ends_at <= plan.starts_at:
        raise BadWindow(_("The window ends before it begins."), next_step=_("Give a later end."))


def put(change: Change, plan: Plan) -> None:
    """Write a plan into a change; saves nothing."""
    change.title = fitting(plan.title, longest=200)
    change.kind, change.risk = plan.kind, plan.risk
    change.department, change.product = plan.department, plan.product
    change.plan, change.back_out_plan = plan.plan.strip(), plan.back_out_plan.strip()
    change.reference = fitting(plan.reference, longest=200)
    change.starts_at, change.ends_at = plan.starts_at, plan.ends_at


def end(change: Change, *, outcome: str, at: datetime) -> None:
    """Save a change that has just ended, with what came of it."""
    change.outcome, change.ended_at = outcome.strip(), at
    change.save()


def tell_of(
    change: Change,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    changes: dict[str, ChangeValue] | None = None,
) -> int:
    """Write a change of state into the history of the change and of its problems."""
    facts: dict[str, ChangeValue] = {"department": change.department_id, **(changes or {})}
    entry = record(action, change, actor=actor, at=at, changes=facts, changes_state=True)
    for link in change.problems.select_related("problem").order_by("id"):
        record(action, link.problem, actor=actor, at=at, changes={"change": change.number, **facts})
    return entry.pk
