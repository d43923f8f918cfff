"""The dialogue with a mail server: SMTP or LMTP, within limits, on the event loop."""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, syntax

from servicedesk.mail.recipients import Destination

# More than the parser reads (a bigger one stands in quarantine) and less than would hurt.
LARGEST_TAKEN = 40_000_000
# A megabyte in one line is no text; RFC 5321 asks for 998 and senders are careless.
LONGEST_LINE = 1_000_000
MOST_LINES = 1_000_000
IDLE_SECONDS = 60.0
# A whole mail, however slowly it drips.
DATA_SECONDS = 300.0
MOST_CONNECTIONS = 20
LINES_IN_A_ROW = 1_000

TOO_MUCH = "552 5.3.4 The mail is too big."
TOO_LONG = "500 5.6.0 A line of the mail is too long."


class KnownEnvelope(Envelope):
    """An envelope whose recipients were looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.destinations: list[Destination] = []


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one mail, one silence and everybody together may take; bytes and seconds."""

    largest: int = LARGEST_TAKEN
    idle_seconds: float = IDLE_SECONDS
    connections: int = MOST_CONNECTIONS


class Counter:
    """Counts connections of both kinds, so that nobody holds all of this process."""

    def __init__(self) -> None:
        self.open = 0


class MailDialogue(SMTP):
    """One connection: refuses what is too big, too long, too slow or one too many."""

    line_length_limit = LONGEST_LINE

    def __init__(
        self,
        handler: Any,
        *,
        counter: Counter,
        limits: Limits,
        hostname: str,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(
            handler,
            data_size_limit=limits.largest,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident="Throughline",
            timeout=limits.idle_seconds,
            # Who may send here is the business of the network; there is nobody to sign in.
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            loop=loop,
        )
        self.counter = counter
        self.limits = limits
        self.is_counted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection, or send one too many away."""
        is_full = self.counter.open >= self.limits.connections
        if is_full and isinstance(transport, asyncio.Transport):
            transport.write(b"421 4.3.2 Too many connections. Try again later.\r\n")
            transport.close()
            return
        self.counter.open += 1
        self.is_counted = True
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Let the next one in."""
        if not self.is_counted:
            return
        self.is_counted = False
        self.counter.open -= 1
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Hear nobody who was sent away."""
        if self.is_counted:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        """End with the other side."""
        return super().eof_received() if self.is_counted else False

    def _create_envelope(self) -> KnownEnvelope:
        return KnownEnvelope()

    @syntax("DATA")
    async def smtp_DATA(  # noqa: N802 the library's name
        self, arg: str | None
    ) -> None:
        """Take a mail in and hand it over; what is answered is the handler's word."""
        if await self.check_helo_needed():
            return
        assert self.envelope is not None  # noqa: S101 the library sets it with each greeting
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Name a recipient first.")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self._reset_timeout(DATA_SECONDS)
        refused, content = await self.read_data()
        self._reset_timeout()
        if refused:
            answers = [refused] * self.number_of_answers()
        else:
            self.envelope.content = self.envelope.original_content = content
            answer = await self._call_handler_hook("DATA")
            answers = [answer] * self.number_of_answers()
        self.envelope = self._create_envelope()
        for answer in answers:
            await self.push(answer)

    def number_of_answers(self) -> int:
        """Return how many answers the other side awaits: SMTP has one for a mail."""
        return 1

    async def read_data(self) -> tuple[str, bytes]:
        """Return why the mail is refused, empty if it is not, and its bytes.

        A refused mail is read to its end and forgotten, so that the answer arrives.
        """
        refused, content, lines = "", bytearray(), 0
        is_new_line = True
        while True:
            line, is_whole = await self.next_piece()
            if is_new_line and is_whole and line == b".\r\n":
                return refused, b"" if refused else bytes(content)
            lines += 1
            if not is_whole:
                refused = refused or TOO_LONG
            elif len(content) + len(line) > self.limits.largest or lines > MOST_LINES:
                refused = refused or TOO_MUCH
            if refused:
                content.clear()
            else:
                content += line[1:] if is_new_line and line.startswith(b".") else line
            is_new_line = is_whole
            if lines % LINES_IN_A_ROW == 0:
                # What has come already is read without a pause: let the others have a turn.
                await asyncio.sleep(0)

    async def next_piece(self) -> tuple[bytes, bool]:
        """Return the next line with its end, or a piece of one that is too long, and which."""
        try:
            return await self._reader.readuntil(b"\r\n"), True
        except asyncio.LimitOverrunError as over:
            return await self._reader.read(over.consumed), False


class LocalMailDialogue(MailDialogue, LMTP):
    """The same in LMTP: an answer for each recipient."""

    def number_of_answers(self) -> int:
        """Return how many recipients await an answer (RFC 2033)."""
        assert self.envelope is not None  # noqa: S101
        return len(self.envelope.rcpt_tos)
