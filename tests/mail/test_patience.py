"""A mail server that says a byte now and then holds nobody for long."""

import imaplib
import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Event, Thread
from time import monotonic

import pytest

from servicedesk.mail.imap import ImapConnection
from servicedesk.mail.mailboxes import Security
from servicedesk.outbound.addresses import PinnedAddress


@pytest.fixture
def dripping() -> Iterator[PinnedAddress]:
    """The address of a server that never comes to the end of its first line."""
    is_over = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            with suppress(OSError):
                connection, _address = listening.accept()
                with connection:
                    while not is_over.wait(0.05):
                        connection.sendall(b"*")

        server = Thread(target=drip, daemon=True)
        server.start()
        port = listening.getsockname()[1]
        yield PinnedAddress(host="mail.example", ip="127.0.0.1", port=port, family=socket.AF_INET)
        is_over.set()
    server.join(timeout=5)


def test_a_conversation_ends_although_every_wait_is_short(dripping: PinnedAddress) -> None:
    began = monotonic()

    with pytest.raises(imaplib.IMAP4.abort):
        ImapConnection(dripping, security=Security.STARTTLS, timeout=5.0, ends_after=0.5)

    # Without an end a line of a million signs is waited for, a sign each 0.05 seconds.
    assert 0.5 <= monotonic() - began < 4
