"""Tenants of the sizes that are asked for, made once and found again by later runs."""

import os
import sys

from django.db import connection
from django.utils.timezone import now

from cases.models import Case
from cases.states import OPEN_STATES
from servicedesk.pages.paging import cursor_of
from servicedesk.seeding.seeding import Plan, refresh_statistics, seed
from workflow.people.models import User
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SIZES = "2000,20000"
PASSWORD = "benchmark"
ROWS = 50


def sizes() -> list[int]:
    """Return how many cases each tenant is to have: BENCH_SIZES, the smallest first."""
    return sorted(int(size) for size in os.environ.get("BENCH_SIZES", SIZES).split(","))


def seeded(cases: int) -> Tenant:
    """Return the tenant of a size, seeded if need be (about a thousand cases a second)."""
    slug = f"size{cases}-1"
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None or counted(tenant) < cases:
        sys.stdout.write(f"\nSeeding {cases:,} cases ...\n")
        plan = Plan(prefix=f"size{cases}", cases=cases, password=PASSWORD)
        seed(plan, at=now(), say=lambda line: sys.stdout.write(f"  {line}\n"))
        refresh_statistics(say=lambda line: sys.stdout.write(f"  {line}\n"))
    return Tenant.objects.get(slug=slug)


def counted(tenant: Tenant) -> int:
    """Return how many cases a tenant has."""
    with tenant_scope(tenant.pk):
        return int(Case.objects.count())


def cases_of_all() -> int:
    """Return about how many cases all tenants have together, as PostgreSQL's statistics say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'cases_case'::regclass")
        return int(cursor.fetchone()[0])


def open_cases(tenant: Tenant, *, at_most: int, of_agent: bool = True) -> list[int]:
    """Return numbers of seeded open cases that the first agent has (or anybody), the newest first."""
    with tenant_scope(tenant.pk):
        states = [state.value for state in OPEN_STATES]
        cases = Case.objects.filter(state__in=states, number__lte=size_of(tenant))
        if of_agent:
            cases = cases.filter(owner=User.objects.get(email__startswith="agent0@"))
        return list(cases.order_by("-id").values_list("number", flat=True)[:at_most])


def size_of(tenant: Tenant) -> int:
    """Return how many cases a tenant was seeded with; measuring adds some."""
    return int(tenant.slug.removeprefix("size").removesuffix("-1"))


def place_of_page(tenant: Tenant, page: int) -> str:
    """Return the cursor at which a page of all open cases begins, from 1; the last if it has fewer."""
    with tenant_scope(tenant.pk):
        states = [state.value for state in OPEN_STATES]
        cases = Case.objects.filter(state__in=states).order_by("-last_message_at", "-id")
        before = min(ROWS * (page - 1), cases.count() - ROWS)
        return cursor_of(*cases.values_list("last_message_at", "pk")[max(0, before - 1)])
