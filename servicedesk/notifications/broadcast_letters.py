"""Compose the mails of broadcasts together: what they share is read once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import override

from cases.models import Message
from customers.models import AddressKind, ContactAddress
from customers.preferences import who_wants
from problems.models.broadcast import BroadcastState
from servicedesk.mail.addresses import Letterhead, letterhead
from servicedesk.mail.mailboxes import mailboxes_in_use
from servicedesk.mail.sending import Letter
from servicedesk.notifications.composing import (
    MORE,
    filled_in,
    folded,
    own_words_of,
    subject_of,
)
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.rewording import LANGUAGE, Words, words_of
from servicedesk.notifications.texts import MAILS
from servicedesk.notifications.ways_in import affected_among, is_asked, ways_into_portal
from servicedesk.notifications.wishes import TOPICS
from workflow.outbox.effects import Claimed

HELD = (BroadcastState.PAUSED, BroadcastState.STOPPED)


@dataclass
class Shared:
    """What mails have alike, each read when it is first asked for."""

    said: dict[tuple[int, str, str], tuple[dict[str, Any], Words]] = field(default_factory=dict)
    heads: dict[int | None, Letterhead] = field(default_factory=dict)
    problems: dict[tuple[int, str], dict[str, Any] | None] = field(default_factory=dict)

    def of_broadcast(self, notification: Notification) -> tuple[dict[str, Any], Words]:
        """Return what a broadcast says and in which words, in the active language."""
        language = language_of(notification)
        key = (notification.broadcast_id or 0, language, zone_in(notification))
        if key not in self.said:
            kind = NotificationKind(notification.kind)
            says = MORE.get(kind)
            self.said[key] = (
                says(notification) if says is not None else {},
                own_words_of(notification) or words_of(kind, language=language),
            )
        return self.said[key]

    def subject_of(self, notification: Notification) -> dict[str, Any] | None:
        """Return number and name of what a mail is about: the own case, or the problem of all."""
        if notification.case_id is not None:
            return subject_of(notification)
        key = (notification.problem_id or 0, language_of(notification))
        if key not in self.problems:
            self.problems[key] = subject_of(notification)
        return self.problems[key]

    def head_of(self, notification: Notification) -> Letterhead:
        """Return under which name a mail leaves; mails of one brand with one mailbox leave alike."""
        case = notification.case
        brand = case.brand_id if case is not None else None
        if brand in self.heads:
            return self.heads[brand]
        found = letterhead(notification.tenant, case=case)
        many = case is not None and mailboxes_in_use().filter(brand=case.brand).count() > 1
        if not many:
            self.heads[brand] = found
        return found


def letters_of_broadcasts(effects: Sequence[Claimed], *, at: datetime) -> dict[int, Letter]:
    """Return the mails of broadcasts among some effects of a tenant, by effect.

    Left out are those that are held, not wanted, or have no address: what becomes of them is
    decided in their own turn. About twelve queries and three for each broadcast.
    """
    by_notification = {effect.payload["notification"]: effect.id for effect in effects}
    found = [
        one
        for one in Notification.objects.filter(pk__in=by_notification, broadcast__isnull=False)
        .select_related("contact", "case__brand", "problem__product", "broadcast", "tenant")
        .order_by("id")
        if is_leaving(one)
    ]
    if not found:
        return {}
    addresses = addresses_of(found)
    wanted = wanted_among(found)
    leaving = [one for one in found if one.contact_id in addresses and one.pk in wanted]
    ways_in, answered = ways_into_portal(leaving, at=at), last_mails_of(leaving)
    affected, shared = affected_among(leaving), Shared()
    letters = {}
    for one in leaving:
        with override(one.contact.language if one.contact else LANGUAGE):
            letters[by_notification[one.pk]] = letter_of(
                one,
                shared,
                recipient=addresses[one.contact_id or 0],
                way_in=ways_in[one.pk],
                is_asked=is_asked(one, affected),
                in_reply_to=answered.get((one.case_id, one.contact_id), ""),
            )
    return letters


def is_leaving(notification: Notification) -> bool:
    """Whether a mail belongs to a broadcast that goes on, to somebody who may be mailed."""
    broadcast, contact = notification.broadcast, notification.contact
    return (
        broadcast is not None
        and contact is not None
        and broadcast.state not in HELD
        and contact.may_be_mailed
        and notification.kind in MAILS
    )


def language_of(notification: Notification) -> str:
    """Return the language of a recipient, two letters."""
    return (notification.contact.language if notification.contact else LANGUAGE)[:2]


def zone_in(notification: Notification) -> str:
    """Return the time zone of whom a mail is for, where what it says depends on it."""
    if notification.kind != NotificationKind.PROMISE_CHANGED or notification.contact is None:
        return ""
    return notification.contact.timezone


def letter_of(
    notification: Notification,
    shared: Shared,
    *,
    recipient: str,
    way_in: str,
    is_asked: bool,
    in_reply_to: str,
) -> Letter:
    """Return one mail in the active language; no query once what is shared was read.

    `is_asked` is whether it asks its reader if the fix works.
    """
    says, words = shared.of_broadcast(notification)
    context = {
        "letterhead": shared.head_of(notification),
        "contact_name": notification.contact.name if notification.contact else "",
        "person_name": "",
        "case": shared.subject_of(notification),
        "portal_url": way_in,
        "confirm_url": way_in if is_asked else "",
        **says,
    }
    return folded(
        notification,
        context,
        words=filled_in(words, context),
        recipient=recipient,
        in_reply_to=in_reply_to,
    )


def addresses_of(notifications: Sequence[Notification]) -> dict[int, str]:
    """Return the mail address of each recipient who has one that works, by contact; one query."""
    rows = (
        ContactAddress.objects.filter(
            contact__in=[one.contact_id for one in notifications],
            kind=AddressKind.MAIL,
            bounced_at__isnull=True,
        )
        .order_by("is_primary", "-id")
        .values_list("contact_id", "value")
    )
    # The last one said of a contact is the first choice.
    return dict(rows)


def wanted_among(notifications: Sequence[Notification]) -> set[int]:
    """Return which notifications their recipients still want; one query for each sort."""
    found: set[int] = set()
    for kind in {one.kind for one in notifications}:
        some = [one for one in notifications if one.kind == kind]
        topic = TOPICS.get(NotificationKind(kind))
        willing = who_wants(topic, [one.contact_id or 0 for one in some])
        found |= {one.pk for one in some if one.contact_id in willing}
    return found


def last_mails_of(
    notifications: Sequence[Notification],
) -> dict[tuple[int | None, int | None], str]:
    """Return the Message-ID of each customer's last mail in their case; at most one query."""
    cases = [one.case_id for one in notifications if one.case_id is not None]
    if not cases:
        return {}
    rows = (
        Message.objects.filter(case__in=cases, direction="in", mail_id__isnull=False)
        .order_by("id")
        .values_list("case_id", "contact_id", "mail_id")
    )
    return {(case_id, contact_id): mail_id or "" for case_id, contact_id, mail_id in rows}
