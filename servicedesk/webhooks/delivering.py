"""Make one call: called by the outbox, outside any transaction."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import monotonic

from django.db import DatabaseError, InterfaceError

from servicedesk.outbound.calling import Answer, post
from servicedesk.sealing import unseal
from servicedesk.webhooks.kinds import TEST
from servicedesk.webhooks.models import CallState, WebhookCall, WebhookSubscription
from servicedesk.webhooks.outcomes import LONGEST_ANSWER, Outcome, note_delivered, note_failure
from servicedesk.webhooks.signing import headers_of
from servicedesk.webhooks.waiting import asked_to_wait
from workflow.outbox.effects import Claimed, Drop, TryLater, close_broken_connections
from workflow.refusals import Refusal
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)

USER_AGENT = "Throughline-Webhook/1"


def deliver_webhook(effect: Claimed) -> Callable[[], None]:
    """Send one call; a repeat carries the same webhook-id and the same body.

    Returns what notes that it arrived.

    Raises:
        Drop: the webhook was removed or switched off.
        TryLater: it did not arrive, or the receiver is given time to recover.
        Hopeless: it did not arrive and was the last try.
    """
    with tenant_scope(effect.tenant_id):
        call = prepared(effect)
        outcome = tried(call, at=effect.at)
        if not outcome.is_delivered:
            raise note_failure(call.pk, outcome, at=effect.at)
    return partial(note_arrival, effect, call.pk, outcome)


def prepared(effect: Claimed) -> WebhookCall:
    """Return the call with its webhook, if it is to be made now; one query.

    Raises:
        Drop: the webhook was removed or switched off.
        TryLater: the receiver is given time to recover.
    """
    call = (
        WebhookCall.objects.select_related("subscription").filter(pk=effect.payload["call"]).first()
    )
    if call is None or call.effect_key != effect.key:
        raise Drop  # Its webhook is gone, or a replay has taken its place.
    webhook = call.subscription
    if call.kind == TEST:
        return call
    if not webhook.is_active:
        WebhookCall.objects.filter(pk=call.pk).update(state=CallState.DROPPED, next_try_at=None)
        raise Drop
    if webhook.resting_until is not None and webhook.rests_at(effect.at):
        # A try that was not made counts for nothing: the call keeps all it has left.
        WebhookCall.objects.filter(pk=call.pk).update(next_try_at=webhook.resting_until)
        raise TryLater(after=webhook.resting_until - effect.at, reason="resting")
    if effect.attempts == 1 and call.state == CallState.FAILED:
        call.state, call.attempts = CallState.PENDING, 0
        call.save(update_fields=["state", "attempts"])
    return call


def tried(call: WebhookCall, *, at: datetime) -> Outcome:
    """Call the address and say what came of it; every fault is an outcome."""
    began = monotonic()
    body = call.body.encode()
    try:
        answer = post(
            call.subscription.url,
            body=body,
            headers={
                "Content-Type": "application/json",
                "User-Agent": USER_AGENT,
                **headers_of(
                    secrets_in_force(call.subscription, at=at),
                    message_key=call.message_key,
                    at=at,
                    body=body,
                ),
            },
        )
    except Refusal as refusal:
        return Outcome(
            status=None, answer="", error=refusal.sentence, took_ms=milliseconds_since(began)
        )
    return Outcome(
        status=answer.status,
        answer=readable(answer),
        error="" if 200 <= answer.status < 300 else f"HTTP {answer.status}",
        took_ms=milliseconds_since(began),
        asked_to_wait=asked_to_wait(answer, at=at),
    )


def secrets_in_force(webhook: WebhookSubscription, *, at: datetime) -> list[str]:
    """Return the secrets that sign now, the newest first.

    Raises:
        CannotUnseal: the installation's keys were changed and the old ones forgotten.
    """
    secrets = [unseal(webhook.sealed_secret)]
    if webhook.previous_until is not None and at < webhook.previous_until:
        secrets.append(unseal(webhook.sealed_previous))
    return secrets


def readable(answer: Answer) -> str:
    """Return the first kilobyte of an answer as text that a page and the database can hold."""
    text = answer.body[:LONGEST_ANSWER].decode("utf-8", errors="replace")
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "�" for sign in text)


def milliseconds_since(began: float) -> int:
    """Return how long something took."""
    return round((monotonic() - began) * 1000)


def note_arrival(effect: Claimed, call_id: int, outcome: Outcome) -> None:
    """Show in the log that it arrived. Whether it did is the effect's to say: never fail here."""
    # The first try may find a connection that went away while the call was on its way.
    for _ in range(2):
        try:
            with tenant_scope(effect.tenant_id):
                note_delivered(call_id, outcome, at=effect.at)
        except (DatabaseError, InterfaceError):
            close_broken_connections()
        else:
            return
    log.warning("called, and not noted", extra={"effect": effect.id})
