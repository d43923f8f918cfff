"""What could not be delivered and what became no case: seen, decided about, remembered."""

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from cases.models import Case
from servicedesk.mail.deciding import header_in
from servicedesk.mail.models import RawMail
from servicedesk.mail.receiving import receive_mail
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import NotificationKind
from tests.make import make_case, make_user
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.models import Entry
from workflow.outbox.models import Delivery, Effect
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

NEWSLETTER = b"""From: Mailer <mailer-daemon@example.org>
To: support@bank.example
Subject: =?utf-8?q?Out_of_office?=
Message-ID: <1@example.org>
Auto-Submitted: auto-replied

I am on holiday. <script>alert(1)</script>
"""
NOBODY = b"""To: support@bank.example
Subject: Who am I?
Message-ID: <2@example.org>

Guess.
"""


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


# ---- dead letters ----------------------------------------------------------------------------


def dead_effect() -> Effect:
    """Return a mail to a customer that failed for good."""
    case = make_case(at=now())
    asked = Asked(
        key=f"receipt:{case.pk}",
        kind=NotificationKind.RECEIPT,
        contact_id=case.contact_id,
        case_id=case.pk,
    )
    notify([asked], at=now())
    effect = Effect.objects.get(key=asked.key)
    Effect.objects.filter(pk=effect.pk).update(
        state="dead", attempts=10, last_error="SMTPRecipientsRefused"
    )
    return effect


def dead_delivery() -> Delivery:
    """Return a piece of news that a subscriber could not take."""
    make_case(at=now())
    delivery = Delivery.objects.order_by("id")[0]
    Delivery.objects.filter(pk=delivery.pk).update(state="dead", last_error="ValueError")
    return delivery


def test_what_failed_is_named_by_what_people_know(client: Client) -> None:
    dead_effect()
    dead_delivery()

    page = client.get("/settings/not-delivered/").content.decode()

    assert "Receipt to Ingrid Solheim" in page
    assert "SMTPRecipientsRefused" in page
    assert "Case 1" in page
    assert "A case was opened" in page
    assert "holds back" in page


@pytest.mark.parametrize(("action", "state"), [("retry", "pending"), ("give_up", "given_up")])
def test_a_mail_is_tried_again_or_given_up(client: Client, action: str, state: str) -> None:
    effect = dead_effect()
    form = {"kind": "effect", "id": effect.pk, "action": action}

    answer = client.post("/settings/not-delivered/", form)

    effect.refresh_from_db()
    assert (answer.status_code, effect.state) == (302, state)
    assert Entry.objects.filter(action="delivery.retried", subject_id=effect.pk).count() == 1
    again = client.post("/settings/not-delivered/", form)
    assert again.status_code == 409
    assert "not waiting for anybody any more" in again.content.decode()


def test_all_news_are_tried_again_at_once(client: Client) -> None:
    dead_delivery()
    Delivery.objects.update(state="dead")

    client.post("/settings/not-delivered/", {"kind": "news", "action": "retry_all"})

    assert not Delivery.objects.filter(state="dead").exists()


# ---- quarantine ------------------------------------------------------------------------------


def decide(client: Client, mail: RawMail, action: str) -> Any:
    """Press a button beside a mail."""
    return client.post("/settings/mail/", {"id": mail.pk, "action": action}, follow=True)


def test_a_mail_can_be_looked_at_as_plain_text(client: Client) -> None:
    mail = receive_mail(NEWSLETTER, at=now())

    listed = client.get(f"/settings/mail/?show={mail.outcome}").content.decode()
    page = client.get(f"/settings/mail/?show={mail.outcome}&look={mail.pk}").content.decode()

    assert "Out of office" in listed
    assert "mailer-daemon@example.org" in listed
    assert "I am on holiday." not in listed
    assert "I am on holiday. &lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_mail_is_taken_as_a_case_despite_the_filters(client: Client) -> None:
    mail = receive_mail(NEWSLETTER, at=now())
    assert Case.objects.count() == 0

    page = decide(client, mail, "release").content.decode()

    assert "It became a case." in page
    mail.refresh_from_db()
    assert mail.case is not None
    assert mail.message is not None
    assert mail.message.text.startswith("I am on holiday.")
    assert Entry.objects.get(action="mail.released").changes["despite_filters"] is True


def test_a_mail_that_is_read_again_meets_the_filters_again(client: Client) -> None:
    mail = receive_mail(NEWSLETTER, at=now())
    before = mail.outcome

    decide(client, mail, "retry")

    mail.refresh_from_db()
    assert mail.outcome == before
    assert Case.objects.count() == 0


def test_a_mail_is_rejected_for_good_and_only_once(client: Client) -> None:
    mail = receive_mail(NEWSLETTER, at=now())

    decide(client, mail, "reject")

    mail.refresh_from_db()
    assert mail.outcome == "rejected"
    assert bytes(mail.raw) == NEWSLETTER
    for action in ("reject", "release", "retry"):
        assert decide(client, mail, action).status_code == 409


def test_a_mail_without_a_sender_cannot_be_taken(client: Client) -> None:
    mail = receive_mail(NOBODY, at=now())

    answer = decide(client, mail, "release")

    assert answer.status_code == 409
    assert "names no sender" in answer.content.decode()
    mail.refresh_from_db()
    assert mail.outcome == "quarantined"


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"Subject: plain\n\nSubject: body", "plain"),
        (b"X: 1\r\nsubject:\r\n folded\r\n\tonce\r\n\r\n", "folded once"),
        (b"Subject: \xff\x00\x1b[31m\n\n", "\ufffd[31m"),
        (b"", ""),
        (b"\n\nSubject: body", ""),
    ],
)
def test_a_header_is_read_without_trusting_it(head: bytes, said: str) -> None:
    assert header_in(head, "Subject").replace(" ", "") == said.replace(" ", "")
