"""A person decides about a mail that became no message: read it again, take it, or reject it."""

from datetime import datetime

from django.db import transaction
from django.db.models import BinaryField, F, Func, QuerySet, Value
from django.utils.translation import gettext as _

from servicedesk.mail.decoding import clean_line, clean_text, decode_words
from servicedesk.mail.guarding import read_mail
from servicedesk.mail.models import MailOutcome, RawMail
from servicedesk.mail.prescan import Unreadable
from servicedesk.mail.receiving import take
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

UNDECIDED = (
    MailOutcome.QUARANTINED,
    MailOutcome.LOOP,
    MailOutcome.BOUNCE,
    MailOutcome.AUTO_REPLY,
)
SEEN_BYTES = 4096


class NotUndecided(Refusal):
    """Somebody decided about the mail meanwhile."""

    code = "not_undecided"


class StillUnreadable(Refusal):
    """The mail cannot be read, or nobody could be answered."""

    code = "still_unreadable"


def undecided_mails() -> QuerySet[RawMail]:
    """Return the mails that became no message, newest first, with their first 4 kB as `head`."""
    return (
        RawMail.objects.filter(outcome__in=UNDECIDED, message__isnull=True)
        .defer("raw")
        .annotate(
            head=Func(
                F("raw"),
                Value(1),
                Value(SEEN_BYTES),
                function="substring",
                output_field=BinaryField(),
            )
        )
        .order_by("-id")
    )


def header_in(head: bytes, name: str) -> str:
    """Return one header of the beginning of a mail as a line of text; nothing is parsed but it.

    For looking only: the mail may be anything, so no parser is let near it here.
    """
    lines = head.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].split(b"\n")
    wanted = name.lower().encode() + b":"
    found: list[bytes] = []
    for line in lines:
        if found and line[:1] in (b" ", b"\t"):
            found.append(line.strip())
        elif found:
            break
        elif line.lower().startswith(wanted):
            found.append(line[len(wanted) :].strip())
    said = b" ".join(found).decode("utf-8", "replace")
    return clean_line(decode_words(said, longest=250))[:250]


def as_text(head: bytes) -> str:
    """Return the beginning of a mail as harmless text."""
    return clean_text(head.decode("utf-8", "replace"))


def retry_mail(mail_id: int, *, actor: Actor, at: datetime) -> RawMail:
    """Read an undecided mail once more, as if it came now.

    Raises:
        NotUndecided: somebody was faster.
        StillUnreadable: it cannot be read today either.
    """
    return decide(mail_id, is_released=False, actor=actor, at=at)


def release_mail(mail_id: int, *, actor: Actor, at: datetime) -> RawMail:
    """Take an undecided mail as a case or message, whatever the filters say.

    Raises:
        NotUndecided: somebody was faster.
        StillUnreadable: it cannot be read, or names no sender.
    """
    return decide(mail_id, is_released=True, actor=actor, at=at)


def decide(mail_id: int, *, is_released: bool, actor: Actor, at: datetime) -> RawMail:
    """Read a mail in the guarded parser, which may take seconds, then lock and take it."""
    actor.require(Permission.RETRY_DELIVERY)
    with transaction.atomic():
        stored = undecided(mail_id)
    parsed = read_mail(bytes(stored.raw))
    if isinstance(parsed, Unreadable):
        raise StillUnreadable(parsed.sentence, next_step=_("Reject it, or look at what it holds."))
    if is_released and not parsed.sender.email:
        raise StillUnreadable(
            _("This mail names no sender: nobody could be answered."),
            next_step=_("Reject it, or look at what it holds."),
        )
    with transaction.atomic():
        undecided(mail_id, is_locked=True)
        taken = take(mail_id, parsed, at=at, among=UNDECIDED, is_released=is_released)
        record(
            Action.MAIL_RELEASED,
            taken,
            actor=actor,
            at=at,
            changes={"outcome": taken.outcome, "despite_filters": is_released},
        )
        return taken


@transaction.atomic
def reject_mail(mail_id: int, *, actor: Actor, at: datetime) -> RawMail:
    """Put a mail aside for good; its bytes stay.

    Raises:
        NotUndecided: somebody was faster.
    """
    actor.require(Permission.RETRY_DELIVERY)
    stored = undecided(mail_id, is_locked=True)
    record(Action.MAIL_REJECTED, stored, actor=actor, at=at, changes={"outcome": stored.outcome})
    stored.outcome = MailOutcome.REJECTED
    stored.read_at = at
    stored.save(update_fields=["outcome", "read_at"])
    return stored


def undecided(mail_id: int, *, is_locked: bool = False) -> RawMail:
    """Return a mail that waits for a decision.

    Raises:
        NotUndecided: somebody decided.
    """
    mails = RawMail.objects.filter(pk=mail_id, outcome__in=UNDECIDED, message__isnull=True)
    found = (mails.select_for_update() if is_locked else mails).first()
    if found is None:
        raise NotUndecided(
            _("Somebody decided about this mail already."),
            next_step=_("Load the page again to see what became of it."),
        )
    return found
