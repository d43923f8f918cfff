"""The mail door on a port of its own, beside a test."""

import asyncio
import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from servicedesk.mail.listening import MailDoor, Stored, listen
from servicedesk.mail.smtp_dialogue import Limits
from tests.processes import free_port

MAIL = (
    b"From: Ingrid Solheim <ingrid@example.org>\r\nTo: somebody@example.net\r\n"
    b"Subject: My card\r\nMessage-ID: <%s@example.org>\r\n\r\nWhere is my card?\r\n"
)


def mail_of(name: str) -> bytes:
    """Return a mail that is like no other."""
    return MAIL % name.encode()


@dataclass
class Listening:
    """Where the door is, and what it asked workers to read."""

    port: int
    lmtp_port: int
    woken: list[Stored] = field(default_factory=list)

    def smtp(self) -> smtplib.SMTP:
        """Return a client that has been greeted."""
        return smtplib.SMTP("127.0.0.1", self.port, timeout=20)

    def send(self, *recipients: str, raw: bytes, sender: str = "ingrid@example.org") -> None:
        """Send a mail as a mail server does; raises what smtplib raises."""
        with self.smtp() as client:
            client.sendmail(sender, list(recipients), raw)

    def lmtp(self) -> socket.socket:
        """Return a bare connection to the LMTP port."""
        return socket.create_connection(("127.0.0.1", self.lmtp_port), timeout=20)


@contextmanager
def mail_door(limits: Limits | None = None) -> Iterator[Listening]:
    """Listen in a thread while the block runs."""
    found = Listening(port=free_port(), lmtp_port=free_port())
    door = MailDoor(wake=found.woken.extend)
    loop = asyncio.new_event_loop()
    is_open = Event()

    def run() -> None:
        asyncio.set_event_loop(loop)
        servers = loop.run_until_complete(
            listen(
                host="127.0.0.1",
                port=found.port,
                lmtp_port=found.lmtp_port,
                door=door,
                limits=limits or Limits(),
            )
        )
        is_open.set()
        loop.run_forever()
        for server in servers:
            server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
            loop.run_until_complete(asyncio.wait([task]))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = Thread(target=run)
    thread.start()
    assert is_open.wait(20)
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        door.close()
