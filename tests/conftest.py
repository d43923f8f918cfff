"""What tests share: a database of their own with the real roles, tenants, real processes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from tests.make import make_tenant
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

PINS_QUERIES = re.compile(r"(asks|costs?)_(the_same|as_many_queries|\w+_queries)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that pin a number of queries: `make check` runs them by themselves."""
    for item in items:
        if PINS_QUERIES.search(item.name):
            item.add_marker("queries")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str = "master") -> Iterator[None]:
    """Make a database with the real roles, migrated by the owner; tests run as role app."""
    from tests.database import fresh_database  # noqa: PLC0415

    with django_db_blocker.unblock(), fresh_database():
        yield


@pytest.fixture
def tenant(db: None) -> Iterator[Tenant]:
    """A new tenant, current for the test; everything is rolled back."""
    tenant = make_tenant()
    with tenant_scope(tenant.pk):
        yield tenant


@pytest.fixture
def other_tenant(db: None) -> Tenant:
    """Another tenant, not current."""
    return make_tenant()


@pytest.fixture
def committing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Access to the database without a transaction around the test: what it does, stays.

    Such a test takes new tenants; nothing is emptied after it, but before tests with `emptied`.
    """
    with django_db_blocker.unblock():
        yield
        for connection in connections.all(initialized_only=True):
            connection.close()


@pytest.fixture
def emptied(committing: None) -> None:
    """Nothing of other tests is in the database or waits at the broker.

    For tests that start workers or the tick: those would do first what others left behind.
    """
    from tests.database import empty_database  # noqa: PLC0415

    empty_database()


@pytest.fixture
def committed_tenant(committing: None) -> Iterator[Tenant]:
    """A new tenant that stays, current for the test."""
    tenant = make_tenant()
    with tenant_scope(tenant.pk):
        yield tenant
