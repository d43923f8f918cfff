"""Whose data is in reach: the current tenant, and how it becomes current."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from django.db import connections

_current: ContextVar[int | None] = ContextVar("tenant_id", default=None)


class TenantNotSet(RuntimeError):
    """A tenant's data was asked for while no tenant was current: a fault of the program."""


def current_tenant_id() -> int | None:
    """Return the id of the tenant that is current, or None outside every tenant."""
    return _current.get()


def tenant_of_the_scope() -> int:
    """Return the current tenant's id.

    Raises:
        TenantNotSet: there is none; nothing is ever stored or read without one.
    """
    tenant_id = _current.get()
    if tenant_id is None:
        raise TenantNotSet("No tenant is current. Enter tenant_scope(tenant_id) first.")
    return tenant_id


@contextmanager
def tenant_scope(tenant_id: int) -> Iterator[None]:
    """Make a tenant current for the block, for Python and for PostgreSQL.

    The database backend tells PostgreSQL at the next BEGIN. Inside an open transaction the switch
    is told at once, and taken back when the block ends.
    """
    with _scope(int(tenant_id)):
        yield


@contextmanager
def statements_made_for(tenant_id: int) -> Iterator[None]:
    """Name a tenant for statements that are made in the block and not asked.

    PostgreSQL is told nothing: its wall stays where it is, whatever is asked inside.
    """
    token = _current.set(tenant_id)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def across_tenants(reason: str) -> Iterator[None]:
    """Leave every tenant for the block: for the rows that belong to the installation.

    `reason` is not stored; it makes the caller say why. Tenant tables show no row inside.
    """
    if not reason:
        raise ValueError("Say why no tenant is current.")
    with _scope(None):
        yield


@contextmanager
def _scope(tenant_id: int | None) -> Iterator[None]:
    connection = cast("Any", connections["default"])
    told_before = getattr(connection, "tenant_in_transaction", None)
    switched = connection.in_atomic_block and told_before != tenant_id
    if switched:
        connection.tell_tenant(tenant_id)
    token = _current.set(tenant_id)
    try:
        yield
    finally:
        _current.reset(token)
        if switched and connection.in_atomic_block:
            connection.retell_tenant(told_before)
