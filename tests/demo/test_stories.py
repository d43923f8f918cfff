"""The stories of the demo, quickly: each is told by the real actions and rolled back."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils.timezone import now

from cases.models import Case
from customers.models import Contact, InstalledProduct, Organisation
from customers.segments import contacts_in, segment_choices
from knowledge.models import Article
from problems.models import Broadcast, FixWatch, Problem, Told
from problems.queries import journey_for
from servicedesk.demo import companies as plans
from servicedesk.demo.acme import ACME_STORIES
from servicedesk.demo.bank import bank_stories
from servicedesk.demo.banking77 import sample_messages
from servicedesk.demo.cast import Cast
from servicedesk.demo.founding import NotTheDemo, found_company
from servicedesk.demo.moments import Days
from servicedesk.demo.seeding import customers_of, let_news_be_heard
from servicedesk.demo.stories import Act, Story
from servicedesk.demo.telling import is_told, tell
from servicedesk.proof.proving import prove_tenant
from tests.make import make_tenant
from workflow.clocks.models import Calendar
from workflow.outbox.models import Delivery
from workflow.people.models import Membership, User
from workflow.people.permissions import Role
from workflow.routing.models import RoutingRule
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

# The whole demo of another test stays in the database: these companies have names of their own.
BANK = replace(plans.BANK, slug="fjord-bank")
ACME = replace(plans.ACME, slug="acme-fiber")
BANK_STORIES = bank_stories(sample_messages())
STORIES = [*((BANK, story) for story in BANK_STORIES), *((ACME, story) for story in ACME_STORIES)]
SATURDAY_NIGHT = datetime(2026, 11, 21, 23, 52, tzinfo=UTC)


def told(plan: Any, story: Story, *, at: datetime) -> Problem:
    days = Days(now=at, zone=ZoneInfo(plan.timezone))
    tell(story, cast=Cast.of_tenant(), days=days, first_customer=0)
    let_news_be_heard()
    connection.check_constraints()
    return Problem.objects.get()


@pytest.mark.parametrize("plan", [BANK, ACME], ids=lambda plan: plan.slug)
def test_a_company_has_somebody_in_every_role_and_every_department(db: None, plan: Any) -> None:
    tenant = found_company(plan, at=now())

    assert tenant.is_demo
    with tenant_scope(tenant.pk):
        roles = set(Membership.objects.values_list("role", flat=True))
        assert roles == {role.value for role in Role if role is not Role.CONTACT}
        cast = Cast.of_tenant()
        assert set(cast.departments) == {plan.service_name, *(d.name for d in plan.departments)}
        for department in plan.departments:
            worker = cast.worker_in(cast.departments[department.name].pk)
            assert worker.works_in(cast.departments[department.name].pk)
        assert not User.objects.exclude(password="").exists()
        assert RoutingRule.objects.count() == len(plan.rules)
        for calendar in Calendar.objects.all():
            calendar.working_time()


def test_a_company_is_founded_once(db: None) -> None:
    first = found_company(BANK, at=now())

    assert found_company(BANK, at=now()) == first
    assert Tenant.objects.filter(slug=BANK.slug).count() == 1


def test_the_bank_knows_what_its_companies_have_and_of_which_sort_they_are(db: None) -> None:
    tenant = found_company(BANK, at=now())

    with tenant_scope(tenant.pk):
        for name in ("Nordlys Shipping", "Granite Studios", "Tern & Partners"):
            company = Organisation.objects.get(name=name)
            Contact.objects.create(name=f"Of {name}", organisation=company, created_at=now())
        found = {
            one.name: sorted(contacts_in(one).values_list("name", flat=True))
            for one in segment_choices()
        }
        things = InstalledProduct.objects.filter(organisation__isnull=False).count()

    assert things == 6
    assert found == {
        "Agencies in Oslo": ["Of Granite Studios", "Of Tern & Partners"],
        "Companies with cards": ["Of Granite Studios", "Of Nordlys Shipping"],
    }


def test_the_demo_is_never_told_in_a_real_tenant(db: None) -> None:
    make_tenant(BANK.slug)

    with pytest.raises(NotTheDemo, match="is not a demo"):
        found_company(BANK, at=now())


@pytest.mark.parametrize(("plan", "story"), STORIES, ids=lambda value: getattr(value, "key", ""))
def test_a_story_is_told_as_it_is_written(db: None, plan: Any, story: Story) -> None:
    tenant = found_company(plan, at=now())
    with tenant_scope(tenant.pk):
        problem = told(plan, story, at=now())

        assert Case.objects.count() == customers_of(story)
        assert is_told(story)
        assert {code for code, found in prove_tenant().items() if found} == set()
        assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
        journey = journey_for(problem, at=now())
        assert journey.discovered_at == Case.objects.earliest("first_contact_at").first_contact_at
        acts = Counter(step.act for step in story.steps)
        reasons = Counter(leg.fact.because for leg in journey.legs)
        assert reasons["handed_over"] == acts[Act.HAND_OVER]
        assert reasons["refused"] == acts[Act.REFUSE]
        assert reasons["back"] == acts[Act.WANTING]
        assert all(leg.fact.entered_at <= now() for leg in journey.legs)


def test_a_story_is_told_once(db: None) -> None:
    tenant = found_company(ACME, at=now())
    with tenant_scope(tenant.pk):
        told(ACME, ACME_STORIES[0], at=now())

        told(ACME, ACME_STORIES[0], at=now())

        assert Problem.objects.count() == 1
        assert Case.objects.count() == customers_of(ACME_STORIES[0])


def test_a_solved_story_ends_with_told_customers_and_an_article(db: None) -> None:
    tenant = found_company(ACME, at=now())
    with tenant_scope(tenant.pk):
        problem = told(ACME, ACME_STORIES[0], at=now())

        assert problem.state == "closed"
        assert set(Case.objects.values_list("state", flat=True)) == {"resolved"}
        assert Article.objects.get().state == "published"
        rows = problem.affected.all()
        assert all(row.told.filter(message__startswith="fixed:").count() == 1 for row in rows)
        assert problem.affected.filter(confirmed_at__isnull=False).count() == 2


def test_the_outbreak_at_the_bank_tells_two_hundred_each_decision_once(db: None) -> None:
    outbreak = next(story for story in BANK_STORIES if story.told_as_it_goes)
    tenant = found_company(BANK, at=now())
    with tenant_scope(tenant.pk):
        problem = told(BANK, outbreak, at=now())

        assert problem.affected.count() == 201
        messages = Told.objects.values_list("message", flat=True)
        counted = Counter(message.partition(":")[0] for message in messages)
        assert counted == {"workaround": 200, "estimate": 601, "fixed": 401, "reopened": 200}
        newest = {f"fixed:{problem.resolved_at:%Y%m%d%H%M%S}"}
        assert set(messages.filter(channel="mail")) == newest
        assert set(Broadcast.objects.values_list("state", flat=True)) == {"sent", "sending"}
        assert [watch.ending for watch in FixWatch.objects.order_by("id")] == ["reopened", ""]


def test_the_bank_stands_at_every_stage(db: None) -> None:
    endings = {story.steps[-1].act for story in BANK_STORIES}

    assert {Act.CLOSE, Act.REOPEN, Act.END, Act.HAND_OVER, Act.OPEN} <= endings
    for story in BANK_STORIES:
        assert len(story.texts) == 25
        assert customers_of(story) <= 12


@pytest.mark.parametrize(("plan", "story"), STORIES, ids=lambda value: getattr(value, "key", ""))
def test_the_times_of_a_story_go_forward(plan: Any, story: Story) -> None:
    days = Days(now=SATURDAY_NIGHT, zone=ZoneInfo(plan.timezone))

    moments = [days.moment(step.days_ago, step.clock) for step in story.steps]

    assert moments == sorted(moments)
    assert moments[-1] < SATURDAY_NIGHT


def test_working_days_are_counted_back_over_the_weekend() -> None:
    days = Days(now=SATURDAY_NIGHT, zone=ZoneInfo("Europe/Oslo"))

    assert days.moment(1, "09:00") == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert days.moment(5, "09:00") == datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
    assert days.ago(12) == datetime(2026, 11, 21, 23, 40, tzinfo=UTC)
