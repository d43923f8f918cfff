"""Every mail is stored before it is read, and ends where somebody sees it."""

import hashlib
import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.intake.copied import people_copied
from cases.intake.email import Circumstances, ReplyClaim, Taken, take_in_mail
from cases.intake.filters import OurMail, Verdict, judge
from cases.intake.incoming import IncomingMail
from cases.models import Message
from customers.contacting import note_absence
from servicedesk.mail.addresses import mailbox_among, our_mail, signed_claim, signed_errand
from servicedesk.mail.answering import take_decision
from servicedesk.mail.authentication import is_disowned
from servicedesk.mail.bouncing import note_report
from servicedesk.mail.errands import Errand
from servicedesk.mail.guarding import read_mail
from servicedesk.mail.html import sanitise
from servicedesk.mail.models import MailOutcome, RawMail
from servicedesk.mail.prescan import Unreadable
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import kept
from workflow.tenancy.kept_writes import insert, update
from workflow.tenancy.scope import tenant_of_the_scope, tenant_scope

log = logging.getLogger(__name__)

READ_AGAIN_AFTER = timedelta(minutes=1)
UNREAD = """
SELECT tenant_id, id FROM servicedesk_rawmail
WHERE outcome = 'received' AND received_at < %s ORDER BY received_at LIMIT 50
"""


def receive_mail(
    raw: bytes, *, recipient: str = "", envelope_sender: str | None = None, at: datetime
) -> RawMail:
    """Store a mail, then read it; call inside the tenant's scope, outside a transaction.

    Returns the stored mail with its outcome. Whatever happens while it is read, it is stored: a
    mail that could not be read now is read again by the tick, or stands in quarantine.

    Raises:
        DatabaseError: it could not even be stored; the mail server has to keep it.
    """
    stored = store_mail(raw, recipient=recipient, envelope_sender=envelope_sender, at=at)
    try:
        return read_stored_mail(stored.pk, at=at)
    except Exception:
        log.exception("mail was stored and not read", extra={"mail": stored.pk})
        return stored


@transaction.atomic
def store_mail(
    raw: bytes,
    *,
    recipient: str,
    at: datetime,
    envelope_sender: str | None = None,
    mailbox_id: int | None = None,
) -> RawMail:
    """Keep the bytes of a mail as they came, with what the mail server said about it.

    `envelope_sender` is empty for the null sender of bounces and None when nobody said it.
    """
    return insert(
        RawMail(
            raw=raw,
            digest=hashlib.sha256(raw).hexdigest(),
            size=len(raw),
            delivered_to=recipient[:254],
            envelope_sender=None if envelope_sender is None else envelope_sender[:254],
            mailbox_id=mailbox_id,
            received_at=at,
        )
    )


def read_stored_mail(mail_id: int, *, at: datetime) -> RawMail:
    """Read a stored mail and write down what became of it; a second time changes nothing.

    The parser runs in a guarded process and outside any transaction. A mail that the product
    refuses or stumbles over goes to quarantine with the reason.
    """
    stored = one_of(as_it_came(mail=mail_id))
    if stored.outcome != MailOutcome.RECEIVED:
        return stored
    parsed = read_mail(bytes(stored.raw))
    if isinstance(parsed, Unreadable):
        return end_mail(mail_id, Taken(outcome="quarantined", reason=parsed.sentence[:200]), at=at)
    try:
        with transaction.atomic():
            wait_for_no_disk()
            return take(mail_id, parsed, at=at)
    except Refusal as refusal:
        return end_mail(mail_id, Taken(outcome="quarantined", reason=str(refusal)[:200]), at=at)


def take(
    mail_id: int,
    mail: IncomingMail,
    *,
    at: datetime,
    among: Collection[str] = (MailOutcome.RECEIVED,),
    is_released: bool = False,
) -> RawMail:
    """Hand a parsed mail to the cases, in the caller's transaction.

    A mail whose outcome is not `among` these is left alone: somebody else was faster. One that a
    person released is taken whatever the filters say.
    """
    stored = one_of(locked(mail=mail_id))
    tenant = stored.tenant
    if stored.outcome not in among:
        return stored
    mail = mail.with_envelope(
        sender=stored.envelope_sender,
        recipients=(stored.delivered_to,) if stored.delivered_to else (),
    )
    one_at_a_time(mail.message_id or stored.digest)
    if twins := same_bytes(digest=stored.digest, before=stored.pk):
        twin = Taken(outcome="duplicate", case=twins[0].case, message=twins[0].message)
        return write_end(stored, twin, message_id=mail.message_id, at=at)
    ours = our_mail(tenant)
    if stored.mailbox is None and not ours.addresses.isdisjoint(mail.recipients):
        stored.mailbox = mailbox_among(mail.recipients)
    judgement = judge(mail, ours=ours)
    errand = signed_errand(mail.recipients, tenant_id=stored.tenant_id)
    if errand is not None and judgement.verdict is Verdict.ACCEPTED and not is_released:
        return decided(stored, mail, errand=errand, at=at)
    safe = sanitise(mail.html) if mail.html else None
    known = circumstances_of(mail, ours=ours, stored=stored)
    taken = take_in_mail(
        mail,
        verdict=Verdict.ACCEPTED if is_released else judgement.verdict,
        reason=_(judgement.reason),
        html=safe.html if safe else "",
        known=known,
        at=at,
    )
    # A report has no envelope sender (RFC 3464), where the door knows; a header may be rewritten.
    if taken.outcome == "bounce" and not known.is_disowned and not stored.envelope_sender:
        note_report(mail, at=at)
    elif taken.outcome == "auto_reply" and taken.message is not None:
        note_machine(mail, taken.message, at=at)
    return write_end(stored, taken, message_id=mail.message_id, at=at)


def note_machine(mail: IncomingMail, message: Message, *, at: datetime) -> None:
    """Note that somebody is away, where a machine says so; a receipt of reading says nothing."""
    if not mail.marks.is_reading_receipt and message.contact_id is not None:
        note_absence(message.contact_id, at=at)


def decided(stored: RawMail, mail: IncomingMail, *, errand: Errand, at: datetime) -> RawMail:
    """Carry out what a colleague's answer decides, and write down what became of it."""
    is_false = is_disowned(mail.authentication_results, authserv_id=settings.MAIL_AUTHSERV_ID)
    ended = take_decision(stored, mail, errand=errand, is_disowned=is_false, at=at)
    stored.problem = ended.problem
    update(stored, "problem")
    taken = Taken(outcome=ended.outcome.value, reason=ended.reason)
    return write_end(stored, taken, message_id=mail.message_id, at=at)


@kept("mail")
def as_it_came(*, mail: int) -> QuerySet[RawMail]:
    """Return a stored mail with its bytes."""
    return RawMail.objects.filter(pk=mail)


@kept("mail")
def locked(*, mail: int) -> QuerySet[RawMail]:
    """Return a stored mail, locked, with tenant and mailbox; its bytes were parsed already."""
    return (
        RawMail.objects.select_for_update(of=("self",))
        .select_related("tenant", "mailbox__brand", "mailbox__department")
        .defer("raw")
        .filter(pk=mail)
    )


@kept("digest", "before")
def same_bytes(*, digest: str, before: int) -> QuerySet[RawMail]:
    """Return the first mail of the same bytes that came earlier and was not put aside."""
    return (
        RawMail.objects.filter(digest=digest, pk__lt=before)
        .exclude(outcome__in=[MailOutcome.REJECTED, MailOutcome.QUARANTINED])
        .select_related("case", "message")
        .defer("raw")
        .order_by("pk")[:1]
    )


def one_of(found: list[RawMail]) -> RawMail:
    """Return the mail that was found.

    Raises:
        RawMail.DoesNotExist: there is none.
    """
    if not found:
        raise RawMail.DoesNotExist
    return found[0]


def wait_for_no_disk() -> None:
    """Let this transaction end before it is on the disk.

    The mail itself is there. A crash that takes the transaction back leaves it stored and unread,
    and the tick has it read again. Nothing leaves the house on the word of what could be lost:
    every effect is claimed by a later transaction, which waits for the disk and for all before it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def circumstances_of(mail: IncomingMail, *, ours: OurMail, stored: RawMail) -> Circumstances:
    """Return what is known of a mail besides its words: signed claim, DMARC, copies, mailbox."""
    reply = signed_claim(mail.recipients, tenant_id=stored.tenant_id)
    mailbox = stored.mailbox
    return Circumstances(
        claim=ReplyClaim(case_id=reply.case_id, contact_id=reply.contact_id) if reply else None,
        is_disowned=is_disowned(mail.authentication_results, authserv_id=settings.MAIL_AUTHSERV_ID),
        copied=people_copied(mail, ours=ours),
        brand=mailbox.brand if mailbox else None,
        queue=mailbox.department if mailbox else None,
    )


def one_at_a_time(mail_id: str) -> None:
    """Let two deliveries of one mail wait for one another until the transaction ends."""
    key = f"{tenant_of_the_scope()}:mail:{mail_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


@transaction.atomic
def end_mail(mail_id: int, taken: Taken, *, at: datetime, message_id: str = "") -> RawMail:
    """Write down what became of a mail."""
    stored = RawMail.objects.select_for_update().defer("raw").get(pk=mail_id)
    return write_end(stored, taken, at=at, message_id=message_id)


def write_end(stored: RawMail, taken: Taken, *, at: datetime, message_id: str) -> RawMail:
    """Write down what became of a mail that the caller has locked."""
    stored.outcome = taken.outcome
    stored.reason = taken.reason[:200]
    stored.case = taken.case
    stored.message = taken.message
    stored.mail_id = message_id[:250]
    stored.read_at = at
    update(stored, "outcome", "reason", "case", "message", "mail_id", "mailbox", "read_at")
    return stored


def read_unread_mails(*, at: datetime) -> int:
    """Read what was stored and not read for a minute, across tenants; returns how many."""
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(UNREAD, [at - READ_AGAIN_AFTER])
        rows = cursor.fetchall()
    for tenant_id, mail_id in rows:
        with tenant_scope(tenant_id):
            try:
                read_stored_mail(mail_id, at=at)
            except Exception as fault:
                log.exception("stored mail cannot be read", extra={"mail": mail_id})
                end_mail(
                    mail_id,
                    Taken(outcome="quarantined", reason=f"{type(fault).__name__}"),
                    at=at,
                )
    return len(rows)
