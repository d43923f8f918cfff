"""What is said in a case: the customer writes, an agent answers, a colleague notes."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from cases.access import refuse_mere_readers
from cases.events import CaseAnswered, CustomerWrote
from cases.lifecycle import (
    LOOK_AGAIN_AFTER,
    CaseHasEnded,
    EmptyText,
    clear_blockers,
    lock_case,
    note_change,
    open_case,
    pend_case,
    reopen_case,
    resolve_case,
    resume_case,
)
from cases.mailed_links import without_secrets
from cases.models import Attachment, Case, Message
from cases.service_levels import follow, next_look_of
from cases.states import CaseState, Channel
from customers.models import Contact
from workflow.history.actions import Action
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import Permission
from workflow.tenancy.kept_writes import insert
from workflow.tenancy.scope import tenant_of_the_scope

LONGEST_TEXT = 200_000


@dataclass(frozen=True)
class File:
    """A file to keep with a message."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


@transaction.atomic
def add_customer_message(
    *,
    case_id: int,
    contact: Contact,
    text: str,
    channel: Channel,
    actor: Actor,
    at: datetime,
    html: str = "",
    quoted: str = "",
    mail_id: str | None = None,
    is_automatic: bool = False,
) -> Message:
    """Add what the customer wrote; a resolved case is reopened, a waiting one goes on.

    To a case that is closed for good it opens a new one that names the old one. An automatic
    message (an out-of-office note) is kept and changes nothing. Links of our mails are kept
    without their secrets.

    Raises:
        EmptyText: nothing was written.
        OnlyToRead: the customer sees the case and does not take part.
    """
    refuse_empty(text)
    text, html, quoted = map(without_secrets, (text, html, quoted))
    case = lock_case(case_id)
    refuse_mere_readers(actor, case)
    if case.state in (CaseState.CLOSED, CaseState.MERGED, CaseState.SPAM) and not is_automatic:
        successor = open_case(
            contact=contact,
            subject=case.subject,
            text=text[:LONGEST_TEXT],
            html=html,
            quoted=quoted,
            mail_id=mail_id,
            channel=channel,
            product=case.product,
            brand=case.brand,
            follows=case,
            actor=actor,
            at=at,
        )
        return successor.messages.get()
    message = insert(
        Message(
            case=case,
            direction="in",
            channel=channel,
            contact=contact,
            text=text[:LONGEST_TEXT],
            quoted=quoted,
            html=html,
            mail_id=mail_id,
            is_automatic=is_automatic,
            at=at,
        )
    )
    if not is_automatic:
        case.last_message_at = at
        case.needs_attention = True
        if case.is_open:
            clocks = follow(case, event="customer_wrote", at=at)
            look = next_look_of(clocks, otherwise=case.next_look_at)
            case.next_look_at = min(case.next_look_at, look)
            clear_blockers(case, at=at, kind="customer_answer")
    note_change(
        case,
        Action.CASE_MESSAGE_IN,
        actor=actor,
        at=at,
        changes={"message": message.pk, "channel": channel.value},
        event=None if is_automatic else CustomerWrote(case_id=case.pk, message_id=message.pk),
    )
    if not is_automatic:
        if case.state == CaseState.RESOLVED:
            reopen_case(case_id=case.pk, actor=actor, at=at)
        elif case.state == CaseState.PENDING:
            resume_case(case_id=case.pk, actor=actor, at=at)
    return message


@transaction.atomic
def answer_case(
    *,
    case_id: int,
    text: str,
    actor: Actor,
    at: datetime,
    and_then: str = "",
    despite: Sequence[str] = (),
    expected_version: int | None = None,
) -> Message:
    """Answer the customer, who is then told by the channel of the case.

    `and_then` may be "pend" or "resolve". The first answer takes the case up, for the one who
    answers if nobody has it. `despite` are the codes of the warnings that were overruled.

    Raises:
        EmptyText: nothing was written.
        CaseHasEnded: reopen it first.
        ChangedMeanwhile: somebody was faster.
    """
    actor.require(Permission.WORK_CASE)
    refuse_empty(text)
    case = lock_case(case_id, expected_version=expected_version)
    if not case.is_open:
        raise CaseHasEnded(
            _("This case is already %(state)s.") % {"state": case.state},
            next_step=_("Reopen it to answer."),
        )
    message = insert(
        Message(
            case=case,
            direction="out",
            channel=case.channel,
            user_id=actor.user_id,
            text=text[:LONGEST_TEXT],
            at=at,
        )
    )
    case.last_message_at = at
    case.needs_attention = False
    changes_state = case.state == CaseState.NEW
    if changes_state:
        case.work_on()
    if case.owner_id is None and actor.user_id is not None:
        case.owner_id = actor.user_id
    clocks = follow(case, event="answered", at=at)
    case.next_look_at = next_look_of(clocks, otherwise=at + LOOK_AGAIN_AFTER)
    note_change(
        case,
        Action.CASE_ANSWERED,
        actor=actor,
        at=at,
        changes={"message": message.pk, **({"despite": " ".join(despite)} if despite else {})},
        changes_state=changes_state,
        event=CaseAnswered(case_id=case.pk, message_id=message.pk),
    )
    if and_then == "pend":
        pend_case(case_id=case.pk, actor=actor, at=at)
    elif and_then == "resolve":
        resolve_case(case_id=case.pk, actor=actor, is_told=True, at=at)
    return message


@transaction.atomic
def note_case(
    *, case_id: int, text: str, actor: Actor, at: datetime, expected_version: int | None = None
) -> Message:
    """Add a note that only colleagues see; any case may have one.

    Raises:
        EmptyText: nothing was written.
        ChangedMeanwhile: somebody was faster.
    """
    actor.require(Permission.VIEW_NOTE)
    refuse_empty(text)
    case = lock_case(case_id, expected_version=expected_version)
    message = insert(
        Message(
            case=case,
            direction="note",
            channel=case.channel,
            user_id=actor.user_id,
            text=text[:LONGEST_TEXT],
            at=at,
        )
    )
    note_change(case, Action.CASE_NOTED, actor=actor, at=at, changes={"message": message.pk})
    return message


@transaction.atomic
def add_automatic_message(*, case_id: int, text: str, actor: Actor, at: datetime) -> Message:
    """Put something into the thread that is told another way (the solution of a problem)."""
    case = lock_case(case_id)
    message = insert(
        Message(
            case=case,
            direction="out",
            channel=case.channel,
            user_id=actor.user_id if actor.kind is ActorKind.USER else None,
            text=text[:LONGEST_TEXT],
            is_automatic=True,
            at=at,
        )
    )
    case.last_message_at = at
    note_change(case, Action.CASE_NOTED, actor=actor, at=at, changes={"message": message.pk})
    return message


def refuse_empty(text: str) -> None:
    """Refuse a message without words."""
    if not text.strip():
        raise EmptyText(_("There is nothing to send yet."), next_step=_("Write your message."))


def keep_files(message: Message, files: Iterable[File], *, at: datetime) -> list[Attachment]:
    """Store the files of a message under random keys that begin with the tenant.

    The bytes are written before the rows; a rolled-back act leaves bytes nobody refers to.
    """
    rows = []
    for file in files:
        key = f"{tenant_of_the_scope()}/{at:%Y/%m}/{uuid4().hex}"
        default_storage.save(key, ContentFile(file.content))
        rows.append(
            Attachment(
                message=message,
                name=file.name[:150],
                content_type=file.content_type[:100],
                size=len(file.content),
                digest=hashlib.sha256(file.content).hexdigest(),
                content_id=file.content_id[:250],
                key=key,
            )
        )
    return Attachment.objects.bulk_create(rows)


def case_of_mail(mail_ids: Iterable[str]) -> Case | None:
    """Return the case that holds one of these Message-IDs, the newest, or None; one query."""
    ids = [mail_id for mail_id in mail_ids if mail_id]
    message = (
        Message.objects.filter(mail_id__in=ids).select_related("case").order_by("-id").first()
        if ids
        else None
    )
    return message.case if message else None
