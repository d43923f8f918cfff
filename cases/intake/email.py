"""A mail becomes a case or a message of one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.conversation import (
    File,
    add_customer_message,
    case_of_mail,
    keep_files,
    note_case,
)
from cases.intake.filters import Verdict, may_acknowledge
from cases.intake.incoming import IncomingMail
from cases.lifecycle import open_case
from cases.models import Case, Message
from cases.states import Channel
from customers.identity import contact_at, contact_behind
from customers.models import Contact
from workflow.people.actors import Actor, ActorKind, Source
from workflow.people.permissions import ROLE_PERMISSIONS, Role


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


@transaction.atomic
def take_in_mail(
    mail: IncomingMail,
    *,
    verdict: Verdict,
    reason: str,
    html: str,
    claim: ReplyClaim | None,
    at: datetime,
) -> Taken:
    """Let a mail join the case it answers, open one, or say why it does neither.

    `verdict` and `reason` come from the filters, `html` was cleaned, `claim` was verified. A mail
    joins a case only if its sender is the case's contact, whatever it claims to answer: nobody
    gets into somebody else's case by a number, a subject or a copied address.
    """
    if mail.message_id and Message.objects.filter(mail_id=mail.message_id[:250]).exists():
        sender = contact_at(mail.sender.email)
        twin = Message.objects.filter(mail_id=mail.message_id[:250]).select_related("case").first()
        if sender is not None and twin is not None and twin.contact_id == sender.pk:
            return Taken(outcome="duplicate", case=twin.case, message=twin)
    if verdict is Verdict.AUTO_REPLY:
        return take_auto_reply(mail, reason=reason, html=html, claim=claim, at=at)
    if verdict is not Verdict.ACCEPTED:
        outcome = {Verdict.LOOP: "loop", Verdict.BOUNCE: "bounce"}.get(verdict, "quarantined")
        return Taken(outcome=outcome, reason=reason)
    actor = Actor.system("mail", source=Source.MAIL)
    sender = contact_behind(mail.sender.email, name=mail.sender.name, actor=actor, at=at)
    case, is_unverified = answered_case(mail, sender=sender, claim=claim)
    if case is not None and not is_unverified:
        return joined(case, mail, sender=sender, html=html, at=at)
    return opened(mail, sender=sender, html=html, suspected=case, at=at)


def answered_case(
    mail: IncomingMail, *, sender: Contact, claim: ReplyClaim | None
) -> tuple[Case | None, bool]:
    """Return the case that a mail answers, and whether its sender may not join it."""
    if claim is not None:
        case = Case.objects.filter(pk=claim.case_id).first()
        if case is not None:
            is_own = case.contact_id == sender.pk and claim.contact_id == sender.pk
            return case, not is_own
    case = case_of_mail(mail.answers)
    if case is None:
        return None, False
    return case, case.contact_id != sender.pk


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
    mail: IncomingMail, *, sender: Contact, html: str, suspected: Case | None, at: datetime
) -> Taken:
    """Open a case; `suspected` is the one that the sender may not join, told to agents only."""
    case = open_case(
        contact=sender,
        subject=mail.subject or text_of(mail),
        text=text_of(mail),
        html=html,
        quoted=mail.quoted,
        mail_id=mail.message_id[:250] or None,
        channel=Channel.MAIL,
        may_acknowledge=may_acknowledge(mail),
        is_unverified=suspected is not None,
        actor=contact_actor(sender),
        at=at,
    )
    message = case.messages.get()
    keep_files(message, files_of(mail), at=at)
    if suspected is not None:
        note_case(
            case_id=case.pk,
            text=_(
                "The mail answers case #%(number)s, but its sender is not the customer of that"
                " case. Ask before you tell anything from it."
            )
            % {"number": suspected.number},
            actor=Actor.system("mail", source=Source.MAIL),
            at=at,
        )
    return Taken(outcome="case", case=case, message=message)


def take_auto_reply(
    mail: IncomingMail, *, reason: str, html: str, claim: ReplyClaim | None, at: datetime
) -> Taken:
    """Keep an automatic reply with the case that it answers; it changes nothing there."""
    sender = contact_at(mail.sender.email)
    if sender is None:
        return Taken(outcome="auto_reply", reason=reason)
    case, is_unverified = answered_case(mail, sender=sender, claim=claim)
    if case is None or is_unverified:
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
