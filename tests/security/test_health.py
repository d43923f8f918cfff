"""Whoever asks is told whether we are well; what the figures say is for operators."""

from ipaddress import ip_network

import pytest
from django.http import HttpRequest
from django.test import Client

from servicedesk.pages.health import ANSWERS, is_operator
from tests.isolation.access_table import ANONYMOUS, BEFORE_TENANTS

pytestmark = pytest.mark.usefixtures("committing")
ELSEWHERE = "203.0.113.9"
TOKEN = "a-word-for-the-one-who-scrapes"


def asked(path: str, *, address: str = ELSEWHERE, **headers: str) -> tuple[int, str]:
    """Ask at a host that no tenant has; return status and text."""
    client = Client(headers=headers, REMOTE_ADDR=address, HTTP_HOST="10.1.2.3")
    answer = client.get(path)
    return answer.status_code, answer.content.decode()


def test_the_table_names_every_address_that_is_answered_before_tenants():
    assert set(BEFORE_TENANTS) == set(ANSWERS)


@pytest.mark.parametrize("path", BEFORE_TENANTS)
def test_whoever_asks_from_elsewhere_gets_in_where_the_table_says_so(path):
    status, _ = asked(path)

    assert status == (200 if ANONYMOUS in BEFORE_TENANTS[path] else 403)


def test_a_stranger_learns_whether_we_are_ready_and_nothing_else():
    _, to_stranger = asked("/readyz")
    _, to_operator = asked("/readyz", address="127.0.0.1")

    assert to_stranger == '{"ready": true}'
    assert '"redis": "ok"' in to_operator
    assert '"outbox_lag_seconds"' in to_operator


def test_a_stranger_gets_no_figures_and_this_machine_does():
    assert "servicedesk_" not in asked("/metrics")[1]

    for here in ("127.0.0.1", "::1"):
        status, text = asked("/metrics", address=here)
        assert status == 200
        assert "servicedesk_news_lag_seconds " in text


def test_behind_a_proxy_of_this_machine_nobody_is_from_here():
    for header in ("x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host"):
        assert asked("/metrics", address="127.0.0.1", **{header: "127.0.0.1"})[0] == 403


def test_named_networks_may_read_the_figures(settings):
    settings.METRICS_ALLOWED = (ip_network("203.0.113.0/28"),)

    assert asked("/metrics")[0] == 200
    assert asked("/metrics", address="203.0.113.99")[0] == 403


def test_whoever_has_the_token_may_read_them_from_anywhere(settings):
    settings.METRICS_TOKEN = TOKEN
    proxied = {"x-forwarded-for": ELSEWHERE}

    assert asked("/metrics", authorization=f"Bearer {TOKEN}", **proxied)[0] == 200
    assert asked("/metrics", authorization=f"Bearer {TOKEN}x", **proxied)[0] == 403
    assert asked("/metrics", authorization="Bearer naïve", **proxied)[0] == 403


def test_without_a_token_an_empty_one_opens_nothing(settings):
    settings.METRICS_TOKEN = ""

    assert asked("/metrics", authorization="Bearer ")[0] == 403


def test_a_peer_without_an_address_is_a_stranger():
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = ""

    assert not is_operator(request)
