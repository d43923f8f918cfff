"""Try the connection of a mailbox, without becoming a way to find out what runs where."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NoAnswerInTime
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from typing import ClassVar

from django.utils.translation import gettext as _

from servicedesk.limits import allow
from servicedesk.mail.imap import CannotFetch, ImapConnection
from servicedesk.mail.mailboxes import FetchFault, Incoming, Mailbox
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

# Long enough for a slow server, and what every failure takes: an answer that came sooner would
# tell a closed port from a host that drops what it gets.
BUDGET_SECONDS = 6.0
TRIES = 6
TRIES_PER = timedelta(minutes=10)

SENTENCES: dict[FetchFault, Callable[[], str]] = {
    FetchFault.NOTHING: lambda: _("The server let us in and the folder is there."),
    FetchFault.UNREACHABLE: lambda: _(
        "No mail server that can be trusted answered at this host and port."
    ),
    FetchFault.REFUSED: lambda: _("The server refused user name or password."),
    FetchFault.FOLDER: lambda: _("The server has no such folder."),
    FetchFault.SECRET: lambda: _("The stored password cannot be opened any more. Enter it again."),
    FetchFault.BROKEN: lambda: _("The server ended the conversation before it was done."),
}


class TooManyTests(Refusal):
    """Connections were tried too often."""

    code: ClassVar[str] = "too_many_tests"
    status: ClassVar[int] = 429


class NothingToTest(Refusal):
    """The mailbox has no server of its own."""

    code: ClassVar[str] = "nothing_to_test"


def try_mailbox(
    mailbox: Mailbox, *, actor: Actor, at: datetime, budget_seconds: float = BUDGET_SECONDS
) -> FetchFault:
    """Connect, sign in and open the folder of a mailbox; returns what is wrong, if anything.

    No server, a closed port, an inner host, a name that nobody knows and a certificate that does
    not hold are one answer, after one and the same time.

    Raises:
        TooManyTests: more than six in ten minutes; none while Redis is away.
        NothingToTest: its mail is not fetched.
    """
    actor.require(Permission.CONFIGURE)
    if mailbox.incoming != Incoming.IMAP:
        raise NothingToTest(
            _("The mail of this mailbox is not fetched."),
            next_step=_("Send a mail to it and look at your cases."),
        )
    allowance = allow("mailbox-test", at_most=TRIES, per=TRIES_PER, at=at, fail_closed=True)
    if not allowance.is_allowed:
        raise TooManyTests(
            _("Connections were tried too often."), next_step=_("Try again in ten minutes.")
        )
    return within(budget_seconds, mailbox)


def within(budget_seconds: float, mailbox: Mailbox) -> FetchFault:
    """Try it, and take the whole time when no server was found."""
    end = monotonic() + budget_seconds
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        fault = pool.submit(attempt, mailbox, budget_seconds).result(timeout=budget_seconds)
    except NoAnswerInTime:
        fault = FetchFault.UNREACHABLE
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if fault == FetchFault.UNREACHABLE:
        Event().wait(max(0.0, end - monotonic()))
    return fault


def attempt(mailbox: Mailbox, timeout: float) -> FetchFault:
    """Enter the server and leave it."""
    try:
        with ImapConnection.to(mailbox, timeout=timeout, ends_after=timeout):
            return FetchFault.NOTHING
    except CannotFetch as found:
        return found.fault


def sentence_of(fault: str) -> str:
    """Return what a person reads about a fault."""
    return SENTENCES[FetchFault(fault)]()
