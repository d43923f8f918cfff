"""Which mails become a case, and which machines get no answer."""

from dataclasses import replace
from typing import Any

import pytest

from cases.intake.filters import MOST_HOPS, OurMail, Verdict, judge, may_acknowledge
from cases.intake.incoming import Address, DeliveryReport, Fate, IncomingMail, MachineMarks, Oddity
from servicedesk.mail.parsing import parse_mail

OURS = OurMail(
    message_id_domains=frozenset({"bank.reply.example"}),
    reply_domains=frozenset({"reply.example"}),
    addresses=frozenset({"help@bank.example"}),
    loop_tag="bank.servicedesk",
)
ADA = Address(name="Ada", email="ada@home.example")


def mail(**fields: Any) -> IncomingMail:
    """Return a mail from Ada to the bank's desk with some fields as given."""
    base = IncomingMail(
        sender=ADA,
        message_id="1@home.example",
        to=(Address(email="help@bank.example"),),
        subject="My card is lost",
        text="Please help.",
    )
    return replace(base, **fields)


def marked(**marks: Any) -> IncomingMail:
    """Return a mail from Ada with some marks of machines."""
    return mail(marks=MachineMarks(**marks))


def test_a_person_is_heard_and_told_so():
    assert judge(mail(), ours=OURS).verdict == Verdict.ACCEPTED
    assert may_acknowledge(mail())


@pytest.mark.parametrize(
    "returned",
    [
        mail(message_id="abc@bank.reply.example"),
        mail(message_id="ABC@Bank.Reply.Example"),
        mail(sender=Address(email="Help@Bank.example")),
        marked(loop_tags=("bank.servicedesk",)),
        marked(hops=MOST_HOPS),
        marked(received_count=51),
    ],
)
def test_our_own_mail_that_came_back_is_a_loop(returned):
    assert judge(returned, ours=OURS).verdict == Verdict.LOOP


def test_the_loop_tag_of_others_is_no_loop_of_ours():
    foreign = marked(loop_tags=("FreeBSD.org",), hops=MOST_HOPS - 1, received_count=50)

    assert judge(foreign, ours=OURS).verdict == Verdict.ACCEPTED
    assert not may_acknowledge(foreign)


def test_a_mail_without_an_id_is_no_loop():
    assert judge(mail(message_id=""), ours=OURS).verdict == Verdict.ACCEPTED


@pytest.mark.parametrize(
    "report",
    [
        mail(report=DeliveryReport(fates=(Fate(action="failed"),))),
        mail(return_path=""),
        mail(sender=Address(email="MAILER-DAEMON@x.example")),
        mail(sender=Address(name="Mail Delivery Subsystem", email="x@x.example")),
        mail(sender=Address(name="MAILER DAEMON")),
        mail(report=DeliveryReport(), marks=MachineMarks(auto_submitted="auto-replied")),
    ],
)
def test_a_mail_server_that_reports_is_a_bounce(report):
    assert judge(report, ours=OURS).verdict == Verdict.BOUNCE
    assert not may_acknowledge(report)


@pytest.mark.parametrize(
    "answer",
    [
        marked(auto_submitted="auto-replied"),
        marked(has_responder_header=True),
        marked(is_reading_receipt=True),
        marked(precedence="auto_reply"),
        mail(marks=MachineMarks(auto_submitted="auto-replied"), return_path=""),
        mail(marks=MachineMarks(is_reading_receipt=True), return_path=""),
        mail(
            marks=MachineMarks(auto_submitted="auto-generated"), in_reply_to="7@bank.reply.example"
        ),
        mail(
            marks=MachineMarks(auto_submitted="auto-generated"),
            delivered_to=("r+1.1@reply.example",),
        ),
        mail(subject="Automatic reply: Your case 12"),
        mail(subject="Automatische Antwort: Ihr Fall 12"),
        mail(subject="Réponse automatique : Votre dossier"),
    ],
)
def test_a_machine_that_answers_opens_no_case_and_gets_no_receipt(answer):
    assert judge(answer, ours=OURS).verdict == Verdict.AUTO_REPLY
    assert not may_acknowledge(answer)


@pytest.mark.parametrize(
    "machine",
    [
        marked(auto_submitted="auto-generated"),
        marked(precedence="bulk"),
        marked(precedence="list"),
        marked(precedence="junk"),
        marked(is_list_mail=True),
        marked(asks_for_no_reply=True),
        mail(sender=Address(email="noreply@shop.example")),
        mail(sender=Address(email="no-reply@shop.example")),
        mail(sender=Address(email="owner-list@shop.example")),
        mail(sender=Address(email="list-request@shop.example")),
        mail(sender=Address(email="postmaster@shop.example")),
        mail(oddities=frozenset({Oddity.SEVERAL_AUTHORS})),
    ],
)
def test_a_machine_that_writes_first_is_heard_but_gets_no_receipt(machine):
    assert judge(machine, ours=OURS).verdict == Verdict.ACCEPTED
    assert not may_acknowledge(machine)


def test_auto_submitted_no_is_a_person():
    person = marked(auto_submitted="no")

    assert judge(person, ours=OURS).verdict == Verdict.ACCEPTED
    assert may_acknowledge(person)


def test_a_mail_without_a_sender_waits_for_a_person():
    assert judge(mail(sender=Address(name="Ada")), ours=OURS).verdict == Verdict.NO_SENDER
    assert not may_acknowledge(mail(sender=Address()))


def test_a_mail_with_two_senders_waits_for_a_person():
    spoofed = mail(oddities=frozenset({Oddity.TWO_SENDERS}))

    assert judge(spoofed, ours=OURS).verdict == Verdict.SUSPICIOUS
    assert not may_acknowledge(spoofed)


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_says_why_in_a_sentence(verdict):
    examples = {
        Verdict.ACCEPTED: mail(),
        Verdict.AUTO_REPLY: marked(auto_submitted="auto-replied"),
        Verdict.BOUNCE: mail(return_path=""),
        Verdict.LOOP: marked(hops=MOST_HOPS),
        Verdict.NO_SENDER: mail(sender=Address()),
        Verdict.SUSPICIOUS: mail(oddities=frozenset({Oddity.TWO_SENDERS})),
    }

    judgement = judge(examples[verdict], ours=OURS)

    assert judgement.verdict == verdict
    assert judgement.reason.endswith(".")


HOLIDAY = b"From: Ada <ada@home.example>\r\nTo: r+1.2.3.4.abc@reply.example\r\nSubject: Away\r\n%s\r\n\r\nI am away.\r\n"


@pytest.mark.parametrize(
    "header",
    [
        b"Auto-Submitted: auto-replied (vacation)",
        b"auto-submitted: AUTO-REPLIED; owner-email=x",
        b"X-Autoreply: yes",
        b"X-Autorespond: yes",
        b"Precedence: auto_reply",
        b"Auto-Submitted: auto-generated",
    ],
)
def test_the_headers_of_responders_are_read(header):
    away = parse_mail(HOLIDAY % header)

    assert isinstance(away, IncomingMail)
    assert judge(away, ours=OURS).verdict == Verdict.AUTO_REPLY
    assert not may_acknowledge(away)


@pytest.mark.parametrize(
    "header",
    [
        b"X-Auto-Response-Suppress: OOF, AutoReply",
        b"X-Auto-Response-Suppress: All",
        b"List-Id: <help.bank.example>",
        b"List-Unsubscribe: <mailto:x@x.example>",
        b"Precedence: bulk",
        b"X-Loop: x",
        b"Return-Path: <>",
    ],
)
def test_the_headers_that_forbid_a_receipt_are_read(header):
    asked = parse_mail(HOLIDAY % header)

    assert isinstance(asked, IncomingMail)
    assert not may_acknowledge(asked)


def test_the_same_mail_without_such_headers_may_be_acknowledged():
    """The control of the two tests above."""
    plain = parse_mail(HOLIDAY % b"X-Other: x")

    assert isinstance(plain, IncomingMail)
    assert judge(plain, ours=OURS).verdict == Verdict.ACCEPTED
    assert may_acknowledge(plain)
