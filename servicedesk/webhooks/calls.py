"""The log of calls: read it, call for a test, replay one or all that failed, forget the old."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from servicedesk.webhooks.hearing import EFFECT, QUEUE, ask_for_calls, new_message_key
from servicedesk.webhooks.kinds import TEST
from servicedesk.webhooks.models import NOT_DELIVERED, CallState, WebhookCall, WebhookSubscription
from servicedesk.webhooks.payloads import body_of_test
from servicedesk.webhooks.subscriptions import lock_webhook
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.models import Effect, EffectState
from workflow.outbox.publishing import request_effects
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.everywhere import for_every_tenant
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_of_the_scope

KEPT_FOR = timedelta(days=30)
MOST_AT_ONCE = 500
REPLAYABLE = (CallState.FAILED, CallState.DROPPED)


class NoSuchCall(Refusal):
    """The log does not hold it any more."""

    code = "no_such_call"
    status = 404


class WebhookIsOff(Refusal):
    """Nothing is sent to a webhook that is switched off."""

    code = "webhook_is_off"


class StillWaiting(Refusal):
    """The call is on its way already."""

    code = "still_waiting"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How many calls of a webhook wait, and how many did not arrive."""

    waiting: int = 0
    failed: int = 0


def standings() -> dict[int, Standing]:
    """Return how the calls of each webhook stand, by its id; one query, of what is not done."""
    counted = (
        WebhookCall.objects.filter(state__in=NOT_DELIVERED)
        .order_by()
        .values_list("subscription_id")
        .annotate(
            waiting=Count("id", filter=Q(state=CallState.PENDING)),
            failed=Count("id", filter=~Q(state=CallState.PENDING)),
        )
    )
    return {
        webhook_id: Standing(waiting=waiting, failed=failed)
        for webhook_id, waiting, failed in counted
    }


def calls_of(
    webhook: WebhookSubscription, *, state: str = "", kind: str = "", before: int | None = None
) -> QuerySet[WebhookCall]:
    """Return the calls of a webhook, newest first."""
    calls = WebhookCall.objects.filter(subscription=webhook).order_by("-id")
    if state:
        calls = calls.filter(state=state)
    if kind:
        calls = calls.filter(kind=kind)
    return calls.filter(pk__lt=before) if before is not None else calls


@transaction.atomic
def call_for_test(*, webhook_id: int, actor: Actor, at: datetime) -> WebhookCall:
    """Call a webhook to see whether it answers; also one that is switched off.

    Raises:
        NoSuchWebhook: it was removed meanwhile.
    """
    actor.require(Permission.MANAGE_TOKENS)
    webhook = lock_webhook(webhook_id)
    tenant = Tenant.objects.get(pk=tenant_of_the_scope())
    key = new_message_key()
    body = body_of_test(message_key=key, tenant=tenant, at=at)
    return ask_for_calls(
        [WebhookCall(subscription=webhook, message_key=key, kind=TEST, body=body)], at=at
    )[0]


@transaction.atomic
def replay_call(*, call_id: int, actor: Actor, at: datetime) -> WebhookCall:
    """Send a call once more, with the webhook-id and the body that it had.

    Raises:
        NoSuchCall: the log does not hold it.
        StillWaiting: it is on its way already.
        WebhookIsOff: see there.
    """
    actor.require(Permission.MANAGE_TOKENS)
    call = (
        WebhookCall.objects.select_for_update(of=("self",))
        .select_related("subscription")
        .filter(pk=call_id)
        .first()
    )
    if call is None:
        raise NoSuchCall(
            _("The log does not hold this call any more."), next_step=_("Load the log again.")
        )
    if call.state == CallState.PENDING:
        raise StillWaiting(
            _("This call waits to be sent already."), next_step=_("Look at its next try.")
        )
    refuse_if_off(call.subscription)
    send_again([call], at=at)
    record(Action.DELIVERY_RETRIED, call.subscription, actor=actor, at=at, changes={"calls": 1})
    return call


@transaction.atomic
def replay_failed(*, webhook_id: int, actor: Actor, at: datetime) -> int:
    """Send what failed or was dropped once more, the oldest first, 500 at most; returns how many.

    Raises:
        NoSuchWebhook: it was removed meanwhile.
        WebhookIsOff: see there.
    """
    actor.require(Permission.MANAGE_TOKENS)
    webhook = lock_webhook(webhook_id)
    refuse_if_off(webhook)
    calls = list(
        WebhookCall.objects.select_for_update(of=("self",))
        .filter(subscription=webhook, state__in=REPLAYABLE)
        .order_by("id")[:MOST_AT_ONCE]
    )
    if calls:
        send_again(calls, at=at)
        record(Action.DELIVERY_RETRIED, webhook, actor=actor, at=at, changes={"calls": len(calls)})
    return len(calls)


def refuse_if_off(webhook: WebhookSubscription) -> None:
    """Refuse to send to a webhook that is switched off."""
    if not webhook.is_active:
        raise WebhookIsOff(
            _("This webhook is switched off."), next_step=_("Switch it on, then send again.")
        )


def send_again(calls: list[WebhookCall], *, at: datetime) -> None:
    """Ask for another effect of each call; five queries for any number.

    Dead letters of theirs are put aside, and a rest of the receiver ends: a person says that it
    is there again.
    """
    Effect.objects.filter(
        key__in=[call.effect_key for call in calls], state=EffectState.DEAD
    ).update(state=EffectState.GIVEN_UP)
    for call in calls:
        call.replays += 1
        call.attempts = 0
        call.state = CallState.PENDING
        call.next_try_at = at
    WebhookCall.objects.bulk_update(calls, ["replays", "attempts", "state", "next_try_at"])
    WebhookSubscription.objects.filter(pk__in={call.subscription_id for call in calls}).update(
        failures=0, failing_since=None, resting_until=None
    )
    request_effects(
        kind=EFFECT,
        effects=[(call.effect_key, {"call": call.pk}) for call in calls],
        at=at,
        queue=QUEUE,
    )


def forget_old_calls_everywhere(*, at: datetime) -> int:
    """Forget calls of all tenants that are older than 30 days and wait for nothing.

    Once an hour and tenant by tenant: nothing here is urgent. Returns how many were forgotten.
    """
    return for_every_tenant(lambda: forget_old_calls(at=at))


@transaction.atomic
def forget_old_calls(*, at: datetime) -> int:
    """Forget the old calls of the current tenant; one query."""
    forgotten, _by_model = (
        WebhookCall.objects.filter(created_at__lt=at - KEPT_FOR)
        .exclude(state=CallState.PENDING)
        .delete()
    )
    return forgotten
