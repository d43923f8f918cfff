"""What became of a try: noted in the log, and what it means for the calls that wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import NotificationKind
from servicedesk.webhooks.models import (
    CallState,
    SwitchedOff,
    WebhookCall,
    WebhookSubscription,
)
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.effects import Drop, Hopeless, TryLater
from workflow.people.actors import Actor
from workflow.people.models import Membership
from workflow.people.permissions import ROLE_PERMISSIONS, Permission

# After each failed try; with the last one a call is a dead letter, three days after the first.
PAUSES = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
)
# A receiver that fails this often in a row is left alone for a while, whatever waits for it.
REST_AFTER = 3
LONGEST_REST = timedelta(hours=1)
SWITCHED_OFF_AFTER = timedelta(days=5)
GONE = 410
LONGEST_ANSWER = 1024


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one try brought; `status` is None where no answer came.

    `asked_to_wait` is how long the receiver wants to be left alone.
    """

    status: int | None
    answer: str
    error: str
    took_ms: int
    asked_to_wait: timedelta = timedelta(0)

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver said that it has it."""
        return self.status is not None and 200 <= self.status < 300


@transaction.atomic
def note_delivered(call_id: int, outcome: Outcome, *, at: datetime) -> None:
    """Write down that a call arrived; what failed before is forgiven."""
    call = lock_call(call_id)
    if call is None:
        return
    note_try(call, outcome, at=at)
    call.state = CallState.DELIVERED
    call.next_try_at = None
    call.save()
    WebhookSubscription.objects.filter(pk=call.subscription_id).update(
        failures=0, failing_since=None, resting_until=None, delivered_at=at
    )


@transaction.atomic
def note_failure(call_id: int, outcome: Outcome, *, at: datetime) -> Exception:
    """Write down that a try failed; returns what to tell the outbox: later, never, or dropped."""
    call = lock_call(call_id)
    if call is None:
        return Drop()
    webhook = WebhookSubscription.objects.select_for_update(of=("self",)).get(
        pk=call.subscription_id
    )
    note_try(call, outcome, at=at)
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or at
    if outcome.status == GONE:
        verdict = drop(call, webhook, because=SwitchedOff.GONE, at=at)
    elif webhook.is_active and at - webhook.failing_since >= SWITCHED_OFF_AFTER:
        verdict = drop(call, webhook, because=SwitchedOff.FAILING, at=at)
    else:
        verdict = try_again(call, webhook, outcome, at=at)
    webhook.save()
    call.save()
    return verdict


def lock_call(call_id: int) -> WebhookCall | None:
    """Return the call, locked; None if its webhook was removed meanwhile."""
    return WebhookCall.objects.select_for_update(of=("self",)).filter(pk=call_id).first()


def note_try(call: WebhookCall, outcome: Outcome, *, at: datetime) -> None:
    """Keep what the newest try brought."""
    call.attempts += 1
    call.first_try_at = call.first_try_at or at
    call.last_try_at = at
    call.status = outcome.status
    call.answer = outcome.answer[:LONGEST_ANSWER]
    call.error = outcome.error[:300]
    call.took_ms = outcome.took_ms


def try_again(
    call: WebhookCall, webhook: WebhookSubscription, outcome: Outcome, *, at: datetime
) -> Exception:
    """Plan the next try, or give up after the last; let the receiver rest if it fails in a row.

    A receiver that says when to come again gets no call before, neither this one nor another.
    """
    webhook.resting_until = rest_until(webhook, outcome, at=at)
    if call.attempts > len(PAUSES):
        call.state = CallState.FAILED
        call.next_try_at = None
        return Hopeless(outcome.error)
    pause = max(PAUSES[call.attempts - 1], outcome.asked_to_wait)
    call.next_try_at = at + pause
    return TryLater(after=pause, reason=outcome.error)


def rest_until(webhook: WebhookSubscription, outcome: Outcome, *, at: datetime) -> datetime | None:
    """Return until when a receiver is left alone after a failure, None if it is not."""
    in_a_row = webhook.failures - REST_AFTER
    ours = PAUSES[min(in_a_row, len(PAUSES) - 1)] if in_a_row >= 0 else timedelta(0)
    rest = max(min(ours, LONGEST_REST), outcome.asked_to_wait)
    return at + rest if rest else webhook.resting_until


def drop(
    call: WebhookCall, webhook: WebhookSubscription, *, because: SwitchedOff, at: datetime
) -> Exception:
    """Switch the webhook off, tell those who can mend it, and give this call up."""
    call.state = CallState.DROPPED
    call.next_try_at = None
    if webhook.is_active:
        webhook.is_active = False
        webhook.switched_off_because = because
        webhook.switched_off_at = at
        record(
            Action.CONFIGURATION_CHANGED,
            webhook,
            actor=Actor.system("webhooks"),
            at=at,
            changes={
                "what": "webhook",
                "active": False,
                "active_was": True,
                "because": because.value,
            },
        )
        tell_those_who_can_mend_it(webhook, at=at)
    return Drop()


def tell_those_who_can_mend_it(webhook: WebhookSubscription, *, at: datetime) -> None:
    """Ask for a mail to everybody who may change webhooks; two queries."""
    roles = [
        role
        for role, permissions in ROLE_PERMISSIONS.items()
        if Permission.MANAGE_TOKENS in permissions
    ]
    users = (
        Membership.objects.filter(role__in=roles, user__is_active=True)
        .order_by("user_id")
        .values_list("user_id", flat=True)
        .distinct()
    )
    notify(
        [
            Asked(
                key=f"webhook_off:{user_id}:{webhook.pk}:{at:%Y%m%d%H%M%S}",
                kind=NotificationKind.WEBHOOK_OFF,
                user_id=user_id,
            )
            for user_id in users
        ],
        at=at,
    )
