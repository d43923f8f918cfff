"""Tell news and ask for effects, in the transaction of the change."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import connection, transaction

from workflow.outbox.event import Event
from workflow.outbox.models import Delivery, Effect, OutboxEvent
from workflow.outbox.routes import listeners_of, subscribers_of, wake
from workflow.tenancy.kept_writes import insert, insert_all
from workflow.tenancy.scope import tenant_of_the_scope

NEWS_QUEUE = "default"


class OutsideTransaction(RuntimeError):
    """News was to be told apart from its change: a fault of the program."""


def publish(event: Event, *, at: datetime, entry_id: int | None = None) -> OutboxEvent:
    """Put news in the outbox with one delivery for each subscriber; two queries.

    `entry_id` is the history entry that the news tells of.

    Raises:
        OutsideTransaction: no transaction is open.
    """
    require_transaction(event.kind)
    names = subscribers_of(event.kind)
    row = insert(
        OutboxEvent(
            kind=event.kind,
            subject=event.subject,
            payload=event.to_payload(),
            entry_id=entry_id,
            subscribers=len(names),
            published_at=at,
        )
    )
    insert_all(
        [
            Delivery(
                event=row, subscriber=name, position=position, subject=event.subject, due_at=at
            )
            for position, name in enumerate(names)
        ]
    )
    if names:
        wake_after_commit(NEWS_QUEUE)
    return row


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news of many, and the history entry that it tells of."""

    event: Event
    entry_id: int | None = None


WRITE_NEWS = """
INSERT INTO workflow_outboxevent
  (tenant_id, kind, subject, payload, entry_id, subscribers, published_at)
SELECT %(tenant)s, n.kind, n.subject, n.payload, n.entry, n.subscribers, %(at)s
FROM ROWS FROM (json_to_recordset(%(rows)s::json)
  AS (kind text, subject text, payload jsonb, entry bigint, subscribers smallint)) WITH ORDINALITY
  AS n (kind, subject, payload, entry, subscribers, place)
ORDER BY n.place
RETURNING id
"""
WRITE_DELIVERIES = """
INSERT INTO workflow_delivery
  (tenant_id, event_id, subscriber, position, subject, state, attempts, due_at, last_error)
SELECT %(tenant)s, d.event, d.subscriber, d.position, d.subject, 'pending', 0, %(at)s, ''
FROM json_to_recordset(%(rows)s::json)
  AS d (event bigint, subscriber text, position smallint, subject text)
"""


def publish_all(news: Sequence[News], *, at: datetime) -> int:
    """Put many pieces of news in the outbox; two statements, and one question for each listener.

    Only those get a delivery who would do something with it: nobody's webhook is not asked five
    thousand times whether it wants to hear. Returns how many deliveries there are.

    Raises:
        OutsideTransaction: no transaction is open.
    """
    if not news:
        return 0
    require_transaction(news[0].event.kind)
    names = {kind: listeners_of(kind) for kind in {told.event.kind for told in news}}
    tenant_id = tenant_of_the_scope()
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE_NEWS,
            {
                "tenant": tenant_id,
                "at": at,
                "rows": json.dumps(
                    [
                        {
                            "kind": told.event.kind,
                            "subject": told.event.subject,
                            "payload": told.event.to_payload(),
                            "entry": told.entry_id,
                            "subscribers": len(names[told.event.kind]),
                        }
                        for told in news
                    ]
                ),
            },
        )
        events = [row[0] for row in cursor.fetchall()]
        rows = [
            {
                "event": event_id,
                "subscriber": name,
                "position": position,
                "subject": told.event.subject,
            }
            for event_id, told in zip(events, news, strict=True)
            for position, name in enumerate(names[told.event.kind])
        ]
        if rows:
            cursor.execute(
                WRITE_DELIVERIES,
                {"tenant": tenant_id, "at": at, "rows": json.dumps(rows)},
            )
            wake_after_commit(NEWS_QUEUE)
    return len(rows)


def request_effect(
    *, kind: str, key: str, payload: dict[str, int | str], at: datetime, queue: str = "mail"
) -> bool:
    """Ask for an effect once; a second request with the key changes nothing. One query.

    Returns whether it is new.

    Raises:
        OutsideTransaction: no transaction is open.
    """
    return request_effects(kind=kind, effects=[(key, payload)], at=at, queue=queue) == 1


def request_effects(
    *,
    kind: str,
    effects: list[tuple[str, dict[str, int | str]]],
    at: datetime,
    queue: str,
    not_before: datetime | None = None,
) -> int:
    """Ask for many effects at once, 500 a statement; returns how many were asked for.

    They are due at once, or at `not_before`.

    Raises:
        OutsideTransaction: no transaction is open.
    """
    require_transaction(kind)
    before = Effect.objects.filter(key__in=[key for key, _ in effects]).count()
    Effect.objects.bulk_create(
        [
            Effect(
                key=key,
                kind=kind,
                queue=queue,
                payload=payload,
                due_at=not_before or at,
                created_at=at,
            )
            for key, payload in effects
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    wake_after_commit(queue)
    return len(effects) - before


def wake_after_commit(queue: str) -> None:
    """Wake a queue once when the transaction commits, however much is told in it."""
    waiting = transaction.get_connection().run_on_commit
    calls = (call for _savepoints, call, _robust in waiting)
    if not any(isinstance(c, partial) and c.func is wake and c.args == (queue,) for c in calls):
        transaction.on_commit(partial(wake, queue))


def require_transaction(what: str) -> None:
    """Refuse to write to the outbox outside a transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction(f"{what} is published outside a transaction.")
