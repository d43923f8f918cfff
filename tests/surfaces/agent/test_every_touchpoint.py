"""One customer by mail, portal, telephone, form, chat and API: one history, complete, in order."""

from typing import Any

from django.test import Client
from django.utils.timezone import now

from cases.models import Case
from cases.states import OPEN_STATES
from customers.identity import add_address, contact_at
from customers.models import AddressKind, Contact
from servicedesk.mail.receiving import receive_mail
from tests.hearing import hear_everything
from tests.make import HOUR, MINUTE, make_actor, make_case, make_contact, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted, told
from tests.surfaces.doors.test_form import make_form, send
from tests.surfaces.doors.test_hook import Channel
from tests.surfaces.signing_in import client_at, signed_in_contact, signed_in_staff
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

MAIL = b"""From: Ingrid Solheim <ingrid@example.org>\r
To: help@example.com\r
Subject: First by mail\r
Message-ID: <first@example.org>\r
Date: Mon, 02 Mar 2026 09:00:00 +0000\r
\r
Said by mail.\r
"""


def all_words(client: Client, contact: Contact) -> list[dict[str, Any]]:
    """Return every touchpoint of a customer, newest first, page after page."""
    rows: list[dict[str, Any]] = []
    address = f"/customers/{contact.pk}/"
    while address:
        page = client.get(address)
        rows += page.context["touchpoints"]
        address = page.context["next_url"]
    return rows


def by_every_door(tenant: Tenant) -> tuple[Client, Contact, Case]:
    """Let one customer use every door; return an agent's browser, the customer, the first case."""
    desk = signed_in_staff(tenant, make_user())
    receive_mail(MAIL, at=now() - HOUR)
    ingrid = contact_at("ingrid@example.org")
    assert ingrid is not None
    by_mail = Case.objects.get()
    portal = signed_in_contact(tenant, ingrid)
    chat = Channel(tenant, vouches=True)
    program = caller_as(tenant, Role.CONTACT, contact=ingrid)

    portal.post(
        f"/help/issues/{by_mail.number}/", {"action": "write", "body": "Said in the portal."}
    )
    desk.post(
        "/calls/new/",
        {
            "contact": ingrid.pk,
            "outcome": f"case-{by_mail.number}",
            "body": "Said by telephone.",
            "action": "save",
        },
    )
    send(client_at(tenant), make_form(), body="Said in a form.")
    chat.send(
        case=by_mail.number,
        text="Said in a chat.",
        who={"handle": "ingrid77", "email": "ingrid@example.org"},
    )
    program.post("cases/", {"subject": "By a program", "body": "Said by a program."})
    desk.post(f"/c/{by_mail.number}/reply/", {"body": "Answered by us.", "visibility": "reply"})
    desk.post(f"/c/{by_mail.number}/reply/", {"body": "A note.", "visibility": "note"})
    hear_everything()
    return desk, ingrid, by_mail


def test_every_door_leads_into_one_history(tenant: Tenant) -> None:
    desk, ingrid, by_mail = by_every_door(tenant)

    rows = all_words(desk, ingrid)

    said = [row["text"].strip() for row in reversed(rows) if not row["what"].startswith("Receipt")]
    assert said == [
        "Said by mail.",
        "Said in the portal.",
        "Said by telephone.",
        "Said in a form.",
        "Said in a chat.",
        "Said by a program.",
        "Answered by us.",
    ]
    assert [row["channel"] for row in reversed(rows) if not row["is_ours"]] == [
        "by mail",
        "in the portal",
        "by telephone",
        "by a web form",
        "by chat",
        "by a program",
    ]
    assert sum(row["what"] == "Receipt" for row in rows) == 1
    assert rows == sorted(rows, key=lambda row: row["at"], reverse=True)
    # Portal, telephone and chat went on with the case that a mail had opened.
    assert set(by_mail.messages.values_list("channel", flat=True)) >= {
        "mail",
        "portal",
        "phone",
        "chat",
    }


def test_whatever_the_door_somebody_is_responsible_by_a_time(tenant: Tenant) -> None:
    by_every_door(tenant)

    open_cases = Case.objects.filter(state__in=[state.value for state in OPEN_STATES])
    assert open_cases.count() == 3
    for case in open_cases:
        assert case.owner_id is not None or case.queue_id is not None
        assert case.next_look_at is not None
        assert case.clocks.filter(state="running", due_at__isnull=False).exists()


def test_a_long_history_is_paged_without_a_gap_or_a_double(tenant: Tenant) -> None:
    desk = signed_in_staff(tenant, make_user())
    ingrid = make_contact()
    # Ten at each moment: the order within a moment decides about the edges of pages.
    for number in range(70):
        make_case(contact=ingrid, text=f"Message {number}", at=now() - (number // 10) * MINUTE)

    rows = all_words(desk, ingrid)

    assert len(rows) == 70
    assert len({row["text"] for row in rows}) == 70


def test_the_history_costs_the_same_for_two_and_for_twenty_touchpoints(tenant: Tenant) -> None:
    desk = signed_in_staff(tenant, make_user())
    ingrid = make_contact()
    make_case(contact=ingrid)
    make_case(contact=ingrid)
    desk.get(f"/customers/{ingrid.pk}/")

    with counted() as few:
        desk.get(f"/customers/{ingrid.pk}/")
    for _ in range(18):
        make_case(contact=ingrid)
    with counted() as many:
        desk.get(f"/customers/{ingrid.pk}/")

    assert len(few) == len(many), told(many)


def test_a_prospect_becomes_a_customer_and_keeps_the_history(tenant: Tenant) -> None:
    send(client_at(tenant), make_form(), body="What does it cost?")
    prospect = Contact.objects.get()
    desk = signed_in_staff(tenant, make_user())

    desk.post(f"/customers/{prospect.pk}/", {"action": "become_customer"})

    prospect.refresh_from_db()
    assert not prospect.is_prospect
    assert prospect.became_customer_at is not None
    assert [row["text"] for row in all_words(desk, prospect) if not row["is_ours"]] == [
        "What does it cost?"
    ]


def test_region_and_tier_are_changed_and_nothing_else(tenant: Tenant) -> None:
    ingrid = make_contact("ingrid@example.org")
    before = Contact.objects.values().get(pk=ingrid.pk)
    desk = signed_in_staff(tenant, make_user())

    desk.post(f"/customers/{ingrid.pk}/", {"action": "know", "region": "North", "tier": "Gold"})

    assert Contact.objects.values().get(pk=ingrid.pk) == {
        **before,
        "region": "North",
        "tier": "Gold",
    }
    assert "North" in desk.get(f"/customers/{ingrid.pk}/").content.decode()


def test_an_address_is_added_and_moves_only_when_both_are_one_person(tenant: Tenant) -> None:
    ingrid, twin = make_contact("ingrid@example.org"), make_contact("ingrid@work.example")
    desk = signed_in_staff(tenant, make_user())
    typed = {"action": "address", "kind": "mail", "value": "Ingrid@Work.example"}

    refused = desk.post(f"/customers/{ingrid.pk}/", typed)
    assert refused.status_code == 409
    assert contact_at("ingrid@work.example") == twin
    moved = desk.post(f"/customers/{ingrid.pk}/", {**typed, "may_move": "yes"})

    assert moved.status_code == 302
    assert contact_at("ingrid@work.example") == ingrid
    add_address(
        contact_id=twin.pk,
        kind=AddressKind.MAIL,
        value="ingrid@work.example",
        may_move=True,
        actor=make_actor(),
        at=now(),
    )
    assert contact_at("ingrid@work.example") == twin


def test_a_reader_changes_no_customer(tenant: Tenant) -> None:
    ingrid = make_contact()
    reader = signed_in_staff(tenant, make_user(Role.READER))

    answer = reader.post(f"/customers/{ingrid.pk}/", {"action": "become_customer"})

    assert answer.status_code == 403
    assert reader.get(f"/customers/{ingrid.pk}/").status_code == 200
