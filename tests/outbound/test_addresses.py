"""A tenant's URL never leads into our own network, whatever its spelling or its name server."""

import ipaddress
import random
import socket
from urllib.parse import urlsplit

import pytest

from servicedesk.outbound.addresses import NotPublic, may_be_called, public_address
from servicedesk.outbound.targets import public_target
from tests.outbound.hostile import HOSTILE_URLS, answer_of_names

PUBLIC, PRIVATE = "93.184.216.34", "127.0.0.1"
TRIES = 10_000


class FlippingNameServer:
    """A name server that answers a public or an inner address, as it likes."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self.asked = 0

    def __call__(self, _host: str, _port: int) -> list[str]:
        """Answer one address."""
        self.asked += 1
        return [self.chance.choice([PUBLIC, PRIVATE])]


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_a_hostile_url_is_refused(url):
    with pytest.raises(NotPublic) as refused:
        public_target(url, resolver=answer_of_names)

    assert refused.value.next_step


def test_there_are_enough_hostile_urls():
    assert len(set(HOSTILE_URLS)) >= 60


def test_a_check_of_the_text_alone_would_let_hostile_urls_through():
    refused_words = ("127.0.0.1", "localhost", "10.", "192.168.", "169.254.", "[::1]")

    through = [
        url
        for url in HOSTILE_URLS
        if url.startswith("http://") and not any(word in url for word in refused_words)
    ]

    assert len(through) > 30


@pytest.mark.parametrize(
    ("url", "ip", "host", "port", "path"),
    [
        ("https://good.test/hook?a=1", PUBLIC, "good.test", 443, "/hook?a=1"),
        ("http://GOOD.test.", PUBLIC, "good.test", 80, "/"),
        ("https://good.test:8443/x#part", PUBLIC, "good.test:8443", 8443, "/x"),
        ("http://1.1.1.1/", "1.1.1.1", "1.1.1.1", 80, "/"),
        (
            "http://[2606:4700:4700::1111]:8080/",
            "2606:4700:4700::1111",
            "[2606:4700:4700::1111]:8080",
            8080,
            "/",
        ),
    ],
)
def test_a_public_url_is_pinned_to_its_address(url, ip, host, port, path):
    target = public_target(url, resolver=answer_of_names)

    assert (target.address.ip, target.address.port) == (ip, port)
    assert (target.host_header, target.path) == (host, path)


def test_a_name_in_another_script_is_looked_up_as_the_wire_spells_it():
    asked = []

    def remember(host: str, _port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC]

    address = public_address("bücher.test", 443, resolver=remember)

    assert asked == ["xn--bcher-kva.test"]
    assert address.host == "xn--bcher-kva.test"


def test_ten_thousand_rebinding_answers_never_pin_an_inner_address():
    server = FlippingNameServer(seed=3)

    pinned = []
    for _try in range(TRIES):
        try:
            pinned.append(public_address("rebinding.test", 443, resolver=server).ip)
        except NotPublic:
            continue

    assert server.asked == TRIES  # Looked up once a call, never a second time.
    assert 4_000 < len(pinned) < 6_000
    assert set(pinned) == {PUBLIC}


def test_to_check_and_then_look_up_again_would_reach_inner_addresses():
    server = FlippingNameServer(seed=3)

    reached = []
    for _try in range(TRIES):
        try:
            public_address("rebinding.test", 443, resolver=server)
        except NotPublic:
            continue
        reached += server("rebinding.test", 443)

    assert reached.count(PRIVATE) > 2_000


def test_the_system_itself_is_asked_when_no_name_server_is_named():
    with pytest.raises(NotPublic):
        public_address("localhost", 80)


def test_the_operator_opens_a_network_and_nothing_beside_it(settings):
    settings.OUTBOUND_ALLOWED = (ipaddress.ip_network("10.20.0.0/16"),)

    assert public_address("inner", 443, resolver=lambda *_: ["10.20.3.4"]).ip == "10.20.3.4"
    with pytest.raises(NotPublic):
        public_address("inner", 443, resolver=lambda *_: ["10.21.3.4"])
    with pytest.raises(NotPublic):
        public_address("inner", 443, resolver=lambda *_: ["10.20.3.4", "127.0.0.1"])


def test_a_refusal_says_the_same_of_an_inner_host_and_of_none():
    inner = refusal_of("inner.test").replace("inner.test", "HOST")
    unknown = refusal_of("nowhere.test").replace("nowhere.test", "HOST")

    assert inner == unknown


def test_the_family_of_the_pinned_address_is_its_own():
    address = public_address("six.test", 443, resolver=lambda *_: ["2606:4700:4700::1111"])

    assert address.family == socket.AF_INET6


def test_every_address_of_the_hostile_urls_is_refused_by_itself():
    literals = []
    for url in HOSTILE_URLS:
        if "%" in url:
            continue  # A zone is refused by its spelling, before any address is judged.
        try:
            literals.append(ipaddress.ip_address(urlsplit(url).hostname or ""))
        except ValueError:
            continue

    assert len(literals) > 30
    assert [address for address in literals if may_be_called(address)] == []


def refusal_of(host: str) -> str:
    """Return what is said of a host."""
    with pytest.raises(NotPublic) as refused:
        public_address(host, 443, resolver=answer_of_names)
    return str(refused.value)
