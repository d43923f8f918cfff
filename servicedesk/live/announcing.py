"""Tell open pages that something changed: kind and id only, each page asks for what it may see."""

import json
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from itertools import islice

import redis
from django.conf import settings
from django.db import transaction

from problems.events import QuestionEvent
from workflow.outbox.event import Event
from workflow.tenancy.scope import tenant_of_the_scope

# As many rows as a list shows.
ANNOUNCED_AT_ONCE = 50


def channel_of(tenant_id: int) -> str:
    """Return the Redis channel of a tenant."""
    return f"live:{tenant_id}"


def announce(event: Event) -> None:
    """Announce the subject of an event once the transaction holds; lost without Redis."""
    kind, _, subject_id = event.subject.partition(":")
    text = json.dumps({"type": kind, "id": int(subject_id), "news": event.kind})
    transaction.on_commit(partial(send_announcement, tenant_of_the_scope(), text))


def announce_many(kind: str, ids: Iterable[int], *, news: str) -> None:
    """Announce many records of a kind in one go once the transaction holds; lost without Redis.

    Of more than a page shows at once only the first are announced: one is enough for a list to
    look again.
    """
    texts = [
        json.dumps({"type": kind, "id": one, "news": news})
        for one in islice(dict.fromkeys(ids), ANNOUNCED_AT_ONCE)
    ]
    if texts:
        transaction.on_commit(partial(send_announcements, tenant_of_the_scope(), texts))


def announce_case(event: QuestionEvent) -> None:
    """Announce the case that a department's question is about; lost without Redis."""
    text = json.dumps({"type": "case", "id": event.case_id, "news": event.kind})
    transaction.on_commit(partial(send_announcement, tenant_of_the_scope(), text))


def send_announcement(tenant_id: int, text: str) -> None:
    """Publish to the tenant's channel; nobody depends on it."""
    if not settings.REDIS_URL:
        return
    with suppress(redis.RedisError, OSError):
        client().publish(channel_of(tenant_id), text)


def send_announcements(tenant_id: int, texts: list[str]) -> None:
    """Publish several to the tenant's channel in one exchange; nobody depends on it."""
    if not settings.REDIS_URL:
        return
    with suppress(redis.RedisError, OSError):
        pipeline = client().pipeline(transaction=False)
        for text in texts:
            pipeline.publish(channel_of(tenant_id), text)
        pipeline.execute()


_clients: list["redis.Redis"] = []


def client() -> "redis.Redis":
    """Return this process's connection pool to Redis."""
    if not _clients:
        _clients.append(
            redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        )
    return _clients[0]
