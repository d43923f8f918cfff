"""Write history, in the transaction of the change it tells of."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, models, transaction

from workflow.history.actions import HEARD, Action
from workflow.history.models import Entry
from workflow.people.actors import Actor, ActorKind
from workflow.tenancy.kept_writes import insert
from workflow.tenancy.scope import tenant_of_the_scope

ChangeValue = str | int | bool | None
LONGEST_VALUE = 200


class OutsideTransaction(RuntimeError):
    """History was to be written apart from its change: a fault of the program."""


def record(
    action: Action,
    subject: models.Model,
    *,
    actor: Actor,
    at: datetime,
    changes: Mapping[str, ChangeValue] | None = None,
    changes_state: bool = False,
) -> Entry:
    """Write one line about a subject; one query.

    `changes_state` says that the subject's `state` has just changed: the line carries the new
    state and `state_version`. The system is named by its part, people by their id only.

    Raises:
        OutsideTransaction: no transaction is open.
        ValueError: a value is longer than 200 characters (text does not belong here).
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction(f"{action} is recorded outside a transaction.")
    facts = dict(changes or {})
    for name, value in facts.items():
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            raise ValueError(f"{name} is too long for a history line.")
    return insert(
        Entry(
            subject_kind=str(subject._meta.model_name),
            subject_id=subject.pk,
            action=action,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_label=actor.label[:40] if actor.kind is ActorKind.SYSTEM else "",
            source=actor.source,
            at=at,
            changes=facts,
            to_state=getattr(subject, "state", None) if changes_state else None,
            state_version=getattr(subject, "state_version", None) if changes_state else None,
            is_news=action in HEARD,
        )
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of many that are written at once; it changes no state."""

    action: Action
    subject_kind: str
    subject_id: int
    changes: Mapping[str, ChangeValue]


WRITE_LINES = """
INSERT INTO workflow_entry
  (tenant_id, subject_kind, subject_id, action, actor_kind, actor_id, actor_label, source, at,
   changes, is_news)
SELECT %(tenant)s, l.kind, l.id, l.action, %(actor_kind)s, %(actor_id)s, %(label)s, %(source)s,
  %(at)s, l.changes, l.is_news
FROM ROWS FROM (json_to_recordset(%(rows)s::json)
  AS (kind text, id bigint, action text, changes jsonb, is_news bool)) WITH ORDINALITY
  AS l (kind, id, action, changes, is_news, place)
ORDER BY l.place
RETURNING id
"""


def record_all(lines: Sequence[Line], *, actor: Actor, at: datetime) -> list[int]:
    """Write many lines by one actor and return their ids in order; one query for any number.

    Raises:
        OutsideTransaction: no transaction is open.
    """
    if not lines:
        return []
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction(f"{lines[0].action} is recorded outside a transaction.")
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE_LINES,
            {
                "tenant": tenant_of_the_scope(),
                "actor_kind": actor.kind.value,
                "actor_id": actor.id,
                "label": actor.label[:40] if actor.kind is ActorKind.SYSTEM else "",
                "source": actor.source.value,
                "at": at,
                "rows": json.dumps(
                    [
                        {
                            "kind": line.subject_kind,
                            "id": line.subject_id,
                            "action": line.action.value,
                            "changes": line.changes,
                            "is_news": line.action in HEARD,
                        }
                        for line in lines
                    ]
                ),
            },
        )
        return [row[0] for row in cursor.fetchall()]


def differences(
    before: Mapping[str, ChangeValue], after: Mapping[str, ChangeValue]
) -> dict[str, ChangeValue]:
    """Return what changed, for a history line: `name` is the new value, `name_was` the old one.

    What was not there before has no `name_was`; what is gone is None now.
    """
    changes: dict[str, ChangeValue] = {}
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        changes[name] = new
        if name in before:
            changes[f"{name}_was"] = old
    return changes


def facts_of(row: models.Model, *names: str) -> dict[str, ChangeValue]:
    """Return fields of a row as a history line may hold them: ids, codes, numbers, minutes.

    A key is the id it points to; a span is NAME_minutes, without the _within of its name. A row that is not stored yet has none.
    """
    if not row.pk:
        return {}
    facts: dict[str, ChangeValue] = {}
    for name in names:
        value = getattr(row, getattr(row._meta.get_field(name), "attname", name))
        if isinstance(value, timedelta):
            facts[f"{name.removesuffix('_within')}_minutes"] = value // timedelta(minutes=1)
        else:
            facts[name] = value
    return facts
