"""The demo's radar: one suspected problem waits, named by its customers' words."""

from zoneinfo import ZoneInfo

from django.utils.timezone import now

from problems.models import Pattern
from servicedesk.demo.companies import BANK
from servicedesk.demo.founding import found_company
from servicedesk.demo.moments import Days
from servicedesk.demo.suspecting import WRITTEN, begin_to_look_alike
from tests.make import make_case
from workflow.tenancy.scope import tenant_scope


def test_the_demo_suspects_one_problem_and_tells_it_once(db: None) -> None:
    tenant = found_company(BANK, at=now())
    days = Days(now=now(), zone=ZoneInfo(BANK.timezone))
    with tenant_scope(tenant.pk):
        for number in range(20):
            make_case(subject=f"Card {number}", text="My new card has not come yet.")

        begin_to_look_alike(days=days)
        begin_to_look_alike(days=days)

        pattern = Pattern.objects.get()
    assert pattern.cases == pattern.customers == len(WRITTEN)
    assert pattern.title == "Logged out by the app: TX-31"
    assert pattern.growth > 3
