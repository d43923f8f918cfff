"""How long words take that stand in messages only, rare and common, asked as the role app."""

import time
from collections.abc import Callable

from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction

from cases.said import cases_that_say
from servicedesk.seeding.words import RARE_WORD
from tests.benchmarks.measuring import Measurement, middle, percentile
from tests.benchmarks.seeded import cases_of_all, seeded, sizes
from tests.benchmarks.stack import agent_of
from workflow.tenancy.scope import tenant_scope

# In the messages of about each second case.
COMMON_WORD = "reader"
TIMES = 60
MOST_MS = 100.0


def bench_search() -> list[Measurement]:
    """Measure the search function and the whole page in the largest tenant, by the clock."""
    size = sizes()[-1]
    tenant = seeded(size)
    page = agent_of(tenant, handler=WSGIHandler()).asking(f"/search/?q={RARE_WORD}", has="/c/")
    with tenant_scope(tenant.pk), transaction.atomic():
        found = len(cases_that_say(RARE_WORD))
        asked = milliseconds(lambda: cases_that_say(RARE_WORD))
        begin = time.perf_counter()
        common = len(cases_that_say(COMMON_WORD))
        common_ms = (time.perf_counter() - begin) * 1000
    return [
        Measurement(name=f"{RARE_WORD} in {size:,} cases", figure=f"{found} found"),
        Measurement(name="cases of all tenants, about", figure=f"{cases_of_all():,}"),
        Measurement(name="the search itself, p50", figure=f"{middle(asked):.1f} ms"),
        by_clock("the search itself, p95", asked),
        by_clock("the page, p95", milliseconds(page)),
        Measurement(name=f"{COMMON_WORD}: {common} found", figure=f"{common_ms:.0f} ms"),
    ]


def by_clock(name: str, spent: list[float]) -> Measurement:
    """Return the line of a p95, with the goal in milliseconds."""
    slow = percentile(spent, 0.95)
    return Measurement(name=name, figure=f"{slow:.1f} ms", ratio=slow, goal=MOST_MS)


def milliseconds(act: Callable[[], object]) -> list[float]:
    """Return how long each of many takes by the clock; the first few only warm up."""
    spent = []
    for place in range(TIMES + 5):
        begin = time.perf_counter()
        act()
        if place >= 5:
            spent.append((time.perf_counter() - begin) * 1000)
    return spent
