"""Take mail by SMTP and write each to a file, so that a demo really sends without reaching anybody."""

import asyncio
import signal
import socket
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from aiosmtpd.smtp import SMTP, Envelope, Session

from servicedesk.devservices.identity import die_with_parent
from servicedesk.devservices.places import write_privately

LARGEST_MAIL = 50 * 1024 * 1024  # bytes


class WriteToFolder:
    """Writes each mail to a file of its own, with the envelope as the first headers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store one mail and say so to the sender."""
        taken_at = datetime.now(tz=UTC).strftime("%Y%m%dT%H%M%S.%f")
        head = f"X-Envelope-From: {envelope.mail_from}\r\n"
        head += "".join(f"X-Envelope-To: {address}\r\n" for address in envelope.rcpt_tos)
        body = bytes(envelope.original_content or b"")
        file = self.folder / f"{taken_at}-{token_hex(4)}.eml"
        write_privately(file, head.encode("utf-8", errors="replace") + body)
        return "250 Stored"


async def serve(listening: socket.socket, *, folder: Path) -> None:
    """Take mail until SIGTERM."""
    loop = asyncio.get_running_loop()
    handler = WriteToFolder(folder)
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    server = await loop.create_server(
        lambda: SMTP(handler, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, loop=loop),
        sock=listening,
    )
    async with server:
        await asked_to_stop.wait()


def catch_mail(*, socket_number: int, folder: Path) -> int:
    """Take mail on a listening socket that was handed over; return the exit code."""
    die_with_parent()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(serve(socket.socket(fileno=socket_number), folder=folder))
    return 0
