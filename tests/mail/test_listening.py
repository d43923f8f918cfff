"""Mail servers hand mail in: known addresses only, stored before the answer, within limits."""

import signal
import smtplib
import socket
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections

from cases.models import Case
from servicedesk.mail.addresses import answer_address, reply_keys
from servicedesk.mail.mailboxes import Incoming, Mailbox
from servicedesk.mail.models import RawMail
from servicedesk.mail.receiving import read_stored_mail
from servicedesk.mail.reply_tokens import ReplyKey, reply_address
from servicedesk.mail.smtp_dialogue import Limits
from servicedesk.upkeep.tasks import read_fresh_mail
from tests.mail.listening import Listening, mail_door, mail_of
from tests.make import AT, make_department, make_tenant
from tests.processes import free_port, manage, process, wait_for, worker
from workflow.branding import Brand
from workflow.tenancy.models import Tenant, TenantMailDomain
from workflow.tenancy.scope import tenant_scope


@pytest.fixture
def door(committing: None) -> Iterator[Listening]:
    """The door, open."""
    with mail_door() as opened:
        yield opened


@pytest.fixture
def bank(committed_tenant: Tenant) -> Tenant:
    """A tenant with a mail domain of its own."""
    TenantMailDomain.objects.create(
        tenant=committed_tenant, domain=f"{committed_tenant.slug}.example"
    )
    return committed_tenant


def mailbox_of(tenant: Tenant, *, name: str = "cards", incoming: Incoming = Incoming.LISTENER,
               is_active: bool = True) -> Mailbox:  # fmt: skip
    """Return a mailbox at the tenant's domain."""
    return Mailbox.objects.create(
        address=f"{name}@{tenant.slug}.example",
        brand=Brand.objects.create(name=name, sender_name=name),
        department=make_department("Cards"),
        incoming=incoming,
        is_active=is_active,
        next_fetch_at=AT if incoming == Incoming.IMAP else None,
    )


def usual_address(tenant: Tenant) -> str:
    """Return the address that every tenant has."""
    return f"support@{tenant.slug}.{settings.MAIL_DOMAIN}"


def refusal(client: smtplib.SMTP, recipient: str) -> int:
    """Return how a recipient is answered."""
    client.ehlo()
    client.mail("ingrid@example.org")
    return client.rcpt(recipient)[0]


def test_what_was_answered_with_250_is_stored_with_its_envelope(door, bank):
    raw = mail_of("stored")

    door.send(usual_address(bank), raw=raw)

    stored = RawMail.objects.get()
    assert bytes(stored.raw) == raw
    assert stored.delivered_to == usual_address(bank)
    assert stored.envelope_sender == "ingrid@example.org"
    assert stored.outcome == "received"
    assert wait_for(lambda: door.woken) == [(bank.pk, stored.pk)]


def test_a_worker_reads_what_was_stored(door, bank):
    door.send(usual_address(bank), raw=mail_of("read"))
    tenant_id, mail_id = wait_for(lambda: door.woken)[0]

    assert read_fresh_mail(tenant_id, mail_id) == "case"
    assert Case.objects.get().subject == "My card"


def test_a_mailbox_gives_its_cases_their_brand_and_queue(door, bank):
    mailbox = mailbox_of(bank)

    door.send(mailbox.address.upper(), raw=mail_of("brand"))

    stored = RawMail.objects.get()
    read_stored_mail(stored.pk, at=AT)
    case = Case.objects.get()
    assert stored.mailbox == mailbox
    assert case.brand == mailbox.brand
    assert case.queue == mailbox.department


def test_the_envelope_wins_over_the_headers(door, bank):
    mailbox = mailbox_of(bank)
    other = mailbox_of(bank, name="loans")
    raw = mail_of("envelope").replace(b"somebody@example.net", other.address.encode())

    door.send(mailbox.address, raw=raw, sender="")

    stored = RawMail.objects.get()
    read_stored_mail(stored.pk, at=AT)
    stored.refresh_from_db()
    # A null sender is that of a bounce, whatever From says.
    assert stored.envelope_sender == ""
    assert stored.mailbox == mailbox
    assert stored.outcome != "case"


@pytest.mark.parametrize(
    "address",
    [
        "stranger@example.com",
        "support@nobody-here.reply.localhost",
        "support@reply.localhost",
        "r+abcd.1.1.1.aaaaaaaaaaaaaaaaaaaaaaaa@reply.localhost",
        "support",
    ],
)
def test_nobody_elses_mail_is_taken_or_passed_on(door, bank, address):
    with door.smtp() as client:
        assert refusal(client, address) == 550
        assert client.docmd("DATA")[0] == 503


def test_an_address_that_is_no_mailbox_is_unknown_beside_one_that_is(door, bank):
    mailbox = mailbox_of(bank)

    with door.smtp() as client:
        assert refusal(client, f"other@{bank.slug}.example") == 550
        assert client.rcpt(mailbox.address)[0] == 250


@pytest.mark.parametrize(
    ("incoming", "is_active"),
    [(Incoming.LISTENER, False), (Incoming.IMAP, True), (Incoming.NONE, True)],
)
def test_a_mailbox_that_is_off_or_fetched_takes_nothing_here(door, bank, incoming, is_active):
    mailbox = mailbox_of(bank, incoming=incoming, is_active=is_active)

    with door.smtp() as client:
        assert refusal(client, mailbox.address) == 550


def test_a_mailbox_at_a_domain_of_another_tenant_takes_nothing(door, bank):
    thief = make_tenant()
    with tenant_scope(thief.pk):
        mailbox = mailbox_of(bank, name="stolen")

    with door.smtp() as client:
        assert refusal(client, mailbox.address) == 550


def test_an_answer_goes_to_the_tenant_that_signed_its_address(door, bank):
    address = answer_address(tenant_id=bank.pk, case_id=7, contact_id=8)
    forged = reply_address(
        ReplyKey(key_id=reply_keys()[0].key_id, secret=b"somebody else's secret"),
        tenant_id=bank.pk, case_id=7, contact_id=8, domain=settings.MAIL_DOMAIN,
    )  # fmt: skip

    with door.smtp() as client:
        assert refusal(client, forged) == 550
        assert client.rcpt(address)[0] == 250


def test_each_tenant_gets_the_mail_once_however_many_of_its_addresses_are_named(door, bank):
    other = make_tenant()
    answer = answer_address(tenant_id=bank.pk, case_id=7, contact_id=8)

    door.send(usual_address(bank), usual_address(other), answer, raw=mail_of("both"))

    assert RawMail.objects.get().delivered_to == answer
    with tenant_scope(other.pk):
        assert RawMail.objects.get().delivered_to == usual_address(other)


def test_a_mail_that_cannot_be_stored_for_all_is_stored_for_none_and_comes_again(door, bank):
    other = make_tenant()
    with connections["owner"].cursor() as at:
        at.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$;"
            "CREATE TRIGGER no_room BEFORE INSERT ON servicedesk_rawmail FOR EACH ROW"
            f" WHEN (NEW.tenant_id = {other.pk}) EXECUTE FUNCTION no_room()"
        )
    try:
        with door.smtp() as client, pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail(
                "ingrid@example.org", [usual_address(bank), usual_address(other)], mail_of("full")
            )
        assert refused.value.smtp_code == 451
        assert not RawMail.objects.exists()
    finally:
        with connections["owner"].cursor() as at:
            at.execute("DROP FUNCTION no_room() CASCADE")

    door.send(usual_address(bank), usual_address(other), raw=mail_of("full"))

    assert RawMail.objects.count() == 1


def test_at_most_fifty_recipients_are_taken_at_once(door, bank):
    with door.smtp() as client:
        client.ehlo()
        client.mail("ingrid@example.org")
        answers = [client.rcpt(usual_address(bank))[0] for _ in range(51)]

    assert answers == [250] * 50 + [452]


def test_a_mail_that_is_too_big_is_refused_when_it_is_announced_and_when_it_comes(bank):
    with mail_door(Limits(largest=10_000)) as door, door.smtp() as client:
        client.ehlo()
        assert client.mail("ingrid@example.org", ["SIZE=10001"])[0] == 552
        client.mail("ingrid@example.org")
        client.rcpt(usual_address(bank))
        assert client.data(mail_of("big") + b"x\r\n" * 4_000)[0] == 552
        # The dialogue goes on, and what fits is taken.
        client.sendmail("ingrid@example.org", [usual_address(bank)], mail_of("fits"))

    assert RawMail.objects.get().size < 10_000


def test_a_long_line_is_taken_and_a_monstrous_one_is_not(door, bank):
    with door.smtp() as client:
        client.sendmail("a@example.org", [usual_address(bank)], mail_of("long") + b"x" * 20_000)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail(
                "a@example.org", [usual_address(bank)], mail_of("monster") + b"x" * 1_100_000
            )

    assert refused.value.smtp_code == 500
    assert RawMail.objects.count() == 1


def test_a_mail_cannot_hide_another_one(door, bank):
    hidden = b"\n.\nMAIL FROM:<x@example.org>\n\r\n\n.\r\nQUIT"

    with door.smtp() as client:
        client.ehlo()
        client.mail("ingrid@example.org")
        client.rcpt(usual_address(bank))
        client.docmd("DATA")
        client.send(mail_of("outer") + hidden + b"\r\n..dotted\r\n.\r\n")
        assert client.getreply()[0] == 250

    assert bytes(RawMail.objects.get().raw).endswith(hidden + b"\r\n.dotted\r\n")


def test_one_connection_too_many_is_sent_away_until_another_ends(bank):
    with mail_door(Limits(connections=1)) as door:
        with door.smtp() as first:
            with pytest.raises(smtplib.SMTPConnectError) as refused:
                door.smtp()
            assert refused.value.smtp_code == 421
            assert refusal(first, usual_address(bank)) == 250

        wait_for(lambda: is_greeted(door.port), why="the next one to be let in")


def is_greeted(port: int) -> bool:
    """Whether somebody new is let in."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        return client.recv(3) == b"220"


def test_who_says_nothing_is_not_waited_for(committing):
    with mail_door(Limits(idle_seconds=0.2)) as door, socket.create_connection(
        ("127.0.0.1", door.port), timeout=20
    ) as client:  # fmt: skip
        greeting = client.recv(1000)

        assert greeting.startswith(b"220")
        assert client.recv(1000) == b""


def test_lmtp_answers_for_each_recipient(door, bank):
    def said(number: int) -> list[bytes]:
        lines = [answers.readline() for _ in range(number)]
        return [line[:4] for line in lines]

    with door.lmtp() as client, client.makefile("rb") as answers:
        said(1)
        client.sendall(b"EHLO mail.example\r\n")
        assert said(1) == [b"500 "]
        client.sendall(b"LHLO mail.example\r\n")
        while answers.readline()[3:4] == b"-":
            pass
        client.sendall(b"MAIL FROM:<ingrid@example.org>\r\n")
        for address in (usual_address(bank), "nobody@example.com", usual_address(bank)):
            client.sendall(f"RCPT TO:<{address}>\r\n".encode())
        assert said(4) == [b"250 ", b"250 ", b"550 ", b"250 "]
        client.sendall(b"DATA\r\n" + mail_of("local") + b".\r\n")
        assert said(3) == [b"354 ", b"250 ", b"250 "]

    assert RawMail.objects.count() == 1


def test_what_was_stored_outlives_the_process_that_stored_it(bank):
    port = free_port()
    with process(*manage("listen_for_mail", f"--port={port}", "--lmtp-port=0")) as listener:
        wait_for(lambda: can_connect(port), why="the listener")
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.sendmail("ingrid@example.org", [usual_address(bank)], mail_of("killed"))
            listener.send_signal(signal.SIGKILL)

    assert RawMail.objects.count() == 1


@pytest.mark.usefixtures("emptied")
def test_a_mail_handed_in_becomes_a_case_without_anybody_asking(bank):
    port = free_port()
    with process(*manage("listen_for_mail", f"--port={port}")), process(*worker("mail")):
        wait_for(lambda: can_connect(port), why="the listener")
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.sendmail("ingrid@example.org", [usual_address(bank)], mail_of("by itself"))

        assert wait_for(lambda: Case.objects.filter(subject="My card").exists(), seconds=120)


def test_the_listener_ends_when_it_is_told_to(committing):
    port = free_port()
    with process(*manage("listen_for_mail", f"--port={port}", "--lmtp-port=0")) as listener:
        wait_for(lambda: can_connect(port), why="the listener")
        listener.send_signal(signal.SIGTERM)

        assert listener.wait(30) == 0


def can_connect(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
