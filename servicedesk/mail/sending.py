"""The one place from which mail leaves: SMTP with headers that keep machines from answering."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.conf import settings

from cases.intake.filters import HOPS_HEADER, PROOF_HEADER
from servicedesk.mail.addresses import proof_of_sending
from servicedesk.mail.handing_over import hand_over
from servicedesk.mail.plain_mails import POLICY, is_plain, set_text

TIMEOUT_SECONDS = 20


class NoMailServer(RuntimeError):
    """SMTP_URL is not set: mail waits in the outbox until it is."""


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """A file that goes with a letter."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail as it is to leave. `mail_id` has no angle brackets.

    `stop_url` is where one click ends mails of this sort, empty where there is no such way.
    """

    mail_id: str
    sender_name: str
    sender: str
    recipient_name: str
    recipient: str
    reply_to: str
    subject: str
    text: str
    in_reply_to: str = ""
    loop_tag: str = ""
    is_automatic: bool = True
    stop_url: str = ""
    enclosures: tuple[Enclosure, ...] = ()


def compose(letter: Letter) -> EmailMessage:
    """Return the mail; a display name or subject with line breaks cannot add headers."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = address(letter.sender_name, letter.sender)
    mail["To"] = address(letter.recipient_name, letter.recipient)
    mail["Subject"] = " ".join(letter.subject.split())[:200]
    mail["Message-ID"] = f"<{letter.mail_id}>"
    mail[PROOF_HEADER] = proof_of_sending(letter.mail_id, recipient=letter.recipient)
    if letter.reply_to:
        mail["Reply-To"] = letter.reply_to
    if letter.in_reply_to:
        mail["In-Reply-To"] = f"<{letter.in_reply_to}>"
        mail["References"] = f"<{letter.in_reply_to}>"
    # RFC 3834: what a program sends says so, and nobody's absence note answers it.
    mail["Auto-Submitted"] = "auto-generated" if letter.is_automatic else "no"
    if letter.is_automatic:
        mail[HOPS_HEADER] = "1"
    mail["X-Auto-Response-Suppress"] = "All"
    if letter.loop_tag:
        mail["X-Loop"] = letter.loop_tag
    if letter.stop_url:
        # RFC 8058: a mail program ends these mails with one POST, without opening a page.
        mail["List-Unsubscribe"] = f"<{letter.stop_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    set_text(mail, letter.text)
    for enclosure in letter.enclosures:
        main, _, sub = enclosure.content_type.partition("/")
        mail.add_attachment(
            enclosure.content,
            maintype=main if sub and main not in ("multipart", "message") else "application",
            subtype=sub if sub and main not in ("multipart", "message") else "octet-stream",
            filename=" ".join(enclosure.name.split())[:150],
        )
    return mail


def address(name: str, email: str) -> Address | str:
    """Return a mail address with a display name of one line."""
    shown = " ".join(name.split())[:80]
    plain = f"{shown} <{email}>" if shown else email
    return plain if is_plain("To", plain) else Address(display_name=shown, addr_spec=email)


class Conversation:
    """A talk with the mail server that may carry more than one mail; begun with the first."""

    def __init__(self) -> None:
        self.connection: smtplib.SMTP | None = None

    def say(self, letter: Letter) -> None:
        """Hand a mail over; a talk that failed is begun anew with the next one.

        Raises:
            NoMailServer: none is configured.
            OSError, smtplib.SMTPException: the server did not take it.
        """
        url = urlsplit(settings.SMTP_URL)
        if self.connection is None:
            self.connection = connected(url)
        try:
            hand_over(
                self.connection,
                compose(letter),
                envelope_from=dict(parse_qsl(url.query)).get("envelope_from", letter.sender),
                recipient=letter.recipient,
            )
        except BaseException:
            self.drop()
            raise

    def end(self) -> None:
        """Say farewell."""
        if self.connection is not None:
            # The server has the mail: neither its farewell nor the time that it takes may cause a
            # repeat.
            with suppress(OSError):
                self.connection.putcmd("QUIT")
        self.drop()

    def drop(self) -> None:
        """Leave without a word."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def connected(url: SplitResult) -> smtplib.SMTP:
    """Return a connection to the mail server of SMTP_URL, signed in.

    Raises:
        NoMailServer: none is configured.
        OSError, smtplib.SMTPException: it does not let us in.
    """
    if not url.hostname:
        raise NoMailServer("SMTP_URL is not set.")
    port = url.port or (465 if url.scheme == "smtps" else 25)
    connection = (
        smtplib.SMTP_SSL(url.hostname, port, timeout=TIMEOUT_SECONDS, context=trusted())
        if url.scheme == "smtps"
        else smtplib.SMTP(url.hostname, port, timeout=TIMEOUT_SECONDS)
    )
    try:
        if url.scheme == "smtp+starttls":
            connection.starttls(context=trusted())
        if url.username:
            connection.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        connection.close()
        raise
    return connection


@cache
def trusted() -> ssl.SSLContext:
    """Return whom we trust when we speak in secret; read once a process, as it takes long."""
    return ssl.create_default_context()


_kept: ContextVar[Conversation | None] = ContextVar("kept_conversation", default=None)


@contextmanager
def one_conversation() -> Iterator[None]:
    """Let all mails that are sent meanwhile go by one talk with the server."""
    talk = Conversation()
    token = _kept.set(talk)
    try:
        yield
    finally:
        _kept.reset(token)
        talk.end()


def send(letter: Letter) -> None:
    """Hand a mail to the server of SMTP_URL, in a conversation of its own or in the one kept open.

    Raises:
        NoMailServer: none is configured.
        OSError, smtplib.SMTPException: the server did not take it.
    """
    kept = _kept.get()
    if kept is not None:
        kept.say(letter)
        return
    talk = Conversation()
    try:
        talk.say(letter)
    finally:
        talk.end()
