"""The whole demo, as `make demo` tells it: killed once, continued, and left alone after."""

import signal
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connections

from cases.models import Case, CaseClock, Message
from customers.models import Contact
from knowledge.models import Article
from problems.models import CaseLink, Estimate, Problem, ProblemClock, TaskClock
from problems.states import ProblemState
from servicedesk.demo.seeding import was_told
from servicedesk.mail.models import RawMail
from servicedesk.notifications.models import Notification
from servicedesk.pages.demo_tickets import demo_contacts, demo_staff
from servicedesk.proof.proving import prove_tenant
from servicedesk.walk import SWEPT_CLOCKS
from tests.processes import manage, process, wait_for
from workflow.clocks.replaying import replay_clocks
from workflow.history.models import Entry
from workflow.outbox.models import Delivery, Effect
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

pytestmark = pytest.mark.full
COUNTED = (Case, Message, Contact, Problem, CaseLink, Estimate, Article, RawMail, Notification,
           Entry, Delivery, Effect)  # fmt: skip


def counts(tenant: Tenant) -> dict[str, int]:
    with tenant_scope(tenant.pk):
        return {model.__name__: model.objects.count() for model in COUNTED}


def problems_at(slug: str) -> int:
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        return 0
    with tenant_scope(tenant.pk):
        return Problem.objects.count()


@pytest.fixture
def quiet_after(committing: None) -> Iterator[None]:
    """What the demo still has to send or to sweep is not for the workers of other tests."""
    yield
    for tenant in Tenant.objects.filter(is_demo=True, slug__in=["bank", "acme"]):
        with tenant_scope(tenant.pk):
            Effect.objects.filter(state="pending").update(state="dropped")
            for clocks in (CaseClock, ProblemClock, TaskClock):
                clocks.objects.filter(state="running").update(state="cancelled", next_look_at=None)


def test_the_demo_is_told_to_its_end_even_if_it_was_killed(quiet_after: None) -> None:
    connections["sweeper"].ensure_connection()
    with process(*manage("seed_demo")) as killed:
        wait_for(lambda: problems_at("bank") >= 4)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    bank = Tenant.objects.get(slug="bank")
    with tenant_scope(bank.pk):
        assert not was_told(bank)

    call_command("seed_demo", verbosity=0)

    told = {slug: counts(Tenant.objects.get(slug=slug)) for slug in ("bank", "acme")}
    for slug, problems in (("bank", 12), ("acme", 4)):
        tenant = Tenant.objects.get(slug=slug)
        assert tenant.is_demo
        with tenant_scope(tenant.pk):
            assert Problem.objects.count() == problems
            assert {code: found for code, found in prove_tenant().items() if found} == {}
            assert replay_clocks(SWEPT_CLOCKS).differences == []
            assert was_told(tenant)
            stand_for_something_to_see()

    call_command("seed_demo", verbosity=0)

    assert {slug: counts(Tenant.objects.get(slug=slug)) for slug in ("bank", "acme")} == told


def stand_for_something_to_see() -> None:
    """Check that every page of the demo has something to show."""
    states = set(Problem.objects.values_list("state", flat=True))
    assert {ProblemState.ASSESS, ProblemState.FIX_IN_PROGRESS, ProblemState.VERIFYING} <= states
    assert {"new", "on_problem", "resolved"} <= set(Case.objects.values_list("state", flat=True))
    assert CaseLink.objects.filter(kind="suggested").exists()
    assert Article.objects.filter(state="published").exists()
    assert Case.objects.filter(priority=1, state="new", clocks__state="running").exists()
    assert RawMail.objects.filter(outcome="case").count() >= 8
    assert Estimate.objects.exclude(reason="").exists()
    assert not Delivery.objects.exclude(state="done").exists()
    assert [someone.role.value for someone in demo_staff()] == [
        "agent",
        "lead",
        "member",
        "head",
        "admin",
    ]
    assert demo_contacts()[0].name
