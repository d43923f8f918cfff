"""A mail becomes a case or a message of one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.conversation import (
    File,
    add_customer_message,
    case_of_mail,
    keep_files,
    note_case,
)
from cases.intake.filters import UNCLEAR_SENDERS, Verdict, may_acknowledge
from cases.intake.incoming import Address, IncomingMail
from cases.lifecycle import open_case
from cases.models import Case, Message
from cases.participants import Copied, ask_in, takes_part
from cases.states import Channel
from customers.identity import contact_at, contact_behind
from customers.models import Contact
from customers.queries import was_joined_to
from workflow.branding import Brand
from workflow.people.actors import Actor, ActorKind, Source
from workflow.people.models import Department
from workflow.people.permissions import ROLE_PERMISSIONS, Role
from workflow.tenancy.kept_queries import kept


@dataclass(frozen=True)
class Taken:
    """What became of a mail: a new case, a message of one, or neither and why."""

    outcome: str
    reason: str = ""
    case: Case | None = None
    message: Message | None = None


@dataclass(frozen=True)
class ReplyClaim:
    """What a valid signed reply address says."""

    case_id: int
    contact_id: int


class Doubt(StrEnum):
    """Why a mail does not join the case that it seems to answer."""

    STRANGER = "stranger"
    UNSIGNED = "unsigned"
    DISOWNED = "disowned"
    UNCLEAR = "unclear"


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What the door found out about a mail besides its words.

    `claim` was verified. `is_disowned` says that the sender's domain disowns the mail (DMARC);
    `copied` are the people in To and Cc who are neither the sender nor we. `brand` and `queue` are
    those of the mailbox that it came to, None without one.
    """

    claim: ReplyClaim | None = None
    is_disowned: bool = False
    copied: tuple[Address, ...] = ()
    brand: Brand | None = None
    queue: Department | None = None


# Part of the caller's transaction, which a refusal ends as a whole: no savepoint of its own.
@transaction.atomic(savepoint=False)
def take_in_mail(
    mail: IncomingMail,
    *,
    verdict: Verdict,
    reason: str,
    html: str,
    known: Circumstances,
    at: datetime,
) -> Taken:
    """Let a mail join the case it answers, open one, or say why it does neither.

    `verdict` and `reason` come from the filters, `html` was cleaned. A mail joins a case only by
    a signed address that was given to its sender, who must be the case's contact or have been let
    in, and whom the sender's domain does not disown. Nobody gets into somebody else's case by a
    number, a subject, an answered Message-ID or a copied address.
    """
    twins = messages_with(mail_id=mail.message_id[:250]) if mail.message_id else []
    for twin in twins:
        sender = contact_at(mail.sender.email)
        if sender is not None and was_joined_to(twin.contact_id or 0, kept_id=sender.pk):
            return Taken(outcome="duplicate", case=twin.case, message=twin)
    if verdict is Verdict.AUTO_REPLY:
        return take_auto_reply(mail, reason=reason, html=html, known=known, at=at)
    if verdict is not Verdict.ACCEPTED:
        outcome = {Verdict.LOOP: "loop", Verdict.BOUNCE: "bounce"}.get(verdict, "quarantined")
        return Taken(outcome=outcome, reason=reason)
    actor = Actor.system("mail", source=Source.MAIL)
    sender = contact_behind(mail.sender.email, name=mail.sender.name, actor=actor, at=at)
    case, doubt = answered_case(mail, sender=sender, known=known)
    if case is not None and doubt is None:
        taken = joined(case, mail, sender=sender, html=html, at=at)
    else:
        taken = opened(
            mail, sender=sender, html=html, suspected=case, doubt=doubt, known=known, at=at
        )
    if known.copied and taken.case is not None and taken.message is not None and not doubt:
        ask_in(
            taken.case,
            copied=[Copied(address=one.email, name=one.name) for one in known.copied],
            message=taken.message,
            actor=contact_actor(sender),
            at=at,
        )
    return taken


@kept("mail_id")
def messages_with(*, mail_id: str) -> QuerySet[Message]:
    """Return the first message that came with a Message-ID."""
    return Message.objects.filter(mail_id=mail_id).select_related("case").order_by("pk")[:1]


@kept("case")
def first_message(*, case: int) -> QuerySet[Message]:
    """Return what opened a case."""
    return Message.objects.filter(case=case).order_by("pk")[:1]


def answered_case(
    mail: IncomingMail, *, sender: Contact, known: Circumstances
) -> tuple[Case | None, Doubt | None]:
    """Return the case that a mail answers, and why its sender may not join it, if so."""
    claim = known.claim
    case = Case.objects.filter(pk=claim.case_id).first() if claim is not None else None
    has_token = (
        case is not None
        and claim is not None
        and was_joined_to(claim.contact_id, kept_id=sender.pk)
    )
    case = case or case_of_mail(mail.answers)
    if known.is_disowned:
        return case, Doubt.DISOWNED
    if case is None:
        return None, None
    if mail.oddities & UNCLEAR_SENDERS:
        return case, Doubt.UNCLEAR
    if not takes_part(case, contact_id=sender.pk):
        return case, Doubt.STRANGER
    return case, None if has_token else Doubt.UNSIGNED


def contact_actor(contact: Contact) -> Actor:
    """Return the actor behind a contact who writes by mail."""
    return Actor(
        kind=ActorKind.CONTACT,
        id=contact.pk,
        label=contact.name,
        permissions=ROLE_PERMISSIONS[Role.CONTACT],
        source=Source.MAIL,
    )


def joined(case: Case, mail: IncomingMail, *, sender: Contact, html: str, at: datetime) -> Taken:
    """Add the mail to the case that it answers (or to the successor of a closed one)."""
    message = add_customer_message(
        case_id=case.pk,
        contact=sender,
        text=text_of(mail),
        html=html,
        quoted=mail.quoted,
        mail_id=mail.message_id[:250] or None,
        channel=Channel.MAIL,
        actor=contact_actor(sender),
        at=at,
    )
    keep_files(message, files_of(mail), at=at)
    is_same = message.case_id == case.pk
    return Taken(outcome="message" if is_same else "case", case=message.case, message=message)


def opened(
    mail: IncomingMail,
    *,
    sender: Contact,
    html: str,
    suspected: Case | None,
    doubt: Doubt | None,
    known: Circumstances,
    at: datetime,
) -> Taken:
    """Open a case; `suspected` is the one that it may belong to, told to agents only."""
    goes_on = doubt is Doubt.UNSIGNED
    case = open_case(
        contact=sender,
        subject=mail.subject or text_of(mail),
        text=text_of(mail),
        html=html,
        quoted=mail.quoted,
        mail_id=mail.message_id[:250] or None,
        channel=Channel.MAIL,
        follows=suspected if goes_on else None,
        may_acknowledge=may_acknowledge(mail) and doubt is not Doubt.DISOWNED,
        is_unverified=doubt is not None and not goes_on,
        brand=known.brand,
        queue=known.queue,
        actor=contact_actor(sender),
        at=at,
    )
    message = first_message(case=case.pk)[0]
    keep_files(message, files_of(mail), at=at)
    if doubt is not None:
        note_case(
            case_id=case.pk,
            text=doubt_in_words(doubt, suspected=suspected),
            actor=Actor.system("mail", source=Source.MAIL),
            at=at,
        )
    return Taken(outcome="case", case=case, message=message)


def doubt_in_words(doubt: Doubt, *, suspected: Case | None) -> str:
    """Return what an agent has to know before answering."""
    number = {"number": suspected.number} if suspected is not None else {}
    if doubt is Doubt.DISOWNED:
        says = _(
            "The sender is not certain: the domain in the sender's address says that this mail is"
            " not from there (DMARC failed). Ask by another way before you tell anything."
        )
        if suspected is None:
            return says
        return f"{says} {_('The mail answers case #%(number)s.') % number}"
    if doubt is Doubt.UNSIGNED:
        return (
            _(
                "The mail answers case #%(number)s of the same customer, but did not come to the"
                " reply address that the customer has for it, so it is a case of its own."
            )
            % number
        )
    if doubt is Doubt.UNCLEAR:
        return (
            _(
                "The mail answers case #%(number)s, but names more than one sender. Ask before"
                " you tell anything from it."
            )
            % number
        )
    return (
        _(
            "The mail answers case #%(number)s, but its sender does not take part in that"
            " case. Ask before you tell anything from it."
        )
        % number
    )


def take_auto_reply(
    mail: IncomingMail, *, reason: str, html: str, known: Circumstances, at: datetime
) -> Taken:
    """Keep an automatic reply with the case that it answers; it changes nothing there."""
    sender = contact_at(mail.sender.email)
    if sender is None:
        return Taken(outcome="auto_reply", reason=reason)
    case, doubt = answered_case(mail, sender=sender, known=known)
    if case is None or doubt is not None:
        return Taken(outcome="auto_reply", reason=reason)
    message = add_customer_message(
        case_id=case.pk,
        contact=sender,
        text=text_of(mail),
        html=html,
        quoted=mail.quoted,
        mail_id=mail.message_id[:250] or None,
        channel=Channel.MAIL,
        is_automatic=True,
        actor=contact_actor(sender),
        at=at,
    )
    return Taken(outcome="auto_reply", reason=reason, case=case, message=message)


def text_of(mail: IncomingMail) -> str:
    """Return what the sender wrote; a mail of files or quotes alone says so in its place."""
    if mail.text.strip():
        return mail.text
    if mail.quoted.strip():
        return _("(The sender added nothing to the quoted text.)")
    if mail.attachments:
        return _("(The mail holds files only.)")
    return mail.subject.strip() or _("(The mail is empty.)")


def files_of(mail: IncomingMail) -> list[File]:
    """Return the attachments of a mail."""
    return [
        File(
            name=attachment.name,
            content_type=attachment.content_type,
            content=attachment.content,
            content_id=attachment.content_id,
        )
        for attachment in mail.attachments
    ]
