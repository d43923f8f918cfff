"""Roles can do what they are for, and nothing more."""

import os
from collections.abc import Iterator
from contextlib import closing
from secrets import token_hex

import psycopg2
import pytest

from servicedesk.devservices.provisioning import (
    APP,
    DATABASE,
    OWNER,
    SEARCHER,
    SWEEPER,
    DatabaseUrls,
    create_database,
    drop_database,
    provision,
    with_role,
)
from servicedesk.devservices.sessions import session

ADMIN_URL = os.environ.get("DATABASE_ADMIN_URL", "")
pytestmark = pytest.mark.skipif(not ADMIN_URL, reason="needs DATABASE_ADMIN_URL: use make test")


@pytest.fixture(scope="module")
def urls() -> Iterator[DatabaseUrls]:
    """A database of its own with the roles of the server."""
    name = f"roles_{token_hex(4)}"
    yield create_database(ADMIN_URL, name=name, like=DatabaseUrls.from_environment(os.environ))
    drop_database(ADMIN_URL, name=name)


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements in one transaction and return the rows of the last."""
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_no_role_can_see_through_the_walls():
    mighty = run(
        ADMIN_URL,
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'servicedesk%'"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolinherit)",
    )

    assert mighty == []


def test_only_the_owner_may_act_as_another_role_and_inherits_nothing():
    members = run(
        ADMIN_URL,
        "SELECT member::regrole::text, roleid::regrole::text, inherit_option FROM pg_auth_members"
        " WHERE member::regrole::text LIKE 'servicedesk%'",
    )

    assert members == [(OWNER, SEARCHER, False)]


def test_the_app_reads_and_writes_rows_but_makes_no_tables(urls):
    run(urls.owner, "CREATE TABLE thing (id bigint GENERATED ALWAYS AS IDENTITY, word text)")

    run(urls.app, "INSERT INTO thing (word) VALUES ('one')", "UPDATE thing SET word = 'two'")

    assert run(urls.app, "SELECT word FROM thing") == [("two",)]
    for statement in ("CREATE TABLE mine ()", "TRUNCATE thing", "DROP TABLE thing"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            run(urls.app, statement)


def test_the_app_cannot_read_how_far_a_sequence_has_come(urls):
    run(urls.owner, "CREATE SEQUENCE counter")

    assert run(urls.app, "SELECT nextval('counter')") == [(1,)]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        run(urls.app, "SELECT last_value FROM counter")


def test_the_sweeper_has_no_table_until_a_migration_grants_it(urls):
    run(urls.owner, "CREATE TABLE due ()")

    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        run(urls.sweeper, "SELECT * FROM due")

    run(urls.owner, f"GRANT SELECT ON due TO {SWEEPER}")
    assert run(urls.sweeper, "SELECT * FROM due") == []


def test_a_migration_can_hand_a_function_to_the_searcher(urls):
    run(
        urls.owner,
        "CREATE FUNCTION found() RETURNS text LANGUAGE sql SECURITY DEFINER"
        " AS $$ SELECT current_user::text $$",
        f"GRANT CREATE ON SCHEMA public TO {SEARCHER}",
        f"ALTER FUNCTION found() OWNER TO {SEARCHER}",
        f"REVOKE CREATE ON SCHEMA public FROM {SEARCHER}",
    )

    assert run(urls.app, "SELECT found()") == [(SEARCHER,)]
    assert run(
        ADMIN_URL, "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'servicedesk_searcher'"
    ) == [(False,)]


def test_the_current_tenant_is_empty_before_and_after_a_transaction_that_set_it(urls):
    with closing(psycopg2.connect(urls.app)) as connection:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT app_tenant()")
            assert cursor.fetchone() == (None,)
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant_id', '7', true), app_tenant()")
            cursor.execute("SELECT app_tenant()")
            assert cursor.fetchone() == (7,)
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT app_tenant()")
            assert cursor.fetchone() == (None,)


def test_the_app_does_not_wait_for_ever(urls):
    assert run(urls.app, "SHOW statement_timeout") == [("15s",)]
    assert run(urls.app, "SHOW lock_timeout") == [("5s",)]
    assert run(urls.app, "SHOW idle_in_transaction_session_timeout") == [("30s",)]


def test_nobody_else_is_let_into_the_database(urls):
    stranger = f"stranger_{token_hex(4)}"
    run(ADMIN_URL, f"CREATE ROLE {stranger} LOGIN PASSWORD 'x'")

    foreign = urls.app.replace(APP, stranger).replace(urls.app.split(":")[2].split("@")[0], "x")
    try:
        with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
            run(foreign, "SELECT 1")
    finally:
        run(ADMIN_URL, f"DROP ROLE {stranger}")


def test_provisioning_twice_changes_nothing(urls):
    database = urls.app.split("@/")[1].split("?")[0]
    before = run(ADMIN_URL, "SELECT rolname, rolpassword FROM pg_authid ORDER BY 1")

    invented = provision(ADMIN_URL, database=database, passwords={})

    assert invented == {}
    assert run(ADMIN_URL, "SELECT rolname, rolpassword FROM pg_authid ORDER BY 1") == before


def test_a_role_that_became_mighty_is_weakened_again(environ):
    with session(environ) as added:
        admin = added["DATABASE_ADMIN_URL"]
        run(admin, "ALTER ROLE servicedesk_app BYPASSRLS")

        provision(admin, passwords={})

        assert run(
            admin, "SELECT rolbypassrls FROM pg_roles WHERE rolname = 'servicedesk_app'"
        ) == [(False,)]


def test_an_administrator_who_is_no_superuser_is_enough(environ):
    with session(environ) as added:
        superuser = added["DATABASE_ADMIN_URL"]
        drop_database(superuser, name=DATABASE)
        for role in (SEARCHER, SWEEPER, APP, OWNER):
            run(superuser, f"DROP ROLE {role}")
        run(superuser, "CREATE ROLE chief LOGIN CREATEDB CREATEROLE PASSWORD 'x'")
        chief = with_role(superuser, role="chief", password="x", database="postgres")

        invented = provision(chief, passwords={OWNER: "o", SWEEPER: "s"})

        assert set(invented) == {APP}
        app = with_role(superuser, role=APP, password=invented[APP], database=DATABASE)
        owner = with_role(superuser, role=OWNER, password="o", database=DATABASE)
        run(owner, "CREATE TABLE thing (word text)")
        assert run(app, "SELECT word FROM thing") == []
        assert provision(chief, passwords={}) == {}
