"""A connection to a tenant's IMAP server: private, to a judged address, with limits."""

import imaplib
import ipaddress
import re
import socket
import ssl
from contextlib import suppress
from threading import Timer
from typing import Any, Self

from django.conf import settings
from imap_tools import BaseMailBox, MailMessageFlags
from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxLoginError,
)

from servicedesk.mail.mailboxes import FetchFault, Mailbox, Security
from servicedesk.mail.prescan import LARGEST_MAIL
from servicedesk.outbound.addresses import NotPublic, PinnedAddress, public_address
from servicedesk.sealing import CannotUnseal, unseal

IMAP_PORTS = frozenset({143, 993})
TIMEOUT_SECONDS = 15.0
# The whole conversation, however slowly the other side drips: less than a worker may take.
ENDS_AFTER_SECONDS = 40.0
# What a server may say in one piece: one mail more than we read, and its wrapping.
LARGEST_PIECE = LARGEST_MAIL + 1_000_000
NUMBER = re.compile(rb"[0-9]{1,19}")


class CannotFetch(Exception):
    """The server could not be used; `fault` says why, in a code that the page has a sentence for."""

    def __init__(self, fault: FetchFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class End:
    """Hangs up a connection after a time, whatever is being read from it.

    Each wait has a limit of its own, but a server that sends a byte now and then never reaches
    it. So a second handle of the connection is kept, which also ends a TLS handshake.
    """

    def __init__(self, connection: socket.socket, *, after: float) -> None:
        self.handle = connection.dup()
        self.timer = Timer(after, self.hang_up)
        self.timer.daemon = True
        self.timer.start()

    def hang_up(self) -> None:
        """End the connection in both directions: whoever reads gets nothing more."""
        with suppress(OSError):
            self.handle.shutdown(socket.SHUT_RDWR)

    def forget(self) -> None:
        """Stop the clock and give the handle back."""
        self.timer.cancel()
        self.handle.close()


class _Measured(imaplib.IMAP4):
    """Refuses to read a piece without end, whatever length the server announces."""

    def read(self, size: int) -> bytes:
        """Read a literal of the announced length."""
        if size > LARGEST_PIECE:
            raise self.abort("the server announces more than anybody sends")
        return super().read(size)


class _Plain(_Measured):
    """Connects to the judged address; what follows is STARTTLS, before any word of ours."""

    def __init__(self, address: PinnedAddress, *, timeout: float, ends_after: float) -> None:
        self.address = address
        self.ends_after = ends_after
        self.end: End | None = None
        try:
            super().__init__(address.host, address.port, timeout)
        except BaseException:
            self.forget_end()
            raise

    def _create_socket(self, timeout: float | None) -> socket.socket:
        bare = socket.create_connection((self.address.ip, self.address.port), timeout)
        self.end = End(bare, after=self.ends_after)
        return bare

    def shutdown(self) -> None:
        """Close the connection; its end need not be waited for any more."""
        self.forget_end()
        super().shutdown()

    def forget_end(self) -> None:
        """Stop the clock."""
        if self.end is not None:
            self.end.forget()


class _Private(_Plain):
    """The same, with TLS from the first byte on; the certificate must be the name's."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        bare = super()._create_socket(timeout)
        try:
            return ssl.create_default_context().wrap_socket(bare, server_hostname=self.address.host)
        except BaseException:
            bare.close()
            raise


class ImapConnection(BaseMailBox):
    """One folder of a mailbox at its server, opened for reading and marking."""

    def __init__(
        self,
        address: PinnedAddress,
        *,
        security: str,
        timeout: float = TIMEOUT_SECONDS,
        ends_after: float = ENDS_AFTER_SECONDS,
    ) -> None:
        self.address = address
        self.security = security
        self.timeout = timeout
        self.ends_after = ends_after
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        if self.security == Security.TLS:
            return _Private(self.address, timeout=self.timeout, ends_after=self.ends_after)
        client = _Plain(self.address, timeout=self.timeout, ends_after=self.ends_after)
        try:
            # Nothing is said before the connection is private; a server without it is refused.
            client.starttls(ssl.create_default_context())
        except BaseException:
            client.shutdown()
            raise
        return client

    def __exit__(self, *_error: object) -> None:
        """Take leave; whether the server answers does not matter any more."""
        with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
            self.logout()
        with suppress(OSError):
            self.client.shutdown()

    @classmethod
    def to(
        cls,
        mailbox: Mailbox,
        *,
        timeout: float = TIMEOUT_SECONDS,
        ends_after: float = ENDS_AFTER_SECONDS,
    ) -> Self:
        """Connect, sign in and open the folder of a mailbox.

        Raises:
            CannotFetch: no server that can be trusted, not let in, no such folder.
        """
        try:
            password = unseal(mailbox.sealed_password)
        except CannotUnseal as fault:
            raise CannotFetch(FetchFault.SECRET) from fault
        try:
            found = cls(
                judged(mailbox),
                security=mailbox.security,
                timeout=timeout,
                ends_after=ends_after,
            )
        except (NotPublic, OSError, imaplib.IMAP4.error, ValueError) as fault:
            raise CannotFetch(FetchFault.UNREACHABLE) from fault
        try:
            found.sign_in(mailbox, password)
        except BaseException:
            found.client.shutdown()
            raise
        return found

    def sign_in(self, mailbox: Mailbox, password: str) -> None:
        """Sign in and open the folder."""
        try:
            if f"{mailbox.username}{password}".isascii():
                self.login(mailbox.username, password, initial_folder=None)
            else:
                self.login_utf8(mailbox.username, password, initial_folder=None)
        except (MailboxLoginError, imaplib.IMAP4.abort, OSError) as fault:
            raise CannotFetch(fault_of(fault, otherwise=FetchFault.BROKEN)) from fault
        except imaplib.IMAP4.error as fault:
            raise CannotFetch(FetchFault.REFUSED) from fault
        try:
            self.folder.set(mailbox.folder)
        except (MailboxFolderSelectError, imaplib.IMAP4.error, OSError) as fault:
            raise CannotFetch(fault_of(fault, otherwise=FetchFault.BROKEN)) from fault

    def uid_validity(self) -> int:
        """Return which life of the folder this is: with another one, every UID is another mail."""
        return self.number("UIDVALIDITY")

    def next_uid(self) -> int:
        """Return the UID that the next mail of the folder will get; 0 if the server keeps quiet."""
        return self.number("UIDNEXT")

    def number(self, name: str) -> int:
        """Return a number that the server said when the folder was opened, 0 if it did not."""
        _name, said = self.client.response(name)
        found = NUMBER.search(said[-1]) if said and isinstance(said[-1], bytes) else None
        return int(found[0]) if found else 0

    def raw(self, uid: int) -> bytes | None:
        """Return the bytes of a mail, one more than we read at most; None if it is gone.

        Nothing looks into them here: that is the guarded reader's business.
        """
        status, parts = self.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST_MAIL + 1}>)")
        if status != "OK":
            raise CannotFetch(FetchFault.BROKEN)
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), None)

    def mark(self, uid: int, *, move_to: str) -> None:
        """Note at the server that we have a mail: move it, or mark it as seen."""
        if move_to:
            self.move(str(uid), move_to)
        else:
            self.flag(str(uid), MailMessageFlags.SEEN, value=True)


def judged(mailbox: Mailbox) -> PinnedAddress:
    """Return the address to connect to.

    Raises:
        NotPublic: the host or the port is none of ours to call.
    """
    address = public_address(mailbox.host, mailbox.port)
    if mailbox.port not in IMAP_PORTS and not is_opened_by_the_operator(address):
        raise NotPublic("This port is not called.", next_step="Take 993 or 143.")
    return address


def is_opened_by_the_operator(address: PinnedAddress) -> bool:
    """Whether the address lies in a network that OUTBOUND_ALLOWED names."""
    ip = ipaddress.ip_address(address.ip)
    return any(ip in network for network in settings.OUTBOUND_ALLOWED)


def fault_of(error: Exception, *, otherwise: FetchFault) -> FetchFault:
    """Return what an error of the dialogue means."""
    kinds: tuple[tuple[type[Any], FetchFault], ...] = (
        (MailboxLoginError, FetchFault.REFUSED),
        (MailboxFolderSelectError, FetchFault.FOLDER),
    )
    return next((fault for kind, fault in kinds if isinstance(error, kind)), otherwise)
