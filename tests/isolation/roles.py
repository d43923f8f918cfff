"""Plain connections by role, for tests that look at PostgreSQL past the product."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from psycopg2.extensions import connection, cursor

from servicedesk.devservices.provisioning import with_database

APP, OWNER, SWEEPER = "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SWEEPER_URL"
HAS_ADMIN = bool(os.environ.get("DATABASE_ADMIN_URL"))


def admin_url() -> str:
    """Return the administrator's URL of the database under test."""
    database = os.environ[APP].split("?")[0].rsplit("/", maxsplit=1)[1]
    return with_database(os.environ["DATABASE_ADMIN_URL"], database)


@contextmanager
def connected(role: str) -> Iterator[connection]:
    """A connection of a role, closed at the end; what was not committed is rolled back."""
    with closing(psycopg2.connect(os.environ[role])) as found:
        yield found


@contextmanager
def as_admin() -> Iterator[cursor]:
    """A transaction of the administrator that is always rolled back."""
    with closing(psycopg2.connect(admin_url())) as found, found.cursor() as at:
        # A test that would wait for a lock has a fault, and says so at once.
        at.execute("SET lock_timeout = '10s'")
        yield at
        found.rollback()


@contextmanager
def rolled_back(role: str) -> Iterator[cursor]:
    """A transaction of a role that is always rolled back."""
    with connected(role) as found, found.cursor() as at:
        yield at
        found.rollback()


def rows(at: cursor, statement: str, values: Any = None) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows."""
    at.execute(statement, values)
    return at.fetchall()
