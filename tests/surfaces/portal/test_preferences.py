"""The customer's preferences: kept, refused with a sentence, used; leaving every device."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from customers.models import Contact, ContactAddress, Preference
from customers.portal_access import make_link
from customers.preferences import Topic, wishes_of
from tests.make import make_case, make_contact
from tests.surfaces.signing_in import signed_in_contact
from workflow.history.models import Entry
from workflow.tenancy.models import Tenant

PAGE = "/help/preferences/"


@pytest.fixture
def contact(tenant: Tenant) -> Contact:
    """A customer."""
    return make_contact("ingrid@example.org")


@pytest.fixture
def client(tenant: Tenant, contact: Contact) -> Client:
    """The customer's browser."""
    return signed_in_contact(tenant, contact)


def send(client: Client, **fields: Any) -> Any:
    """Send the form."""
    form = {
        "action": "save",
        "name": "Ingrid Marie Solheim",
        "language": "en",
        "timezone": "Asia/Tokyo",
        "topics": ["answers", "solutions"],
        "quiet_from": "22:00",
        "quiet_until": "07:00",
    }
    return client.post(PAGE, {**form, **fields})


def test_preferences_are_kept_and_stand_in_the_form(client: Client, contact: Contact) -> None:
    assert send(client).status_code == 302

    contact.refresh_from_db()
    wishes = wishes_of(contact.pk)
    assert (contact.name, contact.timezone) == ("Ingrid Marie Solheim", "Asia/Tokyo")
    assert wishes.topics == {Topic.ANSWERS, Topic.SOLUTIONS}
    page = client.get(PAGE).content.decode()
    assert 'value="22:00"' in page
    assert "ingrid@example.org" in page
    entry = Entry.objects.get(action="contact.changed")
    assert entry.changes == {
        "mailed_about": "answers solutions",
        "has_quiet_hours": True,
        "wants_call": False,
        "is_away": False,
    }


def test_a_customer_asks_for_calls_and_says_to_be_away(client: Client, contact: Contact) -> None:
    until = (now() + timedelta(days=3)).date()

    assert send(client, wants_call="yes", away_until=until.isoformat()).status_code == 302

    wishes = wishes_of(contact.pk)
    assert (wishes.wants_call, wishes.away_until) == (True, until)
    assert f'value="{until.isoformat()}"' in client.get(PAGE).content.decode()

    assert send(client).status_code == 302
    assert wishes_of(contact.pk).wants_call is False


def test_times_are_shown_where_the_customer_is(client: Client, contact: Contact) -> None:
    case = make_case(contact=contact, at=now())
    here = client.get(f"/help/issues/{case.number}/").content.decode()

    send(client)
    there = client.get(f"/help/issues/{case.number}/").content.decode()

    assert f"{now():%H}:" in here
    assert here != there


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "  "}, "A name is needed."),
        ({"away_until": "2020-01-01"}, "Nobody is away until then."),
        ({"away_until": "soon"}, "There is no such day."),
        ({"language": "tlh"}, "We do not write in this language yet."),
        ({"timezone": "Moon/Base"}, "There is no such time zone."),
        ({"quiet_until": ""}, "Quiet hours have a begin and an end."),
        ({"quiet_from": "late"}, "This is no time of day."),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_changed(
    client: Client, contact: Contact, fields: dict[str, str], sentence: str
) -> None:
    answer = send(client, **fields)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Preference.objects.exists()


def test_signing_out_everywhere_ends_every_stay_and_every_mailed_link(
    tenant: Tenant, client: Client, contact: Contact
) -> None:
    elsewhere = signed_in_contact(tenant, contact)
    other = signed_in_contact(tenant, make_contact())
    word = make_link(contact, at=now())

    answer = client.post(PAGE, {"action": "sign_out_everywhere"})

    assert answer["Location"] == "/help/sign-in/"
    assert [one.get(PAGE).status_code for one in (client, elsewhere, other)] == [302, 302, 200]
    assert client.get(f"/help/enter/{word}/").status_code == 410


def test_an_address_from_which_mail_came_back_is_marked(client: Client, contact: Contact) -> None:
    assert "mail came back" not in client.get(PAGE).content.decode()

    ContactAddress.objects.filter(contact=contact).update(bounced_at=now())

    assert "mail came back" in client.get(PAGE).content.decode()
