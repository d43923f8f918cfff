"""Tenants share the room in memory: who asked longest ago gives way."""

import pytest

from problems.likeness.embedding import Embedder
from servicedesk.matcher.memories import Memories
from servicedesk.matcher.tenant_memory import TenantMemory
from tests.make import make_problem, make_tenant
from workflow.tenancy.scope import tenant_scope

LONG = 30.0


@pytest.mark.usefixtures("committing")
def test_who_asked_longest_ago_gives_way(embedder: Embedder):
    tenants = [make_tenant() for _ in range(3)]
    for tenant in tenants:
        with tenant_scope(tenant.pk):
            make_problem(cases=[], title="Card has not arrived")
            make_problem(cases=[], title="Debit taken twice")
    memories = Memories(embedder, most_vectors=4)
    first, second, third = (tenant.pk for tenant in tenants)
    try:
        memories.of(first, within=LONG)
        memories.of(second, within=LONG)
        memories.of(first, within=LONG)

        memories.of(third, within=LONG)

        assert list(memories.kept) == [first, third]
        assert isinstance(memories.of(second, within=LONG), TenantMemory)
    finally:
        memories.close()


@pytest.mark.usefixtures("committing")
def test_who_cannot_wait_is_not_kept_waiting(embedder: Embedder):
    memories = Memories(embedder)
    tenant = make_tenant()
    try:
        assert memories.of(tenant.pk, within=0.0) is None
        assert memories.of(tenant.pk, within=LONG) is not None
    finally:
        memories.close()
