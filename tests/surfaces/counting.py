"""How many questions a page asks the database, and which."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

# What a transaction costs is the same for every page and depends on the test's own transaction.
NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SELECT set_config")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Fill the yielded list with the queries that were asked inside."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].startswith(NOT_COUNTED)
    ]


def told(queries: list[str]) -> str:
    """Return queries shortened, one a line, for the message of a test that fails."""
    return "\n".join(f"{place}. {sql[:160]}" for place, sql in enumerate(queries, start=1))
