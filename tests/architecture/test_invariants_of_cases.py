"""PostgreSQL itself loses no case, no message and no mail: tries by SQL as role app.

Beside each refusal stands the legal way from the same set-up, so that the refusal is for the
reason that the test names.
"""

import pytest

from servicedesk.mail.receiving import receive_mail
from tests.architecture.refusing import accepted, refused
from tests.architecture.sql import copy_of, enter, run
from tests.make import HOUR, make_case, make_problem

pytestmark = pytest.mark.usefixtures("committed_tenant")

MAIL = b"""From: Ingrid Solheim <ingrid@example.org>
To: support@bank.example
Subject: Direct debit taken twice
Message-ID: <first@example.org>

You have taken kr 649 twice again.
"""


def test_an_open_case_has_an_owner_or_a_queue() -> None:
    case = make_case()
    statement = "UPDATE cases_case SET owner_id = NULL, queue_id = %(queue)s WHERE id = %(case)s"

    with refused("cases_case_has_owner_or_queue"):
        run(statement, queue=None, case=case.pk)

    with accepted():
        run(statement, queue=case.queue_id, case=case.pk)


def test_an_ended_case_cannot_open_again_without_a_queue() -> None:
    case = make_case()
    change = (
        "UPDATE cases_case SET state = %(state)s, state_version = state_version + 1,"
        " queue_id = %(queue)s WHERE id = %(case)s"
    )
    with accepted():
        run(change, state="resolved", queue=None, case=case.pk)
        enter("case", case.pk, to_state="resolved", version=2)

    with refused("cases_case_has_owner_or_queue"):
        run(change, state="open", queue=None, case=case.pk)

    with accepted():
        run(change, state="open", queue=case.queue_id, case=case.pk)
        enter("case", case.pk, to_state="open", version=3)


def test_a_case_has_a_next_look() -> None:
    case = make_case()
    statement = "UPDATE cases_case SET next_look_at = %(at)s WHERE id = %(case)s"

    with refused('null value in column "next_look_at"'):
        run(statement, at=None, case=case.pk)

    with accepted():
        run(statement, at=case.next_look_at + HOUR, case=case.pk)


@pytest.mark.parametrize("table", ["cases_caseclock", "problems_problemclock"])
def test_a_running_clock_is_looked_at_until_it_has_spoken(table: str) -> None:
    make_problem()
    clock = run(f"SELECT min(id) FROM {table} WHERE state = 'running'")  # noqa: S608
    statement = (
        f"UPDATE {table} SET next_look_at = NULL, breach_recorded_at = %(spoken)s"  # noqa: S608
        " WHERE id = %(clock)s"
    )

    with refused(f"{table}_is_looked_at"):
        run(statement, spoken=None, clock=clock)

    with accepted():
        run(statement, spoken="2026-03-03T00:00:00Z", clock=clock)


def test_a_stored_mail_is_never_changed_or_deleted() -> None:
    mail = receive_mail(MAIL, at=make_case().opened_at)

    for column, value in (
        ("raw", "'other'::bytea"),
        ("digest", "'0'"),
        ("size", "1"),
        ("received_at", "now()"),
        ("tenant_id", "0"),
    ):
        with refused("raw_mail_stays"):
            run(f"UPDATE servicedesk_rawmail SET {column} = {value} WHERE id = %(id)s", id=mail.pk)  # noqa: S608
    with refused("raw_mail_stays"):
        run("DELETE FROM servicedesk_rawmail WHERE id = %(id)s", id=mail.pk)
    with refused("permission denied"):
        run("TRUNCATE servicedesk_rawmail")

    with accepted():
        run("UPDATE servicedesk_rawmail SET read_at = now() WHERE id = %(id)s", id=mail.pk)


@pytest.mark.parametrize("outcome", ["case", "message"])
def test_a_taken_mail_names_its_message(outcome: str) -> None:
    mail = receive_mail(MAIL, at=make_case().opened_at)
    statement = (
        "UPDATE servicedesk_rawmail SET outcome = %(outcome)s, message_id = %(message)s"
        " WHERE id = %(id)s"
    )

    with refused("servicedesk_rawmail_ends_somewhere"):
        run(statement, outcome=outcome, message=None, id=mail.pk)
    with refused("servicedesk_rawmail_message_same_tenant"):
        run(statement, outcome=outcome, message=0, id=mail.pk)

    with accepted():
        run(statement, outcome=outcome, message=mail.message_id, id=mail.pk)


def test_a_quarantined_mail_says_why() -> None:
    mail = receive_mail(MAIL, at=make_case().opened_at)
    statement = (
        "UPDATE servicedesk_rawmail SET outcome = 'quarantined', reason = %(reason)s"
        " WHERE id = %(id)s"
    )

    with refused("servicedesk_rawmail_says_why"):
        run(statement, reason="", id=mail.pk)

    with accepted():
        run(statement, reason="It has no sender.", id=mail.pk)


@pytest.mark.parametrize("column", ["text", "quoted", "html", "at", "contact_id", "case_id"])
def test_a_message_is_never_changed(column: str) -> None:
    message = make_case().messages.get()

    with refused("append_only"):
        run(f"UPDATE cases_message SET {column} = {column} WHERE id = %(id)s", id=message.pk)  # noqa: S608

    with accepted():
        run("UPDATE cases_message SET is_unverified = true WHERE id = %(id)s", id=message.pk)


def test_a_message_is_never_deleted() -> None:
    case = make_case()

    with refused("append_only"):
        run("DELETE FROM cases_message WHERE case_id = %(case)s", case=case.pk)
    with refused("permission denied"):
        run("TRUNCATE cases_message CASCADE")

    with accepted():
        copy_of("cases_message", case.messages.get().pk)


def test_an_inbound_message_has_a_sender_and_a_case() -> None:
    message = make_case().messages.get()

    with refused("cases_message_in_has_contact"):
        copy_of("cases_message", message.pk, contact_id=None)
    with refused('null value in column "case_id"'):
        copy_of("cases_message", message.pk, case_id=None)
    with refused("cases_message_case_same_tenant"):
        copy_of("cases_message", message.pk, case_id=0)

    with accepted():
        copy_of("cases_message", message.pk)
