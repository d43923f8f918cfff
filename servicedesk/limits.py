"""How often may somebody do this? Counts in Redis, one window after the other, by tenant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings

from workflow.tenancy.scope import current_tenant_id

# Nobody waits long for a counter: what it guards has to answer too.
WAITS_FOR_SECONDS = 0.25
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether it may be done now, how often more in this window, and when the next one begins.

    `retry_after_seconds` is the time until the count begins anew, at least 1.
    """

    is_allowed: bool
    remaining: int
    retry_after_seconds: int


def allow(
    key: str, *, at_most: int, per: timedelta, at: datetime, fail_closed: bool = False
) -> Allowance:
    """Count one use of `key` in the current tenant and say whether it is within the limit.

    Windows of the length `per` (at least a second) follow one another from the epoch on; a use
    that is refused counts too. While Redis is away everything is allowed, or nothing with
    `fail_closed`. One round trip to Redis, no query.
    """
    length = max(per // SECOND, 1)
    window, passed = divmod(int(at.timestamp()), length)
    retry_after = length - passed
    used = counted(f"limit:{current_tenant_id() or 0}:{key}:{length}:{window}", kept_for=length)
    if used is None:
        return Allowance(
            is_allowed=not fail_closed,
            remaining=0 if fail_closed else at_most,
            retry_after_seconds=retry_after,
        )
    return Allowance(
        is_allowed=used <= at_most,
        remaining=max(at_most - used, 0),
        retry_after_seconds=retry_after,
    )


def counted(name: str, *, kept_for: int) -> int | None:
    """Add one to a counter and return it, or None while Redis is away.

    The counter is gone `kept_for` seconds, and a few more, after its last use.
    """
    if not settings.REDIS_URL:
        return None
    try:
        with connection().pipeline(transaction=True) as pipe:
            pipe.incr(name)
            pipe.expire(name, kept_for + 5)
            return int(pipe.execute()[0])
    except (redis.RedisError, OSError):
        return None


_connections: dict[str, "redis.Redis"] = {}


def connection() -> "redis.Redis":
    """Return this process's connection pool to the Redis of the settings."""
    url = settings.REDIS_URL
    if url not in _connections:
        _connections[url] = redis.Redis.from_url(
            url, socket_timeout=WAITS_FOR_SECONDS, socket_connect_timeout=WAITS_FOR_SECONDS
        )
    return _connections[url]
