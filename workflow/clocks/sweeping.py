"""Find clocks whose look has come and let each do what its ladder says, once."""

import json
import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, connections, transaction

from workflow.clocks.escalating import Fired, Steps, fire, ring
from workflow.clocks.firing import write_fired
from workflow.clocks.metrics import LASTING
from workflow.clocks.models import Clock, ClockState, LadderStep
from workflow.tenancy.scope import tenant_of_the_scope, tenant_scope

log = logging.getLogger(__name__)

# So many clocks are changed in one transaction: more would lock for longer, fewer cost more each.
BATCH = 500
FOUND_AT_ONCE = 2_000
# A clock that cannot do what its ladder says is looked at again after this.
LOOK_AGAIN_AFTER = timedelta(minutes=1)
# Written out, with one value for all clocks: the ORM took longer to make it than it took to answer.
LOCK = """
SELECT id, {owner}, metric, due_at, looks::text, ladder_id, breach_recorded_at IS NOT NULL,
  acknowledged_at IS NOT NULL
FROM {table}
WHERE tenant_id = %(tenant)s AND id = ANY(%(clocks)s) AND state = 'running'
  AND next_look_at <= %(at)s
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""


@dataclass(frozen=True)
class Due:
    """A clock whose next look has come."""

    tenant_id: int
    clock_id: int


class Locked(NamedTuple):
    """What counts of a clock that is ours until the transaction ends; `looks` as JSON."""

    clock_id: int
    owner_id: int
    metric: str
    due_at: datetime
    looks: str
    ladder_id: int | None
    is_breached: bool
    is_acknowledged: bool


def due_clocks(
    model: type[Clock],
    *,
    at: datetime,
    limit: int = FOUND_AT_ONCE,
    but_not_of: Collection[int] = (),
) -> list[Due]:
    """Return due clocks of a table across tenants, longest due first; one query as sweeper.

    `but_not_of` are ids of tenants that are left out.
    """
    table = connections["sweeper"].ops.quote_name(model._meta.db_table)
    with connections["sweeper"].cursor() as cursor:
        cursor.execute(
            f"SELECT tenant_id, id FROM {table} "  # noqa: S608 - the table's name is ours
            "WHERE state = 'running' AND next_look_at <= %s AND tenant_id <> ALL(%s) "
            "ORDER BY next_look_at LIMIT %s",
            [at, list(but_not_of), limit],
        )
        return [Due(tenant_id=row[0], clock_id=row[1]) for row in cursor.fetchall()]


def sweep_clocks(
    model: type[Clock], *, at: datetime, limit: int = FOUND_AT_ONCE, batch: int = BATCH
) -> int:
    """Let due clocks of a table do what their ladders say; returns how many did.

    May run in many processes at once, and each may be killed at any moment: a batch is one
    transaction that locks its clocks, looks at them again and writes down everything.
    """
    return sweep(due_clocks(model, at=at, limit=limit), model=model, at=at, batch=batch)


def sweep_behind_the_line(
    model: type[Clock], *, at: datetime, limit: int = FOUND_AT_ONCE, batch: int = BATCH
) -> int:
    """Sweep due clocks of tenants that others' many clocks would keep waiting; returns how many.

    Two queries if a sweep would be full, one if not; with the sweep itself in each turn, nobody
    waits until somebody else's storm is over.
    """
    first = due_clocks(model, at=at, limit=limit)
    if len(first) < limit:
        return 0
    served = {due.tenant_id for due in first}
    behind = due_clocks(model, at=at, limit=limit, but_not_of=served)
    return sweep(behind, model=model, at=at, batch=batch)


def sweep(found: Sequence[Due], *, model: type[Clock], at: datetime, batch: int = BATCH) -> int:
    """Look at clocks that were found, those of tenants with few before those with many."""
    by_tenant: dict[int, list[int]] = defaultdict(list)
    for due in found:
        by_tenant[due.tenant_id].append(due.clock_id)
    swept = 0
    for tenant_id, clocks in sorted(by_tenant.items(), key=lambda one: len(one[1])):
        for begin in range(0, len(clocks), batch):
            with tenant_scope(tenant_id):
                swept += look_or_leave(model, clocks[begin : begin + batch], at=at)
    return swept


def look_or_leave(model: type[Clock], clock_ids: Sequence[int], *, at: datetime) -> int:
    """Look at clocks of the tenant; one that cannot act holds up no other and is left for a while.

    Outside any transaction. Raises what the database raises when it does not answer any more.
    """
    try:
        return look_at_clocks(model, clock_ids, at=at)
    except Exception:
        if not connection.is_usable():
            raise
        if len(clock_ids) > 1:
            middle = len(clock_ids) // 2
            return sum(
                look_or_leave(model, half, at=at)
                for half in (clock_ids[:middle], clock_ids[middle:])
            )
        log.exception("a clock cannot act", extra={"clock": clock_ids[0]})
        model.objects.filter(pk=clock_ids[0], state=ClockState.RUNNING).update(
            next_look_at=at + LOOK_AGAIN_AFTER
        )
        return 0


def look_at(model: type[Clock], clock_id: int, *, at: datetime) -> int:
    """Look at one clock; returns 1 if its time had come."""
    return look_at_clocks(model, [clock_id], at=at)


@transaction.atomic
def look_at_clocks(model: type[Clock], clock_ids: Sequence[int], *, at: datetime) -> int:
    """Let those of some clocks of the tenant act whose time has come; returns how many did.

    About a dozen statements for any number. A clock that another worker has locked is left to it.
    """
    rows = locked(model, clock_ids, at=at)
    if not rows:
        return 0
    steps = steps_by_ladder()
    fired = [fired_of(row, steps=steps, at=at) for row in rows]
    write_fired(fired, model=model, at=at)
    ring(fired, model=model, at=at)
    return len(fired)


def locked(model: type[Clock], clock_ids: Sequence[int], *, at: datetime) -> list[Locked]:
    """Lock those clocks that are still due and that nobody else has, and return what counts."""
    quote = connection.ops.quote_name
    asked = LOCK.format(table=quote(model._meta.db_table), owner=quote(model.owner_field))
    values: dict[str, Any] = {"tenant": tenant_of_the_scope(), "clocks": list(clock_ids), "at": at}
    with connection.cursor() as cursor:
        # Not waited for: if the machine stops now the clocks are due as before and act again, with
        # everything that they did undone; nothing of it has left the database.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(asked, values)
        return [Locked._make(row) for row in cursor.fetchall()]


def fired_of(row: Locked, *, steps: Steps, at: datetime) -> Fired:
    """Return what a locked clock does."""
    return fire(
        clock_id=row.clock_id,
        owner_id=row.owner_id,
        metric=row.metric,
        due_at=row.due_at,
        looks=json.loads(row.looks),
        ladder=steps.get(row.ladder_id, {}),
        is_breached=row.is_breached,
        is_acknowledged=row.is_acknowledged and row.metric not in LASTING,
        at=at,
    )


def steps_by_ladder() -> dict[int | None, dict[int, LadderStep]]:
    """Return all steps of the tenant by ladder and position; those of the default also by None."""
    found: dict[int | None, dict[int, LadderStep]] = defaultdict(dict)
    for step in LadderStep.objects.select_related("ladder").order_by("ladder_id", "position"):
        found[step.ladder_id][step.position] = step
        if step.ladder.is_default:
            found[None][step.position] = step
    return found
