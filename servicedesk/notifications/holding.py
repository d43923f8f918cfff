"""Hold, let go or drop what a broadcast has prepared and not sent, in short steps.

Each step walks the mails of a broadcast once from the oldest to the newest, a thousand a
transaction; whoever is killed leaves a beginning, and the next one walks again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from problems.models import Affected, Broadcast, HeldBack, Told
from servicedesk.notifications.models import Notification
from workflow.outbox.models import Effect, EffectState
from workflow.outbox.publishing import wake_after_commit
from workflow.tenancy.scope import tenant_of_the_scope

AT_A_TIME = 1000
STOPPED = "stopped"
"""The rule under which those are listed whom a broadcast was about to tell when it was stopped."""

MOVE = """
WITH mails AS (
  SELECT id, key, contact_id FROM servicedesk_notification
  WHERE tenant_id = %(tenant)s AND broadcast_id = %(broadcast)s AND id > %(after)s
  ORDER BY id LIMIT %(at_most)s
), moved AS (
  UPDATE workflow_effect e SET state = %(to)s, last_error = %(why)s
  FROM mails WHERE e.tenant_id = %(tenant)s AND e.key = mails.key AND e.state = ANY(%(from)s::text[])
  RETURNING mails.id, mails.contact_id
)
SELECT (SELECT max(id) FROM mails), array(SELECT id FROM moved), array(SELECT contact_id FROM moved)
"""


@dataclass(frozen=True, slots=True)
class Move:
    """From which states effects go to another one, and why."""

    come_from: tuple[EffectState, ...]
    to: EffectState
    why: str = ""


HOLD = Move(come_from=(EffectState.PENDING,), to=EffectState.HELD)
LET_GO = Move(come_from=(EffectState.HELD,), to=EffectState.PENDING)
DROP = Move(come_from=(EffectState.PENDING, EffectState.HELD), to=EffectState.DROPPED, why=STOPPED)


@dataclass(frozen=True, slots=True)
class Left:
    """How many of the next mails of a broadcast have yet to leave, and when the first is due."""

    count: int = 0
    due_at: datetime | None = None


def move_all(broadcast: Broadcast, move: Move, *, at: datetime) -> int:
    """Move the effects of a broadcast's mails; returns how many were moved."""
    moved, after = 0, 0
    while True:
        with transaction.atomic():
            last, mails, contacts = moved_after(broadcast, move, after=after)
            if move is DROP and mails:
                take_back(broadcast, mails=mails, contacts=contacts, at=at)
        if last is None:
            break
        moved, after = moved + len(mails), last
    if moved and move is LET_GO:
        wake_after_commit("mail")
        wake_after_commit("bulk")
    return moved


def moved_after(
    broadcast: Broadcast, move: Move, *, after: int
) -> tuple[int | None, list[int], list[int]]:
    """Move the next thousand; returns the last mail looked at, and mails and contacts moved."""
    with connection.cursor() as cursor:
        cursor.execute(
            MOVE,
            {
                "tenant": tenant_of_the_scope(),
                "broadcast": broadcast.pk,
                "after": after,
                "at_most": AT_A_TIME,
                "from": [state.value for state in move.come_from],
                "to": move.to.value,
                "why": move.why,
            },
        )
        last, mails, contacts = cursor.fetchone()
    return last, mails, contacts


def take_back(broadcast: Broadcast, *, mails: list[int], contacts: list[int], at: datetime) -> None:
    """List those as held back whose mail never leaves, and forget that they were told."""
    HeldBack.objects.bulk_create(
        [
            HeldBack(broadcast=broadcast, contact_id=contact, rule=STOPPED, at=at)
            for contact in contacts
        ],
        ignore_conflicts=True,
    )
    rows = list(
        Affected.objects.filter(
            problem_id=broadcast.problem_id, contact_id__in=contacts
        ).values_list("pk", flat=True)
    )
    Told.objects.filter(broadcast=broadcast, affected__in=rows, sent_at__isnull=True).delete()
    Notification.objects.filter(pk__in=mails).delete()
    forget_untold(rows, occasion=broadcast.occasion)


def forget_untold(rows: list[int], *, occasion: str) -> None:
    """Let the ledger say again that these were told nothing, where that is so; two queries."""
    untold = Affected.objects.filter(pk__in=rows).exclude(told__isnull=False)
    untold.filter(told_at__isnull=False).update(told_at=None)
    if occasion.startswith("workaround:"):
        still = Affected.objects.filter(pk__in=rows, workaround_at__isnull=False)
        still.exclude(told__message__startswith="workaround:").update(workaround_at=None)


def unnoted_slices(broadcast: Broadcast) -> Iterator[dict[str, int]]:
    """Return the mails of a broadcast that are not noted as left, by key, a thousand a query."""
    after = 0
    while True:
        rows = Notification.objects.filter(
            broadcast=broadcast, sent_at__isnull=True, pk__gt=after
        ).order_by("pk")
        found = {key: pk for pk, key in rows.values_list("pk", "key")[:AT_A_TIME]}
        if not found:
            return
        yield found
        after = max(found.values())


def mails_not_noted(broadcast: Broadcast) -> list[int]:
    """Return the mails of a broadcast that left without a note: a worker was killed.

    Two queries for each thousand mails without a note.
    """
    return [
        mails[key]
        for mails in unnoted_slices(broadcast)
        for key in Effect.objects.filter(key__in=mails, state=EffectState.SENT).values_list(
            "key", flat=True
        )
    ]


def mails_left(broadcast: Broadcast, *states: EffectState) -> Left:
    """Return the first mails of a broadcast that are in some states, in the order of their ids.

    Two queries for each thousand mails without a note, until some are found. By their keys: joined
    at once, many mails that were stored a moment ago were compared each with each.
    """
    for mails in unnoted_slices(broadcast):
        due = Effect.objects.filter(key__in=mails, state__in=states).values_list(
            "due_at", flat=True
        )
        found = sorted(due)
        if found:
            return Left(count=len(found), due_at=found[0])
    return Left()
