"""Public holidays are filled in by the real tick and a real worker, before a calendar runs out."""

from datetime import UTC, datetime

import pytest

from tests.effects.fire import Broker
from tests.processes import manage, process, wait_for, worker
from tests.workflow.test_public_holidays import FOUNDER, hours
from workflow.calendars import Hours, save_calendar
from workflow.clocks.models import Calendar, CalendarRevision
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

LONG_AGO = datetime(2022, 3, 1, 9, tzinfo=UTC)


@pytest.mark.full
def test_a_calendar_that_ran_out_is_filled_in_by_tick_and_worker(committed_tenant: Tenant) -> None:
    with tenant_scope(committed_tenant.pk):
        calendar = save_calendar(
            calendar_id=None, name="Bavaria", hours=hours(), actor=FOUNDER, at=LONG_AGO
        )
    assert years_of(calendar, committed_tenant) == {"2022", "2023", "2024"}
    broker = Broker()
    broker.start()

    try:
        with (
            process(*worker("bulk", concurrency=1), REDIS_URL=broker.url),
            process(*manage("tick"), REDIS_URL=broker.url),
        ):
            wait_for(
                lambda: str(datetime.now(UTC).year + 1) in years_of(calendar, committed_tenant),
                why="the holidays of next year",
            )
    finally:
        broker.kill()

    with tenant_scope(committed_tenant.pk):
        assert CalendarRevision.objects.filter(calendar=calendar).count() == 2


def years_of(calendar: Calendar, tenant: Tenant) -> set[str]:
    """Return the years of which the public holidays are known, as they are stored now."""
    with tenant_scope(tenant.pk):
        stored = Calendar.objects.get(pk=calendar.pk)
    return {day[:4] for day in Hours.of(stored).public}
