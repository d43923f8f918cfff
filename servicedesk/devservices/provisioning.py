"""Roles, database and grants: what must be so in a PostgreSQL server before the first migration.

Everything here may run again and again. A superuser is not needed: an administrator who may create
roles and databases is enough.

Why the roles are as they are:

- `servicedesk_owner` owns the database and everything in it and runs migrations. Nobody serves a
  page with it.
- `servicedesk_app` serves pages, tasks and commands. Rows are its only right, and row-level security
  decides which.
- `servicedesk_sweeper` finds due work across tenants. It gets each table by name, in the migration
  that lets it.
- `servicedesk_searcher` cannot sign in. It owns the search functions, which run with its rights.
  The owner may act as it (SET) without having its rights (INHERIT FALSE): otherwise the searcher's
  policies would count for the owner too. To hand a function over, a migration grants the searcher
  CREATE on the schema, changes the owner, and revokes it in the same transaction; between migrations
  the searcher can create nothing.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
from psycopg2.extensions import connection, cursor
from psycopg2.sql import SQL, Composable, Identifier, Literal

from workflow.refusals import Refusal

DATABASE = "servicedesk"
OWNER = "servicedesk_owner"
APP = "servicedesk_app"
SWEEPER = "servicedesk_sweeper"
SEARCHER = "servicedesk_searcher"
MAJOR_VERSION = 18
ONE_AT_A_TIME = 7_203_114_605  # an advisory lock: two provisioners would trip over each other

TIMEOUTS: dict[str, dict[str, str]] = {
    APP: {
        "statement_timeout": "15s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "30s",
    },
    SWEEPER: {
        "statement_timeout": "15s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "30s",
    },
    # A migration that waits for a lock holds back everybody behind it: better that it fails.
    OWNER: {"lock_timeout": "10s"},
}

CURRENT_TENANT = """
CREATE OR REPLACE FUNCTION public.app_tenant() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::bigint $$
"""

GRANTS = (
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}",
    f"GRANT USAGE ON SCHEMA public TO {APP}, {SWEEPER}, {SEARCHER}",
    (
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public"
        f" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}"
    ),
    # USAGE without SELECT: how far a sequence has come tells how much other tenants do.
    f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT USAGE ON SEQUENCES TO {APP}",
)


class ServerNotFit(Refusal):
    """The database server cannot be provisioned."""

    code: ClassVar[str] = "server_not_fit"


@dataclass(frozen=True, kw_only=True)
class DatabaseUrls:
    """The URLs of one database, by role."""

    app: str
    owner: str
    sweeper: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the URLs from the variables."""
        return cls(
            app=environ["DATABASE_URL"],
            owner=environ["DATABASE_OWNER_URL"],
            sweeper=environ["DATABASE_SWEEPER_URL"],
        )

    def to_environment(self) -> dict[str, str]:
        """Return the variables that the program reads."""
        return {
            "DATABASE_URL": self.app,
            "DATABASE_OWNER_URL": self.owner,
            "DATABASE_SWEEPER_URL": self.sweeper,
        }

    def of_database(self, name: str) -> Self:
        """Return the URLs of another database for the same roles."""
        return type(self)(
            app=with_database(self.app, name),
            owner=with_database(self.owner, name),
            sweeper=with_database(self.sweeper, name),
        )


def provision(
    admin_url: str, *, database: str = DATABASE, passwords: Mapping[str, str]
) -> dict[str, str]:
    """Make roles, database and grants, or bring them up to date.

    A role gets its password of `passwords`; a new role without one gets a random one; an existing
    role without one keeps its own. Returns the random ones by role.

    Raises:
        ServerNotFit: wrong version, unreachable, or a role is too mighty and must stay so.
    """
    with connected(admin_url) as admin, admin.cursor() as at_server:
        refuse_old_server(admin)
        at_server.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        made = make_roles(at_server, passwords=passwords)
        make_database(at_server, name=database)
        make_grants(with_database(admin_url, database))
    return made


def create_database(admin_url: str, *, name: str, like: DatabaseUrls) -> DatabaseUrls:
    """Make one more database for the roles that are there; return its URLs.

    Raises:
        ServerNotFit: the server cannot be reached.
    """
    with connected(admin_url) as admin, admin.cursor() as at_server:
        make_database(at_server, name=name)
    make_grants(with_database(admin_url, name))
    return like.of_database(name)


def drop_database(admin_url: str, *, name: str) -> None:
    """Remove a database, ending its sessions."""
    with connected(admin_url) as admin, admin.cursor() as at_server:
        run(at_server, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=Identifier(name))


def make_roles(at_server: cursor, *, passwords: Mapping[str, str]) -> dict[str, str]:
    """Make the roles that are missing; return the passwords that were invented."""
    at_server.execute("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles")
    existing: dict[str, bool] = dict(at_server.fetchall())
    invented = {}
    for role in (OWNER, APP, SWEEPER, SEARCHER):
        signs_in = role != SEARCHER
        if role not in existing:
            run(
                at_server,
                "CREATE ROLE {role} NOLOGIN NOINHERIT NOCREATEDB NOCREATEROLE",
                role=Identifier(role),
            )
            if signs_in and not passwords.get(role):
                invented[role] = secrets.token_urlsafe(24)
        elif existing[role]:
            weaken(at_server, role=role)
        password = passwords.get(role) or invented.get(role)
        if signs_in and password:
            run(
                at_server,
                "ALTER ROLE {role} LOGIN PASSWORD {password}",
                role=Identifier(role),
                password=Literal(password),
            )
        for setting, value in TIMEOUTS.get(role, {}).items():
            run(
                at_server,
                "ALTER ROLE {role} SET {setting} = {value}",
                role=Identifier(role),
                setting=Identifier(setting),
                value=Literal(value),
            )
    at_server.execute(f"GRANT {SEARCHER} TO {OWNER} WITH INHERIT FALSE, SET TRUE")
    # An administrator who is no superuser can act for the owner only as a member.
    at_server.execute(f"GRANT {OWNER} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
    return invented


def weaken(at_server: cursor, *, role: str) -> None:
    """Take from a role what would let it see through row-level security."""
    try:
        run(at_server, "ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS", role=Identifier(role))
    except psycopg2.errors.InsufficientPrivilege as problem:
        raise ServerNotFit(
            f"The role {role} is a superuser or may bypass row-level security.",
            next_step=f"Let a superuser run ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS.",
        ) from problem


def make_database(at_server: cursor, *, name: str) -> None:
    """Make a database when it is not there, and let only our roles in.

    Its order of letters is the server's own, the same on every machine.
    """
    at_server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if at_server.fetchone() is None:
        run(
            at_server,
            "CREATE DATABASE {name} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8'"
            " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'",
            name=Identifier(name),
            owner=Identifier(OWNER),
        )
    statements = (
        "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        # TEMPORARY: bulk loads copy into a temporary table first.
        "GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {app}",
        "GRANT CONNECT ON DATABASE {name} TO {sweeper}",
        # The administrator, who must come in to make the grants and may be no superuser.
        "GRANT CONNECT ON DATABASE {name} TO SESSION_USER",
    )
    at_server.execute(f"SET ROLE {OWNER}")
    for statement in statements:
        run(
            at_server,
            statement,
            name=Identifier(name),
            app=Identifier(APP),
            sweeper=Identifier(SWEEPER),
        )
    at_server.execute("RESET ROLE")


def make_grants(database_admin_url: str) -> None:
    """Set what each role may do inside the database, and say who the current tenant is."""
    with connected(database_admin_url) as admin, admin.cursor() as inside:
        # The owner of the database owns its schema, so it grants.
        inside.execute(f"SET ROLE {OWNER}")
        for statement in GRANTS:
            inside.execute(statement)
        inside.execute(CURRENT_TENANT)


class connected:  # noqa: N801 reads as a word after `with`
    """A connection outside any transaction, closed at the end."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __enter__(self) -> connection:
        try:
            self.connection = psycopg2.connect(self.url, connect_timeout=10)
        except psycopg2.OperationalError as problem:
            raise ServerNotFit(
                f"The database server does not let the administrator in: {problem}".strip(),
                next_step="Check DATABASE_ADMIN_URL.",
            ) from problem
        self.connection.autocommit = True
        return self.connection

    def __exit__(self, *_problem: object) -> None:
        self.connection.close()


def refuse_old_server(admin: connection) -> None:
    """Refuse a server of another generation."""
    major = admin.server_version // 10_000
    if major < MAJOR_VERSION:
        raise ServerNotFit(
            f"The server is PostgreSQL {major}, and the program needs {MAJOR_VERSION}.",
            next_step="Use a newer server.",
        )


def run(at: cursor, statement: str, **parts: Composable) -> None:
    """Run one statement with names and values put in safely."""
    at.execute(SQL(statement).format(**parts))


def with_database(url: str, name: str) -> str:
    """Return the URL of another database of the same server and role."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name, safe='')}"))


def with_role(url: str, *, role: str, password: str, database: str) -> str:
    """Return the URL of a database of the same server for another role."""
    place = urlsplit(url).netloc.rpartition("@")[2]
    account = f"{role}:{quote(password, safe='')}" if password else role
    return with_database(urlunsplit(urlsplit(url)._replace(netloc=f"{account}@{place}")), database)
