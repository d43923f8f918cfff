"""One decision, everybody told once: write it, ask a lead, let it go, hold it, end it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.numbering import next_number
from problems.broadcast_occasions import occasion_of, refuse_stale
from problems.broadcast_rights import (
    OwnBroadcast,
    lock_broadcast,
    refuse_others,
    refuse_unless,
    write_down,
)
from problems.broadcast_steps import end_unfinished, is_stale, send_or_ask
from problems.four_eyes import hands_in_broadcast, refuse_programs
from problems.hearers import enter_followers
from problems.models import Broadcast, Estimate, Problem
from problems.models.broadcast import UNFINISHED, BroadcastKind, BroadcastState
from problems.recipients import Chosen, recipients_of, untold
from workflow.history.actions import Action
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

# News of a kind leaves no room for what was not yet told of these.
OVERTAKEN_BY: dict[BroadcastKind, tuple[BroadcastKind, ...]] = {
    BroadcastKind.WORKAROUND: (BroadcastKind.WORKAROUND,),
    BroadcastKind.ESTIMATE: (BroadcastKind.ESTIMATE, BroadcastKind.PROMISE),
    # Only what is not so any more: the date that was taken back, a time that moved again.
    BroadcastKind.PROMISE: (BroadcastKind.PROMISE, BroadcastKind.ESTIMATE),
    BroadcastKind.FIXED: tuple(BroadcastKind),
    BroadcastKind.WONT_FIX: tuple(BroadcastKind),
    BroadcastKind.REGRESSION: (
        BroadcastKind.FIXED,
        BroadcastKind.WONT_FIX,
        BroadcastKind.REGRESSION,
        BroadcastKind.PROMISE,
    ),
}
MAY_BE_SENT = (BroadcastState.DRAFT, BroadcastState.ASKED)
MAY_BE_PAUSED = (BroadcastState.SCHEDULED, BroadcastState.SENDING)


class NobodyToTell(Refusal):
    """Everybody whom it is for was told already, or there is nobody."""

    code = "nobody_to_tell"


class WithoutWords(Refusal):
    """That it is not fixed needs a reason that customers may read."""

    code = "without_words"
    status = 422


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
    """Tell those affected, and who follows, what was just decided: at once, or after a lead's yes.

    What an older decision has not told yet is not told any more. A second call for the same
    occasion returns the same broadcast; None where there is nobody to tell. About ten queries.
    """
    known = Broadcast.objects.filter(problem=problem, occasion=occasion, is_automatic=True).first()
    if known is not None:
        # Heard again, it is no news: what was decided since is not stopped for it.
        return known
    stop_overtaken(problem, kind=kind, occasion=occasion, actor=actor, at=at)
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
    enter_followers(problem.pk)
    if not untold(recipients_of(broadcast), occasion=occasion).exists():
        return None
    broadcast.number = next_number("broadcast")
    broadcast.save()
    write_down(
        broadcast,
        Action.BROADCAST_DRAFTED,
        actor=actor,
        at=at,
        changes_state=True,
        facts={"what": kind.value},
    )
    send_or_ask(broadcast, due_at=at, actor=actor, at=at)
    return broadcast


@transaction.atomic
def tell_why_not_fixed(
    *, problem_id: int, reason: str, actor: Actor, at: datetime
) -> Broadcast | None:
    """Tell everybody affected by a problem that ended without a fix why it stays as it is.

    `reason` is for customers, not what colleagues said to one another. Without one nobody is told.

    Raises:
        NotPermitted: the actor does not work on the problem.
        NothingToTell: it did not end without a fix.
    """
    if not reason.strip():
        return None
    problem = Problem.objects.get(pk=problem_id)
    refuse_others(actor, problem)
    kind = BroadcastKind.WONT_FIX
    occasion, _estimate = occasion_of(problem, kind)
    return begin_broadcast(problem, kind=kind, occasion=occasion, reason=reason, actor=actor, at=at)


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
        if kind == BroadcastKind.PROMISE and not is_stale(broadcast):
            continue
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
    write_down(
        broadcast,
        Action.BROADCAST_DRAFTED,
        actor=actor,
        at=at,
        changes_state=True,
        facts={"what": kind.value},
    )
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
    enter_followers(broadcast.problem_id)
    if not untold(recipients_of(broadcast), occasion=broadcast.occasion).exists():
        raise NobodyToTell(
            _("Everybody whom this is for was told already, or there is nobody."),
            next_step=_("Choose other recipients, or leave it."),
        )
    # What is sent anew needs a new yes.
    broadcast.decided_by_id = broadcast.decided_at = None
    send_or_ask(broadcast, due_at=max(due_at or at, at), actor=actor, at=at)
    return broadcast


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
        NotPermitted: the actor does not approve broadcasts, or is a program that says yes.
        OwnBroadcast: they say yes to what they wrote, sent, or decided.
        BroadcastIsPast: it does not wait for a yes.
        BroadcastChangedMeanwhile: it is not what the actor read.
        NothingToTell: it is not so any more.
    """
    actor.require(Permission.APPROVE_BROADCAST)
    broadcast = lock_broadcast(broadcast_id, expected_version=expected_version)
    refuse_unless(broadcast, BroadcastState.ASKED)
    if is_approved:
        refuse_own(broadcast, actor=actor)
        refuse_stale(broadcast)
    broadcast.decided_by_id = actor.user_id
    if is_approved:
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


def refuse_own(broadcast: Broadcast, *, actor: Actor) -> None:
    """Refuse a yes by a program, or by whoever had a hand in what is told."""
    refuse_programs(actor)
    if actor.user_id in hands_in_broadcast(broadcast):
        raise OwnBroadcast(
            _("Nobody says yes to what they wrote, sent or decided themselves."),
            next_step=_("Ask another service lead."),
        )


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
