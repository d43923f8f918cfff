"""Brands and mailboxes: who may have which address, and under which name a mail leaves."""

from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from cases.conversation import add_customer_message, answer_case
from cases.lifecycle import close_case, resolve_case
from cases.models import Case
from cases.states import Channel
from servicedesk.mail.keeping_mailboxes import (
    BadMailbox,
    ImapAccess,
    NoSuchMailbox,
    save_mailbox,
    set_mailbox_active,
)
from servicedesk.mail.mailboxes import Afterwards, Incoming, Mailbox
from servicedesk.mail.models import RawMail
from servicedesk.mail.receiving import receive_mail
from servicedesk.mail.sending import compose
from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.models import Notification
from servicedesk.sealing import unseal
from tests.hearing import hear_everything
from tests.mail.listening import mail_of
from tests.make import AT, DAY, HOUR, make_actor, make_case, make_department, make_tenant
from tests.surfaces.counting import counted, told
from workflow.branding import BadBrand, Brand, default_brand, make_default, save_brand
from workflow.history.models import Entry
from workflow.people.actors import NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant, TenantMailDomain
from workflow.tenancy.scope import tenant_scope

SECRET = "correct horse, Bücherei"
ACCESS = ImapAccess(host="imap.bank.example", username="desk", password=SECRET)


def own_domain(tenant: Tenant, domain: str = "bank.example") -> None:
    """Let mail to a domain be the tenant's."""
    TenantMailDomain.objects.create(tenant=tenant, domain=domain)


def save(address: str, *, incoming: Incoming = Incoming.LISTENER, mailbox: Mailbox | None = None,
         brand: Brand | None = None, access: ImapAccess | None = None,
         role: Role = Role.ADMIN) -> Mailbox:  # fmt: skip
    """Add or change a mailbox as an administrator does."""
    return save_mailbox(
        mailbox_id=mailbox.pk if mailbox else None,
        address=address,
        brand=brand or default_brand(),
        department=make_department("Cards"),
        incoming=incoming,
        access=access or (ACCESS if incoming == Incoming.IMAP else ImapAccess()),
        actor=make_actor(role),
        at=AT,
    )


def brand_named(name: str, *, sign_off: str = "") -> Brand:
    """Add a brand as an administrator does."""
    return save_brand(
        brand_id=None, name=name, sender_name=f"{name} desk", sign_off=sign_off,
        actor=make_actor(Role.ADMIN), at=AT,
    )  # fmt: skip


def answered(case: Case) -> Any:
    """Return the mail with which an agent answers."""
    answer_case(case_id=case.pk, text="It is on its way.", actor=make_actor(), at=AT + HOUR)
    hear_everything()
    notification = (
        Notification.objects.select_related("contact", "user", "case", "message", "tenant")
        .filter(kind="answer", case=case)
        .latest("id")
    )
    return compose(letter_for(notification, recipient="ingrid@example.org", at=AT + HOUR))


# ---- brands ----------------------------------------------------------------------------------


def test_a_new_tenant_writes_under_its_own_name(tenant):
    assert default_brand().sender_name == tenant.name


def test_there_is_one_default_and_it_can_be_another_one(tenant):
    cards = brand_named("Cards")

    make_default(brand_id=cards.pk, actor=make_actor(Role.ADMIN), at=AT)

    assert default_brand() == cards
    assert Brand.objects.filter(is_default=True).count() == 1


@pytest.mark.parametrize("name", ["", "   ", "cards", "CARDS"])
def test_a_brand_needs_a_name_of_its_own(tenant, name):
    brand_named("Cards")

    with pytest.raises(BadBrand):
        brand_named(name)


def test_agents_change_no_brand_and_no_mailbox(tenant):
    with pytest.raises(NotPermitted):
        save_brand(
            brand_id=None, name="Cards", sender_name="", sign_off="", actor=make_actor(), at=AT
        )
    with pytest.raises(NotPermitted):
        save(f"cards@{tenant.slug}.{settings.MAIL_DOMAIN}", role=Role.AGENT)


def test_a_case_is_answered_under_the_brand_and_address_that_it_came_to(tenant):
    own_domain(tenant)
    cards = brand_named("Cards", sign_off="Your card desk\n+47 22 00 00 00")
    save("cards@bank.example", brand=cards)
    save("loans@bank.example", brand=brand_named("Loans"))
    receive_mail(mail_of("cards"), recipient="cards@bank.example", at=AT)

    mail = answered(Case.objects.get())

    assert str(mail["From"]) == "Cards desk <cards@bank.example>"
    assert "Your card desk\n+47 22 00 00 00" in mail.get_content()
    # The answer to it still comes to its case, wherever it was written from.
    assert str(mail["Reply-To"]).startswith("r+")


def test_of_two_mailboxes_of_a_brand_the_one_that_brought_the_case_writes(tenant):
    own_domain(tenant)
    cards = brand_named("Cards")
    save("cards@bank.example", brand=cards)
    save("lost@bank.example", brand=cards)
    receive_mail(mail_of("lost"), recipient="lost@bank.example", at=AT)

    assert "<lost@bank.example>" in str(answered(Case.objects.get())["From"])


def test_without_a_mailbox_the_tenants_usual_address_writes(tenant):
    mail = answered(make_case())

    assert f"<support@{tenant.slug}.{settings.MAIL_DOMAIN}>" in str(mail["From"])


def test_a_mailbox_that_is_off_writes_no_more(tenant):
    own_domain(tenant)
    mailbox = save("cards@bank.example")
    set_mailbox_active(mailbox_id=mailbox.pk, is_active=False, actor=make_actor(Role.ADMIN), at=AT)

    assert "cards@bank.example" not in str(answered(make_case())["From"])


def test_a_brands_name_cannot_add_a_header(tenant):
    brand = save_brand(
        brand_id=default_brand().pk, name="Bank\r\nBcc: evil@example.org",
        sender_name="Bank\r\nBcc: evil@example.org", sign_off="", actor=make_actor(Role.ADMIN), at=AT,
    )  # fmt: skip

    mail = answered(make_case())

    assert "\n" not in brand.sender_name
    assert mail["Bcc"] is None


def test_what_follows_a_closed_case_keeps_its_brand(tenant):
    own_domain(tenant)
    save("cards@bank.example", brand=brand_named("Cards"))
    receive_mail(mail_of("closed"), recipient="cards@bank.example", at=AT)
    case = Case.objects.get()
    answered(case)
    resolve_case(case_id=case.pk, actor=make_actor(), at=AT + DAY)
    close_case(case_id=case.pk, actor=make_actor(), at=AT + 9 * DAY)

    message = add_customer_message(
        case_id=case.pk, contact=case.contact, text="Again.", channel=Channel.MAIL,
        actor=make_actor(), at=AT + 20 * DAY,
    )  # fmt: skip

    assert message.case != case
    assert message.case.brand == case.brand


# ---- mailboxes -------------------------------------------------------------------------------


def test_a_mail_named_in_its_headers_alone_finds_its_mailbox(tenant):
    own_domain(tenant)
    mailbox = save("cards@bank.example", brand=brand_named("Cards"))

    receive_mail(mail_of("head").replace(b"somebody@example.net", b"Cards@Bank.example"), at=AT)

    case = Case.objects.get()
    assert (case.brand, case.queue) == (mailbox.brand, mailbox.department)


def test_a_mail_costs_the_same_queries_with_two_mailboxes_and_with_twenty(tenant):
    def cost(name: str, *, mailboxes: int) -> list[str]:
        own = Mailbox.objects.count()
        for number in range(own, mailboxes):
            save(f"desk{number}@mail.example", incoming=Incoming.IMAP)
        with counted() as asked:
            receive_mail(
                mail_of(name).replace(b"somebody@example.net", b"desk1@mail.example"), at=AT
            )
        return asked

    cost("warm", mailboxes=2)
    few, many = cost("few", mailboxes=2), cost("many", mailboxes=20)

    assert len(few) == len(many), told(many)


def test_our_own_mail_from_a_mailbox_opens_no_case(tenant):
    own_domain(tenant)
    save("cards@bank.example")

    receive_mail(mail_of("own").replace(b"ingrid@example.org", b"cards@bank.example"), at=AT)

    assert RawMail.objects.get().outcome != "case"


@pytest.mark.parametrize(
    ("address", "incoming"),
    [
        ("not an address", Incoming.LISTENER),
        ("desk@", Incoming.IMAP),
        ("desk@unknown.example", Incoming.LISTENER),
        ("desk@other.example", Incoming.LISTENER),
        ("desk@other.example", Incoming.IMAP),
        ("desk@other.example", Incoming.NONE),
        ("r@reply.localhost", Incoming.IMAP),
        ("support@somebody-else.reply.localhost", Incoming.IMAP),
    ],
)
def test_an_address_of_somebody_else_is_refused(tenant, other_tenant, address, incoming):
    own_domain(other_tenant, "other.example")

    with pytest.raises(BadMailbox):
        save(address, incoming=incoming)
    assert not Mailbox.objects.exists()


def test_an_address_at_a_domain_of_nobody_can_be_fetched(tenant):
    assert save("Desk@Unknown.example", incoming=Incoming.IMAP).address == "desk@unknown.example"


def test_an_address_is_a_mailbox_once_in_a_tenant_and_in_each(tenant, other_tenant):
    save("desk@mail.example", incoming=Incoming.IMAP)

    with pytest.raises(BadMailbox):
        save("DESK@mail.example", incoming=Incoming.IMAP)
    with tenant_scope(other_tenant.pk):
        save("desk@mail.example", incoming=Incoming.IMAP)


def test_a_mailbox_of_another_tenant_is_not_there(tenant, other_tenant):
    with tenant_scope(other_tenant.pk):
        theirs = save("desk@mail.example", incoming=Incoming.IMAP)

    with pytest.raises(NoSuchMailbox):
        save("desk@mail.example", incoming=Incoming.IMAP, mailbox=theirs)
    with pytest.raises(NoSuchMailbox):
        set_mailbox_active(
            mailbox_id=theirs.pk, is_active=False, actor=make_actor(Role.ADMIN), at=AT
        )


def test_the_password_stands_nowhere_in_the_clear(tenant):
    mailbox = save("desk@mail.example", incoming=Incoming.IMAP)

    with connection.cursor() as at:
        at.execute("SELECT row_to_json(m)::text FROM servicedesk_mailbox m")
        stored = at.fetchone()[0]
        at.execute(
            "SELECT coalesce(string_agg(row_to_json(e)::text, ' '), '') FROM workflow_entry e"
        )
        remembered = at.fetchone()[0]

    assert "correct horse" not in stored
    assert unseal(mailbox.sealed_password) == SECRET
    assert "correct horse" not in remembered
    assert mailbox.sealed_password not in remembered
    assert "mail.example" not in remembered
    assert Entry.objects.filter(subject_kind="mailbox", subject_id=mailbox.pk).count() == 1


@pytest.mark.parametrize(
    "change",
    [{"host": "imap.thief.example"}, {"port": 143}, {"username": "thief"}],
)
def test_a_stored_password_goes_to_no_other_server(tenant, change):
    mailbox = save("desk@mail.example", incoming=Incoming.IMAP)
    kept = ImapAccess(**({"host": ACCESS.host, "username": ACCESS.username} | change))

    with pytest.raises(BadMailbox) as refused:
        save("desk@mail.example", incoming=Incoming.IMAP, mailbox=mailbox, access=kept)

    assert refused.value.field == "password"


def test_an_empty_password_keeps_the_stored_one_at_the_same_server(tenant):
    mailbox = save("desk@mail.example", incoming=Incoming.IMAP)
    kept = ImapAccess(host=ACCESS.host, username=ACCESS.username, folder="Desk")

    changed = save("desk@mail.example", incoming=Incoming.IMAP, mailbox=mailbox, access=kept)

    assert unseal(changed.sealed_password) == SECRET
    assert (changed.folder, changed.uid_validity) == ("Desk", 0)


@pytest.mark.parametrize(
    ("field", "access"),
    [
        ("host", ImapAccess(username="desk", password="x")),
        ("host", ImapAccess(host="imap\r\nx", username="desk", password="x")),
        ("username", ImapAccess(host="imap.bank.example", password="x")),
        ("password", ImapAccess(host="imap.bank.example", username="desk")),
        ("port", ImapAccess(host="imap.bank.example", username="desk", password="x", port=0)),
        ("folder", ImapAccess(host="i.example", username="d", password="x", folder="")),
        ("move_to", ImapAccess(host="i.example", username="d", password="x",
                               afterwards=Afterwards.MOVE, move_to="INBOX")),
    ],
)  # fmt: skip
def test_access_that_cannot_work_is_refused_at_its_field(tenant, field, access):
    with pytest.raises(BadMailbox) as refused:
        save("desk@mail.example", incoming=Incoming.IMAP, access=access)

    assert refused.value.field == field


# ---- mail domains ----------------------------------------------------------------------------


def test_the_operator_says_whose_a_mail_domain_is(tenant, capsys):
    call_command("add_mail_domain", "Bank.Example.", tenant=tenant.slug)
    call_command("add_mail_domain", "bank.example", tenant=tenant.slug)

    assert TenantMailDomain.objects.get(tenant=tenant).domain == "bank.example"
    save("desk@bank.example")
    call_command("add_mail_domain", "bank.example", tenant=tenant.slug, remove=True)
    assert not TenantMailDomain.objects.filter(tenant=tenant).exists()


@pytest.mark.parametrize(
    "domain", ["bank", "-bank.example", "reply.localhost", "a.reply.localhost"]
)
def test_what_is_no_domain_or_everybodys_is_given_to_nobody(tenant, domain):
    with pytest.raises(CommandError):
        call_command("add_mail_domain", f"--tenant={tenant.slug}", "--", domain)


def test_a_domain_is_of_one_tenant(tenant):
    call_command("add_mail_domain", "bank.example", tenant=tenant.slug)

    with pytest.raises(CommandError, match="another tenant"):
        call_command("add_mail_domain", "bank.example", tenant=make_tenant().slug)
    with pytest.raises(CommandError, match="no tenant"):
        call_command("add_mail_domain", "loans.example", tenant="nobody")
