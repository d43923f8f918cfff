"""Queries that are made once and asked many times, with other values each time.

On a busy page Django took longer to make a query than PostgreSQL to answer it. What decides the
statement (its shape) is told apart from what travels as a parameter; each shape is made once, with
stand-ins, for all tenants. The statement stays Django's own, and so do filters and rights.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from datetime import UTC, datetime
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from workflow.tenancy.prepared import Preparable, numbered
from workflow.tenancy.scope import statements_made_for, tenant_of_the_scope

Row = TypeVar("Row")

SHAPES_KEPT = 64
SHORTEST_LIST, STEP_OF_LENGTHS, LONGEST_ROUNDED = 16, 4, 256
# No id is negative, no text begins like this, and nothing happened in the first century. The numbers
# fit into a smallint: Django asks nothing for one that its column cannot hold.
NUMBER, TEXT, YEAR = -30_000, "\x02stand-in ", 50
TENANT = NUMBER
Kind = tuple[str, type, int | None]
"""Name and type of a value, and for several values how many."""


class ValueNotUsed(TypeError):
    """A value does not travel as it is, so the statement cannot be kept: a fault of the program."""


class KeptStatement:
    """A statement of one shape, and where in its parameters which value belongs."""

    def __init__(
        self, sql: str, parameters: Iterable[Any], stand_ins: dict[Any, tuple[str, int | None]]
    ) -> None:
        self.sql = sql
        self.parameters = [(value, stand_ins.get(plain(value))) for value in parameters]
        written, self.places = numbered(self.parameters)
        self.preparable = Preparable(sql, parameters=written, places=len(self.places))

    def asked_of(self, connection: Any, values: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """Return the statement with these values, by its plan if the connection keeps one."""
        prepared = connection.plans.statement_for(self.preparable)
        if prepared is not None:
            return prepared, tuple(value_at(values, place) for place in self.places)
        return self.sql, tuple(
            value if place is None else value_at(values, place) for value, place in self.parameters
        )

    def row(self, **values: Any) -> tuple[Any, ...]:
        """Return the only row that it answers in the current tenant's scope; one query."""
        connection: Any = connections["default"]
        asked = self.asked_of(connection, {**values, "tenant": tenant_of_the_scope()})
        with connection.cursor() as cursor:
            cursor.execute(*asked)
            return cast("tuple[Any, ...]", cursor.fetchone())


class KeptQuery:
    """A query of one shape: its statement, and how Django reads what it answers."""

    def __init__(
        self, queryset: QuerySet[Any], stand_ins: dict[Any, tuple[str, int | None]]
    ) -> None:
        self.queryset = queryset
        self.compiler: Any = queryset.query.get_compiler(using=queryset.db)
        self.converters: dict[int, Any] | None = None
        sql, parameters = self.compiler.as_sql()
        self.statement = KeptStatement(sql, parameters, stand_ins)
        if unused := set(stand_ins.values()) - set(self.statement.places):
            raise ValueNotUsed(f"These do not reach the statement as they are: {sorted(unused)}.")

    def rows(self, values: dict[str, Any]) -> Iterator[Any]:
        """Ask with these values; one query."""
        compiler = copy(self.compiler)
        compiler.connection = connections[self.queryset.db]
        statement = self.statement.asked_of(compiler.connection, values)
        compiler.as_sql = lambda *_args, **_options: statement
        compiler.get_converters = self.converters_of
        asked: Any = self.queryset.all()
        asked.query.get_compiler = lambda *_args, **_options: compiler
        return iter(asked._iterable_class(asked))  # noqa: SLF001 - how Django itself reads rows

    def converters_of(self, expressions: Iterable[Any]) -> dict[int, Any]:
        """Return how values of its columns are read: looked up once, for they stay the same."""
        if self.converters is None:
            self.converters = self.compiler.get_converters(expressions)
        return self.converters


def kept(
    *names: str,
) -> Callable[[Callable[..., QuerySet[Any, Row]]], Callable[..., list[Row]]]:
    """Return a decorator for a function that makes a query from keywords; it is made once.

    `names` are the values (numbers, texts, moments or lists of them) that travel as parameters,
    unchanged. Everything else decides the shape, and so does about how many a list has: it is asked
    with its last value repeated until there are 16, 64 or 256, so that one plan fits most. What
    is None is left out: the function has its own default for it.

    Raises:
        ValueNotUsed: by the function, if the query changes a value, as `icontains` does.
    """

    def decorate(make: Callable[..., QuerySet[Any, Row]]) -> Callable[..., list[Row]]:
        @lru_cache(maxsize=SHAPES_KEPT)
        def made(kinds: tuple[Kind, ...], shape: tuple[tuple[str, Any], ...]) -> KeptQuery | None:
            given, stand_ins = stand_ins_for(kinds)
            with statements_made_for(TENANT):
                try:
                    return KeptQuery(make(**given, **dict(shape)), stand_ins)
                except EmptyResultSet:
                    return None

        @wraps(make)
        def ask(**given: Any) -> list[Row]:
            given = {name: value for name, value in given.items() if value is not None}
            values = {name: rounded_up(given.pop(name)) for name in names if name in given}
            query = made(tuple(kinds_of(values)), tuple(sorted(given.items())))
            if query is None:
                return []
            return list(query.rows({**values, "tenant": tenant_of_the_scope()}))

        return ask

    return decorate


def rounded_up(value: Any) -> Any:
    """Return a list with its last value repeated, so that there are few lengths; else the value.

    A list only stands behind IN, where a value that comes twice asks for nothing more.
    """
    if not isinstance(value, list | tuple) or not 0 < len(value) <= LONGEST_ROUNDED:
        return value
    length = SHORTEST_LIST
    while length < len(value):
        length *= STEP_OF_LENGTHS
    return [*value, *[value[-1]] * (length - len(value))]


def kinds_of(values: dict[str, Any]) -> Iterable[Kind]:
    """Return name, type and number of what is given."""
    for name, value in values.items():
        if isinstance(value, list | tuple):
            yield name, type(value[0]) if value else int, len(value)
        else:
            yield name, type(value), None


def stand_ins_for(kinds: tuple[Kind, ...]) -> tuple[dict[str, Any], dict[Any, Any]]:
    """Return stand-ins by name, and by stand-in the name and place of the value it stands for."""
    given: dict[str, Any] = {}
    places: dict[Any, tuple[str, int | None]] = {TENANT: ("tenant", None)}
    for name, kind, many in kinds:
        made = [stand_in(kind, len(places) + place) for place in range(1 if many is None else many)]
        places |= {value: (name, None if many is None else n) for n, value in enumerate(made)}
        given[name] = made[0] if many is None else made
    return given, places


def stand_in(kind: type, place: int) -> Any:
    """Return a value of a type that nothing else in a statement has."""
    if issubclass(kind, datetime):
        return datetime(YEAR, 1, 1, 0, 0, 0, place, tzinfo=UTC)
    return f"{TEXT}{place}" if issubclass(kind, str) else NUMBER - place


def plain(value: Any) -> Any:
    """Return a parameter as something that can be looked up."""
    return value if isinstance(value, int | str | datetime) else None


def value_at(values: dict[str, Any], place: tuple[str, int | None]) -> Any:
    """Return the value that belongs at a place."""
    name, number = place
    return values[name] if number is None else values[name][number]
