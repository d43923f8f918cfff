"""A colleague keeps how a customer may be reached; the guard and the customer's page know it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from customers.contacting import BadAbsence, note_absence, reach_of, say_how_to_reach
from customers.models import ContactAddress
from tests.make import make_actor, make_contact, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import NotPermitted
from workflow.people.permissions import Role


def test_a_colleague_says_on_the_page_how_a_customer_may_be_reached(tenant: Any) -> None:
    contact = make_contact("ingrid@example.org")
    ContactAddress.objects.update(bounced_at=now(), bounced_status="5.1.1")
    client = signed_in_staff(tenant, make_user(Role.AGENT))
    path, until = f"/customers/{contact.pk}/", (now() + timedelta(days=2)).date()

    kept = client.post(
        path, {"action": "reach", "wants_call": "yes", "away_until": until.isoformat()}
    )
    page = client.get(path).content.decode()

    assert kept.status_code == 302
    assert "asked for a call" in page
    assert "Mail to ingrid@example.org came back" in page
    assert "does not know this address. (5.1.1)" in page

    address = ContactAddress.objects.get()
    freed = client.post(path, {"action": "write_again", "address": address.pk})

    address.refresh_from_db()
    assert freed.status_code == 302
    assert (address.bounced_at, address.bounced_status) == (None, "")
    assert "came back" not in client.get(path).content.decode()


@pytest.mark.parametrize(
    "given",
    [
        {"action": "reach", "away_until": "2020-01-01"},
        {"action": "reach", "away_until": "soon"},
        {"action": "write_again", "address": "x"},
        {"action": "write_again", "address": "0"},
    ],
)
def test_what_cannot_be_is_refused_beside_the_form(tenant: Any, given: dict[str, str]) -> None:
    contact = make_contact()
    client = signed_in_staff(tenant, make_user(Role.AGENT))

    refused = client.post(f"/customers/{contact.pk}/", given)

    assert refused.status_code in (409, 422)
    assert reach_of(contact.pk).away_until is None


def test_a_program_says_and_reads_the_same(tenant: Any) -> None:
    contact = make_contact("ingrid@example.org")
    ContactAddress.objects.update(bounced_at=now(), bounced_status="5.1.1")
    address = ContactAddress.objects.get()
    until = (now() + timedelta(days=2)).date().isoformat()
    agent, reader = caller_as(tenant, Role.AGENT), caller_as(tenant, Role.READER)

    said = agent.post(f"contacts/{contact.pk}/reach/", {"wants_call": True, "away_until": until})
    seen = reader.get(f"contacts/{contact.pk}/reach/")
    refused = reader.post(f"contacts/{contact.pk}/reach/", {"wants_call": False})
    again = agent.post(f"contacts/{contact.pk}/addresses/{address.pk}/write-again/", {})
    twice = agent.post(f"contacts/{contact.pk}/addresses/{address.pk}/write-again/", {})

    assert said.status_code == 200
    assert (seen.json()["wants_call"], seen.json()["away_until"]) == (True, until)
    assert seen.json()["addresses"][0]["bounced_status"] == "5.1.1"
    assert refused.status_code == 403
    assert again.json()["addresses"][0]["bounced_at"] is None
    assert (twice.status_code, twice.json()["code"]) == (409, "nothing_came_back")


def test_a_person_knows_better_than_a_machine_and_a_mere_reader_says_nothing(tenant: Any) -> None:
    contact = make_contact()
    note_absence(contact.pk, at=now())
    assert reach_of(contact.pk).away_said_at is not None

    with pytest.raises(NotPermitted):
        say_how_to_reach(
            contact.pk,
            wants_call=True,
            away_until=None,
            actor=make_actor(Role.READER),
            at=now(),
        )
    say_how_to_reach(contact.pk, wants_call=False, away_until=None, actor=make_actor(), at=now())

    assert reach_of(contact.pk).away_said_at is None
    with pytest.raises(BadAbsence):
        say_how_to_reach(
            contact.pk,
            wants_call=False,
            away_until=(now() + timedelta(days=400)).date(),
            actor=make_actor(),
            at=now(),
        )
