"""The way out of mails of one sort: a signed link in each such mail (RFC 8058, one click).

The link names a contact and a topic and nothing else; it opens no page of the portal, shows
nobody's name or address, and stays good, since a mail may be read years later.
"""

import re
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer

from customers.preferences import Topic
from servicedesk.notifications.models import NotificationKind
from servicedesk.notifications.wishes import MAY_WAIT, TOPICS
from workflow.tenancy.scope import tenant_of_the_scope

WORD = re.compile(r"([0-9a-f]{1,16})\.([0-9a-f]{1,16})\.([a-z]{1,12})", re.ASCII)
LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """Who gets no more mails of which topic."""

    contact_id: int
    topic: Topic


def topic_of(kind: str) -> Topic | None:
    """Return the topic of a sort of mail that can be switched off by one click, or None.

    An answer to what somebody asked has no such link: it is no mail to many.
    """
    known = NotificationKind(kind)
    return TOPICS.get(known) if known in MAY_WAIT else None


def signer() -> Signer:
    """Return what signs the words; secrets that were replaced stay good."""
    return Signer(sep=".", salt="unsubscribe", algorithm="sha256")


def word_for(way: WayOut) -> str:
    """Return the signed word of a link, for the tenant of the scope."""
    named = f"{tenant_of_the_scope():x}.{way.contact_id:x}.{way.topic.value}"
    return signer().sign(named)


def way_in(word: str) -> WayOut | None:
    """Return what a word says if we signed it for the tenant of the scope, else None."""
    if len(word) > LONGEST or not word.isascii():
        return None
    try:
        found = WORD.fullmatch(signer().unsign(word))
    except BadSignature:
        return None
    if found is None or int(found[1], 16) != tenant_of_the_scope() or found[3] not in set(Topic):
        return None
    return WayOut(contact_id=int(found[2], 16), topic=Topic(found[3]))
