"""Every contact with a customer in order, whatever the channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from cases.models import Case, Message, PhoneCall
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

ROWS = 30
Row = TypeVar("Row", bound=Model)

Place = tuple[datetime, str, int]
"""Where a page of touchpoints ended: time, sort and id of its last one."""


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One contact with a customer: something said to or by them, or a call.

    `sort` is "message" or "call"; `direction` is in or out; `text` what was said.
    """

    at: datetime
    sort: str
    id: int
    channel: str
    direction: str
    text: str
    case: Case | None
    call: PhoneCall | None = None
    is_automatic: bool = False
    is_unverified: bool = False
    by: str = ""

    @property
    def place(self) -> Place:
        """Where it stands in the order."""
        return self.at, self.sort, self.id


def touchpoints_of(
    actor: Actor, contact_id: int, *, before: Place | None = None, at_most: int = ROWS + 1
) -> list[Touchpoint]:
    """Return the newest touchpoints of a customer before a place, newest first; two queries.

    A call that became words of a case is one touchpoint, not two. Notes are no touchpoints.

    Raises:
        NotPermitted: the actor may not see customers.
    """
    actor.require(Permission.VIEW_CUSTOMER)
    messages = earlier(
        Message.objects.filter(case__contact_id=contact_id, phone_calls__isnull=True)
        .exclude(direction="note")
        .exclude(case__state="spam")
        .select_related("case", "user", "contact"),
        field="at",
        sort="message",
        before=before,
    )
    calls = earlier(
        PhoneCall.objects.filter(contact_id=contact_id).select_related("case", "agent", "message"),
        field="began_at",
        sort="call",
        before=before,
    )
    found = [message_told(one) for one in messages[:at_most]]
    reads_notes = actor.may(Permission.VIEW_NOTE)
    found += [call_told(one, reads_notes=reads_notes) for one in calls[:at_most]]
    return sorted(found, key=lambda one: one.place, reverse=True)[:at_most]


def earlier(rows: QuerySet[Row], *, field: str, sort: str, before: Place | None) -> QuerySet[Row]:
    """Return the rows before a place in the common order, newest first."""
    if before is not None:
        at, last_sort, last_id = before
        same = Q(**{field: at})
        if sort == last_sort:
            same &= Q(pk__lt=last_id)
        elif sort > last_sort:
            same &= Q(pk__isnull=True)
        rows = rows.filter(Q(**{f"{field}__lt": at}) | same)
    return rows.order_by(f"-{field}", "-id")


def message_told(message: Message) -> Touchpoint:
    """Return a message as a touchpoint."""
    author = message.user or message.contact
    return Touchpoint(
        at=message.at,
        sort="message",
        id=message.pk,
        channel=message.channel,
        direction=message.direction,
        text=message.text,
        case=message.case,
        is_automatic=message.is_automatic,
        is_unverified=message.is_unverified,
        by=author.name if author else "",
    )


def call_told(call: PhoneCall, *, reads_notes: bool) -> Touchpoint:
    """Return a call as a touchpoint; what an agent wrote down is for colleagues of service."""
    written = (call.text if reads_notes else "") or call.subject
    return Touchpoint(
        at=call.began_at,
        sort="call",
        id=call.pk,
        channel="phone",
        direction=call.direction,
        text=call.message.text if call.message else written,
        case=call.case,
        call=call,
        by=call.agent.name,
    )
