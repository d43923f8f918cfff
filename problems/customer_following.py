"""A customer follows a problem: hears how it goes on, without saying to have it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from problems.affected import NotAffected
from problems.lifecycle import lock_problem
from problems.models import Affected, ContactFollow
from problems.models.affected import FOLLOWS
from workflow.people.actors import Actor, ActorKind, NotPermitted


def refuse_others(actor: Actor, contact_id: int) -> None:
    """Refuse everybody but the customer; what somebody wants to hear nobody else decides.

    Raises:
        NotPermitted: it is somebody else.
    """
    if actor.kind is not ActorKind.CONTACT or actor.id != contact_id:
        raise NotPermitted(
            _("Only customers follow problems here."), next_step=_("Follow it as a colleague.")
        )


@transaction.atomic
def follow_as_customer(*, problem_id: int, contact_id: int, actor: Actor, at: datetime) -> bool:
    """Let a customer hear how an open problem goes on; returns whether that is new.

    The caller made sure that the customer may know of the problem.

    Raises:
        NotPermitted: somebody else asked.
        NotAffected: the problem has ended.
    """
    refuse_others(actor, contact_id)
    problem = lock_problem(problem_id)
    if not problem.is_open:
        raise NotAffected(
            _("This problem is solved."),
            next_step=_("Tell us what happens on your side if it is still there."),
        )
    _row, is_new = ContactFollow.objects.get_or_create(
        problem=problem, contact_id=contact_id, defaults={"since_at": at}
    )
    Affected.objects.get_or_create(
        problem=problem,
        contact_id=contact_id,
        defaults={"found": FOLLOWS, "found_at": at, "left_at": at},
    )
    return is_new


@transaction.atomic
def stop_following_as_customer(*, problem_id: int, contact_id: int, actor: Actor) -> bool:
    """Let a customer hear no more of a problem; returns whether there was something to stop.

    Raises:
        NotPermitted: somebody else asked.
    """
    refuse_others(actor, contact_id)
    gone, _kinds = ContactFollow.objects.filter(
        problem_id=problem_id, contact_id=contact_id
    ).delete()
    return gone > 0
