"""A statement that is asked often is planned once, and the wall between tenants stays where it is."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from typing import Any, cast

import psycopg2
import pytest
from django.db import connection, transaction
from django.db.utils import NotSupportedError

from tests.make import make_case
from workflow.tenancy.models import Tenant
from workflow.tenancy.prepared import PLANS_KEPT, PREPARED_FROM, Plans, Statement
from workflow.tenancy.scope import tenant_scope

# Without a word of the tenant: whatever it answers, the wall let through.
SUBJECTS = Statement("SELECT subject FROM cases_case WHERE number = ANY(%(numbers)s) ORDER BY id")
# After so many times PostgreSQL keeps one plan for all values.
OFTEN = PREPARED_FROM + 10
BACKEND_KEY, OTHER_PROCESS = b"K", 77


def plans_of_this_connection() -> Plans:
    """Return what the connection of this test has prepared."""
    return cast("Plans", cast("Any", connection).plans)


def plans_without_values(statement: Statement) -> int:
    """Return how often PostgreSQL answered by a plan that it made for all values."""
    with connection.cursor() as cursor:
        name = plans_of_this_connection().names[statement]
        cursor.execute("SELECT generic_plans FROM pg_prepared_statements WHERE name = %s", [name])
        return int(cursor.fetchone()[0])


def test_a_statement_is_planned_once_and_answers_other_values(tenant: Tenant) -> None:
    cases = [make_case(subject=subject) for subject in ("The printer", "The kettle")]

    for _time in range(OFTEN):
        for case in cases:
            assert SUBJECTS.rows(numbers=[case.number]) == [(case.subject,)]

    assert plans_without_values(SUBJECTS) > 0


def test_a_plan_made_in_one_tenant_shows_the_rows_of_the_other(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    numbers = [make_case(subject="Ours").number]
    with tenant_scope(other_tenant.pk):
        numbers.append(make_case(subject="Theirs").number)

    for _time in range(OFTEN):
        assert SUBJECTS.rows(numbers=numbers) == [("Ours",)]
        with tenant_scope(other_tenant.pk):
            assert SUBJECTS.rows(numbers=numbers) == [("Theirs",)]

    assert plans_without_values(SUBJECTS) > 0


def test_values_of_every_kind_arrive_as_they_are(tenant: Tenant) -> None:
    case = make_case(subject="50 % of “it” isn't \\ here; DROP")
    found = Statement(
        "SELECT id FROM cases_case WHERE subject = %(subject)s AND opened_at = %(at)s"
        " AND subject LIKE '50 %%' LIMIT %(at_most)s"
    )

    for _time in range(OFTEN):
        rows = found.rows(subject=case.subject, at=case.opened_at, at_most=1)
        assert rows == [(case.pk,)]


def test_a_statement_that_is_asked_seldom_is_asked_as_written(tenant: Tenant) -> None:
    seldom = Statement("SELECT count(*) FROM cases_case WHERE number = %(number)s")

    for _time in range(PREPARED_FROM - 1):
        seldom.rows(number=1)

    assert seldom not in plans_of_this_connection().names


def test_a_plan_is_made_anew_when_a_table_changed_under_it(tenant: Tenant) -> None:
    words = Statement("SELECT word FROM scribbled WHERE id = %(id)s")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE scribbled AS SELECT 1 AS id, 7 AS word")
        for _time in range(PREPARED_FROM):
            assert words.rows(id=1) == [(7,)]
        cursor.execute("ALTER TABLE scribbled ALTER COLUMN word TYPE text")

    with pytest.raises(NotSupportedError), transaction.atomic():
        words.rows(id=1)

    for _time in range(PREPARED_FROM):
        assert words.rows(id=1) == [("7",)]


def test_a_connection_keeps_so_many_plans_and_gives_up_the_oldest(tenant: Tenant) -> None:
    several = [Statement(f"SELECT {place}, %(x)s + 0") for place in range(PLANS_KEPT + 1)]

    for place, statement in enumerate(several):
        for _time in range(PREPARED_FROM):
            assert statement.rows(x=5) == [(place, 5)]

    assert several[0] not in plans_of_this_connection().names
    assert len(plans_of_this_connection().names) == PLANS_KEPT
    assert several[0].rows(x=6) == [(0, 6)]


def test_a_connection_that_was_closed_asks_for_no_plan_of_the_one_before(tenant: Tenant) -> None:
    another = cast("Any", connection).copy()
    number = Statement("SELECT 1 + %(x)s")
    with closing(another):
        another.ensure_connection()
        for _time in range(PREPARED_FROM):
            asked = another.plans.statement_for(number)
        assert asked.startswith("EXECUTE")

        another.close()

        # Whoever asks the plans first, and connects after, gets nothing that the new session lacks.
        assert another.plans.statement_for(number) is None


def test_nothing_is_prepared_behind_a_pooler(tenant: Tenant) -> None:
    host, port = server()
    with closing(connected(host, port)) as plain:
        assert Plans(OneConnection(plain)).speaks_to_the_server()

    with pooler_before(host, port) as front, closing(connected("127.0.0.1", front)) as pooled:
        assert not Plans(OneConnection(pooled)).speaks_to_the_server()


class OneConnection:
    """A connection as plans see Django's: itself, and whose errors are passed on."""

    def __init__(self, raw: Any) -> None:
        self.connection = raw
        self.wrap_database_errors = nullcontext()


def server() -> tuple[str, int]:
    """Return where the database of this test listens."""
    connection.ensure_connection()
    raw = cast("Any", connection.connection)
    return raw.info.host, raw.info.port


def connected(host: str, port: int) -> Any:
    """Connect to the database of this test, without encryption."""
    found = connection.settings_dict
    return psycopg2.connect(
        host=host,
        port=port,
        dbname=found["NAME"],
        user=found["USER"],
        password=found["PASSWORD"],
        sslmode="disable",
        gssencmode="disable",
    )


@contextmanager
def pooler_before(host: str, port: int) -> Iterator[int]:
    """Stand between as poolers do: tell each client another process than the one that answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        standing = threading.Thread(target=stand_between, args=(listening, host, port))
        standing.start()
        yield listening.getsockname()[1]
        standing.join(timeout=10)


def stand_between(listening: socket.socket, host: str, port: int) -> None:
    """Pass on what one client and the server say, until one of them hangs up."""
    client, _address = listening.accept()
    with client, to_server(host, port) as behind:
        upwards = threading.Thread(target=pass_on, args=(client, behind))
        upwards.start()
        pass_on_messages(behind, client)
        upwards.join(timeout=10)


def to_server(host: str, port: int) -> socket.socket:
    """Connect to the server, by the socket file if it listens at one."""
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    behind = socket.socket(socket.AF_UNIX)
    behind.connect(f"{host}/.s.PGSQL.{port}")
    return behind


def pass_on(source: socket.socket, target: socket.socket) -> None:
    """Pass on bytes until the source hangs up."""
    while data := source.recv(4096):
        target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def pass_on_messages(source: socket.socket, target: socket.socket) -> None:
    """Pass on the server's messages, with another number for its process."""
    with source.makefile("rb") as reading:
        while head := reading.read(5):
            (length,) = struct.unpack("!I", head[1:])
            body = reading.read(length - 4)
            if head[:1] == BACKEND_KEY:
                body = struct.pack("!I", OTHER_PROCESS) + body[4:]
            target.sendall(head + body)
