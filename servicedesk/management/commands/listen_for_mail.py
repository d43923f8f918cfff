"""Take mail from mail servers: SMTP, and LMTP where LMTP_PORT is set; role app."""

import asyncio
import logging
import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from servicedesk.mail.listening import MailDoor, listen, wake_readers
from servicedesk.mail.smtp_dialogue import Limits
from workflow.tenancy.checks import refuse_unsafe_database


class Command(BaseCommand):
    """Runs until it is told to stop; what was answered with 250 is stored."""

    help = "Take mail from mail servers by SMTP and LMTP."
    # The migration before every start has made them; they would load each page into this process.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask where to listen."""
        parser.add_argument("--host", default=settings.BIND)
        parser.add_argument("--port", type=int, default=settings.SMTP_PORT)
        parser.add_argument("--lmtp-port", type=int, default=settings.LMTP_PORT, help="0 for none")

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen."""
        refuse_unsafe_database()
        asyncio.run(
            listen_until_stopped(
                host=options["host"], port=options["port"], lmtp_port=options["lmtp_port"]
            )
        )


async def listen_until_stopped(*, host: str, port: int, lmtp_port: int) -> None:
    """Serve until SIGTERM or SIGINT; mails that are being stored are stored to their end."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    door = MailDoor(wake=wake_readers)
    servers = await listen(host=host, port=port, lmtp_port=lmtp_port, door=door, limits=Limits())
    logging.getLogger(__name__).info("mail is taken at %s port %s", host, port)
    try:
        await stopping.wait()
    finally:
        for server in servers:
            server.close()
        door.close()
