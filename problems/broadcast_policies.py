"""How many customers may be told without a lead's yes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from problems.models import Broadcast, BroadcastPolicy, Told
from problems.models.broadcast import USUAL_APPROVAL_SIZE, BroadcastState
from workflow.amending import remember
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LARGEST_SIZE = 1_000_000
# A ledger is live: a yes holds for as many as the lead saw, and for a tenth more.
TOLERATED_PART = 10


class BadBroadcastPolicy(Refusal):
    """Broadcasts cannot be set like this."""

    code = "bad_broadcast_policy"
    status = 422


def approval_size() -> int:
    """Return above how many recipients a lead has to say yes; one query."""
    size = BroadcastPolicy.objects.values_list("approval_size", flat=True).first()
    return USUAL_APPROVAL_SIZE if size is None else size


def room_of(broadcast: Broadcast) -> int:
    """Return how many more a broadcast, stored or not, may tell before a lead has to say yes.

    What was told of the same decision since the last yes, by whichever broadcast, counts. Two
    queries, and one for each broadcast of the decision that was stopped.
    """
    allowed, here = yes_of(broadcast), told_by(broadcast)
    free = approval_size()
    alike = Broadcast.objects.filter(
        problem_id=broadcast.problem_id, occasion=broadcast.occasion
    ).exclude(pk=broadcast.pk)
    if allowed:
        alike = alike.filter(pk__gt=broadcast.pk)
    for other in alike.order_by("-id"):
        free -= max(0, told_by(other) - yes_of(other))
        if yes_of(other):
            break
    if broadcast.state == BroadcastState.SENT:
        # It told those whom its yes was for: who comes late counts as told without one.
        return max(allowed - here, free - max(0, here - allowed))
    return max(allowed, free) - here


def yes_of(broadcast: Broadcast) -> int:
    """Return how many a lead allowed a broadcast to tell; none where nobody was asked."""
    is_undecided = broadcast.state in (BroadcastState.DRAFT, BroadcastState.ASKED)
    if broadcast.decided_at is None or is_undecided:
        return 0
    return broadcast.size + broadcast.size // TOLERATED_PART


def told_by(broadcast: Broadcast) -> int:
    """Return how many a broadcast told; one query where it was stopped, since mails were dropped."""
    if broadcast.state == BroadcastState.STOPPED:
        return Told.objects.filter(broadcast=broadcast).count()
    return broadcast.prepared


@transaction.atomic
def set_approval_size(size: int, *, actor: Actor, at: datetime) -> int:
    """Say above how many recipients a lead has to say yes; 0 lets every broadcast wait for one.

    Raises:
        NotPermitted: the actor does not configure.
        BadBroadcastPolicy: the number cannot be meant.
    """
    actor.require(Permission.CONFIGURE)
    if not 0 <= size <= LARGEST_SIZE:
        raise BadBroadcastPolicy(
            _("This is not a number of customers between 0 and %(most)d.") % {"most": LARGEST_SIZE},
            next_step=_("Write how many may be told without a lead's yes; 1000 is usual."),
        )
    before = approval_size()
    row, _is_new = BroadcastPolicy.objects.update_or_create(defaults={"approval_size": size})
    if size != before:
        remember(
            row,
            actor=actor,
            at=at,
            changes={"what": "broadcasts", "approval_size": size, "approval_size_was": before},
        )
    return size
