"""A kept query is made once, and answers each tenant and each value with its own rows."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from cases.models import Case
from tests.make import AT, make_case, make_contact
from workflow.tenancy.kept_queries import ValueNotUsed, kept
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

made: list[dict[str, Any]] = []


@kept("contact", "among", "since")
def asked_by(**given: Any) -> QuerySet[Case]:
    """Return cases by what is given, and remember that the query was made."""
    made.append(given)
    cases = Case.objects.select_related("contact").order_by("number")
    if "among" in given:
        cases = cases.filter(number__in=given["among"])
    if "since" in given:
        cases = cases.filter(opened_at__gte=given["since"])
    if "contact" in given:
        cases = cases.filter(contact=given["contact"])
    return cases.exclude(subject=given["but"]) if "but" in given else cases


@pytest.fixture(autouse=True)
def _nothing_made() -> None:
    made.clear()


def test_a_query_is_made_once_and_asked_with_other_values(tenant: Tenant) -> None:
    first, second = make_case(contact=make_contact()), make_case(contact=make_contact())

    for case in (first, second):
        assert [row.pk for row in asked_by(contact=case.contact_id, once=True)] == [case.pk]

    assert len(made) == 1


def test_a_record_comes_with_what_it_refers_to(
    tenant: Tenant, django_assert_num_queries: Any
) -> None:
    case = make_case(contact=make_contact(name="Ingrid Solheim"))
    with django_assert_num_queries(1):
        (found,) = asked_by(contact=case.contact_id)

        assert found.contact.name == "Ingrid Solheim"
        assert found.opened_at == case.opened_at


def test_a_statement_kept_in_one_tenant_shows_the_rows_of_the_other(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    ours = make_case(subject="Ours")
    assert [row.pk for row in asked_by(among=[ours.number])] == [ours.pk]

    with tenant_scope(other_tenant.pk):
        theirs = make_case(subject="Theirs")
        assert [row.subject for row in asked_by(among=[ours.number, theirs.number])] == ["Theirs"]


def test_lists_of_other_lengths_and_moments_are_other_values(tenant: Tenant) -> None:
    cases = [make_case(at=AT + timedelta(days=day)) for day in range(3)]
    numbers = [case.number for case in cases]

    for many in (1, 2, 3):
        assert [row.number for row in asked_by(among=numbers[:many])] == numbers[:many]
    since: datetime = AT + timedelta(days=1)
    assert [row.number for row in asked_by(since=since)] == numbers[1:]


def test_lists_of_many_lengths_share_one_statement(tenant: Tenant) -> None:
    numbers = [make_case(contact=make_contact()).number for _ in range(5)]
    for length in range(1, 6):
        found = asked_by(among=numbers[:length], lengths=True)

        assert [case.number for case in found] == numbers[:length]
    assert [case.number for case in asked_by(among=[*numbers, *range(900, 930)], lengths=True)] == (
        numbers
    )
    assert len(made) == 2


def test_an_empty_list_finds_nothing_and_asks_nothing(
    tenant: Tenant, django_assert_num_queries: Any
) -> None:
    make_case()
    with django_assert_num_queries(0):
        assert asked_by(among=[]) == []


def test_what_is_none_is_not_asked_for_and_a_shape_decides(tenant: Tenant) -> None:
    printer, kettle = make_case(subject="The printer"), make_case(subject="The kettle")

    assert [row.pk for row in asked_by(contact=None)] == [printer.pk, kettle.pk]
    for but, left in (("The printer", kettle), ("The kettle", printer)):
        assert [row.pk for row in asked_by(contact=None, but=but)] == [left.pk]


def test_a_value_that_a_query_changes_is_refused(tenant: Tenant) -> None:
    @kept("words")
    def saying(*, words: str) -> QuerySet[Case]:
        return Case.objects.filter(subject__icontains=words)

    with pytest.raises(ValueNotUsed):
        saying(words="printer")
