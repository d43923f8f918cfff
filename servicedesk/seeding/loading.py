"""Many rows at once, as the app and behind the tenant's wall.

COPY does not work on a table with forced row-level security. So rows are copied into a temporary
table, and one INSERT … SELECT takes them from there: the wall and every constraint see each row.
"""

import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

from workflow.tenancy.scope import tenant_of_the_scope

Row = Sequence[Any]
LONG_ENOUGH = "10min"  # a statement of the app may take 15 s otherwise


def patiently() -> None:
    """Let the statements of this transaction take longer than a page may; nobody waits for them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{LONG_ENOUGH}'")
        cursor.execute("SET LOCAL synchronous_commit = off")


def load(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    returning: Sequence[str] = (),
    ignores_known: bool = False,
) -> list[tuple[Any, ...]]:
    """Insert rows of a tenant table in their order; three statements.

    `columns` names what the rows hold; every other column gets the model's default. Returns the
    columns of `returning`, if any are named. Call inside a transaction and a tenant's scope.
    """
    table = model._meta.db_table
    given = ", ".join(f'"{column}"' for column in columns)
    others = defaults_beside(model, columns)
    names = "".join(f', "{column}"' for column in others)
    values = ", %s" * len(others)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS seed_rows")
        # Names come from the models; values travel as parameters.
        cursor.execute(
            f'CREATE TEMPORARY TABLE seed_rows ON COMMIT DROP AS SELECT {given} FROM "{table}"'  # noqa: S608
            " WITH NO DATA"
        )
        cursor.execute("ALTER TABLE seed_rows ADD COLUMN place serial")
        cursor.copy_expert(f"COPY seed_rows ({given}) FROM STDIN", io.StringIO(as_text(rows)))
        cursor.execute(
            f'INSERT INTO "{table}" (tenant_id, {given}{names})'  # noqa: S608
            f" SELECT %s, {given}{values} FROM seed_rows ORDER BY place"
            f"{' ON CONFLICT DO NOTHING' if ignores_known else ''}"
            f"{' RETURNING ' + ', '.join(returning) if returning else ''}",
            [tenant_of_the_scope(), *others.values()],
        )
        return cursor.fetchall() if returning else []


def defaults_beside(model: type[models.Model], columns: Sequence[str]) -> dict[str, Any]:
    """Return what the columns that nobody filled are to hold, by column."""
    skipped = {"id", "tenant_id", *columns}
    found = {}
    for field in model._meta.concrete_fields:
        if field.column in skipped or field.generated:
            continue
        value = field.get_db_prep_save(field.get_default(), connection)
        if value is not None:
            found[field.column] = value
    return found


def as_text(rows: Iterable[Row]) -> str:
    """Return rows in the text form of COPY."""
    return "".join("\t".join([as_field(value) for value in row]) + "\n" for row in rows)


def as_field(value: Any) -> str:
    """Return one value in the text form of COPY."""
    match value:
        case str():
            if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
                return (
                    value.replace("\\", "\\\\")
                    .replace("\n", "\\n")
                    .replace("\t", "\\t")
                    .replace("\r", "\\r")
                )
            return value
        case None:
            return "\\N"
        case bool():
            return "t" if value else "f"
        case datetime():
            return value.isoformat()
        case dict() | list():
            return as_field(json.dumps(value))
        case _:
            return str(value)
