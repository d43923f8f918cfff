"""A receiver that says when to come again is not asked before, within a day."""

from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from servicedesk.outbound.calling import Answer
from servicedesk.webhooks.models import WebhookCall
from servicedesk.webhooks.outcomes import PAUSES
from servicedesk.webhooks.waiting import LONGEST_WAIT, asked_to_wait
from tests.make import AT, DAY, HOUR, MINUTE
from tests.webhooks.conftest import Post

SECOND = timedelta(seconds=1)


def due(post: Post) -> datetime:
    """Return a time at which the newest call is due."""
    return post.call().created_at + SECOND


@pytest.mark.parametrize("status", [429, 503])
def test_no_call_is_made_before_the_time_that_the_receiver_named(post: Post, status: int) -> None:
    post.there.status = status
    post.there.headers = {"Retry-After": "1800"}
    post.open_case()
    asked_at = due(post)
    post.carry_out_due(at=asked_at)
    post.there.status = 200

    post.carry_out_due(at=asked_at + 30 * MINUTE - SECOND)
    asked_too_early = len(post.there.got) - 1
    post.carry_out_due(at=asked_at + 30 * MINUTE)

    assert asked_too_early == 0
    assert (post.call().state, post.call().attempts) == ("delivered", 2)


def test_without_the_header_the_first_pause_is_all_it_waits(post: Post) -> None:
    post.there.status = 503
    post.open_case()
    asked_at = due(post)
    post.carry_out_due(at=asked_at)
    post.there.status = 200

    post.carry_out_due(at=asked_at + PAUSES[0])

    assert post.call().state == "delivered"


def test_other_calls_of_the_webhook_wait_too_and_lose_no_try(post: Post) -> None:
    post.there.status = 429
    post.there.headers = {"Retry-After": "600"}
    post.open_case()
    asked_at = due(post)
    post.carry_out_due(at=asked_at)
    post.open_case()

    post.carry_out_due(at=asked_at + 5 * MINUTE)

    assert len(post.there.got) == 1
    assert (post.call().attempts, post.call().next_try_at) == (0, asked_at + 10 * MINUTE)
    post.there.status = 200
    post.carry_out_due(at=asked_at + 10 * MINUTE)
    assert set(WebhookCall.objects.values_list("state", flat=True)) == {"delivered"}


def test_a_wish_shorter_than_our_own_pause_does_not_shorten_it(post: Post) -> None:
    post.there.status = 503
    post.there.headers = {"Retry-After": "1"}
    post.open_case()
    asked_at = due(post)

    post.carry_out_due(at=asked_at)

    assert post.call().next_try_at == asked_at + PAUSES[0]


def test_a_wish_for_a_year_counts_as_a_day(post: Post) -> None:
    post.there.status = 429
    post.there.headers = {"Retry-After": str(365 * 24 * 60 * 60)}
    post.open_case()
    asked_at = due(post)

    post.carry_out_due(at=asked_at)

    assert post.call().next_try_at == asked_at + LONGEST_WAIT


@pytest.mark.parametrize(
    ("status", "said", "waits"),
    [
        (503, "120", 2 * MINUTE),
        (429, format_datetime(AT + HOUR, usegmt=True), HOUR),
        (429, "Wed, 21 Oct 2099 07:28:00 -0000", DAY),
        (503, "9" * 400, DAY),
        (503, format_datetime(AT - HOUR, usegmt=True), timedelta(0)),
        (503, "-5", timedelta(0)),
        (503, "soon", timedelta(0)),
        (503, "", timedelta(0)),
        # Other answers say nothing about time, whatever headers they carry.
        (500, "120", timedelta(0)),
        (301, "120", timedelta(0)),
    ],
)
def test_seconds_and_dates_are_understood_and_nothing_else(
    status: int, said: str, waits: timedelta
) -> None:
    answer = Answer(status=status, body=b"", is_cut=False, retry_after=said)

    assert asked_to_wait(answer, at=AT.replace(microsecond=0)) == waits
