"""Tenants with rows in every table, that the proofs of isolation share."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from tests.isolation.crowd import Crowd, crowd_of

TENANTS = 250


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[Crowd]:
    """Many tenants."""
    with django_db_blocker.unblock(), crowd_of(TENANTS) as found:
        close_connections()
        yield found
        close_connections()


@pytest.fixture(scope="module")
def neighbours(django_db_setup: None, django_db_blocker: Any) -> Iterator[Crowd]:
    """Two tenants."""
    with django_db_blocker.unblock(), crowd_of(2) as found:
        close_connections()
        yield found
        close_connections()


def close_connections() -> None:
    """Leave no connection open for whoever comes next."""
    for connection in connections.all(initialized_only=True):
        connection.close()
