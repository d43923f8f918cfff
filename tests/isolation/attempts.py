"""Attempts of one tenant at the rows of others: statement shapes for every real table."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psycopg2
from django.db import models

from tests.isolation.crowd import Crowd
from workflow.tenancy.checks import tenant_models

IDS_AT_ONCE = 250
# What a row was found by: an error that only a visible row can cause.
TELLING = (psycopg2.errors.DivisionByZero, psycopg2.errors.InvalidTextRepresentation)
MINE = "SELECT set_config('app.tenant_id', %(me)s, true)"

# {t} is a table, {c} one of its columns that may change, {r} and {k} a table it refers to and the
# column by which it does. %(i)s are ids of other tenants' rows, so that every row is a leak.
READS = {
    "by id": "SELECT tenant_id FROM {t} WHERE id = ANY(%(i)s)",
    "by tenant": "SELECT tenant_id FROM {t} WHERE tenant_id = ANY(%(others)s)",
    "or true": "SELECT tenant_id FROM {t} WHERE (id = ANY(%(i)s) OR true) AND tenant_id <> %(me)s",
    "join from values": "SELECT t.tenant_id FROM unnest(%(i)s) x JOIN {t} t ON t.id = x",
    "outer join": "SELECT t.tenant_id FROM unnest(%(i)s) x LEFT JOIN {t} t ON t.id = x"
    " WHERE t.id IS NOT NULL",
    "exists": "SELECT -1 WHERE EXISTS (SELECT 1 FROM {t} WHERE id = ANY(%(i)s))",
    "lateral": "SELECT l.tenant_id FROM unnest(%(i)s) x, LATERAL (SELECT * FROM {t} WHERE id = x) l",
    "materialised": "WITH w AS MATERIALIZED (SELECT * FROM {t}) SELECT tenant_id FROM w"
    " WHERE id = ANY(%(i)s)",
    "recursive": "WITH RECURSIVE w(id) AS (SELECT (%(i)s::bigint[])[1] UNION SELECT t.id FROM {t} t"
    " JOIN w ON t.id <> w.id WHERE t.id = ANY(%(i)s)) SELECT -1 FROM w OFFSET 1",
    "union": "SELECT tenant_id FROM {t} WHERE id = ANY(%(i)s) UNION ALL"
    " SELECT tenant_id FROM {t} WHERE tenant_id <> %(me)s",
    "aggregate": "SELECT -1 FROM {t} WHERE id = ANY(%(i)s) HAVING count(*) > 0",
    "window": "SELECT -1 FROM (SELECT id, count(*) OVER () n FROM {t} WHERE id = ANY(%(i)s)) w",
    "whole row": "SELECT to_jsonb(t)->'tenant_id' FROM {t} t WHERE t.id = ANY(%(i)s)",
    "sample": "SELECT tenant_id FROM {t} TABLESAMPLE BERNOULLI (50) WHERE id = ANY(%(i)s)",
    "lock": "SELECT tenant_id FROM {t} WHERE id = ANY(%(i)s) FOR UPDATE SKIP LOCKED",
    "error tells": "SELECT -1 FROM {t} WHERE CASE WHEN id = ANY(%(i)s) THEN 1 / (id - id) END > 0",
    "cast tells": "SELECT -1 FROM {t} WHERE CASE WHEN id = ANY(%(i)s)"
    " THEN ('x' || id)::bigint END > 0",
    "not mine": "SELECT tenant_id FROM {t} WHERE tenant_id IS DISTINCT FROM %(me)s",
    "cursor": "DECLARE looking CURSOR FOR SELECT tenant_id FROM {t} WHERE id = ANY(%(i)s);"
    " FETCH ALL FROM looking",
}
WRITES = {
    "update": "UPDATE {t} SET {c} = {c} WHERE id = ANY(%(i)s) RETURNING tenant_id",
    "update from": "UPDATE {t} t SET {c} = t.{c} FROM unnest(%(i)s) x WHERE t.id = x"
    " RETURNING t.tenant_id",
    "delete": "DELETE FROM {t} WHERE id = ANY(%(i)s) RETURNING tenant_id",
    "delete using": "DELETE FROM {t} t USING unnest(%(i)s) x WHERE t.id = x RETURNING -1",
    "merge": "MERGE INTO {t} t USING unnest(%(i)s) x ON t.id = x"
    " WHEN MATCHED THEN UPDATE SET {c} = t.{c} RETURNING -1",
    "take over": "UPDATE {t} SET tenant_id = %(me)s WHERE id = ANY(%(i)s) RETURNING -1",
}
# The first refusal ends such a statement, so that it counts as one attempt.
SINGLE_WRITES = {
    "insert for another": "INSERT INTO {t} ({all}) SELECT {all_but_tenant} FROM {t}"
    " WHERE id = %(own)s RETURNING tenant_id",
    "move away": "UPDATE {t} SET tenant_id = %(other)s WHERE id = %(own)s RETURNING tenant_id",
    "upsert": "INSERT INTO {t} (id, {all}) SELECT %(i0)s, {all} FROM {t} WHERE id = %(own)s"
    " ON CONFLICT (id) DO UPDATE SET {c} = excluded.{c} RETURNING -1",
}
BY_REFERENCE = {
    "read through": "SELECT r.tenant_id FROM {t} t JOIN {r} r ON r.id = t.{k}"
    " WHERE t.id = ANY(%(i)s) OR r.id = ANY(%(ri)s)",
    "semi-join": "SELECT tenant_id FROM {t} WHERE {k} IN (SELECT id FROM {r} WHERE id = ANY(%(ri)s))"
    " OR {k} = ANY(%(ri)s)",
}
SINGLE_BY_REFERENCE = {
    "refer": "INSERT INTO {t} ({all}) SELECT {all_but_reference} FROM {t} WHERE id = %(own)s"
    " RETURNING -1",
    "repoint": "UPDATE {t} SET {k} = %(ri0)s WHERE id = %(own)s RETURNING -1",
}

# Name and statement, table, the reference it goes by, whether its first refusal ends it.
Shaped = tuple[tuple[str, str], type[models.Model], "models.ForeignKey[Any, Any] | None", bool]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One statement, the tenant that tries it, and how many foreign ids it carries."""

    shape: str
    table: str
    statement: str
    values: dict[str, Any]
    tried: int


@dataclass
class Outcome:
    """What attempts came to: `leaks` counts foreign rows by shape, `refused` errors by kind.

    `tried` holds each shape with its table.
    """

    attempts: int = 0
    statements: int = 0
    tried: set[tuple[str, str]] = field(default_factory=set)
    leaks: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


def attempts_at(crowd: Crowd, *, random: Random) -> Iterator[Attempt]:
    """Yield attempts without end: each round tries every shape at every table, in any order."""
    shaped = all_shapes()
    while True:
        random.shuffle(shaped)
        for shape, model, reference, is_single in shaped:
            yield attempt(
                crowd, shape, model, reference=reference, is_single=is_single, random=random
            )


def all_shapes() -> list[Shaped]:
    """Return every shape at every table that it fits."""
    return [shaped for model in tenant_models() for shaped in shapes_of(model)]


def shapes_of(model: type[models.Model]) -> Iterator[Shaped]:
    """Yield every shape that fits a table: name and statement, reference, whether it is single."""
    for shape in (READS | WRITES).items():
        yield shape, model, None, False
    for shape in SINGLE_WRITES.items():
        yield shape, model, None, True
    for reference in references_of(model):
        for shape in BY_REFERENCE.items():
            yield shape, model, reference, False
        for shape in SINGLE_BY_REFERENCE.items():
            yield shape, model, reference, True


def references_of(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    """Return the fields by which a model refers to others of its tenant."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.name != "tenant"
    ]


def attempt(
    crowd: Crowd,
    shape: tuple[str, str],
    model: type[models.Model],
    *,
    reference: models.ForeignKey[Any, Any] | None,
    is_single: bool,
    random: Random,
) -> Attempt:
    """Return one attempt of a tenant drawn by lot."""
    name, statement = shape
    table = model._meta.db_table
    columns = [f.column for f in model._meta.concrete_fields if not f.primary_key]
    me = random.choice(crowd.tenants)
    strangers = crowd.strangers(table, to=me)
    ids = random.sample(strangers, min(IDS_AT_ONCE, len(strangers)))
    others = [tenant for tenant in crowd.tenants if tenant != me]
    values: dict[str, Any] = {
        "me": str(me),
        "own": crowd.ids[table][me][0],
        "i": ids,
        "i0": ids[0],
        "others": others,
        "other": random.choice(others),
    }
    names = {
        "t": table,
        "c": quoted(next(c for c in reversed(columns) if c != "tenant_id")),
        "all": listed(columns),
        "all_but_tenant": listed(columns, tenant_id="%(other)s"),
    }
    if reference is not None:
        target = reference.remote_field.model._meta.db_table
        values["ri"] = random.sample(found := crowd.strangers(target, to=me), min(100, len(found)))
        values["ri0"] = values["ri"][0]
        names |= {
            "r": target,
            "k": quoted(reference.column),
            "all_but_reference": listed(columns, **{reference.column: "%(ri0)s"}),
        }
    tried = 1 if is_single else len(ids) + len(values.get("ri", ()))
    return Attempt(
        shape=name, table=table, statement=statement.format(**names), values=values, tried=tried
    )


def quoted(column: str) -> str:
    """Return a column's name as it stands in a statement."""
    return f'"{column}"'


def listed(columns: list[str], **instead: str) -> str:
    """Return columns as a list, some replaced by a value."""
    return ", ".join(instead.get(column, quoted(column)) for column in columns)


def carry_out(at: Any, made: Attempt, *, outcome: Outcome) -> None:
    """Try once inside a transaction of role app that the caller rolls back."""
    outcome.attempts += made.tried
    outcome.statements += 1
    outcome.tried.add((made.shape, made.table))
    try:
        at.execute(MINE, made.values)
        at.execute(made.statement, made.values)
        found = at.fetchall()
        at.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except TELLING:
        outcome.leaks[made.shape] += 1
    except psycopg2.Error as refusal:
        outcome.refused[f"{made.shape}: {type(refusal).__name__}"] += 1
    else:
        foreign = [row for row in found if str(row[0]) != made.values["me"]]
        if foreign:
            outcome.leaks[made.shape] += len(foreign)
