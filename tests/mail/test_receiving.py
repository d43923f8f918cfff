"""A mail is stored, read, and ends where somebody sees it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases.conversation import answer_case
from cases.lifecycle import resolve_case
from cases.models import Case, Message
from customers.models import Contact, ContactAddress
from servicedesk.mail.addresses import answer_address, proof_of_sending
from servicedesk.mail.models import RawMail
from servicedesk.mail.receiving import (
    read_stored_mail,
    read_unread_mails,
    receive_mail,
    store_mail,
)
from servicedesk.notifications.models import Notification
from tests.hearing import hear_everything
from tests.make import AT, HOUR, make_actor
from workflow.clocks.models import ServiceLevel

HEAD = "From: Ingrid Solheim <ingrid@example.org>\nTo: support@desk.example\n"


def mail(
    *, number: int = 1, text: str = "Where is my card?", head: str = "", sender: str = HEAD
) -> bytes:
    return (
        f"{sender}Subject: My card\nMessage-ID: <{number}@example.org>\n{head}\n{text}\n"
    ).encode()


def test_a_mail_of_a_new_sender_becomes_a_case_and_a_contact(tenant: Any) -> None:
    received = receive_mail(mail(), at=AT)

    assert received.outcome == "case"
    case = Case.objects.get()
    assert case.contact.name == "Ingrid Solheim"
    assert ContactAddress.objects.get().value == "ingrid@example.org"
    assert case.messages.get().text.strip() == "Where is my card?"


def test_the_bytes_are_kept_as_they_came(tenant: Any) -> None:
    raw = mail(text="\x00 odd \xff".encode("latin-1").decode("latin-1"))

    stored = store_mail(raw, recipient="support@desk.example", at=AT)

    assert bytes(RawMail.objects.get(pk=stored.pk).raw) == raw
    with pytest.raises(IntegrityError), transaction.atomic():
        RawMail.objects.filter(pk=stored.pk).update(raw=b"something else")


def test_the_same_mail_twice_is_a_duplicate(tenant: Any) -> None:
    first = receive_mail(mail(), at=AT)
    second = receive_mail(mail(), at=AT + HOUR)
    by_another_way = receive_mail(mail(head="Received: from elsewhere\n"), at=AT + HOUR)

    assert (second.outcome, by_another_way.outcome) == ("duplicate", "duplicate")
    assert second.case_id == first.case_id
    assert Message.objects.count() == 1


def test_a_second_mail_of_a_sender_is_a_case_of_its_own(tenant: Any) -> None:
    receive_mail(mail(number=1), at=AT)
    receive_mail(mail(number=2), at=AT + HOUR)

    assert Case.objects.count() == 2
    assert Contact.objects.count() == 1


def test_reading_a_mail_again_changes_nothing(tenant: Any) -> None:
    received = receive_mail(mail(), at=AT)

    read_stored_mail(received.pk, at=AT + HOUR)

    assert Message.objects.count() == 1


def test_an_answer_to_our_signed_address_joins_its_case(tenant: Any) -> None:
    case = receive_mail(mail(), at=AT).case
    assert case is not None
    address = answer_address(tenant_id=tenant.pk, case_id=case.pk, contact_id=case.contact_id)

    reply = receive_mail(mail(number=2).replace(b"support@desk.example", address.encode()), at=AT)

    assert (reply.outcome, reply.case_id) == ("message", case.pk)


def test_a_signed_address_in_a_strangers_hand_opens_no_door(tenant: Any) -> None:
    case = receive_mail(mail(), at=AT).case
    assert case is not None
    address = answer_address(tenant_id=tenant.pk, case_id=case.pk, contact_id=case.contact_id)
    forged = mail(number=2, sender=f"From: Mallory <m@evil.example>\nTo: {address}\n")

    received = receive_mail(forged, at=AT)

    assert received.outcome == "case"
    assert received.case_id != case.pk
    other = received.case
    assert other is not None
    assert other.messages.get(direction="in").is_unverified
    assert f"#{case.number}" in other.messages.get(direction="note").text
    assert Message.objects.filter(case=case).count() == 1


def test_a_signed_address_of_another_tenant_counts_for_nothing(
    tenant: Any, other_tenant: Any
) -> None:
    case = receive_mail(mail(), at=AT).case
    assert case is not None
    foreign = answer_address(tenant_id=other_tenant.pk, case_id=case.pk, contact_id=case.contact_id)

    received = receive_mail(
        mail(number=2).replace(b"support@desk.example", foreign.encode()), at=AT
    )

    assert received.case_id != case.pk


def test_an_answered_message_id_joins_nothing_and_is_shown_to_agents(tenant: Any) -> None:
    case = receive_mail(mail(), at=AT).case
    assert case is not None

    own = receive_mail(mail(number=2, head="In-Reply-To: <1@example.org>\n"), at=AT + HOUR).case
    strange = receive_mail(
        mail(
            number=3,
            head="In-Reply-To: <1@example.org>\n",
            sender="From: m@evil.example\nTo: support@desk.example\n",
        ),
        at=AT + HOUR,
    ).case

    assert own is not None
    assert strange is not None
    assert Message.objects.filter(case=case).count() == 1
    assert own.follows_id == case.pk
    assert not own.messages.get(direction="in").is_unverified
    assert strange.follows_id is None
    assert strange.messages.get(direction="in").is_unverified
    for other in (own, strange):
        assert f"#{case.number}" in other.messages.get(direction="note").text


def test_a_number_in_the_subject_joins_nothing(tenant: Any) -> None:
    case = receive_mail(mail(), at=AT).case
    assert case is not None

    received = receive_mail(
        mail(number=2).replace(b"My card", f"Re: My card [{case.number}]".encode()), at=AT
    )

    assert received.case_id != case.pk


def test_an_automatic_reply_opens_no_case_and_is_kept_where_it_belongs(tenant: Any) -> None:
    case = receive_mail(mail(), at=AT).case
    resolve_case(case_id=case.pk, actor=make_actor(), at=AT + HOUR)  # type: ignore[union-attr]

    address = answer_address(tenant_id=tenant.pk, case_id=case.pk, contact_id=case.contact_id)  # type: ignore[union-attr]
    known = receive_mail(
        mail(
            number=2,
            text="I am away.",
            head="Auto-Submitted: auto-replied\n",
            sender=HEAD.replace("support@desk.example", address),
        ),
        at=AT + 2 * HOUR,
    )
    unknown = receive_mail(
        mail(
            number=3,
            head="Auto-Submitted: auto-replied\n",
            sender="From: robot@elsewhere.example\nTo: support@desk.example\n",
        ),
        at=AT + 2 * HOUR,
    )

    assert (known.outcome, known.message is not None) == ("auto_reply", True)
    assert (unknown.outcome, unknown.message) == ("auto_reply", None)
    assert Case.objects.get().state == "resolved"


def test_what_cannot_be_read_stands_in_quarantine_with_the_reason(tenant: Any) -> None:
    received = receive_mail(b"", at=AT)

    assert received.outcome == "quarantined"
    assert "empty" in received.reason


def test_a_refused_mail_is_not_lost(tenant: Any) -> None:
    ServiceLevel.objects.update(is_default=False)

    received = receive_mail(mail(), at=AT)

    assert received.outcome == "quarantined"
    assert "service level" in received.reason


def test_our_own_mail_that_comes_back_is_a_loop(tenant: Any) -> None:
    receive_mail(mail(), at=AT)
    hear_everything()
    ours = Notification.objects.get(kind="receipt").mail_id

    received = receive_mail(mail().replace(b"1@example.org", ours.encode()), at=AT + HOUR)

    assert received.outcome == "loop"


def test_mail_that_came_back_for_good_ends_mail_to_that_address(tenant: Any) -> None:
    case = receive_mail(mail(), at=AT).case
    answer_case(case_id=case.pk, text="It is on its way.", actor=make_actor(), at=AT + HOUR)  # type: ignore[union-attr]
    hear_everything()
    ours = Notification.objects.get(kind="answer").mail_id
    proof = proof_of_sending(ours, recipient="ingrid@example.org")
    bounce = BOUNCE.format(ours=ours, proof=proof).encode()

    received = receive_mail(bounce, at=AT + 2 * HOUR)

    assert received.outcome == "bounce"
    assert ContactAddress.objects.get().bounced_at == AT + 2 * HOUR


BOUNCE = """Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@mx.example>
To: support@desk.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-1@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The address does not exist.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ingrid@example.org
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822-headers

Message-ID: <{ours}>
X-Servicedesk-Proof: {proof}
Subject: Re: My card

--b--
"""


def test_attachments_lie_under_keys_of_the_tenant(
    tenant: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    raw = (
        HEAD + "Subject: Statement\nMessage-ID: <a@example.org>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSee file.\n'
        '--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="../../x.pdf"\n'
        "Content-Transfer-Encoding: base64\n\nQUJD\n--b--\n"
    ).encode()

    received = receive_mail(raw, at=AT)

    assert received.message is not None
    attachment = received.message.attachments.get()
    assert attachment.key.startswith(f"{tenant.pk}/2026/03/")
    assert ".." not in attachment.name
    assert (tmp_path / attachment.key).read_bytes() == b"ABC"


def test_html_is_cleaned_before_it_is_stored(tenant: Any) -> None:
    raw = (
        HEAD + "Subject: Hi\nMessage-ID: <h@example.org>\nMIME-Version: 1.0\n"
        "Content-Type: text/html; charset=utf-8\n\n"
        '<p onclick="x()">Hello <script>alert(1)</script><b>you</b></p>\n'
    ).encode()

    message = receive_mail(raw, at=AT).message

    assert message is not None
    assert "script" not in message.html
    assert "onclick" not in message.html
    assert "<b>you</b>" in message.html


def test_a_mail_that_nobody_read_is_found_and_read(committed_tenant: Any) -> None:
    stored = store_mail(mail(text="Is anybody there?"), recipient="", at=AT)

    read_unread_mails(at=AT + HOUR)

    assert RawMail.objects.get(pk=stored.pk).outcome == "case"
