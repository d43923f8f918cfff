"""A person decides about a mail that became no message: read it again, take it, or reject it."""

from datetime import datetime

from django.db import transaction
from django.db.models import BinaryField, Count, F, Func, Q, QuerySet, Value
from django.utils.translation import gettext as _

from servicedesk.mail.decoding import clean_line, clean_text, decode_words
from servicedesk.mail.guarding import read_mail
from servicedesk.mail.models import MailOutcome, RawMail
from servicedesk.mail.prescan import Unreadable
from servicedesk.mail.receiving import take
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.lengths import fitting
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
MOST_REASONS = 12


class NotUndecided(Refusal):
    """Somebody decided about the mail meanwhile."""

    code = "not_undecided"


class NoReason(Refusal):
    """Whoever rejects a mail says why."""

    code = "no_reason"


class NoSuchMail(Refusal):
    """There is no such mail, or it became a case like any other."""

    code = "no_such_mail"
    status = 404


class StillUnreadable(Refusal):
    """The mail cannot be read, or nobody could be answered."""

    code = "still_unreadable"


def undecided_mails() -> QuerySet[RawMail]:
    """Return the mails that became no message, newest first, with their first 4 kB as `head`."""
    return (
        RawMail.objects.filter(outcome__in=UNDECIDED, message__isnull=True)
        .defer("raw")
        .annotate(head=beginning())
        .order_by("-id")
    )


def decided_mails() -> QuerySet[RawMail]:
    """Return the mails that a colleague decided about, newest decision first, with `head`."""
    return (
        RawMail.objects.filter(decided_at__isnull=False)
        .defer("raw")
        .select_related("decided_by", "case")
        .annotate(head=beginning())
        .order_by("-decided_at", "-id")
    )


def beginning() -> Func:
    """Return the first 4 kB of a mail, cut by PostgreSQL."""
    return Func(
        F("raw"), Value(1), Value(SEEN_BYTES), function="substring", output_field=BinaryField()
    )


def counts_of_undecided() -> dict[str, int]:
    """Return how many mails wait for a decision, by what became of them; one query."""
    return dict(undecided_mails().order_by().values_list("outcome").annotate(count=Count("id")))


def reasons_of_undecided(outcome: str) -> list[tuple[str, int]]:
    """Return the 12 most frequent reasons for which mails of an outcome wait; one query."""
    return list(
        undecided_mails()
        .filter(outcome=outcome)
        .order_by()
        .values_list("reason")
        .annotate(count=Count("id"))
        .order_by("-count", "reason")[:MOST_REASONS]
    )


def mail_to_look_at(mail_id: int) -> RawMail:
    """Return a mail that waits for a decision or was decided about, with its bytes; one query.

    Raises:
        NoSuchMail: there is none, or it came in as any other; its case shows it.
    """
    found = (
        RawMail.objects.select_related("decided_by", "case")
        .filter(Q(outcome__in=UNDECIDED) | Q(decided_at__isnull=False), pk=mail_id)
        .first()
    )
    if found is None:
        raise NoSuchMail(
            _("There is no such mail here."), next_step=_("Look for it in the quarantine.")
        )
    return found


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
        if taken.outcome not in UNDECIDED or taken.message_id is not None:
            sign(taken, actor=actor, because="", at=at)
        return taken


@transaction.atomic
def reject_mail(mail_id: int, *, because: str, actor: Actor, at: datetime) -> RawMail:
    """Put a mail aside for good, for a reason that stays with it; its bytes stay, too.

    Raises:
        NotUndecided: somebody was faster.
        NoReason: nothing says why.
    """
    actor.require(Permission.RETRY_DELIVERY)
    if not because.strip():
        raise NoReason(
            _("A rejected mail needs a reason."), next_step=_("Write in a few words why.")
        )
    stored = undecided(mail_id, is_locked=True)
    record(Action.MAIL_REJECTED, stored, actor=actor, at=at, changes={"outcome": stored.outcome})
    stored.outcome = MailOutcome.REJECTED
    stored.read_at = at
    stored.save(update_fields=["outcome", "read_at"])
    return sign(stored, actor=actor, because=because, at=at)


def sign(mail: RawMail, *, actor: Actor, because: str, at: datetime) -> RawMail:
    """Keep who decided about a mail, when and why."""
    mail.decided_at = at
    mail.decided_by_id = actor.user_id
    mail.decided_because = fitting(because, longest=200)
    mail.save(update_fields=["decided_at", "decided_by", "decided_because"])
    return mail


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
