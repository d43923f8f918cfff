"""The door for mail servers: whose mail is it, store it, say so, and let a worker read it."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier
from typing import TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import Error, close_old_connections, connections, transaction
from django.utils.timezone import now
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from servicedesk.celery import app
from servicedesk.mail.receiving import store_mail
from servicedesk.mail.recipients import Destination, destination_of, one_for_each_tenant
from servicedesk.mail.smtp_dialogue import (
    Counter,
    KnownEnvelope,
    Limits,
    LocalMailDialogue,
    MailDialogue,
)
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)

MOST_RECIPIENTS = 50
DATABASE_THREADS = 4
NULL_SENDER = "<>"

STORED = "250 2.0.0 Stored."
KNOWN = "250 2.1.5 Known."
UNKNOWN = "550 5.1.1 Nobody here has this address."
TOO_MANY = "452 4.5.3 Too many recipients. Send the mail to the others again."
NOT_NOW = "451 4.3.0 The mail cannot be stored now. Try again later."

Result = TypeVar("Result")
Stored = tuple[int, int]  # tenant id, mail id


class MailDoor:
    """What SMTP and LMTP ask: is this recipient known, and is the mail stored.

    The database is asked in threads of its own; reading a mail never holds up the dialogue.
    """

    def __init__(self, *, wake: Callable[[list[Stored]], None]) -> None:
        self.threads = ThreadPoolExecutor(DATABASE_THREADS, thread_name_prefix="mail-door")
        self.waking = ThreadPoolExecutor(1, thread_name_prefix="mail-waker")
        self.wake = wake

    async def handle_RCPT(  # noqa: N802 the library's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take a recipient whose mail comes here; nothing is passed on to anybody else."""
        assert isinstance(envelope, KnownEnvelope)  # noqa: S101 the dialogue makes no other
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        try:
            destination = await self.ask(partial(destination_of, address))
        except Error:
            log.exception("a recipient cannot be looked up now")
            return NOT_NOW
        if destination is None:
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        envelope.destinations.append(destination)
        return KNOWN

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Store the mail for each tenant that it goes to, all or none, and then say so."""
        assert isinstance(envelope, KnownEnvelope)  # noqa: S101
        sender = envelope.mail_from or ""
        try:
            stored = await self.ask(
                partial(
                    store_for,
                    envelope.destinations,
                    raw=bytes(envelope.original_content or b""),
                    envelope_sender="" if sender == NULL_SENDER else sender,
                )
            )
        except Error:
            log.exception("a mail cannot be stored now")
            return NOT_NOW
        self.waking.submit(self.wake, stored)
        return STORED

    async def handle_exception(self, error: Exception) -> str:
        """Never tell a mail server to give up because of a fault of ours."""
        log.error("fault in the dialogue with a mail server", exc_info=error)
        return NOT_NOW

    async def ask(self, work: Callable[[], Result]) -> Result:
        """Do work with the database in a thread that keeps its connection while it is sound."""
        return await asyncio.get_running_loop().run_in_executor(
            self.threads, partial(with_sound_connection, work)
        )

    def close(self) -> None:
        """Finish what is being stored, and close the connections of the threads."""
        self.waking.shutdown(wait=True, cancel_futures=True)
        # Each waits for the others, so that every thread closes its own connection.
        everybody = Barrier(DATABASE_THREADS)
        for _ in range(DATABASE_THREADS):
            self.threads.submit(close_connections, everybody)
        self.threads.shutdown(wait=True)


def close_connections(everybody: Barrier) -> None:
    """Close this thread's connections once every thread is here."""
    everybody.wait(timeout=30)
    connections.close_all()


def with_sound_connection(work: Callable[[], Result]) -> Result:
    """Do work after dropping connections that broke or are old, as each request does."""
    close_old_connections()
    return work()


def store_for(destinations: list[Destination], *, raw: bytes, envelope_sender: str) -> list[Stored]:
    """Store one mail for each tenant that it goes to, in one transaction; all or none."""
    at = now()
    stored: list[Stored] = []
    with transaction.atomic():
        for destination in one_for_each_tenant(destinations):
            with tenant_scope(destination.tenant_id):
                mail = store_mail(
                    raw,
                    recipient=destination.address,
                    envelope_sender=envelope_sender,
                    mailbox_id=destination.mailbox_id,
                    at=at,
                )
            stored.append((destination.tenant_id, mail.pk))
    return stored


def wake_readers(stored: list[Stored]) -> None:
    """Ask a worker to read what was stored; while Redis is away the tick does, a minute later."""
    for tenant_id, mail_id in stored:
        with suppress(OSError, RedisError, KombuError):
            app.send_task(
                "servicedesk.read_mail", args=[tenant_id, mail_id], queue="mail", retry=False
            )


async def listen(
    *, host: str, port: int, lmtp_port: int, door: MailDoor, limits: Limits
) -> tuple[asyncio.Server, ...]:
    """Open the ports; both kinds of dialogue share one limit of connections."""
    loop = asyncio.get_running_loop()
    counter = Counter()
    servers = []
    for kind, number in ((MailDialogue, port), (LocalMailDialogue, lmtp_port)):
        if number:
            dialogue = partial(
                kind, door, counter=counter, limits=limits, hostname=settings.MAIL_DOMAIN, loop=loop
            )
            servers.append(await loop.create_server(dialogue, host=host, port=number))
    return tuple(servers)
