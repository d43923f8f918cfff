"""Mails read as letters: no markup, no escapes, and a receipt repeats nothing of the customer's."""

from typing import Any

import pytest
from django.template.loader import render_to_string

from servicedesk.mail.addresses import Letterhead
from servicedesk.notifications.composing import values_of
from servicedesk.notifications.models import NotificationKind
from servicedesk.notifications.texts import MAILS, VARIABLES, filled, filled_line, variables_in

CONTEXT: dict[str, Any] = {
    "contact_name": "Ingrid O'Hara",
    "tenant_name": "Meridian & Sons",
    "letterhead": Letterhead(
        sender_name="Meridian & Sons", sender="help@meridian.example", sign_off="Meridian & Sons"
    ),
    "case": {"number": 48213, "subject": "Where's my <money> & card?"},
    "portal_url": "http://bank.localhost:8000/help/issues/48213/?a=1&b=2",
    "confirm_url": "http://bank.localhost:8000/help/open/x/",
    "article_url": "http://bank.localhost:8000/help/a/7/",
    "first_response": "by today 16:00",
    "body": "Your card's limit is > 100.\n\nWrite {number} on it.",
    "author": "Olav",
    "workaround": "Use the app.",
    "estimate": "by Monday",
    "old_estimate": "by Friday",
    "reason": "A test failed.",
    "solution": "We corrected it.",
    "cause": "A job ran twice.",
    "valid_for": "one hour",
}
STAFF_MAILS: dict[str, dict[str, Any]] = {
    "staff_clock_digest": {
        "person_name": "Olav",
        "count": 1,
        "more": 0,
        "overview_url": "http://x/",
        "clocks": [
            {
                "promise": "First response",
                "subject": "Case 48213",
                "due": "14:20",
                "is_over": True,
                "url": "http://x",
            }
        ],
    },
    "staff_webhook_off": {
        "person_name": "Olav",
        "webhook": {
            "name": "Warehouse & Co",
            "host": "receiver.example",
            "since": "Monday 2 March, 09:00",
            "is_gone": False,
        },
        "url": "http://x",
    },
    "staff_acted": {
        "problem": {"number": "P-204", "title": "Debit taken twice"},
        "outcome": "You accepted it: it is yours.",
        "is_note": False,
        "task": "",
        "state": "Looking for the cause",
        "department_name": "Payments",
        "responsible": "Olav",
        "url": "http://x",
        "answer_url": "http://x/decide/x/",
        "answer_until": "Monday 9 March, 01:00",
        "answers": ["done: …", "hand over to DEPARTMENT: …"],
    },
    "staff_patterns": {
        "person_name": "Olav",
        "patterns": [
            {
                "number": "S-12",
                "title": "Debit taken twice",
                "cases": 31,
                "customers": 28,
                "since": "Monday 2 March, 09:00",
                "department": "Payments",
                "url": "http://x",
            }
        ],
        "has_more": True,
        "url": "http://x/radar/",
    },
    "staff_forgotten": {
        "person_name": "Olav",
        "problems": [
            {
                "number": "P-204",
                "title": "Debit taken twice",
                "state": "New",
                "department": "Payments",
                "since": "Monday 2 March, 09:00",
                "url": "http://x",
            }
        ],
        "has_more": True,
        "url": "http://x",
    },
    "department_assigned": {
        "department_name": "Payments",
        "problem": {"number": "P-204", "title": "Debit taken twice"},
        "from_department": "Billing",
        "reason": "The collection file is yours.",
        "customers": 139,
        "accept_by": "by today 16:00",
        "url": "http://x",
    },
}


def written(kind: NotificationKind, **more: Any) -> tuple[str, str]:
    """Return subject and text of a mail in our words."""
    values = values_of({**CONTEXT, **more})
    mail = MAILS[kind]
    return filled_line(mail.subject(), values), filled(mail.text(), values)


def is_a_letter(subject: str, text: str) -> None:
    """Claim that a person reads nothing but words."""
    assert len(subject.strip().splitlines()) == 1
    assert "&amp;" not in subject + text
    assert "&#x27;" not in subject + text
    assert "\n\n\n" not in text
    assert not text.startswith("\n")


@pytest.mark.parametrize("kind", MAILS)
def test_a_mail_to_a_customer_is_plain_text_with_a_subject_of_one_line(
    kind: NotificationKind,
) -> None:
    subject, text = written(kind)

    is_a_letter(subject, text)
    assert "{" not in (subject + text).replace("{number} on it", "")


@pytest.mark.parametrize("kind", MAILS)
def test_our_words_pass_what_a_tenants_words_have_to_pass(kind: NotificationKind) -> None:
    mail = MAILS[kind]

    assert set(variables_in(mail.subject() + mail.text())) <= set(mail.variables)
    assert set(mail.required) <= set(variables_in(mail.text()))
    assert set(mail.variables) <= set(VARIABLES)


@pytest.mark.parametrize("name", STAFF_MAILS)
def test_a_mail_to_a_colleague_is_plain_text_with_a_subject_of_one_line(name: str) -> None:
    subject = render_to_string(f"mail/{name}_subject.txt", STAFF_MAILS[name])
    body = render_to_string(f"mail/{name}.txt", STAFF_MAILS[name])

    is_a_letter(subject, body)
    assert "{" not in body


def test_a_receipt_can_repeat_nothing_that_the_customer_wrote() -> None:
    subject, text = written(NotificationKind.RECEIPT)

    assert "money" not in subject + text
    assert "Ingrid" not in subject + text
    assert not {"subject", "text", "greeting", "author"} & set(
        MAILS[NotificationKind.RECEIPT].variables
    )


def test_a_date_told_for_the_first_time_is_no_apology() -> None:
    _subject, first = written(NotificationKind.ESTIMATE, old_estimate="", reason="")
    _subject, moved = written(NotificationKind.ESTIMATE)

    assert "sorry" not in first
    assert "by Monday" in first
    assert "sorry" in moved


def test_what_a_colleague_wrote_in_braces_stays_as_it_is() -> None:
    _subject, text = written(NotificationKind.ANSWER)

    assert "Write {number} on it." in text
    assert "Number 48213." in text
