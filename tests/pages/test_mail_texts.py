"""Mails read as letters: no markup, no escapes, and a receipt repeats nothing of the customer's."""

from typing import Any

import pytest
from django.template.loader import render_to_string

CASE = {"number": 48213, "subject": "Where's my <money> & card?"}
COMMON: dict[str, Any] = {
    "contact_name": "Ingrid O'Hara",
    "tenant_name": "Meridian & Sons",
    "case": CASE,
    "portal_url": "http://bank.localhost:8000/help/issues/48213/?a=1&b=2",
    "article_url": "http://bank.localhost:8000/help/a/7/",
}
MAILS: dict[str, dict[str, Any]] = {
    "receipt": {**COMMON, "first_response": "by today 16:00"},
    "answer": {**COMMON, "body": "Your card's limit is > 100.", "author": "Olav", "is_reply": True},
    "problem_workaround": {**COMMON, "workaround": "Use the app.", "estimate": "by Friday"},
    "problem_resolved": {**COMMON, "solution": "We corrected it.", "cause": "A job ran twice."},
    "estimate_changed": {
        **COMMON,
        "estimate": "by Monday",
        "old_estimate": "by Friday",
        "reason": "A test failed.",
    },
    "portal_link": {**COMMON, "url": "http://bank.localhost:8000/x", "valid_for": "15 minutes"},
    "staff_clock_breached": {
        "person_name": "Olav",
        "breaches": [
            {
                "promise": "First response",
                "subject": "Case 48213",
                "due": "14:20",
                "url": "http://x",
            }
        ],
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


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_plain_text_with_a_subject_of_one_line(name: str) -> None:
    subject = render_to_string(f"mail/{name}_subject.txt", MAILS[name])
    body = render_to_string(f"mail/{name}.txt", MAILS[name])

    assert len(subject.strip().splitlines()) == 1
    assert "&amp;" not in subject + body
    assert "&#x27;" not in subject + body
    assert "{" not in body
    assert "\n\n\n" not in body
    assert not body.startswith("\n")


def test_a_receipt_repeats_nothing_that_the_customer_wrote() -> None:
    subject = render_to_string("mail/receipt_subject.txt", MAILS["receipt"])
    body = render_to_string("mail/receipt.txt", MAILS["receipt"])

    assert "money" not in subject + body


def test_a_date_told_for_the_first_time_is_no_apology() -> None:
    body = render_to_string("mail/estimate_changed.txt", {**COMMON, "estimate": "by Monday"})

    assert "sorry" not in body
    assert "by Monday" in body
