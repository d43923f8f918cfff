"""Other channels hand in messages: signed, stored once, joined to the right person and case."""

import base64
import json
from datetime import datetime, timedelta
from time import process_time
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from cases.intake.hooks import rotate_secret, save_hook, set_hook_active
from cases.models import Case, InboundHook, InboundMessage
from cases.states import CaseState
from customers.models import AddressKind, Contact, ContactAddress
from servicedesk.sealing import seal
from servicedesk.webhooks.signing import headers_of, new_secret
from tests.make import make_actor, make_case, make_contact
from tests.surfaces.signing_in import client_at
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SAID: dict[str, Any] = {
    "external_id": "m-1",
    "thread": "t-1",
    "from": {"handle": "ingrid77", "name": "Ingrid Solheim"},
    "subject": "Charged twice",
    "text": "You have taken 649 twice again.",
}


class Channel:
    """A program that hands in messages by a channel's address, with its secret."""

    def __init__(self, tenant: Tenant, *, channel: str = "chat", vouches: bool = False) -> None:
        self.secret = new_secret()
        self.hook: InboundHook = save_hook(
            hook_id=None,
            name="Website chat",
            channel=channel,
            vouches=vouches,
            sealed_secret=seal(self.secret),
            actor=make_actor(Role.ADMIN),
            at=now(),
        )
        self.client: Client = client_at(tenant)

    def send(
        self,
        said: object = None,
        *,
        body: bytes | None = None,
        signed_at: datetime | None = None,
        headers: dict[str, str] | None = None,
        who: dict[str, str] | None = None,
        **changes: Any,
    ) -> Any:
        """Hand something in; signed as it should be, unless other headers are given."""
        changed = {**SAID, **changes, **({} if who is None else {"from": who})}
        sent = body if body is not None else json.dumps(changed if said is None else said).encode()
        signed = headers_of([self.secret], message_key="msg_1", at=signed_at or now(), body=sent)
        return self.client.post(
            f"/hooks/in/{self.hook.key}/",
            sent,
            content_type="application/json",
            headers=headers if headers is not None else signed,
        )


def test_a_message_opens_a_case_of_its_sender(tenant: Tenant) -> None:
    answer = Channel(tenant).send()

    case = Case.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"outcome": "case", "case": case.number, "reason": ""}
    assert (case.channel, case.contact.name, case.contact.is_prospect) == (
        "chat",
        "Ingrid Solheim",
        True,
    )
    assert not case.messages.get().is_unverified


def test_the_next_message_of_the_thread_joins_the_case(tenant: Tenant) -> None:
    chat = Channel(tenant)
    first = chat.send().json()

    second = chat.send(external_id="m-2", text="Are you there?").json()

    assert second == {"outcome": "message", "case": first["case"], "reason": ""}
    assert Case.objects.get().messages.count() == 2


def test_the_same_message_again_changes_nothing_and_gets_the_same_answer(tenant: Tenant) -> None:
    chat = Channel(tenant)

    answers = [chat.send() for _ in range(3)]

    assert {answer.content for answer in answers} == {answers[0].content}
    assert Case.objects.get().messages.count() == 1
    assert InboundMessage.objects.count() == 1


def test_a_message_reopens_a_resolved_case_of_its_thread(tenant: Tenant) -> None:
    from cases.lifecycle import resolve_case  # noqa: PLC0415 - needed here alone

    chat = Channel(tenant)
    chat.send()
    case = Case.objects.get()
    resolve_case(case_id=case.pk, actor=make_actor(), at=now())

    chat.send(external_id="m-2", text="It happens again.")

    case.refresh_from_db()
    assert case.state == CaseState.OPEN


def test_somebody_else_in_the_thread_gets_a_case_of_their_own(tenant: Tenant) -> None:
    chat = Channel(tenant)
    chat.send()

    chat.send(external_id="m-2", who={"handle": "kari"})

    assert Case.objects.count() == 2
    assert Contact.objects.count() == 2


def test_one_name_on_two_channels_is_two_people(tenant: Tenant) -> None:
    Channel(tenant).send()
    Channel(tenant, channel="social").send()

    assert Contact.objects.count() == 2


def test_a_channel_that_proves_its_senders_joins_the_known_history(tenant: Tenant) -> None:
    ingrid = make_contact("ingrid@example.org")
    case = make_case(contact=ingrid)
    chat = Channel(tenant, vouches=True)
    sender = {"handle": "ingrid77", "email": "Ingrid@example.org"}

    answer = chat.send(case=case.number, who=sender).json()

    assert answer == {"outcome": "message", "case": case.number, "reason": ""}
    kept = ContactAddress.objects.get(kind=AddressKind.CHAT)
    assert (kept.contact_id, kept.value) == (ingrid.pk, "website-chat:ingrid77")


def test_a_claimed_address_is_marked_and_joins_no_named_case(tenant: Tenant) -> None:
    ingrid = make_contact("ingrid@example.org")
    case = make_case(contact=ingrid)
    sender = {"handle": "stranger", "email": "ingrid@example.org"}

    answer = Channel(tenant).send(case=case.number, who=sender).json()

    opened = Case.objects.get(number=answer["case"])
    assert opened.pk != case.pk
    assert opened.messages.get().is_unverified
    assert case.messages.count() == 1
    assert not ContactAddress.objects.filter(kind=AddressKind.CHAT).exists()


def test_a_named_case_of_somebody_else_is_not_joined(tenant: Tenant) -> None:
    case = make_case()

    answer = Channel(tenant).send(case=case.number).json()

    assert answer["case"] != case.number
    assert case.messages.count() == 1


def test_a_telephone_number_finds_its_contact_however_it_is_written(tenant: Tenant) -> None:
    sms = Channel(tenant, channel="phone", vouches=True)
    sms.send(who={"phone": "+47 900 11 234"})
    sms.send(external_id="m-2", thread="", who={"phone": "0047 90011234"})

    assert Contact.objects.count() == 1
    assert Case.objects.count() == 2


def test_files_are_kept_with_the_message(tenant: Tenant) -> None:
    content = base64.b64encode(b"a picture").decode()

    Channel(tenant).send(attachments=[{"name": "a.png", "content": content}])

    kept = Case.objects.get().messages.get().attachments.get()
    assert (kept.name, kept.size) == ("a.png", 9)


def test_a_card_number_is_stored_nowhere(tenant: Tenant) -> None:
    Channel(tenant).send(
        subject="Card 4111111111111111", text="4111 1111 1111 1111", external_id="m-9"
    )

    case, kept = Case.objects.get(), InboundMessage.objects.get()
    for words in (case.subject, case.messages.get().text, kept.raw):
        assert "4111" not in words
        assert "1111" in words


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_early_signature_is_refused(tenant: Tenant, minutes: int) -> None:
    answer = Channel(tenant).send(signed_at=now() + timedelta(minutes=minutes))

    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed"
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("minutes", [-4, 4])
def test_a_clock_that_is_four_minutes_off_is_accepted(tenant: Tenant, minutes: int) -> None:
    assert Channel(tenant).send(signed_at=now() + timedelta(minutes=minutes)).status_code == 201


@pytest.mark.parametrize("part", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_every_part_of_the_signature_counts(tenant: Tenant, part: str) -> None:
    chat = Channel(tenant)
    body = json.dumps(SAID).encode()
    signed = headers_of([chat.secret], message_key="msg_1", at=now(), body=body)

    without = {name: value for name, value in signed.items() if name != part}
    altered = {**signed, part: signed[part][:-1] + ("1" if signed[part][-1] != "1" else "2")}

    assert chat.send(body=body, headers=without).status_code == 401
    assert chat.send(body=body, headers=altered).status_code == 401
    assert chat.send(body=body + b" ", headers=signed).status_code == 401
    assert chat.send(body=body, headers=signed).status_code == 201


def test_the_old_secret_ends_when_a_new_one_is_given(tenant: Tenant) -> None:
    chat = Channel(tenant)
    old, chat.secret = chat.secret, new_secret()
    rotate_secret(
        hook_id=chat.hook.pk,
        sealed_secret=seal(chat.secret),
        actor=make_actor(Role.ADMIN),
        at=now(),
    )

    assert chat.send().status_code == 201
    chat.secret = old
    assert chat.send(external_id="m-2").status_code == 401


def test_a_channel_that_is_off_is_not_there(tenant: Tenant) -> None:
    chat = Channel(tenant)
    set_hook_active(hook_id=chat.hook.pk, is_active=False, actor=make_actor(Role.ADMIN), at=now())

    assert chat.send().status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000,
    ],
)
def test_what_is_no_json_object_is_refused_with_a_sentence(tenant: Tenant, body: bytes) -> None:
    answer = Channel(tenant).send(body=body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "The body is not a JSON object."


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"external_id": ""}, "external_id"),
        ({"external_id": 7}, "external_id"),
        ({"from": "me"}, "from"),
        ({"from": {}}, "from"),
        ({"from": {"email": "nobody"}}, "from.email"),
        ({"text": "", "subject": ""}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-13-45T00:00:00Z"}, "at"),
        ({"case": "7"}, "case"),
        ({"case": True}, "case"),
        ({"attachments": "x"}, "attachments"),
        ({"attachments": [1]}, "attachments"),
        ({"attachments": [{"name": "a", "content": "%%%"}]}, "attachments.content"),
        ({"attachments": [{"name": "a", "content": "AAAA"}] * 6}, "attachments"),
    ],
)
def test_a_field_that_does_not_fit_is_named(
    tenant: Tenant, changes: dict[str, Any], named: str
) -> None:
    answer = Channel(tenant).send(**changes)

    assert answer.status_code == 422
    assert named in answer.json()["title"]
    assert not InboundMessage.objects.exists()


def test_a_body_that_is_too_large_is_refused_before_it_is_read(tenant: Tenant) -> None:
    answer = Channel(tenant).send(body=b"x" * 2_000_001)

    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_digits_without_end_are_refused_at_once(tenant: Tenant) -> None:
    began = process_time()

    answer = Channel(tenant).send(text="4 " * 900_000)

    assert answer.status_code == 422
    assert process_time() - began < 2.0


def test_what_the_desk_refuses_is_kept_with_the_reason(tenant: Tenant) -> None:
    from workflow.clocks.models import ServiceLevel  # noqa: PLC0415 - needed here alone

    ServiceLevel.objects.update(is_default=False)

    answer = Channel(tenant).send()

    kept = InboundMessage.objects.get()
    assert answer.json()["outcome"] == "kept"
    assert kept.state == "refused"
    assert "service level" in kept.reason
