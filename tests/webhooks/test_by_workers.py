"""The whole way with real processes: tick finds the news, Celery workers hear it and call."""

import pytest
from django.db import transaction

from servicedesk.webhooks.models import WebhookCall
from tests.effects.fire import Broker
from tests.isolation.roles import HAS_ADMIN
from tests.make import make_case
from tests.processes import manage, process, wait_for, worker
from tests.webhooks.checking import is_ours
from tests.webhooks.conftest import Post
from workflow.outbox.models import Effect

pytestmark = [
    pytest.mark.skipif(not HAS_ADMIN, reason="needs DATABASE_ADMIN_URL: use make test"),
    pytest.mark.usefixtures("emptied"),
]


def test_a_case_that_is_opened_reaches_the_receiver_by_celery(post: Post) -> None:
    broker = Broker()
    broker.start()
    environment = {
        "REDIS_URL": broker.url,
        "OUTBOUND_ALLOWED": "127.0.0.0/8",
        "OUTBOUND_PORTS": str(post.there.port),
    }
    try:
        with (
            process(*worker("default", "webhooks"), **environment),
            process(*manage("tick"), **environment),
        ):
            with transaction.atomic():
                case = make_case()
            wait_for(lambda: arrived(post), seconds=90, why="the call")
    finally:
        broker.kill()

    received = post.there.got[0]
    assert is_ours(
        secret=post.secret,
        headers=received.headers,
        body=received.body,
        now=int(received.headers["webhook-timestamp"]),
    )
    assert post.sent()[0]["subject"]["number"] == case.number
    assert [call.state for call in WebhookCall.objects.all()] == ["delivered"]
    assert Effect.objects.get(kind="webhook").sent_by.startswith("celery:")


def arrived(post: Post) -> bool:
    """Whether the call is noted as delivered."""
    return WebhookCall.objects.filter(subscription=post.webhook, state="delivered").exists()
