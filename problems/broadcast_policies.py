"""How many customers may be told without a lead's yes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from problems.models import BroadcastPolicy
from problems.models.broadcast import USUAL_APPROVAL_SIZE
from workflow.amending import remember
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LARGEST_SIZE = 1_000_000


class BadBroadcastPolicy(Refusal):
    """Broadcasts cannot be set like this."""

    code = "bad_broadcast_policy"
    status = 422


def approval_size() -> int:
    """Return above how many recipients a lead has to say yes; one query."""
    size = BroadcastPolicy.objects.values_list("approval_size", flat=True).first()
    return USUAL_APPROVAL_SIZE if size is None else size


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
