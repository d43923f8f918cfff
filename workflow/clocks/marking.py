"""Write down what happens to clocks, so that every due time can be worked out again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from workflow.clocks.models import Clock, ClockMark, MarkKind
from workflow.tenancy.kept_writes import insert_all


def mark(
    clock: Clock,
    kind: MarkKind,
    *,
    at: datetime,
    reason: str = "",
    due_at: datetime | None = None,
    **facts: Any,
) -> ClockMark:
    """Return one line in the history of a clock; nothing is saved.

    `due_at` is the due time after it, `reason` a code. `facts` holds ids, codes and numbers.
    """
    kept = {name: value for name, value in facts.items() if value is not None}
    if reason:
        kept["reason"] = reason
    table: Any = clock._meta
    model = table.get_field("marks").related_model
    made: ClockMark = model(clock=clock, kind=kind, at=at, due_at=due_at, facts=kept)
    return made


def keep_marks(marks: Iterable[ClockMark]) -> None:
    """Save lines of any number of clocks; one query for each table that they belong to."""
    tables: dict[type[ClockMark], list[ClockMark]] = {}
    for one in marks:
        tables.setdefault(type(one), []).append(one)
    for rows in tables.values():
        insert_all(rows)
