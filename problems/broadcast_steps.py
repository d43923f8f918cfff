"""The steps of a locked broadcast: to its time or to a lead, out, to its end."""

from collections.abc import Mapping
from datetime import datetime

from cases.numbering import next_number
from problems.broadcast_occasions import NothingToTell, refuse_stale
from problems.broadcast_policies import room_of
from problems.broadcast_rights import write_down
from problems.events import BroadcastAsked
from problems.models import Broadcast
from problems.recipients import recipients_of, untold
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor


def send_or_ask(broadcast: Broadcast, *, due_at: datetime, actor: Actor, at: datetime) -> None:
    """Schedule a broadcast, or ask the leads first if it is for many; some four queries."""
    broadcast.size = untold(recipients_of(broadcast), occasion=broadcast.occasion).count()
    broadcast.due_at = due_at
    if broadcast.size > room_of(broadcast):
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


def ask_for_the_rest(broadcast: Broadcast, *, actor: Actor, at: datetime) -> None:
    """Let the leads decide whether those are told whom a locked broadcast may not tell.

    They stand in a broadcast of their own, in the same words. Nobody is asked twice, nor where
    nobody is left or there is newer news. Some fifteen queries, one once they were asked.
    """
    alike = Broadcast.objects.filter(problem_id=broadcast.problem_id, occasion=broadcast.occasion)
    later = alike.filter(pk__gt=broadcast.pk).values_list("filters", flat=True)
    if broadcast.filters in list(later):
        return
    held = broadcast.held.filter(is_stopped=True).values("contact_id")
    left = untold(recipients_of(broadcast), occasion=broadcast.occasion)
    size = left.exclude(contact_id__in=held).count()
    if not size or is_stale(broadcast):
        return
    rest = Broadcast.objects.create(
        number=next_number("broadcast"),
        problem_id=broadcast.problem_id,
        kind=broadcast.kind,
        occasion=broadcast.occasion,
        estimate_id=broadcast.estimate_id,
        subject=broadcast.subject,
        text=broadcast.text,
        reason=broadcast.reason,
        filters=broadcast.filters,
        # Who wrote the words does not say yes to them here either.
        created_by_id=broadcast.created_by_id,
        created_at=at,
        due_at=at,
        size=size,
    )
    write_down(
        rest,
        Action.BROADCAST_DRAFTED,
        actor=actor,
        at=at,
        changes_state=True,
        facts={"what": rest.kind},
    )
    ask_leads(rest, actor=actor, at=at)


def is_stale(broadcast: Broadcast) -> bool:
    """Whether there is newer news than what a broadcast tells of; two queries."""
    try:
        refuse_stale(broadcast)
    except NothingToTell:
        return True
    return False


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


def release(broadcast: Broadcast, *, actor: Actor, at: datetime) -> bool:
    """Begin a locked broadcast whose time has come; whether it began.

    One that has grown above the tenant's size since, or above what a lead said yes to, waits for a
    lead. One that is not true any more is stopped.
    """
    try:
        refuse_stale(broadcast)
    except NothingToTell:
        end_unfinished(broadcast, actor=actor, at=at, facts={"overtaken_by": ""})
        return False
    if broadcast.released_at is None:
        waiting = untold(recipients_of(broadcast), occasion=broadcast.occasion).count()
        has_grown = waiting > room_of(broadcast)
        if has_grown:
            broadcast.decided_by_id = broadcast.decided_at = None
        if broadcast.decided_at is None:
            broadcast.size = waiting
        if has_grown:
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
