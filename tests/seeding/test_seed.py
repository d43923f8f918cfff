"""Invented cases: as many as asked for, unlike one another, and sound by every rule."""

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from cases.models import Case, Message
from cases.said import cases_that_say
from cases.states import OPEN_STATES
from customers.models import Contact, InstalledProduct, Purchase
from servicedesk.proof.proving import verdicts_of_tenant
from servicedesk.seeding.company import NotSeeded
from servicedesk.seeding.seeding import Plan, seed
from servicedesk.seeding.words import RARE_WORD
from servicedesk.walk import SWEPT_CLOCKS
from tests.make import make_tenant
from workflow.clocks.replaying import replay_clocks
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope


def seeded(prefix: str, *, cases: int, tenants: int = 1, number: int = 1) -> Tenant:
    """Fill tenants and return the first."""
    plan = Plan(prefix=prefix, cases=cases, tenants=tenants, seed=number)
    seed(plan, at=now(), say=lambda _line: None)
    return Tenant.objects.get(slug=f"{prefix}-1")


@pytest.mark.django_db
def test_seeded_cases_break_no_rule() -> None:
    tenant = seeded("sound", cases=400)

    with tenant_scope(tenant.pk):
        violations = {
            verdict.rule.code: verdict.findings for verdict in verdicts_of_tenant(at=now())
        }
        replayed = replay_clocks(SWEPT_CLOCKS)

    assert {code: found for code, found in violations.items() if found} == {}
    assert replayed.clocks > 50
    assert replayed.differences == []


@pytest.mark.django_db
def test_there_are_as_many_as_asked_for_and_about_a_fifth_is_open() -> None:
    tenant = seeded("many", cases=1_000)

    with tenant_scope(tenant.pk):
        open_ones = Case.objects.filter(state__in=OPEN_STATES).count()
        assert Case.objects.count() == 1_000
        assert Message.objects.count() == 5_000

    assert 140 <= open_ones <= 220


@pytest.mark.django_db
def test_the_rare_word_stands_in_two_hundred_messages_and_in_no_subject() -> None:
    tenant = seeded("rare", cases=600)

    with tenant_scope(tenant.pk):
        assert Message.objects.filter(text__contains=RARE_WORD).count() == 200
        assert not Case.objects.filter(subject__contains=RARE_WORD).exists()
        assert len(cases_that_say(RARE_WORD)) == 200


@pytest.mark.django_db
def test_a_second_run_adds_what_is_missing_and_changes_nothing_else() -> None:
    tenant = seeded("again", cases=60)
    with tenant_scope(tenant.pk):
        before = list(Case.objects.order_by("id").values_list("id", "number", "subject"))

    seeded("again", cases=80)

    with tenant_scope(tenant.pk):
        after = list(Case.objects.order_by("id").values_list("id", "number", "subject"))
    assert after[:60] == before
    assert [number for _id, number, _subject in after] == list(range(1, 81))


@pytest.mark.django_db
def test_the_same_number_makes_the_same_texts() -> None:
    first, second = seeded("same", cases=30), seeded("twin", cases=30)
    texts = []
    for tenant in (first, second):
        with tenant_scope(tenant.pk):
            texts.append(list(Message.objects.order_by("id").values_list("text", flat=True)))

    assert texts[0] == texts[1]


@pytest.mark.django_db
def test_tenants_differ_in_size_and_add_up() -> None:
    seeded("sizes", cases=110, tenants=3)

    counts = []
    for place in (1, 2, 3):
        with tenant_scope(Tenant.objects.get(slug=f"sizes-{place}").pk):
            counts.append(Case.objects.count())
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[1]
    assert sum(counts) == 110


@pytest.mark.django_db
def test_most_customers_have_a_product_of_some_version_and_place() -> None:
    tenant = seeded("having", cases=400)

    with tenant_scope(tenant.pk):
        contacts = Contact.objects.count()
        having = InstalledProduct.objects.exclude(region="").exclude(version=None)
        assert contacts * 0.5 < having.count() < contacts * 0.9
        assert 0 < Purchase.objects.count() < having.count()


@pytest.mark.django_db
def test_a_tenant_that_is_somebodys_is_refused() -> None:
    make_tenant("mine-1")

    with pytest.raises(NotSeeded):
        seeded("mine", cases=10)


@pytest.mark.usefixtures("committing")
def test_the_command_says_how_quickly(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed", cases=40, prefix="told", messages=2)

    assert "told-1: 40 of 40 cases" in capsys.readouterr().out
