"""Tell news and ask for effects, in the transaction of the change."""

from datetime import datetime
from functools import partial

from django.db import transaction

from workflow.outbox.event import Event
from workflow.outbox.models import Delivery, Effect, OutboxEvent
from workflow.outbox.routes import subscribers_of, wake

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
    row = OutboxEvent.objects.create(
        kind=event.kind,
        subject=event.subject,
        payload=event.to_payload(),
        entry_id=entry_id,
        subscribers=len(names),
        published_at=at,
    )
    Delivery.objects.bulk_create(
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
