"""PostgreSQL itself forgets no change and no news: tries by SQL as role app.

Beside each refusal stands the legal way from the same set-up, so that the refusal is for the
reason that the test names.
"""

import pytest
from django.db import DatabaseError, connections

from cases.models import Case
from problems.models import Problem
from tests.architecture.refusing import accepted, refused
from tests.architecture.sql import copy_of, enter, run
from tests.make import make_case, make_problem
from workflow.history.models import Entry
from workflow.outbox.models import Delivery, OutboxEvent

pytestmark = pytest.mark.usefixtures("committed_tenant")


def changed(table: str, subject: Case | Problem, *, version: int) -> None:
    """Change a state by SQL; the new state is one that no other rule minds."""
    run(
        f"UPDATE {table} SET state = %(state)s, state_version = %(version)s"  # noqa: S608
        " WHERE id = %(id)s",
        state={"cases_case": "open", "problems_problem": "assess"}[table],
        version=version,
        id=subject.pk,
    )


SUBJECTS = pytest.mark.parametrize(
    ("table", "kind", "state"),
    [("cases_case", "case", "open"), ("problems_problem", "problem", "assess")],
)


def subject_of(kind: str) -> Case | Problem:
    return make_case() if kind == "case" else make_problem()


@SUBJECTS
def test_a_change_of_state_needs_its_entry(table: str, kind: str, state: str) -> None:
    subject = subject_of(kind)

    with refused("change_without_entry"):
        changed(table, subject, version=2)
    with refused("change_without_entry"):
        changed(table, subject, version=2)
        enter(kind, subject.pk, to_state="closed", version=2)
    with refused("change_without_entry"):
        changed(table, subject, version=2)
        enter(kind, subject.pk, to_state=state, version=3)

    with accepted():
        changed(table, subject, version=2)
        enter(kind, subject.pk, to_state=state, version=2)


@SUBJECTS
@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_change_of_state_counts_by_one(table: str, kind: str, state: str, version: int) -> None:
    subject = subject_of(kind)

    with refused("state_is_counted"):
        changed(table, subject, version=version)

    with accepted():
        changed(table, subject, version=2)
        enter(kind, subject.pk, to_state=state, version=2)


@SUBJECTS
def test_a_state_version_is_not_skipped_without_a_change(table: str, kind: str, state: str) -> None:
    subject = subject_of(kind)
    statement = f"UPDATE {table} SET state_version = %(version)s WHERE id = %(id)s"  # noqa: S608

    with refused("state_is_counted"):
        run(statement, version=3, id=subject.pk)
    with refused("change_without_entry"):
        run(statement, version=2, id=subject.pk)

    with accepted():
        run(statement, version=2, id=subject.pk)
        enter(kind, subject.pk, to_state="new", version=2)


@pytest.mark.parametrize("version", [0, 2, 5])
def test_a_history_begins_with_the_first_state(version: int) -> None:
    case = make_case()
    number = case.number + 1000

    with refused("history_with_gap"):
        copied = copy_of("cases_case", case.pk, number=number, state_version=version)
        enter("case", copied, to_state="new", version=version)

    with accepted():
        copied = copy_of("cases_case", case.pk, number=number, state_version=5)
        for told in range(1, 6):
            enter("case", copied, to_state="new", version=told)


def test_a_change_of_state_has_one_entry_only() -> None:
    case = make_case()

    with refused("workflow_entry_one_per_change"):
        enter("case", case.pk, to_state="new", version=1)

    with accepted():
        enter("case", case.pk, to_state="open", version=2)


@pytest.mark.parametrize("state", ["nowhere", "", "NEW"])
def test_a_state_is_one_that_is_known(state: str) -> None:
    case = make_case()

    with refused("cases_case_state_known"):
        run(
            "UPDATE cases_case SET state = %(state)s, state_version = 2 WHERE id = %(id)s",
            state=state,
            id=case.pk,
        )

    with accepted():
        changed("cases_case", case, version=2)
        enter("case", case.pk, to_state="open", version=2)


def test_history_is_never_changed_deleted_or_emptied() -> None:
    case = make_case()
    of_case = "subject_kind = 'case' AND subject_id = %(case)s"

    with refused("append_only"):
        run(f"UPDATE workflow_entry SET action = action WHERE {of_case}", case=case.pk)  # noqa: S608
    with refused("append_only"):
        run(f"DELETE FROM workflow_entry WHERE {of_case}", case=case.pk)  # noqa: S608
    with refused("permission denied"):
        run("TRUNCATE workflow_entry CASCADE")

    with accepted():
        enter("case", case.pk, to_state="open", version=2)


@pytest.mark.parametrize(
    "table", ["workflow_entry", "workflow_outboxevent", "cases_message", "problems_note"]
)
def test_not_even_the_owner_empties_what_only_grows(table: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append_only"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


def news_of(case: Case) -> Entry:
    return Entry.objects.get(subject_kind="case", subject_id=case.pk, is_news=True)


def test_an_entry_that_others_must_hear_of_has_its_event() -> None:
    case = make_case()
    entry = news_of(case)
    event = OutboxEvent.objects.get(entry=entry)

    with refused("entry_without_event"):
        copy_of("workflow_entry", entry.pk, state_version=None)

    with accepted():
        again = copy_of("workflow_entry", entry.pk, state_version=None)
        copy_of("workflow_outboxevent", event.pk, entry_id=again, subscribers=0)


def test_an_event_has_a_delivery_for_each_who_hears_it() -> None:
    event = OutboxEvent.objects.get(entry=news_of(make_case()))
    delivery = event.deliveries.earliest("id")

    with refused("event_without_delivery"):
        copy_of("workflow_outboxevent", event.pk, subscribers=1)
    with refused("event_without_delivery"):
        again = copy_of("workflow_outboxevent", event.pk, subscribers=2)
        copy_of("workflow_delivery", delivery.pk, event_id=again)

    with accepted():
        again = copy_of("workflow_outboxevent", event.pk, subscribers=1)
        copy_of("workflow_delivery", delivery.pk, event_id=again)


def test_an_event_is_never_changed_or_deleted() -> None:
    event = OutboxEvent.objects.get(entry=news_of(make_case()))

    with refused("append_only"):
        run("UPDATE workflow_outboxevent SET payload = '{}' WHERE id = %(id)s", id=event.pk)
    with refused("append_only"):
        run("DELETE FROM workflow_outboxevent WHERE id = %(id)s", id=event.pk)

    with accepted():
        copy_of("workflow_outboxevent", event.pk, subscribers=0)


def test_a_delivery_is_never_deleted_or_moved() -> None:
    first, second = make_case(), make_case()
    delivery = Delivery.objects.filter(subject=f"case:{first.pk}").earliest("id")
    elsewhere = OutboxEvent.objects.get(entry=news_of(second))

    with refused("delivery_stays"):
        run("DELETE FROM workflow_delivery WHERE id = %(id)s", id=delivery.pk)
    with refused("delivery_stays"):
        run(
            "UPDATE workflow_delivery SET event_id = %(event)s WHERE id = %(id)s",
            event=elsewhere.pk,
            id=delivery.pk,
        )
    with refused("delivery_stays"):
        run("UPDATE workflow_delivery SET subscriber = 'x' WHERE id = %(id)s", id=delivery.pk)

    with accepted():
        run(
            "UPDATE workflow_delivery SET state = 'done', done_at = now() WHERE id = %(id)s",
            id=delivery.pk,
        )
