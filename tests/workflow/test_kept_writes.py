"""A row that is stored by a kept statement is the same as one that Django stored, behind one wall."""

from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import transaction
from django.db.utils import DatabaseError

from cases.models import Case, Message
from tests.make import AT, make_case, make_user
from workflow.outbox.models import Delivery, OutboxEvent
from workflow.tenancy.kept_writes import RowIsGone, insert, insert_all, update
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

# So often that each statement was prepared.
OFTEN = 5


def said_in(case: Case) -> Message:
    """Return a message that is not stored yet."""
    text = "50 % of “it” \\ \n"
    return Message(
        case=case, contact=case.contact, direction="in", channel="mail", text=text, at=AT
    )


def news(case: Case, *, subscribers: int = 0) -> OutboxEvent:
    """Return news that is not stored yet, with JSON in it."""
    return OutboxEvent(
        kind="tests.told",
        subject=f"case:{case.pk}",
        payload={"case": case.pk, "words": ["a", None, True]},
        subscribers=subscribers,
        published_at=AT,
    )


def stored(row: Any) -> dict[str, Any]:
    """Return all that is stored of a row but its id."""
    (found,) = type(row).objects.filter(pk=row.pk).values()
    return {name: value for name, value in found.items() if name != "id"}


@pytest.mark.parametrize("made", [said_in, news])
def test_an_inserted_row_is_stored_as_django_stores_it(tenant: Tenant, made: Any) -> None:
    case = make_case()
    usual = made(case)
    usual.save()

    for _time in range(OFTEN):
        row = insert(made(case))

        assert stored(row) == stored(usual)
        assert row.tenant_id == tenant.pk


def test_a_row_refers_to_what_was_stored_after_it_was_made(tenant: Tenant) -> None:
    event = news(make_case(), subscribers=1)
    delivery = Delivery(event=event, subscriber="x", position=0, subject="case:1", due_at=AT)

    insert(event)
    insert(delivery)

    assert Delivery.objects.get(pk=delivery.pk).event_id == event.pk


def test_many_rows_get_their_own_ids_in_one_query(
    tenant: Tenant, django_assert_num_queries: Any
) -> None:
    event = insert(news(make_case(), subscribers=2))
    rows = [
        Delivery(event=event, subscriber=name, position=place, subject="case:1", due_at=AT)
        for place, name in enumerate(("first", "second"))
    ]

    with django_assert_num_queries(1):
        insert_all(rows)

    assert [Delivery.objects.get(pk=row.pk).subscriber for row in rows] == ["first", "second"]
    with django_assert_num_queries(0):
        assert insert_all([]) == []


def test_an_update_stores_all_fields_or_the_named_ones(tenant: Tenant) -> None:
    case, other = make_case(subject="The printer"), make_case(subject="The kettle")
    case.subject, case.category = "The scanner", "Devices"

    update(case, "category")
    assert Case.objects.get(pk=case.pk).subject == "The printer"

    for _time in range(OFTEN):
        update(case)
    again = Case.objects.get(pk=case.pk)
    assert (again.subject, again.category) == ("The scanner", "Devices")
    assert Case.objects.get(pk=other.pk).subject == "The kettle"


def test_a_key_is_named_with_or_without_its_id_and_a_wrong_name_is_refused(tenant: Tenant) -> None:
    case, colleague = make_case(), make_user()
    case.owner = colleague

    update(case, "owner_id")

    assert Case.objects.get(pk=case.pk).owner_id == colleague.pk
    with pytest.raises(FieldDoesNotExist):
        update(case, "ownr")


def test_a_row_of_another_tenant_is_neither_stored_nor_changed(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    case = make_case(subject="Ours")
    for _time in range(OFTEN):
        update(case)
        insert(news(case))

    with tenant_scope(other_tenant.pk):
        case.subject = "Theirs"
        with pytest.raises(RowIsGone):
            update(case)
        ours = news(case)
        ours.tenant_id = tenant.pk
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            insert(ours)

    assert Case.objects.get(pk=case.pk).subject == "Ours"
