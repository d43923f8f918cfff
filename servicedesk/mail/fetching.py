"""Fetch the mail of a tenant's IMAP mailboxes: stored here first, marked there afterwards."""

import hashlib
import imaplib
import logging
from datetime import datetime, timedelta
from time import monotonic

from django.db import connections, transaction
from imap_tools.errors import ImapToolsError

from servicedesk.mail.imap import CannotFetch, ImapConnection
from servicedesk.mail.mailboxes import Afterwards, FetchFault, Incoming, Mailbox
from servicedesk.mail.models import RawMail
from servicedesk.mail.receiving import read_stored_mail, store_mail
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)

EACH = timedelta(minutes=1)
# Longer than a fetch may take: whoever died while fetching is not waited for longer.
LEASE = timedelta(minutes=3)
LONGEST_PAUSE = timedelta(hours=1)
# A folder in a new life is read from a little before the last fetch on.
LOOK_BACK = timedelta(days=2)
MAILS_AT_ONCE = 200
WORKS_FOR_SECONDS = 30.0
DUE = """
SELECT tenant_id, id FROM servicedesk_mailbox
WHERE incoming = 'imap' AND is_active AND next_fetch_at <= %s ORDER BY next_fetch_at LIMIT %s
"""


def due_mailboxes(*, at: datetime, at_most: int = 100) -> list[tuple[int, int]]:
    """Return tenant and id of mailboxes that are to be fetched, across tenants; one query."""
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(DUE, [at, at_most])
        return [(tenant_id, mailbox_id) for tenant_id, mailbox_id in cursor.fetchall()]


def fetch_due_mailboxes(*, at: datetime, at_most: int) -> int:
    """Fetch some mailboxes here and now; returns how many mails were stored."""
    fetched = 0
    for tenant_id, mailbox_id in due_mailboxes(at=at, at_most=at_most):
        with tenant_scope(tenant_id):
            fetched += fetch_mailbox(mailbox_id, at=at)
    return fetched


def fetch_mailbox(mailbox_id: int, *, at: datetime) -> int:
    """Fetch what is new in a mailbox; call inside the tenant's scope, outside a transaction.

    Returns how many mails were stored: none when somebody else is at it, or when the server could
    not be used, which the mailbox then says.
    """
    mailbox = claim(mailbox_id, at=at)
    if mailbox is None:
        return 0
    stored: list[int] = []
    fault = FetchFault.NOTHING
    try:
        with ImapConnection.to(mailbox) as server:
            fault = fetch_folder(server, mailbox, stored=stored, at=at)
    except CannotFetch as found:
        fault = found.fault
    except (ImapToolsError, imaplib.IMAP4.error, OSError, ValueError):
        log.warning("a mailbox could not be fetched to its end", extra={"mailbox": mailbox.pk})
        fault = FetchFault.BROKEN
    note_fetch(mailbox, fault=fault, at=at)
    for mail_id in stored:
        read_or_leave(mail_id, at=at)
    return len(stored)


@transaction.atomic
def claim(mailbox_id: int, *, at: datetime) -> Mailbox | None:
    """Return a mailbox that is due and nobody's; others see it as fetched for a few minutes."""
    mailbox = (
        Mailbox.objects.select_for_update(skip_locked=True)
        .filter(pk=mailbox_id, incoming=Incoming.IMAP, is_active=True, next_fetch_at__lte=at)
        .first()
    )
    if mailbox is not None:
        mailbox.next_fetch_at = at + LEASE
        mailbox.save(update_fields=["next_fetch_at"])
    return mailbox


def fetch_folder(
    server: ImapConnection, mailbox: Mailbox, *, stored: list[int], at: datetime
) -> FetchFault:
    """Store what is new in the open folder, mark it there, and keep how far we are.

    `stored` gets the ids of stored mails, those before a break too. Returns what went wrong with
    marking alone, which holds up no mail.
    """
    validity, next_uid = server.uid_validity(), server.next_uid()
    is_known = mailbox.uid_validity == validity and validity != 0
    uids = sorted(int(uid) for uid in server.uids(wanted(mailbox, is_known=is_known), charset=None))
    # A server answers `7:*` with its last mail even if that is number 5.
    uids = [uid for uid in uids if not is_known or uid > mailbox.last_uid]
    fault = FetchFault.NOTHING
    end = monotonic() + WORKS_FOR_SECONDS
    done = 0
    for uid in uids[:MAILS_AT_ONCE]:
        if monotonic() > end:
            break
        fault = take_one(server, mailbox, uid, stored=stored, at=at) or fault
        done += 1
        if is_known:
            keep_place(mailbox, uid_validity=validity, last_uid=uid)
    if not is_known and done == len(uids):
        # Not before everything is here: a first fetch that breaks begins anew.
        keep_place(mailbox, uid_validity=validity, last_uid=max([next_uid - 1, 0, *uids]))
    return fault


def wanted(mailbox: Mailbox, *, is_known: bool) -> str:
    """Return which mails to ask for.

    Of a folder that was never fetched, those nobody has seen. Of one in a new life also what came
    since the last fetch: what we have already is known by its bytes.
    """
    if is_known:
        return f"UID {mailbox.last_uid + 1}:*"
    if mailbox.uid_validity and mailbox.last_fetched_at is not None:
        since = (mailbox.last_fetched_at - LOOK_BACK).strftime("%d-%b-%Y")
        return f"OR UNSEEN SINCE {since}"
    return "UNSEEN"


def take_one(
    server: ImapConnection, mailbox: Mailbox, uid: int, *, stored: list[int], at: datetime
) -> FetchFault:
    """Store a mail unless it is here already, and only then mark it at the server."""
    raw = server.raw(uid)
    if raw is None:
        return FetchFault.NOTHING
    digest = hashlib.sha256(raw).hexdigest()
    if not RawMail.objects.filter(digest=digest, mailbox=mailbox).exists():
        mail = store_mail(raw, recipient=mailbox.address, mailbox_id=mailbox.pk, at=at)
        stored.append(mail.pk)
    try:
        server.mark(uid, move_to=mailbox.move_to if mailbox.afterwards == Afterwards.MOVE else "")
    except ImapToolsError:
        return FetchFault.FOLDER
    return FetchFault.NOTHING


def keep_place(mailbox: Mailbox, *, uid_validity: int, last_uid: int) -> None:
    """Remember how far the folder was fetched."""
    Mailbox.objects.filter(pk=mailbox.pk).update(uid_validity=uid_validity, last_uid=last_uid)


@transaction.atomic
def note_fetch(mailbox: Mailbox, *, fault: FetchFault, at: datetime) -> None:
    """Write down how it went and when to look again: after a fault later and later."""
    now_there = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    if (now_there.host, now_there.sealed_password) != (mailbox.host, mailbox.sealed_password):
        # Somebody changed it meanwhile: what was found out is about something else.
        return
    now_there.last_error = fault
    now_there.failures = now_there.failures + 1 if fault else 0
    if not fault:
        now_there.last_fetched_at = at
    if now_there.next_fetch_at is not None:
        now_there.next_fetch_at = at + pause_after(now_there.failures)
    now_there.save(update_fields=["last_error", "failures", "last_fetched_at", "next_fetch_at"])


def pause_after(failures: int) -> timedelta:
    """Return when to look again after so many faults in a row: a minute, then twice as long."""
    return min(EACH * (1 << min(failures, 10)), LONGEST_PAUSE)


def read_or_leave(mail_id: int, *, at: datetime) -> None:
    """Read a stored mail now; what cannot be read now is read again by the tick."""
    try:
        read_stored_mail(mail_id, at=at)
    except Exception:
        log.exception("mail was stored and not read", extra={"mail": mail_id})
