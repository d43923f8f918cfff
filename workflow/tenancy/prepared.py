"""Statements that PostgreSQL reads and plans once for each connection, and answers many times.

Planning the statement of a busy page took longer than answering it. A statement that a connection
asks a third time is prepared there; afterwards only its values travel. The wall does not depend on
it: the tenant is told as always, and policies hold whenever a plan is carried out.

A plan belongs to one session of the database. Where something stands between (a pooler that gives
each transaction another session), nothing is prepared and everything is asked as it is written.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from django.db import connections
from django.db.utils import DatabaseError
from psycopg2.extensions import AsIs

PREPARED_FROM = 3
PLANS_KEPT = 100
NAMED = re.compile(r"%\((\w+)\)s")
# What PostgreSQL says when the tables changed under a plan, and when a plan is not there.
UNSEEN = {int: "bigint", datetime: "timestamptz"}
RESULT_CHANGED, NO_SUCH_PLAN = "0A000", "26000"


class Preparable:
    """A statement that is asked often: its text, and at which places values travel."""

    def __init__(self, sql: str, *, parameters: Any, places: int) -> None:
        """Keep the text; `parameters` are what stands in it, with `value_at` for what travels."""
        self.sql, self.parameters = sql, parameters
        self.arguments = f"({', '.join(['%s'] * places)})" if places else ""


class Statement(Preparable):
    """A statement written out by us, with `%(name)s` where a value belongs."""

    def __init__(self, sql: str) -> None:
        self.names = list(dict.fromkeys(NAMED.findall(sql)))
        numbered = {name: value_at(place) for place, name in enumerate(self.names)}
        super().__init__(sql, parameters=numbered, places=len(self.names))

    def rows(self, **values: Any) -> list[Any]:
        """Ask with these values in the current tenant's scope; one query."""
        connection = cast("Any", connections["default"])
        with connection.cursor() as cursor:
            prepared = connection.plans.statement_for(self)
            if prepared is None:
                cursor.execute(self.sql, values)
            else:
                cursor.execute(prepared, [values[name] for name in self.names])
            return list(cursor.fetchall())


def value_at(place: int) -> AsIs:
    """Return what stands in a prepared statement for the value at a place, from 0."""
    return AsIs(f"${place + 1}")


class Plans:
    """Which statements one connection has prepared."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.is_direct: bool | None = None
        self.times: dict[Preparable, int] = {}
        self.names: OrderedDict[Preparable, str] = OrderedDict()
        self.made = 0

    def statement_for(self, statement: Preparable) -> str | None:
        """Return how to ask a statement by its plan, or None: ask it as it is written.

        Two queries when it is prepared, and another the first time; none otherwise.
        """
        name = self.names.get(statement)
        if name is not None:
            self.names.move_to_end(statement)
            return f"EXECUTE {name} {statement.arguments}"
        if not self.is_due(statement):
            return None
        return f"EXECUTE {self.prepare(statement)} {statement.arguments}"

    def is_due(self, statement: Preparable) -> bool:
        """Whether a statement is asked often enough, by a connection that keeps plans."""
        if len(self.times) > 10 * PLANS_KEPT:
            self.times.clear()
        self.times[statement] = self.times.get(statement, 0) + 1
        if self.times[statement] < PREPARED_FROM:
            return False
        if self.is_direct is None:
            self.is_direct = self.speaks_to_the_server()
        return self.is_direct

    def speaks_to_the_server(self) -> bool:
        """Whether nothing stands between: a pooler tells its own number for the process."""
        raw = self.connection.connection
        with self.connection.wrap_database_errors, raw.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return bool(cursor.fetchone()[0] == raw.get_backend_pid())

    def prepare(self, statement: Preparable) -> str:
        """Let PostgreSQL read a statement; the one not asked for longest is given up for it."""
        raw = self.connection.connection
        # The raw cursor: query counters see only what the product asked for.
        with self.connection.wrap_database_errors, raw.cursor() as cursor:
            if len(self.names) >= PLANS_KEPT:
                _statement, oldest = self.names.popitem(last=False)
                cursor.execute(f"DEALLOCATE {oldest}")
            self.made += 1
            name = f"kept_{self.made}"
            text = cursor.mogrify(statement.sql, statement.parameters).decode()
            cursor.execute(f"PREPARE {name} AS {text}")
        self.names[statement] = name
        self.times.pop(statement, None)
        return name

    def forget(self) -> None:
        """Prepare everything anew, under other names."""
        self.names.clear()

    @contextmanager
    def forgotten_if_unfit(self) -> Iterator[None]:
        """Forget all plans if PostgreSQL says that one no longer fits or is not there."""
        try:
            yield
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", "") in {RESULT_CHANGED, NO_SUCH_PLAN}:
                self.forget()
            raise


def numbered(parameters: Sequence[tuple[Any, Any]]) -> tuple[tuple[Any, ...], list[Any]]:
    """Return parameters with a number for each that travels, and where those values stand.

    Each parameter comes as value and place, the place None where the value is always the same.
    A tenant, a person or a moment is written as a query of its own: PostgreSQL then expects the
    same of each, and keeps one plan instead of making another whenever it knows how many rows. One
    of a list is written as it is, for a query of its own for each would be dear to plan.
    """
    kinds = {place: type(value) for value, place in parameters if place is not None}
    written = {
        place: AsIs(f"(SELECT ${number}::{UNSEEN[kind]})")
        if kind in UNSEEN and not is_of_a_list(place)
        else AsIs(f"${number}")
        for number, (place, kind) in enumerate(kinds.items(), start=1)
    }
    return tuple(value if place is None else written[place] for value, place in parameters), [
        *kinds
    ]


def is_of_a_list(place: Any) -> bool:
    """Whether a place is that of one value of several."""
    return isinstance(place, tuple) and place[1] is not None
