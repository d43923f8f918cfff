"""Read broadcasts: the list, one of them, how far it came, and everybody whom it is for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from problems.access import visible_problems
from problems.broadcast_occasions import OCCASIONS
from problems.models import Broadcast, HeldBack, Problem, Told
from problems.models.broadcast import UNFINISHED, BroadcastKind, BroadcastState
from problems.recipients import recipients_of, untold
from workflow.people.actors import Actor
from workflow.refusals import Refusal

PAGE = 30
RECIPIENTS_PAGE = 50
STATES = {
    "all": Q(),
    "asked": Q(state=BroadcastState.ASKED),
    "unfinished": Q(state__in=UNFINISHED),
    "ended": Q(state__in=(BroadcastState.SENT, BroadcastState.STOPPED)),
}
TOLD = {
    "told": Q(),
    "sent": Q(sent_at__isnull=False),
    "waiting": Q(channel="mail", sent_at__isnull=True, bounced_at__isnull=True),
    "portal": Q(channel="portal"),
    "seen": Q(seen_at__isnull=False),
    "bounced": Q(bounced_at__isnull=False),
}
HELD = {"held": True, "warned": False}


class NoSuchBroadcast(Refusal):
    """There is no such broadcast, or not for this person; the answer is the same."""

    code = "no_such_broadcast"
    status = 404


@dataclass(frozen=True)
class Page:
    """Some broadcasts, the newest first; `ends_at` is where the next page begins."""

    broadcasts: list[Broadcast]
    ends_at: int | None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a broadcast came, in people: `untold` are those whom it has yet to tell."""

    told: int = 0
    sent: int = 0
    waiting: int = 0
    portal: int = 0
    seen: int = 0
    bounced: int = 0
    held: int = 0
    warned: int = 0
    untold: int = 0


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One person of a broadcast; without `rule` told by a channel, with one held back or warned."""

    id: int
    contact_id: int
    name: str
    organisation: str
    at: datetime
    channel: str = ""
    sent_at: datetime | None = None
    seen_at: datetime | None = None
    bounced_at: datetime | None = None
    rule: str = ""


@dataclass(frozen=True)
class RecipientPage:
    """Some recipients in order; `ends_at` is where the next page begins."""

    recipients: list[Recipient]
    ends_at: int | None


def kind_named(code: str) -> BroadcastKind:
    """Return a kind by its code.

    Raises:
        NoSuchBroadcast: there is none.
    """
    try:
        return BroadcastKind(code)
    except ValueError:
        raise NoSuchBroadcast(
            _("Nothing of this kind can be told."), next_step=_("Choose one from the list.")
        ) from None


def kinds() -> list[BroadcastKind]:
    """Return what can be told, in the order of a list."""
    return list(BroadcastKind)


def kinds_decided(problem: Problem) -> list[BroadcastKind]:
    """Return of which kinds there is a decision that can be told; two queries."""
    return [kind for kind, found in OCCASIONS.items() if found(problem) is not None]


def visible_broadcasts(actor: Actor) -> QuerySet[Broadcast]:
    """Return the broadcasts that an actor may see, with problem and people."""
    return Broadcast.objects.filter(problem__in=visible_problems(actor)).select_related(
        "problem", "created_by", "decided_by", "estimate"
    )


def broadcast_for(actor: Actor, number: int) -> Broadcast:
    """Return a broadcast by its number; one query.

    Raises:
        NoSuchBroadcast: it is not there, or not for this actor.
    """
    found = visible_broadcasts(actor).filter(number=number).first()
    if found is None:
        raise NoSuchBroadcast(
            _("There is no broadcast B-%(number)s here.") % {"number": number},
            next_step=_("Check the number, or look for it in the list."),
        )
    return found


def page_of_broadcasts(
    actor: Actor, show: str, *, problem: Problem | None = None, after: int | None = None
) -> Page:
    """Return broadcasts of all problems or of one, the newest first; one query."""
    rows = visible_broadcasts(actor).filter(STATES.get(show, STATES["all"])).order_by("-id")
    if problem is not None:
        rows = rows.filter(problem=problem)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return Page(broadcasts=shown, ends_at=shown[-1].pk if len(found) > PAGE else None)


def waiting_for_yes() -> int:
    """Return how many broadcasts wait for a lead's yes; one query."""
    return Broadcast.objects.filter(state=BroadcastState.ASKED).count()


def rest_that_waits(broadcast: Broadcast) -> Broadcast | None:
    """Return the broadcast by which leads are asked for those whom this one may not tell; one query.

    None unless it grew beyond what was allowed, and where a lead has decided.
    """
    later = Broadcast.objects.filter(
        problem_id=broadcast.problem_id,
        occasion=broadcast.occasion,
        state=BroadcastState.ASKED,
        pk__gt=broadcast.pk,
    ).select_related("problem", "created_by", "decided_by")
    return next((one for one in later.order_by("id") if one.filters == broadcast.filters), None)


def progress_of(broadcast: Broadcast) -> Progress:
    """Return how far a broadcast came, in people; three queries."""
    told = Told.objects.filter(broadcast=broadcast).aggregate(
        **{code: Count("pk", filter=condition) for code, condition in TOLD.items() if condition},
        told=Count("pk"),
    )
    held = broadcast.held.aggregate(
        held=Count("contact", filter=Q(is_stopped=True), distinct=True),
        warned=Count("contact", filter=Q(is_stopped=False), distinct=True),
    )
    left = 0
    if broadcast.state in UNFINISHED:
        everybody = untold(recipients_of(broadcast), occasion=broadcast.occasion)
        left = max(everybody.count() - held["held"], 0)
    return Progress(**told, **held, untold=left)


def page_of_recipients(
    broadcast: Broadcast, show: str, *, after: int | None = None, at_most: int = RECIPIENTS_PAGE
) -> RecipientPage:
    """Return a page of the people of a broadcast that a filter shows; one query.

    `show` is a code of `TOLD`, of `HELD`, or `untold`: those whom it has yet to tell.
    """
    rows = rows_shown(broadcast, show)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows[: at_most + 1])
    shown = found[:at_most]
    return RecipientPage(
        recipients=[recipient(row) for row in shown],
        ends_at=shown[-1].pk if len(found) > at_most else None,
    )


def all_recipients(broadcast: Broadcast, show: str) -> Iterator[Recipient]:
    """Return everybody that a filter shows, a thousand a query."""
    after: int | None = None
    while True:
        found = page_of_recipients(broadcast, show, after=after, at_most=1000)
        yield from found.recipients
        if found.ends_at is None:
            return
        after = found.ends_at


def rows_shown(broadcast: Broadcast, show: str) -> QuerySet[Any]:
    """Return the rows behind a filter, with contact and organisation, by id."""
    if show in HELD:
        held = broadcast.held.filter(is_stopped=HELD[show])
        return held.select_related("contact__organisation").order_by("id")
    if show == "untold":
        stopped = HeldBack.objects.filter(broadcast=broadcast, is_stopped=True)
        rows = untold(recipients_of(broadcast), occasion=broadcast.occasion)
        return rows.exclude(contact__in=stopped.values("contact")).select_related(
            "contact__organisation"
        )
    told = Told.objects.filter(TOLD.get(show, TOLD["told"]), broadcast=broadcast)
    return told.select_related("affected__contact__organisation").order_by("id")


def recipient(row: Any) -> Recipient:
    """Return a row of any of the lists as a recipient; no query."""
    contact = row.affected.contact if isinstance(row, Told) else row.contact
    more: dict[str, Any] = {}
    if isinstance(row, Told):
        more = {
            "channel": row.channel,
            "sent_at": row.sent_at,
            "seen_at": row.seen_at,
            "bounced_at": row.bounced_at,
        }
    elif isinstance(row, HeldBack):
        more = {"rule": row.rule}
    return Recipient(
        id=row.pk,
        contact_id=contact.pk,
        name=contact.name,
        organisation=contact.organisation.name if contact.organisation else "",
        at=row.found_at if hasattr(row, "found_at") else row.at,
        **more,
    )
