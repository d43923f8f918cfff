"""How often a program may ask, and how it is told."""

from typing import Any

import pytest

from tests.make import make_tenant
from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.api.test_access import assert_problem_document
from workflow.people.models import ApiToken
from workflow.people.permissions import Role
from workflow.tenancy.scope import tenant_scope


def limited(tenant: Any, most: int) -> Caller:
    """Return a caller whose token may ask so often a minute."""
    caller = caller_as(tenant, Role.LEAD)
    ApiToken.objects.update(requests_per_minute=most)
    return caller


def asks(caller: Caller, times: int) -> list[Any]:
    """Ask for the same so many times."""
    return [caller.get("cases/") for _ in range(times)]


def test_each_answer_says_how_often_more(tenant: Any) -> None:
    answers = asks(limited(tenant, 1000), 2)

    remaining = [int(answer["RateLimit-Remaining"]) for answer in answers]
    assert [answer["RateLimit-Limit"] for answer in answers] == ["1000", "1000"]
    assert 1 <= int(answers[0]["RateLimit-Reset"]) <= 60
    # A minute may end between the two.
    assert remaining in ([999, 998], [999, 999])


def test_who_asks_too_often_is_told_when_to_go_on(tenant: Any) -> None:
    answers = asks(limited(tenant, 3), 8)

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert_problem_document(refused[0], 429, "throttled")
    assert 1 <= int(refused[0]["Retry-After"]) <= 60
    assert refused[0]["RateLimit-Remaining"] == "0"


def test_a_new_token_may_ask_600_times_a_minute(tenant: Any) -> None:
    assert caller_as(tenant).get("cases/")["RateLimit-Limit"] == "600"


def test_one_token_uses_up_nothing_of_another(tenant: Any) -> None:
    asks(limited(tenant, 1), 3)

    assert caller_as(tenant).get("cases/").status_code == 200


def test_strangers_are_limited_by_their_network(tenant: Any, settings: Any) -> None:
    settings.API_REQUESTS_WITHOUT_TOKEN = 3

    answers = [Caller(tenant, "sd_guessed").get("cases/") for _ in range(8)]

    assert {answer.status_code for answer in answers} == {401, 429}
    assert_problem_document(answers[-1], 429, "throttled")
    # Whoever has a token is not held up by those who guess beside.
    assert caller_as(tenant).get("cases/").status_code == 200


def test_strangers_at_one_tenant_hold_up_nobody_at_another(tenant: Any, settings: Any) -> None:
    settings.API_REQUESTS_WITHOUT_TOKEN = 1
    for _ in range(4):
        Caller(tenant).get("cases/")
    other = make_tenant()

    with tenant_scope(other.pk):
        assert Caller(other).get("cases/").status_code == 401


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", ""])
def test_without_redis_the_interface_goes_on(tenant: Any, settings: Any, url: str) -> None:
    settings.REDIS_URL = url

    answers = asks(limited(tenant, 1), 3)

    assert [answer.status_code for answer in answers] == [200, 200, 200]
