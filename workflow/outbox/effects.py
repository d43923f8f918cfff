"""Carry out effects: lease, do it outside every transaction, mark it on its own connection."""

import json
import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

from django.db import DatabaseError, InterfaceError, connections

from workflow.outbox.pacing import Pace

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BATCH = 8
# What nobody waits for at a screen is claimed by more at once: each batch reads what it shares.
BATCHES = {"bulk": 32}
LAST_ATTEMPT = 10
LONGEST_PAUSE = timedelta(minutes=30)
MARK_FOR_SECONDS = 60.0

CLAIM = """
UPDATE workflow_effect e
SET state = 'sending', attempts = attempts + 1, locked_until = %(lease)s
FROM (
  SELECT id FROM workflow_effect
  WHERE queue = %(queue)s AND state IN ('pending', 'sending') AND due_at <= %(at)s
    AND (state = 'pending' OR locked_until < %(at)s) AND tenant_id <> ALL(%(but_not_of)s)
  ORDER BY due_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
) due
WHERE e.id = due.id
RETURNING e.id, e.tenant_id, e.kind, e.key, e.payload, e.attempts
"""
MARK = """
UPDATE workflow_effect
SET state = %(state)s, sent_at = %(sent_at)s, sent_by = %(sent_by)s, locked_until = NULL,
    due_at = coalesce(%(due_at)s, due_at), last_error = %(error)s
WHERE id = %(id)s AND (
  (state = 'sending' AND attempts = %(attempts)s)
  OR (%(state)s = 'sent' AND state IN ('pending', 'sending')))
"""
RELEASE = """
UPDATE workflow_effect SET state = 'pending', attempts = attempts - 1, locked_until = NULL
WHERE id = ANY(%(ids)s) AND state = 'sending'
"""


@dataclass(frozen=True)
class Claimed:
    """An effect that this worker may carry out until its lease ends; `at` is when its turn came."""

    id: int
    tenant_id: int
    kind: str
    key: str
    payload: dict[str, Any]
    attempts: int
    at: datetime


class Drop(Exception):
    """The effect has lost its reason (the contact opted out, the address is gone)."""


class TryLater(Exception):
    """It did not work, and the sender knows when to try again."""

    def __init__(self, *, after: timedelta, reason: str) -> None:
        super().__init__(reason)
        self.after = after
        self.reason = reason


class Hopeless(Exception):
    """It did not work, and the sender knows that no further try is worth it."""


# Carries one effect out. What it returns is called when it is written down that it is done.
Sender = Callable[[Claimed], Callable[[], None] | None]
_senders: dict[str, Sender] = {}
# What surrounds the effects of a batch: what they need alike is read and kept once for all.
Together = Callable[[list[Claimed]], AbstractContextManager[None]]
_together: list[Together] = []


def install_senders(senders: dict[str, Sender], *, together: Together | None = None) -> None:
    """Say who carries out which kind of effect, and what surrounds those of a batch.

    `together` must not raise: an effect that it could not prepare prepares itself.
    """
    _senders.clear()
    _senders.update(senders)
    _together[:] = [together] if together is not None else []


def claim_effects(
    *, queue: str, at: datetime, batch: int = BATCH, but_not_of: Collection[int] = ()
) -> list[Claimed]:
    """Lease due effects across tenants; one statement as sweeper, committed at once.

    `but_not_of` are ids of tenants that are left out.
    """
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(
            CLAIM,
            {
                "queue": queue,
                "at": at,
                "lease": at + LEASE,
                "batch": batch,
                "but_not_of": list(but_not_of),
            },
        )
        rows = cursor.fetchall()
    return sorted(
        (
            Claimed(
                id=row[0],
                tenant_id=row[1],
                kind=row[2],
                key=row[3],
                payload=json.loads(row[4]) if isinstance(row[4], str) else row[4],
                attempts=row[5],
                at=at,
            )
            for row in rows
        ),
        key=lambda claimed: claimed.id,
    )


def carry_out_effects(
    *,
    queue: str,
    clock: Callable[[], datetime],
    sent_by: str,
    for_seconds: float = 20.0,
    pace: Pace | None = None,
) -> int:
    """Carry out due effects of a queue until none is left or the time is up.

    `clock` is read for each batch, `sent_by` names the task, `pace` says how quickly one may follow
    another. Returns how many were carried out.
    What is claimed and not begun in time is given back: begun later, it might outlast its lease
    and be carried out twice.
    """
    end = monotonic() + for_seconds
    done = 0
    most = BATCHES.get(queue, BATCH)
    size = partial(fitting, most, pace=pace, end=end)
    for claimed in batches(queue=queue, clock=clock, size=size):
        with surrounding(claimed):
            for place, effect in enumerate(claimed):
                if monotonic() >= end:
                    release(claimed[place:])
                    break
                done += carry_out(replace(effect, at=clock()), clock=clock, sent_by=sent_by)
                if pace is not None:
                    pace.rest(until=end)
        if monotonic() >= end:
            break
    return done


def surrounding(claimed: list[Claimed]) -> AbstractContextManager[None]:
    """Return what surrounds the effects of a batch."""
    return _together[0](claimed) if _together else nullcontext()


def fitting(most: int, *, pace: Pace | None, end: float) -> int:
    """Return how many to claim: not more than can be begun until the end of the turn."""
    return min(most, pace.fitting(until=end)) if pace is not None else most


def batches(
    *, queue: str, clock: Callable[[], datetime], size: Callable[[], int]
) -> Iterator[list[Claimed]]:
    """Claim batch after batch until nothing is due: first some of each tenant, then the rest.

    One tenant's thousand mails do not hold up another's one. `size` is asked for each batch.
    """
    served: set[int] = set()
    while claimed := claim_effects(queue=queue, at=clock(), batch=size(), but_not_of=served):
        served |= {effect.tenant_id for effect in claimed}
        yield claimed
    while served and (claimed := claim_effects(queue=queue, at=clock(), batch=size())):
        yield claimed


def release(claimed: list[Claimed]) -> None:
    """Give back what was not begun, as if it had not been claimed."""
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(RELEASE, {"ids": [effect.id for effect in claimed]})


def carry_out(effect: Claimed, *, clock: Callable[[], datetime], sent_by: str) -> int:
    """Carry out one effect and mark what became of it; returns 1 if it was carried out."""
    try:
        afterwards = _senders[effect.kind](effect)
    except Drop:
        mark(effect, state="dropped", sent_by=sent_by)
        return 0
    except TryLater as later:
        due_at = clock() + later.after
        mark(effect, state="pending", sent_by=sent_by, due_at=due_at, error=later.reason)
        return 0
    except Hopeless as failure:
        mark(effect, state="dead", sent_by=sent_by, error=str(failure))
        return 0
    except Exception as failure:
        log.warning("effect failed", extra={"effect": effect.id}, exc_info=True)
        is_dead = effect.attempts >= LAST_ATTEMPT
        mark(
            effect,
            state="dead" if is_dead else "pending",
            sent_by=sent_by,
            due_at=clock() + min(timedelta(seconds=2**effect.attempts), LONGEST_PAUSE),
            error=type(failure).__name__,
        )
        close_broken_connections()
        return 0
    mark(effect, state="sent", sent_by=sent_by, sent_at=clock())
    if afterwards is not None:
        afterwards()
        close_broken_connections()
    return 1


def close_broken_connections() -> None:
    """Let the next effect have a connection that works: this process may go on for hours."""
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()


def mark(
    effect: Claimed,
    *,
    state: str,
    sent_by: str,
    sent_at: datetime | None = None,
    due_at: datetime | None = None,
    error: str = "",
) -> None:
    """Write down what became of an effect, on a new connection if need be.

    What was sent is a fact by now: a database that went away meanwhile must not cause a repeat,
    so this tries for a minute before it gives up (and the lease then brings a repeat). Who has
    outlasted the lease may still say that it was sent, but no longer that it failed.
    """
    values: dict[str, str | int | datetime | None] = {
        "id": effect.id,
        "attempts": effect.attempts,
        "state": state,
        "sent_by": sent_by[:60],
        "sent_at": sent_at,
        "due_at": due_at,
        "error": error[:300],
    }
    end = monotonic() + MARK_FOR_SECONDS
    while True:
        try:
            with connections["sweeper"].cursor() as cursor:
                cursor.execute(MARK, values)
        except (DatabaseError, InterfaceError):
            connections["sweeper"].close()
            if monotonic() > end:
                raise
        else:
            return
