"""Hear our news for others: one call for each webhook that wants it."""

from datetime import datetime
from uuid import uuid4

from django.utils.timezone import now

from cases.events import CaseOpened
from servicedesk.webhooks.kinds import outside_name
from servicedesk.webhooks.models import WebhookCall, WebhookSubscription
from servicedesk.webhooks.payloads import body_of, news_of
from workflow.outbox.event import Event
from workflow.outbox.models import Delivery, DeliveryState
from workflow.outbox.publishing import request_effects
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_of_the_scope

EFFECT = "webhook"
QUEUE = "webhooks"


def call_webhooks(event: Event) -> None:
    """Ask for one call of each webhook that hears this kind of news.

    One query where nobody does. None for a case that was imported: it is no news outside. The call
    and its effect are written in the transaction that marks the news as heard: each is asked for
    exactly once.
    """
    if isinstance(event, CaseOpened) and event.is_imported:
        return
    kind = outside_name(event.kind)
    wanted = [
        webhook
        for webhook in WebhookSubscription.objects.filter(is_active=True).order_by("id")
        if kind in webhook.kind_set
    ]
    if not wanted:
        return
    tenant = Tenant.objects.get(pk=tenant_of_the_scope())
    news, at = news_of(event, tenant=tenant), happened_at(event)
    keys = [new_message_key() for _webhook in wanted]
    ask_for_calls(
        [
            WebhookCall(
                subscription=webhook,
                message_key=key,
                kind=kind,
                subject_kind=news.subject_kind,
                subject_id=news.subject_id,
                body=body_of(news, message_key=key, tenant=tenant, at=at),
            )
            for webhook, key in zip(wanted, keys, strict=True)
        ],
        at=now(),
    )


def is_wanted(event_kind: str) -> bool:
    """Whether a webhook of the tenant hears this kind of news; one query."""
    kind = outside_name(event_kind)
    return any(
        kind in webhook.kind_set for webhook in WebhookSubscription.objects.filter(is_active=True)
    )


def ask_for_calls(calls: list[WebhookCall], *, at: datetime) -> list[WebhookCall]:
    """Keep calls and ask for their effects; three queries for any number."""
    for call in calls:
        call.created_at = call.next_try_at = at
    kept = WebhookCall.objects.bulk_create(calls)
    request_effects(
        kind=EFFECT,
        effects=[(call.effect_key, {"call": call.pk}) for call in kept],
        at=at,
        queue=QUEUE,
    )
    return kept


def new_message_key() -> str:
    """Return the name of a message: the same at each try, another for each webhook."""
    return f"msg_{uuid4().hex}"


def happened_at(event: Event) -> datetime:
    """Return when the news was told: it stands at the head of its subject's line. One query."""
    head = (
        Delivery.objects.filter(subject=event.subject, state=DeliveryState.PENDING)
        .select_related("event")
        .order_by("event_id", "position")
        .first()
    )
    is_this = head is not None and head.event.kind == event.kind
    return head.event.published_at if head is not None and is_this else now()
