"""Settings: brands and mailboxes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from servicedesk.limits import connection as redis_of_limits
from servicedesk.mail.keeping_mailboxes import ImapAccess, save_mailbox
from servicedesk.mail.mailboxes import FetchFault, Incoming, Mailbox
from servicedesk.mail.trying import SENTENCES
from tests.make import AT, make_actor, make_department, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.branding import Brand, default_brand
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

BRANDS, MAILBOXES = "/settings/brands/", "/settings/mailboxes/"
SECRET = "correct horse battery"
HOUR = timedelta(hours=1)


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """The browser of an administrator."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


@pytest.fixture
def _fresh_limits(tenant: Tenant) -> Iterator[None]:
    """Begin with no connection tried."""
    yield
    for key in redis_of_limits().scan_iter(f"limit:{tenant.pk}:*"):
        redis_of_limits().delete(key)


def fields(**changed: object) -> dict[str, object]:
    """Return what the form of a fetched mailbox sends."""
    return {
        "action": "save", "address": "desk@mail.example", "brand": default_brand().pk,
        "department": make_department("Cards").pk, "incoming": "imap", "host": "imap.mail.example",
        "port": "993", "security": "tls", "username": "desk", "password": SECRET,
        "folder": "INBOX", "afterwards": "seen", "move_to": "",
    } | changed  # fmt: skip


def mailbox(address: str = "desk@mail.example") -> Mailbox:
    """Return a fetched mailbox."""
    return save_mailbox(
        mailbox_id=None,
        address=address,
        brand=default_brand(),
        department=make_department("Cards"),
        incoming=Incoming.IMAP,
        access=ImapAccess(host="192.168.7.7", username="desk", password=SECRET),
        actor=make_actor(Role.ADMIN),
        at=AT,
    )


def test_a_brand_is_added_changed_and_made_the_default(client):
    client.post(BRANDS, {"action": "save", "name": "Cards", "sender_name": "", "sign_off": "Bye"})
    brand = Brand.objects.get(name="Cards")
    assert brand.sender_name == "Cards"

    client.post(BRANDS, {"action": "save", "id": brand.pk, "name": "Cards", "sender_name": "Desk"})
    client.post(BRANDS, {"action": "default", "id": brand.pk})

    assert default_brand().sender_name == "Desk"
    page = client.get(f"{BRANDS}?edit={brand.pk}").content.decode()
    assert "Change Cards" in page


def test_a_brand_that_cannot_be_keeps_what_was_written(client):
    answer = client.post(BRANDS, {"action": "save", "name": "", "sign_off": "Warm regards"})

    assert answer.status_code == 422
    assert "Warm regards" in answer.content.decode()
    assert "A brand needs a name." in answer.content.decode()


def test_a_mailbox_is_added_and_its_password_is_never_shown(client):
    assert client.post(MAILBOXES, fields()).status_code == 302

    added = Mailbox.objects.get()
    pages = [
        client.get(url).content.decode() for url in (MAILBOXES, f"{MAILBOXES}?edit={added.pk}")
    ]
    assert "desk@mail.example" in pages[0]
    assert "It is stored and never shown." in pages[1]
    for page in pages:
        assert SECRET not in page
        assert added.sealed_password not in page


def test_a_refused_form_keeps_everything_but_the_password(client):
    answer = client.post(MAILBOXES, fields(host=""))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "The server is needed." in page
    assert 'value="desk"' in page
    assert SECRET not in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"brand": "999999"}, "Choose a brand."),
        ({"department": ""}, "Choose a department."),
        ({"incoming": "pigeon"}, "Choose what brings the mail."),
        ({"port": "many"}, "This is not a port."),
        ({"incoming": "listener"}, "does not come to this desk."),
    ],
)
def test_what_cannot_be_used_stands_at_the_form(client, change, sentence):
    answer = client.post(MAILBOXES, fields(**change))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Mailbox.objects.exists()


def test_a_mailbox_is_switched_off_and_on(client):
    kept = mailbox()

    client.post(MAILBOXES, {"action": "off", "id": kept.pk})
    assert not Mailbox.objects.get().is_active
    client.post(MAILBOXES, {"action": "on", "id": kept.pk})

    assert Mailbox.objects.get().next_fetch_at is not None


def test_what_went_wrong_stands_on_the_page(client):
    kept = mailbox()
    Mailbox.objects.filter(pk=kept.pk).update(last_error=FetchFault.REFUSED)

    assert "The server refused user name or password." in client.get(MAILBOXES).content.decode()


def test_every_fault_has_a_sentence():
    assert set(SENTENCES) == set(FetchFault)


@pytest.mark.usefixtures("_fresh_limits")
def test_a_connection_is_tried_from_the_page_and_says_what_came_of_it(client):
    kept = mailbox()

    page = client.post(MAILBOXES, {"action": "test", "id": kept.pk}, follow=True).content.decode()

    assert "No mail server that can be trusted answered at this host and port." in page


def test_the_usual_address_stands_on_the_page(client, tenant):
    usual = f"support@{tenant.slug}.{settings.MAIL_DOMAIN}"

    assert usual in client.get(MAILBOXES).content.decode()


@pytest.mark.parametrize("page", [BRANDS, MAILBOXES])
def test_the_page_asks_the_same_queries_for_two_rows_and_for_twenty(client, page):
    def grow(to: int) -> None:
        for number in range(Mailbox.objects.count(), to):
            mailbox(f"desk{number}@mail.example")
            Brand.objects.create(name=f"Brand {number}", sender_name="x")

    grow(2)
    client.get(page)
    with counted() as few:
        client.get(page)
    grow(20)
    with counted() as many:
        client.get(page)

    assert len(few) == len(many), told(many)
