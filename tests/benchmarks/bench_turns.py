"""How long news wait while a storm of overdue clocks is swept, with a real worker, tick and broker.

BENCH_STORM says how many clocks are overdue. They stand in a database of their own, which is
dropped at the end.
"""

import time
from datetime import datetime, timedelta
from threading import Event

from django.db import transaction
from django.utils.timezone import now

from cases.models import CaseClock
from tests.benchmarks.measuring import Measurement, middle, number_from, percentile
from tests.clocks.herd import make_herd
from tests.database import fresh_database
from tests.effects.fire import stage
from tests.make import make_case, make_tenant, make_user
from tests.processes import manage
from workflow.outbox.models import Delivery
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.tenancy.scope import tenant_scope

STORM = 40_000
EACH = 0.5
ENDS_WITHIN = 300.0
MOST_SECONDS = 2.0


def bench_turns() -> list[Measurement]:
    """Measure how long news wait from their publishing until they are heard."""
    size = number_from("BENCH_STORM", STORM)
    with fresh_database():
        tenant = make_tenant("turns", at=now())
        with tenant_scope(tenant.pk):
            make_user(Role.HEAD, department=Department.objects.get(is_customer_service=True))
            make_user(Role.LEAD)
            at = now()
            make_herd(size, due_from=at - timedelta(minutes=5), due_until=at)
            began = now()
            lasted = storm()
            waits = waits_since(began)
    return [
        Measurement(name=f"{size:,} clocks fired, each second", figure=f"{size / lasted:,.0f}/s"),
        Measurement(
            name="news meanwhile heard after, p95",
            figure=f"{percentile(waits, 0.95):.2f} s of {len(waits)}",
            ratio=percentile(waits, 0.95),
            goal=MOST_SECONDS,
        ),
        Measurement(name="  p50", figure=f"{middle(waits):.2f} s"),
        Measurement(name="  most", figure=f"{max(waits):.2f} s"),
    ]


def storm() -> float:
    """Let a worker of two processes and the tick sweep; returns seconds until nothing was due."""
    pause = Event()
    with stage() as scene:
        scene.workers = [scene.start_worker()]
        scene.tick = scene.start(*manage("tick"))
        while not is_begun():
            pause.wait(0.05)
        begin = time.monotonic()
        while is_due() and time.monotonic() - begin < ENDS_WITHIN:
            with transaction.atomic():
                make_case(at=now())
            pause.wait(EACH)
        lasted = time.monotonic() - begin
        while Delivery.objects.filter(state="pending").exists():
            pause.wait(EACH)
    return lasted


def is_due() -> bool:
    """Whether a clock has not spoken yet."""
    return CaseClock.objects.filter(state="running", next_look_at__lte=now()).exists()


def is_begun() -> bool:
    """Whether the first clocks have spoken."""
    return CaseClock.objects.filter(breach_recorded_at__isnull=False).exists()


def waits_since(moment: datetime) -> list[float]:
    """Return how many seconds the news of cases waited that were opened since a moment."""
    return [
        (done_at - published_at).total_seconds()
        for done_at, published_at in Delivery.objects.filter(
            event__kind="cases.case.opened", event__published_at__gte=moment, done_at__isnull=False
        ).values_list("done_at", "event__published_at")
        if done_at is not None
    ]
