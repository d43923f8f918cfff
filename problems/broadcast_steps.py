"""The steps of a locked broadcast: to its time or to a lead, out, to its end."""

from collections.abc import Mapping
from datetime import datetime

from problems.broadcast_occasions import NothingToTell, refuse_stale
from problems.broadcast_policies import approval_size
from problems.broadcast_rights import write_down
from problems.events import BroadcastAsked
from problems.models import Broadcast
from problems.recipients import recipients_of, untold
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor


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
