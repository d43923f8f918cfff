"""Rows that are stored by statements made once for their table.

Storing a record the usual way makes its statement anew each time; where one act stores ten rows,
that took longer than storing them. What is stored is the same: every field, through the field's own
conversion, behind the same wall. Models here have no signals and no `save` of their own.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.core.exceptions import FieldDoesNotExist
from django.db import connections
from django.db.models import Field, Model

from workflow.tenancy.prepared import Preparable, value_at

Row = TypeVar("Row", bound=Model)
MOST_KEPT = 30


class RowIsGone(RuntimeError):
    """A row that was to be changed is not there, or not in this tenant: a fault of the program."""


class Written(Preparable):
    """A statement that stores, with the fields whose values travel."""

    def __init__(self, sql: str, *, fields: Sequence[Any], places: int) -> None:
        super().__init__(
            sql, parameters=tuple(value_at(place) for place in range(places)), places=places
        )
        self.fields = fields

    def answer(self, values: Sequence[Any], *, connection: Any) -> list[Any]:
        """Store with these values and return what the statement answers; one query."""
        statement = connection.plans.statement_for(self) or self.sql
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())


def insert(row: Row) -> Row:
    """Store a new row and return it with its id; one query."""
    return insert_all([row])[0]


def insert_all(rows: Sequence[Row]) -> list[Row]:
    """Store new rows of one kind and return them with their ids; one query, none for no rows.

    More than thirty are stored as Django does it: each number of rows is a statement of its own.
    """
    if not rows:
        return []
    if len(rows) > MOST_KEPT:
        manager = type(rows[0])._default_manager  # noqa: SLF001 - the model's own
        return list(manager.bulk_create(rows, batch_size=500))
    connection = connections["default"]
    statement = insertion(type(rows[0]), len(rows))
    for row in rows:
        learn_keys(row, statement.fields)
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for row in rows
        for field in statement.fields
    ]
    for row, (key,) in zip(rows, statement.answer(values, connection=connection), strict=True):
        row.pk = key
        state = row._state  # noqa: SLF001 - how Django knows that a row is stored
        state.adding, state.db = False, "default"
    return list(rows)


def learn_keys(row: Model, fields: Sequence[Any]) -> None:
    """Let a row know the ids of records that were stored after it was made."""
    for field in fields:
        if field.is_relation and getattr(row, field.attname) is None and field.is_cached(row):
            other = field.get_cached_value(row)
            setattr(row, field.attname, other.pk if other is not None else None)


def update(row: Model, *names: str) -> None:
    """Store the named fields of a row that is there, all without names; one query.

    Raises:
        RowIsGone: it is not there any more.
    """
    connection = connections["default"]
    statement = change(type(row), names)
    values = [
        field.get_db_prep_save(field.pre_save(row, add=False), connection)
        for field in statement.fields
    ]
    if not statement.answer([*values, row.pk], connection=connection):
        raise RowIsGone(f"{type(row).__name__} {row.pk} is not there.")


@lru_cache(maxsize=256)
def insertion(model: type[Model], many: int) -> Written:
    """Return the statement that stores so many new rows of a table."""
    fields = stored_fields(model)
    row = f"({', '.join(['%s'] * len(fields))})"
    columns = ", ".join(quoted(field.column) for field in fields)
    # Names of our own tables and columns; values travel as parameters.
    sql = (
        f"INSERT INTO {quoted(model._meta.db_table)} ({columns})"  # noqa: S608
        f" VALUES {', '.join([row] * many)} RETURNING {quoted(key_of(model).column)}"
    )
    return Written(sql, fields=fields, places=many * len(fields))


@lru_cache(maxsize=256)
def change(model: type[Model], names: tuple[str, ...]) -> Written:
    """Return the statement that stores some fields of a row, all if none are named."""
    fields = [
        field
        for field in stored_fields(model)
        if field.name != "tenant" and (not names or {field.name, field.attname} & {*names})
    ]
    if names and len(fields) != len({*names}):
        raise FieldDoesNotExist(f"{model.__name__} lacks one of {', '.join(names)}.")
    settings = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    key = quoted(key_of(model).column)
    # Names of our own tables and columns; values travel as parameters.
    sql = f"UPDATE {quoted(model._meta.db_table)} SET {settings} WHERE {key} = %s RETURNING {key}"  # noqa: S608
    return Written(sql, fields=fields, places=len(fields) + 1)


def stored_fields(model: type[Model]) -> list["Field[Any, Any]"]:
    """Return the fields that we store; the id and what PostgreSQL computes are not among them."""
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]


def key_of(model: type[Model]) -> Any:
    """Return the field of the id."""
    return cast("Any", model._meta.pk)


def quoted(name: str) -> str:
    """Return the name of a table or column as a statement has it."""
    return connections["default"].ops.quote_name(name)
