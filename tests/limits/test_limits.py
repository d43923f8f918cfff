"""Limits count in a real Redis, tenant by tenant, and hold nobody up while it is away."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings

from servicedesk.limits import allow, connection
from tests.make import make_tenant
from workflow.tenancy.scope import tenant_scope

MINUTE = timedelta(minutes=1)
AT = datetime(2026, 5, 4, 12, 0, 15, tzinfo=UTC)
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture
def key() -> str:
    """A name that no other test counts under."""
    return f"test:{uuid4().hex}"


def test_a_limit_allows_as_often_as_it_says_and_then_refuses(tenant: Any, key: str) -> None:
    answers = [allow(key, at_most=3, per=MINUTE, at=AT) for _ in range(5)]

    assert [answer.is_allowed for answer in answers] == [True, True, True, False, False]
    assert [answer.remaining for answer in answers] == [2, 1, 0, 0, 0]


def test_it_says_when_the_next_window_begins_and_keeps_its_word(tenant: Any, key: str) -> None:
    allow(key, at_most=1, per=MINUTE, at=AT)

    refused = allow(key, at_most=1, per=MINUTE, at=AT)

    assert refused.retry_after_seconds == 45
    just_before = AT + timedelta(seconds=refused.retry_after_seconds - 1)
    assert not allow(key, at_most=1, per=MINUTE, at=just_before).is_allowed
    after = AT + timedelta(seconds=refused.retry_after_seconds)
    assert allow(key, at_most=1, per=MINUTE, at=after).is_allowed


def test_one_tenant_uses_up_nothing_of_another(tenant: Any, other_tenant: Any, key: str) -> None:
    allow(key, at_most=1, per=MINUTE, at=AT)

    with tenant_scope(other_tenant.pk):
        assert allow(key, at_most=1, per=MINUTE, at=AT).is_allowed
    assert not allow(key, at_most=1, per=MINUTE, at=AT).is_allowed


def test_two_keys_are_counted_apart(tenant: Any, key: str) -> None:
    allow(key, at_most=1, per=MINUTE, at=AT)

    assert allow(f"{key}:other", at_most=1, per=MINUTE, at=AT).is_allowed


def test_many_at_once_get_just_the_limit(tenant: Any, key: str) -> None:
    def use(_number: int) -> bool:
        return allow(key, at_most=20, per=MINUTE, at=AT).is_allowed

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(copy_context().run, use, number) for number in range(50)]
        answers = [one.result() for one in running]

    assert answers.count(True) == 20


def test_a_counter_does_not_stay_forever(tenant: Any, key: str) -> None:
    allow(key, at_most=1, per=MINUTE, at=AT)

    names = connection().keys(f"limit:{tenant.pk}:{key}:*")
    assert isinstance(names, list)
    assert len(names) == 1
    assert 0 < int(str(connection().ttl(names[0]))) <= 65


@pytest.mark.parametrize("url", [NOBODY_LISTENS, ""])
def test_while_redis_is_away_everything_is_allowed(
    settings: LazySettings, key: str, url: str
) -> None:
    settings.REDIS_URL = url

    answers = [allow(key, at_most=1, per=MINUTE, at=AT) for _ in range(3)]

    assert all(answer.is_allowed for answer in answers)


@pytest.mark.parametrize("url", [NOBODY_LISTENS, ""])
def test_what_must_never_run_free_is_refused_while_redis_is_away(
    settings: LazySettings, key: str, url: str
) -> None:
    settings.REDIS_URL = url

    answer = allow(key, at_most=1, per=MINUTE, at=AT, fail_closed=True)

    assert not answer.is_allowed
    assert answer.retry_after_seconds >= 1


def test_outside_every_tenant_a_limit_counts_too(db: None, key: str) -> None:
    assert allow(key, at_most=1, per=MINUTE, at=AT).is_allowed
    assert not allow(key, at_most=1, per=MINUTE, at=AT).is_allowed
    with tenant_scope(make_tenant().pk):
        assert allow(key, at_most=1, per=MINUTE, at=AT).is_allowed
