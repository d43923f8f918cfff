"""Turn a notification into a mail and send it: called by the outbox, outside any transaction."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils.timezone import now
from django.utils.translation import override

from cases.participants import takes_part
from customers.identity import mail_address_of
from customers.preferences import who_wants
from problems.models.broadcast import BroadcastState
from servicedesk.mail.sending import Letter, one_conversation, send
from servicedesk.notifications.asking import EFFECT
from servicedesk.notifications.batches import current_batch, kept_batch
from servicedesk.notifications.broadcast_letters import letters_of_broadcasts
from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.digests import close_digest
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.wishes import TOPICS
from workflow.outbox.effects import Claimed, Drop, TryLater, close_broken_connections
from workflow.tenancy.scope import tenant_of_the_scope, tenant_scope

log = logging.getLogger(__name__)

HELD_FOR = timedelta(minutes=1)
# A line of the ledger is found by problem, contact and occasion, with which the mail's key begins.
LEFT = """
WITH sent AS (
  UPDATE servicedesk_notification SET sent_at = %(at)s
  WHERE tenant_id = %(tenant)s AND id = ANY(%(notifications)s)
  RETURNING key, problem_id, contact_id
)
UPDATE problems_told t SET sent_at = %(at)s
FROM sent JOIN problems_affected a ON a.tenant_id = %(tenant)s
  AND a.problem_id = sent.problem_id AND a.contact_id = sent.contact_id
WHERE t.tenant_id = %(tenant)s AND t.affected_id = a.id AND t.sent_at IS NULL
  AND starts_with(sent.key, concat_ws(':', t.message, a.problem_id, a.contact_id))
"""
SAID_IN_CASE = (NotificationKind.ANSWER, NotificationKind.CASE_RESOLVED)


def deliver_notification(effect: Claimed) -> Callable[[], None] | None:
    """Compose and send one notification; a repeat carries the same Message-ID.

    Returns what notes on the notification that it left, None if its batch does.

    Raises:
        Drop: nobody is to be told any more (no address, not wanted).
        OSError, smtplib.SMTPException: the mail server did not take it.
    """
    batch = current_batch()
    if batch is not None and (letter := batch.letters.pop(effect.id, None)) is not None:
        send(letter)
        # Noted with the others of the batch.
        batch.sent.append(effect)
        return None
    with tenant_scope(effect.tenant_id):
        close_digest(effect.key, at=now())
        letter = prepared(effect)
        send(letter)
    return partial(note_sent, [effect])


def prepared(effect: Claimed) -> Letter:
    """Read what the mail needs and return it, in one short transaction."""
    with transaction.atomic():
        notification = (
            Notification.objects.select_related(
                "contact", "user", "case", "message", "problem", "article", "broadcast", "tenant"
            )
            .filter(pk=effect.payload["notification"])
            .first()
        )
        if notification is None:
            raise Drop
        refuse_held(notification)
        recipient, language = recipient_of(notification)
        with override(language):
            letter = letter_for(notification, recipient=recipient, at=now())
    return letter


def refuse_held(notification: Notification) -> None:
    """Leave to the upkeep what belongs to a broadcast that was paused or stopped; no query.

    Raises:
        TryLater: it is held or dropped by then.
    """
    broadcast = notification.broadcast
    if broadcast is not None and broadcast.state in (
        BroadcastState.PAUSED,
        BroadcastState.STOPPED,
    ):
        raise TryLater(after=HELD_FOR, reason=broadcast.state)


@contextmanager
def many_together(claimed: list[Claimed]) -> Iterator[None]:
    """Compose the broadcasts' mails among some effects at once, and send them in one conversation.

    What cannot be composed together is left to its own turn, where it fails by itself.
    """
    letters: dict[int, Letter] = {}
    for tenant_id, effects in by_tenant(claimed).items():
        try:
            with tenant_scope(tenant_id), transaction.atomic():
                letters |= letters_of_broadcasts(effects, at=now())
        except Exception:
            log.warning("not composed together", extra={"tenant": tenant_id}, exc_info=True)
            close_broken_connections()
    if not letters:
        yield
        return
    with kept_batch(letters) as batch, one_conversation():
        try:
            yield
        finally:
            for sent in by_tenant(batch.sent).values():
                note_sent(sent)


def by_tenant(effects: Iterable[Claimed]) -> dict[int, list[Claimed]]:
    """Return the mails among some effects by their tenants."""
    found: dict[int, list[Claimed]] = {}
    for effect in effects:
        if effect.kind == EFFECT:
            found.setdefault(effect.tenant_id, []).append(effect)
    return found


def note_sent(effects: list[Claimed]) -> None:
    """Show on pages that mails of a tenant left. That they left is the effects' to say: never fail."""
    # The first try may find a connection that went away while the mail was on its way.
    for _ in range(2):
        try:
            with tenant_scope(effects[0].tenant_id):
                note_mails_sent([effect.payload["notification"] for effect in effects], at=now())
        except (DatabaseError, InterfaceError):
            close_broken_connections()
        else:
            return
    log.warning("sent, and not noted", extra={"effects": [effect.id for effect in effects]})


def note_mails_sent(notifications: list[int], *, at: datetime) -> None:
    """Note that mails left, and in the ledger, if they told of a problem; one statement."""
    if not notifications:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            LEFT, {"tenant": tenant_of_the_scope(), "notifications": notifications, "at": at}
        )


def recipient_of(notification: Notification) -> tuple[str, str]:
    """Return address and language of whom it is for.

    Raises:
        Drop: there is no address, mail is not wanted, or somebody was taken out of the case.
    """
    if notification.contact is not None:
        # Whoever waits for a way in reads what arrives: a report that was wrong locks nobody out.
        is_asked_for = notification.kind == NotificationKind.PORTAL_LINK
        address = mail_address_of(notification.contact, is_asked_for=is_asked_for)
        if not address or not notification.contact.may_be_mailed or was_taken_out(notification):
            raise Drop
        if not is_wished(notification):
            raise Drop
        return address, notification.contact.language
    user = notification.user
    if user is None or not user.is_active:
        raise Drop
    return user.email, user.language


def is_wished(notification: Notification) -> bool:
    """Whether the customer still wants mails of this kind; at most one query."""
    topic = TOPICS.get(NotificationKind(notification.kind))
    contact_id = notification.contact_id or 0
    return contact_id in who_wants(topic, [contact_id])


def was_taken_out(notification: Notification) -> bool:
    """Whether a word of a case is for somebody who takes no part in it any more.

    Asked when the mail leaves: taking somebody out holds for what is on its way, too.
    """
    case, contact = notification.case, notification.contact
    if case is None or contact is None or notification.kind not in SAID_IN_CASE:
        return False
    return not takes_part(case, contact_id=contact.pk)
