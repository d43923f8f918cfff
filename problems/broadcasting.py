"""One decision, everybody told once: write it, ask a lead, let it go, hold it, end it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.numbering import next_number
from problems.broadcast_policies import approval_size
from problems.events import BroadcastAsked
from problems.models import Broadcast, Estimate, Leg, Problem
from problems.models.broadcast import UNFINISHED, BroadcastKind, BroadcastState
from problems.models.leg import Because
from problems.recipients import Chosen, recipients_of, untold
from problems.states import Outcome
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

# News of a kind leaves no room for what was not yet told of these.
OVERTAKEN_BY: dict[BroadcastKind, tuple[BroadcastKind, ...]] = {
    BroadcastKind.WORKAROUND: (BroadcastKind.WORKAROUND,),
    BroadcastKind.ESTIMATE: (BroadcastKind.ESTIMATE,),
    BroadcastKind.FIXED: tuple(BroadcastKind),
    BroadcastKind.WONT_FIX: tuple(BroadcastKind),
    BroadcastKind.REGRESSION: (
        BroadcastKind.FIXED,
        BroadcastKind.WONT_FIX,
        BroadcastKind.REGRESSION,
    ),
}
MAY_BE_SENT = (BroadcastState.DRAFT, BroadcastState.ASKED)
MAY_BE_PAUSED = (BroadcastState.SCHEDULED, BroadcastState.SENDING)


class NothingToTell(Refusal):
    """The decision that a broadcast would tell of was not made."""

    code = "nothing_to_tell"


class NobodyToTell(Refusal):
    """Everybody whom it is for was told already, or there is nobody."""

    code = "nobody_to_tell"


class BroadcastIsPast(Refusal):
    """The broadcast is past this step, or not there yet."""

    code = "broadcast_is_past"


class BroadcastChangedMeanwhile(Refusal):
    """Somebody else changed the broadcast since this person read it."""

    code = "changed_meanwhile"


class OwnBroadcast(Refusal):
    """Who wrote a broadcast does not say yes to it."""

    code = "own_broadcast"


class WithoutWords(Refusal):
    """That it is not fixed needs a reason that customers may read."""

    code = "without_words"
    status = 422


# ---- what is told, and by whom ---------------------------------------------------------------


def occasion_of(problem: Problem, kind: BroadcastKind) -> tuple[str, Estimate | None]:
    """Return the name of the newest decision of a kind, and its estimate; at most one query.

    Raises:
        NothingToTell: there is no such decision.
    """
    found = OCCASIONS[kind](problem)
    if found is None:
        raise NothingToTell(
            NOT_DECIDED[kind](), next_step=_("Decide it on the problem's page, then tell it.")
        )
    return found


Occasion = tuple[str, Estimate | None] | None


def named(kind: str, at: datetime) -> str:
    """Return the name of a decision by its kind and time, to the second."""
    return f"{kind}:{at:%Y%m%d%H%M%S}"


def of_workaround(problem: Problem) -> Occasion:
    """Return the newest workaround of an open problem."""
    if problem.workaround_at is None or not problem.is_open:
        return None
    return named("workaround", problem.workaround_at), None


def of_estimate(problem: Problem) -> Occasion:
    """Return the newest estimate, if customers may know it; one query."""
    newest = Estimate.objects.filter(problem=problem).order_by("-id").first()
    if newest is None or not newest.is_public or not problem.is_open:
        return None
    return f"estimate:{newest.pk}", newest


def of_fix(problem: Problem) -> Occasion:
    """Return the fix, while it holds."""
    if problem.resolved_at is None or problem.is_open or problem.outcome != Outcome.FIX_APPLIED:
        return None
    return named("fixed", problem.resolved_at), None


def of_end_without_fix(problem: Problem) -> Occasion:
    """Return the decision not to fix it."""
    if problem.resolved_at is None or problem.is_open or problem.outcome == Outcome.FIX_APPLIED:
        return None
    return named("wont_fix", problem.resolved_at), None


def of_regression(problem: Problem) -> Occasion:
    """Return the last time that it came back, while it is open; one query."""
    last = (
        Leg.objects.filter(problem=problem, entered_because=Because.REOPENED)
        .order_by("-id")
        .first()
        if problem.is_open
        else None
    )
    return (named("reopened", last.entered_at), None) if last is not None else None


OCCASIONS = {
    BroadcastKind.WORKAROUND: of_workaround,
    BroadcastKind.ESTIMATE: of_estimate,
    BroadcastKind.FIXED: of_fix,
    BroadcastKind.WONT_FIX: of_end_without_fix,
    BroadcastKind.REGRESSION: of_regression,
}
NOT_DECIDED = {
    BroadcastKind.WORKAROUND: lambda: _("No workaround is published."),
    BroadcastKind.ESTIMATE: lambda: _("There is no date that customers may know."),
    BroadcastKind.FIXED: lambda: _("The problem is not fixed."),
    BroadcastKind.WONT_FIX: lambda: _("The problem did not end without a fix."),
    BroadcastKind.REGRESSION: lambda: _("The problem was not reopened."),
}


def may_tell(actor: Actor, problem: Problem) -> bool:
    """Whether an actor may write to those affected; at most one query.

    Whoever steers problems may, and the department that has it or had it last.
    """
    if actor.may(Permission.STEER_PROBLEM):
        return True
    if not actor.may(Permission.WORK_PROBLEM):
        return False
    last = Leg.objects.filter(problem=problem).order_by("-position").values_list("department_id")
    return any(actor.works_in(department_id) for (department_id,) in last[:1])


def refuse_others(actor: Actor, problem: Problem) -> None:
    """Refuse whoever may not write to those affected.

    Raises:
        NotPermitted: they neither steer problems nor work in the department that has it.
    """
    if not may_tell(actor, problem):
        raise NotPermitted(
            _("Those who work on a problem write to its customers."),
            next_step=_("Ask the department that has it, or a service lead."),
        )


# ---- write ------------------------------------------------------------------------------------


@transaction.atomic
def begin_broadcast(
    problem: Problem,
    *,
    kind: BroadcastKind,
    occasion: str,
    actor: Actor,
    at: datetime,
    estimate: Estimate | None = None,
    reason: str = "",
    is_automatic: bool = True,
) -> Broadcast | None:
    """Tell everybody affected what was just decided: at once, or when a lead says yes.

    What an older decision has not told yet is not told any more. A second call for the same
    occasion returns the same broadcast; None where there is nobody to tell. About ten queries.
    """
    stop_overtaken(problem, kind=kind, occasion=occasion, actor=actor, at=at)
    known = Broadcast.objects.filter(problem=problem, occasion=occasion, is_automatic=True).first()
    if known is not None:
        return known
    broadcast = Broadcast(
        problem=problem,
        kind=kind,
        occasion=occasion,
        reason=reason.strip(),
        estimate=estimate,
        is_automatic=is_automatic,
        created_by_id=actor.user_id,
        created_at=at,
    )
    if not untold(recipients_of(broadcast), occasion=occasion).exists():
        return None
    broadcast.number = next_number("broadcast")
    broadcast.save()
    write_down(broadcast, Action.BROADCAST_DRAFTED, actor=actor, at=at, facts={"what": kind.value})
    send_or_ask(broadcast, due_at=at, actor=actor, at=at)
    return broadcast


def stop_overtaken(
    problem: Problem, *, kind: BroadcastKind, occasion: str, actor: Actor, at: datetime
) -> None:
    """Stop what was not told yet of decisions that newer news leaves behind; one query."""
    overtaken = (
        Broadcast.objects.select_for_update(of=("self",))
        .filter(problem=problem, kind__in=OVERTAKEN_BY[kind], state__in=UNFINISHED)
        .exclude(occasion=occasion)
        .order_by("id")
    )
    for broadcast in overtaken:
        end_unfinished(broadcast, actor=actor, at=at, facts={"overtaken_by": kind.value})


@transaction.atomic
def draft_broadcast(
    *,
    problem_id: int,
    kind: BroadcastKind,
    subject: str,
    text: str,
    reason: str,
    filters: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> Broadcast:
    """Write what those affected shall be told of a decision; nobody is told yet.

    Empty `subject` and `text` mean the tenant's usual words. Variables of the words are checked by
    the caller (`servicedesk.notifications.broadcast_words`).

    Raises:
        NotPermitted: the actor does not work on the problem.
        NothingToTell: the decision was not made.
        WithoutWords: that it is not fixed needs a reason.
        BadRecipients: nobody can be chosen like this.
    """
    problem = Problem.objects.get(pk=problem_id)
    refuse_others(actor, problem)
    occasion, estimate = occasion_of(problem, kind)
    refuse_without_reason(kind, reason)
    broadcast = Broadcast.objects.create(
        number=next_number("broadcast"),
        problem=problem,
        kind=kind,
        occasion=occasion,
        estimate=estimate,
        subject=subject,
        text=text,
        reason=reason.strip(),
        filters=Chosen.of(filters).as_filters(),
        created_by_id=actor.user_id,
        created_at=at,
    )
    write_down(broadcast, Action.BROADCAST_DRAFTED, actor=actor, at=at, facts={"what": kind.value})
    return broadcast


@transaction.atomic
def edit_broadcast(
    *,
    broadcast_id: int,
    subject: str,
    text: str,
    reason: str,
    filters: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Broadcast:
    """Write a draft anew; one that waits for a lead's yes becomes a draft again.

    Raises:
        BroadcastIsPast: it was let go, or stopped.
        BroadcastChangedMeanwhile: somebody was faster.
        NotPermitted, WithoutWords, BadRecipients: see `draft_broadcast`.
    """
    broadcast = lock_broadcast(broadcast_id, expected_version=expected_version)
    refuse_others(actor, broadcast.problem)
    refuse_unless(broadcast, *MAY_BE_SENT)
    refuse_without_reason(BroadcastKind(broadcast.kind), reason)
    was_asked = broadcast.state == BroadcastState.ASKED
    if was_asked:
        broadcast.take_back()
    broadcast.subject, broadcast.text, broadcast.reason = subject, text, reason.strip()
    broadcast.filters = Chosen.of(filters).as_filters()
    write_down(
        broadcast, Action.BROADCAST_EDITED, actor=actor, at=at, changes_state=was_asked, keeps=True
    )
    return broadcast


def refuse_without_reason(kind: BroadcastKind, reason: str) -> None:
    """Refuse to say that something is not fixed without saying why."""
    if kind == BroadcastKind.WONT_FIX and not reason.strip():
        raise WithoutWords(
            _("Customers need to know why it is not fixed."),
            next_step=_("Write a reason that they may read."),
        )


# ---- let it go --------------------------------------------------------------------------------


@transaction.atomic
def send_broadcast(
    *,
    broadcast_id: int,
    actor: Actor,
    at: datetime,
    due_at: datetime | None = None,
    expected_version: int | None = None,
) -> Broadcast:
    """Let a draft go, now or at `due_at`; above the tenant's size it waits for a lead's yes.

    Raises:
        BroadcastIsPast: it is no draft any more.
        NothingToTell: there is newer news than what it tells of.
        NobodyToTell: everybody whom it is for was told.
        NotPermitted, BroadcastChangedMeanwhile: see `edit_broadcast`.
    """
    broadcast = lock_broadcast(broadcast_id, expected_version=expected_version)
    refuse_others(actor, broadcast.problem)
    refuse_unless(broadcast, BroadcastState.DRAFT)
    refuse_stale(broadcast)
    if not untold(recipients_of(broadcast), occasion=broadcast.occasion).exists():
        raise NobodyToTell(
            _("Everybody whom this is for was told already, or there is nobody."),
            next_step=_("Choose other recipients, or leave it."),
        )
    send_or_ask(broadcast, due_at=max(due_at or at, at), actor=actor, at=at)
    return broadcast


def refuse_stale(broadcast: Broadcast) -> None:
    """Refuse to tell of a decision that a newer one has replaced; two queries.

    Raises:
        NothingToTell: it is not so any more.
    """
    occasion, _estimate = occasion_of(broadcast.problem, BroadcastKind(broadcast.kind))
    if occasion != broadcast.occasion:
        raise NothingToTell(
            _("What this tells of is not the newest any more."),
            next_step=_("Stop it, and tell of the newest."),
        )


def send_or_ask(broadcast: Broadcast, *, due_at: datetime, actor: Actor, at: datetime) -> None:
    """Schedule a broadcast, or ask the leads first if it is for many; three queries."""
    broadcast.size = untold(recipients_of(broadcast), occasion=broadcast.occasion).count()
    broadcast.due_at = due_at
    if broadcast.size > approval_size() and broadcast.decided_at is None:
        ask_leads(broadcast, actor=actor, at=at)
        return
    broadcast.schedule(due_at=due_at)
    write_down(
        broadcast,
        Action.BROADCAST_SCHEDULED,
        actor=actor,
        at=at,
        changes_state=True,
        facts={"customers": broadcast.size, "due_at": due_at.isoformat()},
    )


def ask_leads(broadcast: Broadcast, *, actor: Actor, at: datetime) -> None:
    """Let a broadcast wait for a lead's yes, and tell the leads."""
    broadcast.ask(at=at)
    write_down(
        broadcast,
        Action.BROADCAST_ASKED,
        actor=actor,
        at=at,
        changes_state=True,
        facts={"customers": broadcast.size},
    )
    publish(
        BroadcastAsked(problem_id=broadcast.problem_id, broadcast_id=broadcast.pk, asked_at=at),
        at=at,
    )


@transaction.atomic
def decide_broadcast(
    *,
    broadcast_id: int,
    is_approved: bool,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Broadcast:
    """Say yes or no to a broadcast that is for many; a yes lets it go when it was planned.

    Raises:
        NotPermitted: the actor does not approve broadcasts.
        OwnBroadcast: they wrote it.
        BroadcastIsPast: it does not wait for a yes.
        BroadcastChangedMeanwhile: it is not what the actor read.
        NothingToTell: it is not so any more.
    """
    actor.require(Permission.APPROVE_BROADCAST)
    broadcast = lock_broadcast(broadcast_id, expected_version=expected_version)
    refuse_unless(broadcast, BroadcastState.ASKED)
    if actor.user_id is not None and actor.user_id == broadcast.created_by_id:
        raise OwnBroadcast(
            _("Nobody says yes to what they wrote themselves."),
            next_step=_("Ask another service lead."),
        )
    broadcast.decided_by_id = actor.user_id
    if is_approved:
        refuse_stale(broadcast)
        broadcast.decided_at = at
        broadcast.schedule(due_at=max(broadcast.due_at or at, at))
    else:
        broadcast.decline(at=at)
    write_down(
        broadcast,
        Action.BROADCAST_APPROVED if is_approved else Action.BROADCAST_DECLINED,
        actor=actor,
        at=at,
        changes_state=True,
        keeps=True,
    )
    return broadcast


# ---- hold it, end it --------------------------------------------------------------------------


@transaction.atomic
def pause_broadcast(*, broadcast_id: int, actor: Actor, at: datetime) -> Broadcast:
    """Let nothing more of a broadcast leave until it goes on, prepared or not.

    Raises:
        BroadcastIsPast: it is not under way.
        NotPermitted: see `send_broadcast`.
    """
    broadcast = lock_broadcast(broadcast_id)
    refuse_others(actor, broadcast.problem)
    refuse_unless(broadcast, *MAY_BE_PAUSED)
    broadcast.pause(at=at)
    write_down(broadcast, Action.BROADCAST_PAUSED, actor=actor, at=at, changes_state=True)
    return broadcast


@transaction.atomic
def go_on_with_broadcast(*, broadcast_id: int, actor: Actor, at: datetime) -> Broadcast:
    """Let a paused broadcast go on where it stood.

    Raises:
        BroadcastIsPast: it is not paused.
        NothingToTell: it is not so any more.
        NotPermitted: see `send_broadcast`.
    """
    broadcast = lock_broadcast(broadcast_id)
    refuse_others(actor, broadcast.problem)
    refuse_unless(broadcast, BroadcastState.PAUSED)
    refuse_stale(broadcast)
    broadcast.go_on(due_at=at)
    write_down(broadcast, Action.BROADCAST_RESUMED, actor=actor, at=at, changes_state=True)
    return broadcast


@transaction.atomic
def stop_broadcast(*, broadcast_id: int, actor: Actor, at: datetime) -> Broadcast:
    """End a broadcast: what has not left never leaves, and is listed as stopped.

    Raises:
        BroadcastIsPast: everything left, or it was stopped before.
        NotPermitted: see `send_broadcast`.
    """
    broadcast = lock_broadcast(broadcast_id)
    refuse_others(actor, broadcast.problem)
    refuse_unless(broadcast, *UNFINISHED)
    end_unfinished(broadcast, actor=actor, at=at)
    return broadcast


def end_unfinished(
    broadcast: Broadcast,
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, ChangeValue] | None = None,
) -> None:
    """Stop a locked broadcast; what it prepared is dropped by the upkeep, the sender waits."""
    broadcast.stop(at=at)
    write_down(
        broadcast, Action.BROADCAST_STOPPED, actor=actor, at=at, changes_state=True, facts=facts
    )


# ---- what the upkeep does ---------------------------------------------------------------------


def release(broadcast: Broadcast, *, actor: Actor, at: datetime) -> bool:
    """Begin a locked broadcast whose time has come; whether it began.

    One that has grown above the tenant's size since waits for a lead. One that is not true any
    more is stopped.
    """
    try:
        refuse_stale(broadcast)
    except NothingToTell:
        end_unfinished(broadcast, actor=actor, at=at, facts={"overtaken_by": ""})
        return False
    if broadcast.released_at is None:
        broadcast.size = untold(recipients_of(broadcast), occasion=broadcast.occasion).count()
        if broadcast.size > approval_size() and broadcast.decided_at is None:
            ask_leads(broadcast, actor=actor, at=at)
            return False
    broadcast.release(at=at)
    write_down(
        broadcast,
        Action.BROADCAST_RELEASED,
        actor=actor,
        at=at,
        changes_state=True,
        facts={"customers": broadcast.size},
    )
    return True


def finish(broadcast: Broadcast, *, actor: Actor, at: datetime) -> None:
    """Note that everything of a locked broadcast has left or was dropped."""
    broadcast.finish(at=at)
    write_down(
        broadcast,
        Action.BROADCAST_FINISHED,
        actor=actor,
        at=at,
        changes_state=True,
        facts={"customers": broadcast.prepared},
    )


def lock_broadcast(broadcast_id: int, *, expected_version: int | None = None) -> Broadcast:
    """Return a broadcast with its problem, locked until the transaction ends; one query.

    Raises:
        BroadcastChangedMeanwhile: `expected_version` is given and is not the version of today.
    """
    broadcast = (
        Broadcast.objects.select_for_update(of=("self",))
        .select_related("problem")
        .get(pk=broadcast_id)
    )
    if expected_version is not None and broadcast.version != expected_version:
        raise BroadcastChangedMeanwhile(
            _("Somebody changed this while you had it open."),
            next_step=_("Load it again, look at what is new, and decide once more."),
        )
    return broadcast


def refuse_unless(broadcast: Broadcast, *states: BroadcastState) -> None:
    """Refuse a step that does not fit the state."""
    if broadcast.state not in states:
        raise BroadcastIsPast(
            _("%(broadcast)s is not at this step any more.") % {"broadcast": broadcast},
            next_step=_("Load it again to see where it stands."),
        )


def write_down(
    broadcast: Broadcast,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, ChangeValue] | None = None,
    changes_state: bool = False,
    keeps: bool = False,
) -> None:
    """Store a changed broadcast and its line of history; two queries.

    `keeps` counts a change by a person, which others may not have read.
    """
    if keeps:
        broadcast.version += 1
    broadcast.save()
    record(
        action,
        broadcast,
        actor=actor,
        at=at,
        changes={"problem": broadcast.problem_id, **(facts or {})},
        changes_state=changes_state,
    )
