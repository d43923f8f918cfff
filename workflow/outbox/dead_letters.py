"""What could not be delivered: see it, try it again, give it up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.outbox.models import Delivery, DeliveryState, Effect, EffectState
from workflow.outbox.publishing import NEWS_QUEUE, wake_after_commit
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

RETRIED_AT_ONCE = 1_000


class NotDead(Refusal):
    """There is nothing to retry here."""

    code = "not_dead"


@dataclass(frozen=True)
class DeadLetter:
    """One failed delivery as an admin sees it."""

    is_effect: bool
    id: int
    what: str
    about: str
    why: str
    attempts: int
    since: datetime


def dead_letters(*, limit: int = 100) -> list[DeadLetter]:
    """Return the newest dead deliveries and effects; two queries."""
    deliveries = (
        Delivery.objects.filter(state=DeliveryState.DEAD)
        .select_related("event")
        .order_by("-id")[:limit]
    )
    effects = Effect.objects.filter(state=EffectState.DEAD).order_by("-id")[:limit]
    return [
        DeadLetter(
            is_effect=False,
            id=delivery.pk,
            what=f"{delivery.event.kind} → {delivery.subscriber}",
            about=delivery.subject,
            why=delivery.last_error,
            attempts=delivery.attempts,
            since=delivery.event.published_at,
        )
        for delivery in deliveries
    ] + [
        DeadLetter(
            is_effect=True,
            id=effect.pk,
            what=effect.kind,
            about=effect.key,
            why=effect.last_error,
            attempts=effect.attempts,
            since=effect.created_at,
        )
        for effect in effects
    ]


def dead_news() -> QuerySet[Delivery]:
    """Return news that a subscriber could not take, with the event, the newest first."""
    return Delivery.objects.filter(state=DeliveryState.DEAD).select_related("event").order_by("-id")


def dead_effects(kind: str) -> QuerySet[Effect]:
    """Return what could not be done outside, of one kind, the newest first."""
    return Effect.objects.filter(state=EffectState.DEAD, kind=kind).order_by("-id")


def dead_effects_by_kind() -> dict[str, int]:
    """Return how many dead effects there are of each kind; one query."""
    return dict(
        Effect.objects.filter(state=EffectState.DEAD)
        .order_by()
        .values_list("kind")
        .annotate(count=Count("id"))
    )


@transaction.atomic
def retry_letter(*, is_effect: bool, letter_id: int, actor: Actor, at: datetime) -> None:
    """Let a dead letter be tried again at once, with all its attempts.

    Raises:
        NotDead: it was retried or given up by somebody else.
    """
    actor.require(Permission.RETRY_DELIVERY)
    letter = lock_letter(is_effect=is_effect, letter_id=letter_id)
    letter.state = DeliveryState.PENDING
    letter.attempts = 0
    letter.due_at = at
    letter.save(update_fields=["state", "attempts", "due_at"])
    record(Action.DELIVERY_RETRIED, letter, actor=actor, at=at)
    wake_after_commit(queue_of(letter))


@transaction.atomic
def retry_letters(
    letters: QuerySet[Delivery] | QuerySet[Effect], *, actor: Actor, at: datetime
) -> int:
    """Let many dead letters be tried again, the oldest first, 1,000 at most; returns how many.

    One history line, of the oldest, says how many; four queries for any number.
    """
    actor.require(Permission.RETRY_DELIVERY)
    locked: list[Any] = list(
        letters.filter(state="dead")
        .select_for_update(of=("self",))
        .order_by("id")[:RETRIED_AT_ONCE]
    )
    if not locked:
        return 0
    for letter in locked:
        letter.state, letter.attempts, letter.due_at = DeliveryState.PENDING, 0, at
    model: Any = letters.model
    model.objects.bulk_update(locked, ["state", "attempts", "due_at"])
    changes: dict[str, ChangeValue] = {"letters": len(locked)}
    record(Action.DELIVERY_RETRIED, locked[0], actor=actor, at=at, changes=changes)
    for queue in {queue_of(letter) for letter in locked}:
        wake_after_commit(queue)
    return len(locked)


def queue_of(letter: Delivery | Effect) -> str:
    """Return the queue whose workers carry a letter out."""
    return letter.queue if isinstance(letter, Effect) else NEWS_QUEUE


@transaction.atomic
def give_up_letter(*, is_effect: bool, letter_id: int, actor: Actor, at: datetime) -> None:
    """Put a dead letter aside for good; it stays in the database.

    Raises:
        NotDead: it was retried or given up by somebody else.
    """
    actor.require(Permission.RETRY_DELIVERY)
    letter = lock_letter(is_effect=is_effect, letter_id=letter_id)
    letter.state = DeliveryState.GIVEN_UP
    letter.save(update_fields=["state"])
    record(Action.DELIVERY_RETRIED, letter, actor=actor, at=at, changes={"given_up": True})


def lock_letter(*, is_effect: bool, letter_id: int) -> Delivery | Effect:
    """Return the dead row, locked."""
    model = Effect if is_effect else Delivery
    letter = model.objects.select_for_update().filter(pk=letter_id, state="dead").first()
    if letter is None:
        raise NotDead(
            _("This delivery is not waiting for anybody any more."),
            next_step=_("Load the page again to see what is left."),
        )
    return letter
