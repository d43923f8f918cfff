"""A tenant that stays, a receiver on this machine, and the due work of one queue."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import transaction

from servicedesk.webhooks.hearing import QUEUE
from servicedesk.webhooks.models import WebhookCall, WebhookSubscription
from servicedesk.webhooks.subscriptions import add_webhook
from tests.hearing import hear_everything
from tests.make import AT, make_actor, make_case
from tests.outbound.receiving import Receiver, receiver
from workflow.outbox.effects import carry_out, claim_effects
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope


@dataclass
class Post:
    """A webhook of a tenant, its receiver, and what is due."""

    tenant: Tenant
    there: Receiver
    admin: Actor
    webhook: WebhookSubscription
    secret: str

    def open_case(self) -> Any:
        """Open a case and let the news of it be heard."""
        with transaction.atomic():
            case = make_case()
            hear_everything()
        return case

    def carry_out_due(self, *, at: datetime) -> int:
        """Make the calls of this tenant that are due at a time; return how many arrived."""
        claimed = claim_effects(queue=QUEUE, at=at, batch=10_000)
        return sum(
            carry_out(effect, clock=lambda: at, sent_by="test")
            for effect in claimed
            if effect.tenant_id == self.tenant.pk
        )

    def call(self) -> WebhookCall:
        """Return the newest call as it stands now."""
        return WebhookCall.objects.order_by("-id")[0]

    def fresh(self) -> WebhookSubscription:
        """Return the webhook as it stands now."""
        return WebhookSubscription.objects.get(pk=self.webhook.pk)

    def sent(self) -> list[dict[str, Any]]:
        """Return what the receiver got."""
        return [json.loads(one.body) for one in self.there.got]


@pytest.fixture
def there(settings: Any) -> Iterator[Receiver]:
    """A receiver that the operator has opened."""
    with receiver() as running:
        settings.OUTBOUND_ALLOWED = (ip_network("127.0.0.0/8"),)
        settings.OUTBOUND_PORTS = frozenset({running.port})
        yield running


@pytest.fixture
def post(committed_tenant: Tenant, there: Receiver) -> Post:
    """A webhook that hears of opened and answered cases."""
    admin = make_actor(Role.ADMIN)
    webhook, secret = add_webhook(
        name="Warehouse",
        url=there.url(),
        kinds={"case.opened", "case.answered"},
        actor=admin,
        at=AT,
    )
    return Post(tenant=committed_tenant, there=there, admin=admin, webhook=webhook, secret=secret)


@pytest.fixture
def in_tenant() -> Callable[[Tenant], Any]:
    """Return what enters a tenant."""
    return lambda tenant: tenant_scope(tenant.pk)


def moment(text: str) -> datetime:
    """Return a time written as ISO 8601 in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
