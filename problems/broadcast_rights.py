"""Who may write to those whom a problem affects, and how a broadcast is locked and remembered."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from problems.models import Broadcast, Leg, Problem
from problems.models.broadcast import BroadcastState
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class BroadcastIsPast(Refusal):
    """The broadcast is past this step, or not there yet."""

    code = "broadcast_is_past"


class BroadcastChangedMeanwhile(Refusal):
    """Somebody else changed the broadcast since this person read it."""

    code = "changed_meanwhile"


class OwnBroadcast(Refusal):
    """Who wrote a broadcast does not say yes to it."""

    code = "own_broadcast"


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


def lock_broadcast(broadcast_id: int, *, expected_version: int | None = None) -> Broadcast:
    """Return a broadcast, locked until the transaction ends; one query.

    Its problem is read after the lock was had: a merge may have held it.

    Raises:
        BroadcastChangedMeanwhile: `expected_version` is given and is not the version of today.
    """
    broadcast = Broadcast.objects.select_for_update().get(pk=broadcast_id)
    if expected_version is not None and broadcast.version != expected_version:
        raise BroadcastChangedMeanwhile(
            _("Somebody changed this while you had it open."),
            next_step=_("Load it again, look at what is new, and decide once more."),
        )
    return broadcast


def lock_occasion(broadcast_id: int) -> Broadcast:
    """Return a broadcast, locked with all that tell the same decision; three queries.

    Together they must not tell more than one of them may.
    """
    known = Broadcast.objects.get(pk=broadcast_id)
    alike = Broadcast.objects.filter(problem_id=known.problem_id, occasion=known.occasion)
    # In the order of their ids, so that two of them do not wait for one another.
    list(alike.select_for_update().order_by("id").values_list("pk"))
    return lock_broadcast(broadcast_id)


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
