"""Four eyes: what customers are told gets its yes from a person who had no hand in it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from problems.models import Broadcast, Review
from problems.models.broadcast import BroadcastKind
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.people.actors import Actor, ActorKind, NotPermitted
from workflow.people.models import ApiToken

WRITTEN_OR_SENT = (
    Action.BROADCAST_DRAFTED,
    Action.BROADCAST_EDITED,
    Action.BROADCAST_SCHEDULED,
    Action.BROADCAST_ASKED,
)
# Whose words a broadcast tells that began by itself.
DECIDED_BY: dict[BroadcastKind, tuple[Action, ...]] = {
    BroadcastKind.WORKAROUND: (Action.PROBLEM_WORKAROUND,),
    BroadcastKind.ESTIMATE: (Action.PROBLEM_ESTIMATED,),
    BroadcastKind.FIXED: (Action.PROBLEM_RESOLVED,),
    BroadcastKind.WONT_FIX: (Action.PROBLEM_RESOLVED,),
    BroadcastKind.REGRESSION: (Action.PROBLEM_REOPENED,),
    BroadcastKind.PROMISE: (
        Action.PROBLEM_PROMISED,
        Action.PROBLEM_PROMISE_WITHDRAWN,
        Action.PROBLEM_ESTIMATE_WITHDRAWN,
    ),
}


def refuse_programs(actor: Actor) -> None:
    """Refuse whoever is no person; a token may be used by whoever wrote the words.

    Raises:
        NotPermitted: a token acts, or the program itself.
    """
    if actor.kind is not ActorKind.USER:
        raise NotPermitted(
            _("A person says yes to what customers are told, no program does."),
            next_step=_("Sign in and say yes on the page."),
        )


def hands_in_broadcast(broadcast: Broadcast) -> frozenset[int]:
    """Return the people who wrote or sent a broadcast; at most three queries.

    Of one that no person began also who decided what it tells: these are their words.
    """
    hands = entries("broadcast", broadcast.pk, *WRITTEN_OR_SENT)
    if broadcast.created_by_id is None:
        decision = DECIDED_BY[BroadcastKind(broadcast.kind)]
        hands += entries("problem", broadcast.problem_id, *decision)[-1:]
    # The rest of a broadcast that grew is asked for by the program, in the words of who began it.
    began = () if broadcast.created_by_id is None else (broadcast.created_by_id,)
    return people_behind(hands).union(began)


def writers_of_review(review: Review) -> frozenset[int]:
    """Return the people who wrote this edition of a review; at most two queries."""
    written = entries("problem", review.problem_id, Action.REVIEW_WRITTEN)
    return people_behind([one for one in written if one.changes.get("edition") == review.edition])


def entries(kind: str, subject_id: int, *actions: Action) -> list[Entry]:
    """Return what the history says of some acts on a subject, oldest first; one query."""
    found = Entry.objects.filter(subject_kind=kind, subject_id=subject_id, action__in=actions)
    return list(found.only("actor_kind", "actor_id", "changes").order_by("id"))


def people_behind(hands: Sequence[Entry]) -> frozenset[int]:
    """Return who acted, or was given the token that acted; one query where one did."""
    people = {one.actor_id for one in hands if one.actor_kind == ActorKind.USER}
    tokens = {one.actor_id for one in hands if one.actor_kind == ActorKind.TOKEN}
    if tokens:
        given = ApiToken.objects.filter(pk__in=tokens, created_by__isnull=False)
        people.update(given.values_list("created_by_id", flat=True))
    return frozenset(people)
