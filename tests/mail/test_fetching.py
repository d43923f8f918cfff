"""A tenant's mail is fetched from a real IMAP server: nothing lost, nothing twice."""

import ipaddress
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from time import monotonic

import pytest

from cases.models import Case, Message
from servicedesk.limits import connection as redis_of_limits
from servicedesk.mail.fetching import (
    claim,
    due_mailboxes,
    fetch_due_mailboxes,
    fetch_mailbox,
    pause_after,
)
from servicedesk.mail.keeping_mailboxes import (
    BadMailbox,
    ImapAccess,
    save_mailbox,
    set_mailbox_active,
)
from servicedesk.mail.mailboxes import Afterwards, FetchFault, Incoming, Mailbox, Security
from servicedesk.mail.models import RawMail
from servicedesk.mail.receiving import receive_mail, store_mail
from servicedesk.mail.trying import TooManyTests, try_mailbox
from tests.mail.dovecot import PASSWORD, PROGRAM, Dovecot, dovecot
from tests.mail.listening import mail_of
from tests.make import AT, HOUR, MINUTE, make_actor, make_department
from tests.processes import free_port, process, run_manage, wait_for, worker
from workflow.branding import Brand, default_brand
from workflow.people.permissions import Role

pytestmark = pytest.mark.imap

_names = count(1)
OWN_NETWORK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    """The IMAP server, for all tests of this module."""
    assert PROGRAM.exists(), "Install Debian's dovecot-imapd."
    with dovecot() as running:
        yield running


@pytest.fixture(autouse=True)
def _trusted(server, settings, monkeypatch):
    """Trust the server's certificate and let its network be called."""
    monkeypatch.setenv("SSL_CERT_FILE", server.certificate)
    settings.OUTBOUND_ALLOWED = OWN_NETWORK


def mailbox_at(server: Dovecot, *, password: str = PASSWORD, **access: object) -> Mailbox:
    """Return a mailbox with an account of its own at the server."""
    name = f"desk{next(_names)}"
    wanted = {
        "host": "127.0.0.1", "port": server.tls_port, "username": name, "password": password,
    } | access  # fmt: skip
    return save_mailbox(
        mailbox_id=None,
        address=f"{name}@bank.example",
        brand=default_brand(),
        department=make_department("Cards"),
        incoming=Incoming.IMAP,
        access=ImapAccess(**wanted),  # type: ignore[arg-type]
        actor=make_actor(Role.ADMIN),
        at=AT,
    )


def now_of(mailbox: Mailbox) -> Mailbox:
    """Return the mailbox as it is stored."""
    return Mailbox.objects.get(pk=mailbox.pk)


def test_a_new_mail_becomes_a_case_and_is_marked_as_seen(tenant, server):
    mailbox = mailbox_at(server)
    Mailbox.objects.filter(pk=mailbox.pk).update(
        brand=Brand.objects.create(name="Cards", sender_name="Cards")
    )
    server.put(mailbox.username, mail_of("new"))

    assert fetch_mailbox(mailbox.pk, at=AT) == 1

    case = Case.objects.get(brand__name="Cards", queue__name="Cards")
    assert case.subject == "My card"
    assert bytes(RawMail.objects.get().raw) == mail_of("new")
    assert server.count(mailbox.username, "UNSEEN") == 0
    assert now_of(mailbox).last_fetched_at == AT
    assert now_of(mailbox).next_fetch_at == AT + MINUTE


def test_what_was_read_before_the_mailbox_was_set_up_stays_where_it_is(tenant, server):
    mailbox = mailbox_at(server)
    server.put(mailbox.username, mail_of("old"), flags=r"\Seen")
    server.put(mailbox.username, mail_of("new"))

    assert fetch_mailbox(mailbox.pk, at=AT) == 1
    assert fetch_mailbox(mailbox.pk, at=AT + MINUTE) == 0


def test_a_later_mail_is_fetched_even_if_somebody_has_read_it(tenant, server):
    mailbox = mailbox_at(server)
    fetch_mailbox(mailbox.pk, at=AT)
    server.put(mailbox.username, mail_of("later"))
    server.see(mailbox.username)

    assert fetch_mailbox(mailbox.pk, at=AT + MINUTE) == 1
    assert fetch_mailbox(mailbox.pk, at=AT + 2 * MINUTE) == 0


def test_fetched_mails_are_moved_where_the_admin_wants_them(tenant, server):
    mailbox = mailbox_at(server, afterwards=Afterwards.MOVE, move_to="Done")
    server.put(mailbox.username, folder="Done")
    server.put(mailbox.username, mail_of("one"), mail_of("two"))

    assert fetch_mailbox(mailbox.pk, at=AT) == 2

    assert server.count(mailbox.username, "ALL") == 0
    assert server.count(mailbox.username, "ALL", folder="Done") == 2


def test_a_folder_to_move_to_that_is_not_there_holds_up_no_mail(tenant, server):
    mailbox = mailbox_at(server, afterwards=Afterwards.MOVE, move_to="Nowhere")
    server.put(mailbox.username, mail_of("one"), mail_of("two"))

    assert fetch_mailbox(mailbox.pk, at=AT) == 2
    assert now_of(mailbox).last_error == FetchFault.FOLDER
    assert fetch_mailbox(mailbox.pk, at=AT + HOUR) == 0
    assert Case.objects.count() == 2


def test_a_crash_between_storing_and_marking_makes_no_second_case(tenant, server):
    mailbox = mailbox_at(server)
    fetch_mailbox(mailbox.pk, at=AT)
    server.put(mailbox.username, mail_of("crash"), mail_of("after"))
    # What is there after such a crash: the first mail is stored, and the server does not know.
    store_mail(mail_of("crash"), recipient=mailbox.address, mailbox_id=mailbox.pk, at=AT)

    assert fetch_mailbox(mailbox.pk, at=AT + MINUTE) == 1

    assert RawMail.objects.count() == 2
    assert server.count(mailbox.username, "UNSEEN") == 0


def test_a_folder_in_a_new_life_loses_nothing_and_repeats_nothing(tenant, server):
    mailbox = mailbox_at(server, folder="Desk")
    server.put(mailbox.username, mail_of("kept"), folder="Desk")
    fetch_mailbox(mailbox.pk, at=AT)
    before = now_of(mailbox)

    server.remove_folder(mailbox.username, "Desk")
    server.put(mailbox.username, mail_of("kept"), mail_of("came meanwhile"), folder="Desk")
    server.see(mailbox.username, folder="Desk")
    assert fetch_mailbox(mailbox.pk, at=AT + MINUTE) == 1

    assert now_of(mailbox).uid_validity != before.uid_validity
    assert Case.objects.count() == 2
    assert Message.objects.count() == 2


def test_a_mail_that_came_by_another_way_too_is_one_case(tenant, server):
    mailbox = mailbox_at(server)
    receive_mail(mail_of("twice"), at=AT)
    server.put(mailbox.username, mail_of("twice"))

    fetch_mailbox(mailbox.pk, at=AT)

    assert Case.objects.count() == 1
    assert RawMail.objects.latest("id").outcome == "duplicate"


def test_a_wrong_password_is_said_and_tried_less_and_less_often(tenant, server):
    mailbox = mailbox_at(server, password="wrong")

    for number, pause in enumerate((2, 4, 8)):
        at = AT + number * HOUR
        fetch_mailbox(mailbox.pk, at=at)
        assert now_of(mailbox).last_error == FetchFault.REFUSED
        assert now_of(mailbox).next_fetch_at == at + pause * MINUTE


def test_the_right_password_is_tried_at_once_and_clears_the_fault(tenant, server):
    mailbox = mailbox_at(server, password="wrong")
    server.put(mailbox.username, mail_of("waited"))
    fetch_mailbox(mailbox.pk, at=AT)

    save_mailbox(
        mailbox_id=mailbox.pk,
        address=mailbox.address,
        brand=mailbox.brand,
        department=mailbox.department,
        incoming=Incoming.IMAP,
        access=ImapAccess(
            host="127.0.0.1", port=server.tls_port, username=mailbox.username, password=PASSWORD
        ),
        actor=make_actor(Role.ADMIN),
        at=AT + MINUTE,
    )

    assert fetch_mailbox(mailbox.pk, at=AT + MINUTE) == 1
    assert (now_of(mailbox).last_error, now_of(mailbox).failures) == ("", 0)


def test_nobody_waits_longer_than_an_hour_after_any_number_of_faults():
    assert pause_after(1_000) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("access", "fault"),
    [
        ({"port": free_port()}, FetchFault.UNREACHABLE),
        ({"host": "no-such-host.invalid"}, FetchFault.UNREACHABLE),
        ({"host": "127.0.0.2"}, FetchFault.UNREACHABLE),
        ({"folder": "Nowhere"}, FetchFault.FOLDER),
    ],
)
def test_what_is_wrong_stands_on_the_mailbox(tenant, server, access, fault):
    mailbox = mailbox_at(server, **access)

    assert fetch_mailbox(mailbox.pk, at=AT) == 0

    assert now_of(mailbox).last_error == fault


def test_starttls_is_private_before_the_password_is_said(tenant, server):
    mailbox = mailbox_at(server, port=server.port, security=Security.STARTTLS)
    server.put(mailbox.username, mail_of("upgraded"))

    assert fetch_mailbox(mailbox.pk, at=AT) == 1


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_server_that_cannot_be_trusted_gets_no_password(tenant, server, monkeypatch, security):
    port = server.tls_port if security == Security.TLS else server.port
    mailbox = mailbox_at(server, port=port, security=security)
    monkeypatch.delenv("SSL_CERT_FILE")

    fetch_mailbox(mailbox.pk, at=AT)

    assert now_of(mailbox).last_error == FetchFault.UNREACHABLE


def test_an_inner_host_is_not_called_though_a_server_is_there(tenant, server, settings):
    mailbox = mailbox_at(server)
    server.put(mailbox.username, mail_of("inner"))
    settings.OUTBOUND_ALLOWED = ()

    assert fetch_mailbox(mailbox.pk, at=AT) == 0
    assert now_of(mailbox).last_error == FetchFault.UNREACHABLE
    settings.OUTBOUND_ALLOWED = OWN_NETWORK
    assert fetch_mailbox(mailbox.pk, at=AT + HOUR) == 1


def test_a_password_sealed_with_a_lost_key_is_asked_for_again(tenant, server, settings):
    mailbox = mailbox_at(server)
    settings.SECRET_KEY = "another key"
    settings.SECRET_KEY_FALLBACKS = []

    fetch_mailbox(mailbox.pk, at=AT)

    assert now_of(mailbox).last_error == FetchFault.SECRET


def test_a_mailbox_is_fetched_by_one_at_a_time(tenant, server):
    mailbox = mailbox_at(server)

    assert claim(mailbox.pk, at=AT) is not None
    assert claim(mailbox.pk, at=AT) is None
    # Whoever died while fetching is not waited for for ever.
    assert claim(mailbox.pk, at=AT + 5 * MINUTE) is not None


def test_tick_finds_what_is_due_and_in_use(committed_tenant, server):
    mailbox = mailbox_at(server)
    off = mailbox_at(server)
    set_mailbox_active(mailbox_id=off.pk, is_active=False, actor=make_actor(Role.ADMIN), at=AT)
    server.put(mailbox.username, mail_of("due"))

    assert (committed_tenant.pk, mailbox.pk) in due_mailboxes(at=AT)
    assert (committed_tenant.pk, off.pk) not in due_mailboxes(at=AT)
    assert (committed_tenant.pk, mailbox.pk) not in due_mailboxes(at=AT - MINUTE)
    fetch_due_mailboxes(at=AT, at_most=50)
    assert Case.objects.count() == 1


@pytest.mark.usefixtures("emptied")
def test_tick_and_a_worker_fetch_without_anybody_asking(committed_tenant, server):
    mailbox = mailbox_at(server)
    server.put(mailbox.username, mail_of("by itself"))

    with process(*worker("mail", "bulk"), OUTBOUND_ALLOWED="127.0.0.0/8"):
        run_manage("tick", "--once")

        assert wait_for(lambda: Case.objects.filter(subject="My card").exists(), seconds=300)


def test_a_changed_server_gets_no_password_that_was_given_for_another(tenant, server):
    mailbox = mailbox_at(server)

    with pytest.raises(BadMailbox) as refused:
        save_mailbox(
            mailbox_id=mailbox.pk,
            address=mailbox.address,
            brand=mailbox.brand,
            department=mailbox.department,
            incoming=Incoming.IMAP,
            access=ImapAccess(host="mail.thief.example", username=mailbox.username),
            actor=make_actor(Role.ADMIN),
            at=AT,
        )

    assert refused.value.field == "password"


@pytest.fixture
def _fresh_limits():
    """Begin with no tries counted."""
    for key in redis_of_limits().scan_iter("limit:*mailbox-test*"):
        redis_of_limits().delete(key)


@pytest.mark.parametrize(
    ("access", "fault"),
    [
        ({}, FetchFault.NOTHING),
        ({"password": "wrong"}, FetchFault.REFUSED),
        ({"folder": "Nowhere"}, FetchFault.FOLDER),
    ],
)
@pytest.mark.usefixtures("_fresh_limits")
def test_the_test_says_how_far_it_came(tenant, server, access, fault):
    found = try_mailbox(mailbox_at(server, **access), actor=make_actor(Role.ADMIN), at=AT)

    assert found == fault


@pytest.mark.parametrize(
    "access",
    [
        {"port": free_port()},
        {"host": "no-such-host.invalid", "port": 993},
        {"host": "192.168.0.1", "port": 993},
        {"host": "169.254.169.254", "port": 143},
        {"host": "127.0.0.1", "port": 22},
        {"security": Security.STARTTLS},
    ],
)
@pytest.mark.usefixtures("_fresh_limits")
def test_the_test_cannot_be_used_to_find_out_what_runs_where(tenant, server, access):
    mailbox = mailbox_at(server, **access)
    began = monotonic()

    found = try_mailbox(mailbox, actor=make_actor(Role.ADMIN), at=AT, budget_seconds=0.7)

    assert found == FetchFault.UNREACHABLE
    assert 0.7 <= monotonic() - began < 2


@pytest.mark.usefixtures("_fresh_limits")
def test_connections_are_not_tried_again_and_again(tenant, server):
    mailbox, admin = mailbox_at(server), make_actor(Role.ADMIN)
    for _ in range(6):
        try_mailbox(mailbox, actor=admin, at=AT)

    with pytest.raises(TooManyTests):
        try_mailbox(mailbox, actor=admin, at=AT)
    assert try_mailbox(mailbox, actor=admin, at=AT + HOUR) == FetchFault.NOTHING
