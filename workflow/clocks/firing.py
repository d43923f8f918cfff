"""Write down what many clocks did: the clocks, their marks, the history and the news of it."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from workflow.clocks.escalating import CHANGING, Fired
from workflow.clocks.events import ClockBreached, ClockStepped, ClockWarned
from workflow.clocks.models import Clock, MarkKind
from workflow.history.actions import Action
from workflow.history.recording import Line, record_all
from workflow.outbox.event import Event
from workflow.outbox.publishing import News, publish_all
from workflow.people.actors import Actor
from workflow.tenancy.scope import tenant_of_the_scope

ADVANCE = """
UPDATE {table} AS c SET
  looks = f.looks,
  next_look_at = f.next_look_at,
  warned_at = CASE WHEN f.is_early THEN coalesce(c.warned_at, %(at)s) ELSE c.warned_at END,
  breach_recorded_at =
    CASE WHEN f.is_breach THEN coalesce(c.breach_recorded_at, %(at)s) ELSE c.breach_recorded_at END
FROM json_to_recordset(%(rows)s::json)
  AS f (id bigint, looks jsonb, next_look_at timestamptz, is_early bool, is_breach bool)
WHERE c.tenant_id = %(tenant)s AND c.id = f.id
"""
MARK = """
INSERT INTO {table} (tenant_id, clock_id, kind, at, due_at, facts)
SELECT %(tenant)s, m.clock, m.kind, %(at)s, m.due_at, m.facts
FROM json_to_recordset(%(rows)s::json)
  AS m (clock bigint, kind text, due_at timestamptz, facts jsonb)
"""


def write_fired(fired: Sequence[Fired], *, model: type[Clock], at: datetime) -> None:
    """Write down what clocks of one table did; five statements for any number."""
    advance(fired, model=model, at=at)
    write_marks(fired, model=model, at=at)
    kind = model.owner_field.removesuffix("_id")
    lines = [line_of(one, kind=kind) for one in fired]
    entries = record_all(lines, actor=Actor.system("clocks"), at=at)
    publish_all(
        [
            News(event=event, entry_id=entry_id)
            for one, entry_id in zip(fired, entries, strict=True)
            for event in events_of(one, owner=f"{kind}:{one.owner_id}")
        ],
        at=at,
    )


def advance(fired: Sequence[Fired], *, model: type[Clock], at: datetime) -> None:
    """Move the clocks on to what is left of their looks."""
    with connection.cursor() as cursor:
        cursor.execute(
            ADVANCE.format(table=connection.ops.quote_name(model._meta.db_table)),
            {
                "tenant": tenant_of_the_scope(),
                "at": at,
                "rows": json.dumps(
                    [
                        {
                            "id": one.clock_id,
                            "looks": one.looks,
                            "next_look_at": one.looks[0][0] if one.looks else None,
                            "is_early": one.is_early,
                            "is_breach": one.is_breach,
                        }
                        for one in fired
                    ]
                ),
            },
        )


def write_marks(fired: Sequence[Fired], *, model: type[Clock], at: datetime) -> None:
    """Write one mark for what each clock did: a breach, or the steps of its ladder alone."""
    rows = [
        {
            "clock": one.clock_id,
            "kind": (MarkKind.BREACHED if one.is_breach else MarkKind.STEPPED).value,
            "due_at": one.due_at.isoformat(),
            "facts": steps_as_facts(one),
        }
        for one in fired
        if one.is_breach or one.taken
    ]
    if not rows:
        return
    meta: Any = model._meta
    table = meta.get_field("marks").related_model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            MARK.format(table=connection.ops.quote_name(table)),
            {"tenant": tenant_of_the_scope(), "at": at, "rows": json.dumps(rows)},
        )


def steps_as_facts(one: Fired) -> dict[str, int | str | list[int] | None]:
    """Return what a mark keeps of the steps that were taken: their ladder, positions and codes."""
    if not one.taken:
        return {}
    return {
        "ladder": one.taken[0].ladder_id,
        "steps": [step.position for step in one.taken],
        "reason": codes_of(one),
    }


def codes_of(one: Fired) -> str:
    """Return the codes of the steps that were taken, each once, with blanks between."""
    return joined(tuple([step.action for step in one.taken]))


@lru_cache(maxsize=256)
def joined(codes: tuple[str, ...]) -> str:
    """Return codes as one text, each once; kept, for thousands of clocks take the same steps."""
    return " ".join(dict.fromkeys(codes))


def line_of(one: Fired, *, kind: str) -> Line:
    """Return the one history line of what a clock did in this look."""
    changes: dict[str, str] = {"metric": one.metric}
    if one.taken:
        changes["steps"] = codes_of(one)
    return Line(action=action_of(one), subject_kind=kind, subject_id=one.owner_id, changes=changes)


def action_of(one: Fired) -> Action:
    """Return what the history calls it: the breach goes before the warning."""
    if one.is_breach:
        return Action.CLOCK_BREACHED
    return Action.CLOCK_WARNED if one.is_early else Action.CLOCK_ESCALATED


def events_of(one: Fired, *, owner: str) -> list[Event]:
    """Return the news of what a clock did: the target itself, and what is to be changed now."""
    news: list[Event] = []
    if one.is_breach:
        news.append(ClockBreached(owner=owner, metric=one.metric, clock_id=one.clock_id))
    elif one.is_early:
        news.append(ClockWarned(owner=owner, metric=one.metric, clock_id=one.clock_id))
    return news + [
        ClockStepped(
            owner=owner,
            metric=one.metric,
            clock_id=one.clock_id,
            action=step.action,
            department_id=step.department_id,
        )
        for step in one.taken
        if step.action in CHANGING
    ]
