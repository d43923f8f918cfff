"""A call goes to the pinned address, keeps the name, and costs a bounded time and size."""

import socket
import threading
from time import monotonic

import pytest

from servicedesk.outbound.addresses import NotPublic
from servicedesk.outbound.calling import MOST_BYTES, NoAnswer, post
from tests.outbound.receiving import make_certificate, receiver, speaking

HERE = "127.0.0.1"


def named(_host: str, _port: int) -> list[str]:
    """Answer for any name with this machine."""
    return [HERE]


def test_a_plain_call_arrives_with_the_name_as_its_host(open_port):
    with receiver() as there:
        open_port(there.port)

        answer = post(
            there.url("/hook?a=1", host="receiver.test"),
            body=b'{"a": 1}',
            headers={"Content-Type": "application/json"},
            resolver=named,
        )

    assert (answer.status, answer.body, answer.is_cut) == (200, b"thank you", False)
    assert there.got[0].path == "/hook?a=1"
    assert there.got[0].body == b'{"a": 1}'
    assert there.got[0].headers["Host"] == f"receiver.test:{there.port}"
    assert there.got[0].headers["Content-Type"] == "application/json"


def test_a_secured_call_asks_for_the_certificate_of_the_name(open_port, tmp_path, monkeypatch):
    certificate = make_certificate(tmp_path / "pair.pem", names=("receiver.test",))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with receiver(certificate=certificate) as there:
        open_port(there.port)

        answer = post(
            there.url(host="receiver.test", scheme="https"), body=b"", headers={}, resolver=named
        )
        with pytest.raises(NoAnswer, match="certificate"):
            post(there.url(host="other.test", scheme="https"), body=b"", headers={}, resolver=named)

    assert answer.status == 200
    assert len(there.got) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(open_port, tmp_path):
    certificate = make_certificate(tmp_path / "pair.pem", names=("receiver.test",))
    with receiver(certificate=certificate) as there:
        open_port(there.port)

        with pytest.raises(NoAnswer, match="certificate"):
            post(
                there.url(host="receiver.test", scheme="https"),
                body=b"",
                headers={},
                resolver=named,
            )

    assert there.got == []


def test_this_machine_is_not_called_unless_the_operator_opens_it(settings):
    with receiver() as there:
        settings.OUTBOUND_PORTS = frozenset({there.port})

        with pytest.raises(NotPublic):
            post(there.url(), body=b"", headers={})

    assert there.got == []


def test_the_name_is_looked_up_once_and_its_second_answer_is_never_used(open_port):
    answers = iter([[HERE], ["127.0.0.2"]])
    with receiver() as there:
        open_port(there.port)

        post(
            there.url(host="rebinding.test"),
            body=b"",
            headers={},
            resolver=lambda *_: next(answers),
        )

    assert len(there.got) == 1
    assert next(answers) == ["127.0.0.2"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(open_port, status):
    with receiver() as inner, receiver() as there:
        open_port(there.port)
        there.status = status
        there.headers = {"Location": inner.url("/secret")}

        answer = post(there.url(), body=b"x", headers={})

    assert answer.status == status
    assert inner.got == []


def test_a_host_that_never_answers_is_left_in_time(open_port):
    enough = threading.Event()
    with speaking(lambda _visitor: enough.wait(30)) as port:
        open_port(port)
        began = monotonic()

        with pytest.raises(NoAnswer, match="in time"):
            post(f"http://{HERE}:{port}/", body=b"", headers={}, timeout=0.3)

        took = monotonic() - began
        enough.set()
    assert took < 2


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"], ids=["head", "body"]
)
def test_a_host_that_answers_byte_by_byte_gains_no_time(open_port, head):
    enough = threading.Event()

    def drip(visitor: socket.socket) -> None:
        visitor.sendall(head)
        while not enough.wait(0.05):
            visitor.sendall(b"H")

    with speaking(drip) as port:
        open_port(port)
        began = monotonic()

        with pytest.raises(NoAnswer, match="in time"):
            post(f"http://{HERE}:{port}/", body=b"", headers={}, timeout=0.5)

        took = monotonic() - began
        enough.set()
    assert took < 2


def test_an_endless_body_is_cut_at_a_megabyte(open_port):
    def pour(visitor: socket.socket) -> None:
        visitor.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            visitor.sendall(b"x" * 65_536)

    with speaking(pour) as port:
        open_port(port)

        answer = post(f"http://{HERE}:{port}/", body=b"", headers={})

    assert answer.is_cut
    assert len(answer.body) == MOST_BYTES


def test_an_endless_head_is_not_read_to_the_end(open_port):
    def pour(visitor: socket.socket) -> None:
        while True:
            visitor.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000)

    with speaking(pour) as port:
        open_port(port)

        with pytest.raises(NoAnswer, match="not HTTP"):
            post(f"http://{HERE}:{port}/", body=b"", headers={})


@pytest.mark.parametrize(
    "words", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 abc\r\n\r\n", b"-ERR unknown\r\n"]
)
def test_what_is_not_http_is_said_to_be_none(open_port, words):
    with speaking(lambda visitor: visitor.sendall(words)) as port:
        open_port(port)

        with pytest.raises(NoAnswer) as refused:
            post(f"http://{HERE}:{port}/", body=b"", headers={})

    # What an inner service says never reaches the page of the person who asked.
    assert "SSH" not in str(refused.value)
    assert "ERR" not in str(refused.value)


def test_a_closed_port_is_said_to_be_unreachable(open_port):
    with socket.create_server((HERE, 0)) as listener:
        port = listener.getsockname()[1]
    open_port(port)

    with pytest.raises(NoAnswer, match="cannot be reached"):
        post(f"http://{HERE}:{port}/", body=b"", headers={})
