"""Workers are woken for every queue, also for one that only an earlier version knew."""

import json
from base64 import b64decode
from secrets import token_hex

import redis
from django.conf import settings

from servicedesk.celery import NEWS, wake_worker_or_fail


def woken_for(queue: str) -> list[str]:
    """Return which effects the messages of a queue ask for."""
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        messages = [json.loads(raw) for raw in broker.lrange(f"celery:{queue}", 0, -1)]
    bodies = [json.loads(b64decode(message["body"])) for message in messages]
    return [arguments[0] for arguments, _named, _options in bodies if arguments]


def test_effects_of_a_queue_that_nobody_hears_are_done_beside_the_news():
    forgotten = f"queue-{token_hex(4)}"

    wake_worker_or_fail(forgotten)

    assert forgotten in woken_for(NEWS)


def test_effects_of_a_known_queue_are_done_by_its_workers():
    wake_worker_or_fail("bulk")

    assert "bulk" in woken_for("bulk")
