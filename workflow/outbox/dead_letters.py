"""What could not be delivered: see it, try it again, give it up."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.models import Delivery, DeliveryState, Effect, EffectState
from workflow.outbox.routes import wake
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


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
    transaction.on_commit(lambda: wake("mail" if is_effect else "default"))


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
