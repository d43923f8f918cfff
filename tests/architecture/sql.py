"""Statements that a test makes as role app, without the product's actions."""

from typing import Any

from django.db import connection

COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s AND is_identity = 'NO'
  AND is_generated = 'NEVER' ORDER BY ordinal_position
"""


def run(statement: str, **values: Any) -> Any:
    """Carry out one statement; returns the first value that it returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if cursor.description is None:
            return None
        row = cursor.fetchone()
        return row[0] if row else None


def copy_of(table: str, row_id: int, **changes: Any) -> int:
    """Insert a copy of a row with some columns changed and return its id."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        columns = [row[0] for row in cursor.fetchall()]
    values = ", ".join(f"%({name})s" if name in changes else f'"{name}"' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    return int(
        run(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}"  # noqa: S608 - our names
            " WHERE id = %(row_id)s RETURNING id",
            row_id=row_id,
            **changes,
        )
    )


def enter(kind: str, subject_id: int, *, to_state: str, version: int) -> int:
    """Insert a history entry of a change of state, of a kind that nobody has to hear of."""
    return int(
        run(
            "INSERT INTO workflow_entry (tenant_id, subject_kind, subject_id, action, actor_kind,"
            " actor_id, actor_label, source, at, changes, to_state, state_version, is_news)"
            " VALUES (app_tenant(), %(kind)s, %(subject)s, 'test', 'system', 0, '', 'system',"
            " now(), '{}', %(to_state)s, %(version)s, false) RETURNING id",
            kind=kind,
            subject=subject_id,
            to_state=to_state,
            version=version,
        )
    )
