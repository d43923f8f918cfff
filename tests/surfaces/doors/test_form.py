"""Anybody may fill in a web form: it is stored, judged, and becomes a case or waits."""

import re
from datetime import timedelta
from time import process_time
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from cases.intake.form_settings import save_web_form, set_web_form_active
from cases.intake.web_forms import BadForm, NotHeld, reject_submission, release_submission
from cases.models import Case, FormSubmission, QuestionKind, WebForm
from cases.request_types import Asked, Door, save_request_type
from customers.models import Contact
from servicedesk.doors import forms
from tests.hearing import hear_everything, told
from tests.make import make_actor, make_case, make_contact, make_user
from tests.surfaces.signing_in import client_at, signed_in_staff
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SAID = {
    "name": "Ingrid Solheim",
    "email": "ingrid@example.org",
    "subject": "Debit taken twice",
    "body": "You have taken 649 twice again.",
}
TOKEN = re.compile(r'name="token" value="([^"]+)"')
A_MINUTE_AGO = timedelta(minutes=1)


def make_form(**changes: Any) -> WebForm:
    """Return an open form."""
    given: dict[str, Any] = {
        "web_form_id": None,
        "name": "Contact us",
        "heading": "How can we help?",
        "thanks": "We answer within a day.",
        "origins": "https://www.example.org/page http://localhost:3000",
        "request_type": None,
        "actor": make_actor(Role.ADMIN),
        "at": now(),
        **changes,
    }
    return save_web_form(**given)


def send(client: Client, form: WebForm, *, ago: Any = A_MINUTE_AGO, **changes: str) -> Any:
    """Fill in a form that was shown some time ago, and send it."""
    token = forms.new_token(key=form.key, at=now() - ago)
    return client.post(f"/form/{form.key}/", {"token": token, **SAID, **changes})


@pytest.mark.parametrize(
    ("field", "length", "room"), [("subject", 251, 250), ("body", 20_001, 20_000)]
)
def test_what_is_too_long_is_refused_at_its_field_and_never_cut(
    tenant: Tenant, field: str, length: int, room: int
) -> None:
    form, client = make_form(), client_at(tenant)

    answer = send(client, form, **{field: length * "x"})

    assert answer.status_code == 422
    assert f"has {length} characters; there is room for {room}." in answer.content.decode()
    assert not FormSubmission.objects.exists()


def test_a_form_needs_no_cookie_and_sets_none(tenant: Tenant) -> None:
    form, client = make_form(), client_at(tenant)

    page = client.get(f"/form/{form.key}/")
    sent = send(client, form)

    assert page.status_code == 200
    assert TOKEN.search(page.content.decode())
    assert sent.status_code == 302
    assert dict(client.cookies) == {}
    thanks = client.get(sent["Location"]).content.decode()
    assert "We answer within a day." in thanks
    assert "ingrid" not in thanks


def test_what_was_sent_becomes_a_case_of_a_prospect_not_verified(tenant: Tenant) -> None:
    send(client_at(tenant), make_form())

    case = Case.objects.get()
    contact, message = case.contact, case.messages.get()
    assert (case.channel, message.is_unverified) == ("form", True)
    assert (contact.name, contact.is_prospect) == ("Ingrid Solheim", True)
    assert FormSubmission.objects.get().case_id == case.pk
    assert case.queue_id is not None


def test_a_known_contact_is_named_unverified_and_nothing_is_told_back(tenant: Tenant) -> None:
    known = make_contact("ingrid@example.org", name="Ingrid Marie Solheim")
    make_case(contact=known, subject="A secret matter")
    client, form = client_at(tenant), make_form()

    sent = send(client, form, name="Somebody else")

    case = Case.objects.latest("id")
    assert case.contact_id == known.pk
    assert case.messages.get().is_unverified
    known.refresh_from_db()
    assert (known.name, known.is_prospect) == ("Ingrid Marie Solheim", False)
    shown = client.get(sent["Location"]).content.decode() + sent.content.decode()
    assert "Marie" not in shown
    assert "secret" not in shown


def test_the_receipt_repeats_nothing_and_comes_once_a_day(tenant: Tenant) -> None:
    client, form = client_at(tenant), make_form()
    send(client, form)
    send(client, form, body="Something else.")
    hear_everything()

    assert Case.objects.count() == 2
    assert len(told("receipt")) == 1


@pytest.mark.parametrize(
    ("changes", "ago", "reason"),
    [
        ({"website": "https://spam.example"}, A_MINUTE_AGO, "trap"),
        ({"body": "https://a.example " * 5}, A_MINUTE_AGO, "links"),
        ({"body": '<a href="x">x</a>'}, A_MINUTE_AGO, "markup"),
        ({"name": "https://a.example"}, A_MINUTE_AGO, "name_is_link"),
        (
            {"body": "See www.a.example and www.b.example"},
            timedelta(seconds=1),
            "too_fast,links",
        ),
        ({"body": "Our SEO service: backlink packages"}, A_MINUTE_AGO, "phrases"),
    ],
)
def test_what_looks_like_advertising_is_held_and_not_lost(
    tenant: Tenant, changes: dict[str, str], ago: timedelta, reason: str
) -> None:
    answer = send(client_at(tenant), make_form(), ago=ago, **changes)

    kept = FormSubmission.objects.get()
    assert answer.status_code == 302
    assert (kept.state, kept.reasons) == ("held", reason)
    assert not Case.objects.exists()
    assert not Contact.objects.exists()


def test_somebody_quick_with_one_link_is_a_person(tenant: Tenant) -> None:
    send(
        client_at(tenant),
        make_form(),
        ago=timedelta(seconds=1),
        body="See https://shop.example/order/7",
    )

    assert FormSubmission.objects.get().state == "taken"


def test_the_same_words_again_are_held(tenant: Tenant) -> None:
    client, form = client_at(tenant), make_form()
    send(client, form)
    send(client, form, email="other@example.org", body="You have  TAKEN 649 twice again.")

    assert list(FormSubmission.objects.order_by("id").values_list("state", flat=True)) == [
        "taken",
        "held",
    ]


def test_an_agent_lets_a_held_form_in_or_rejects_it(tenant: Tenant) -> None:
    client, form, agent = client_at(tenant), make_form(), make_actor()
    send(client, form, website="x")
    send(client, form, website="x", body="Buy")
    wanted, unwanted = FormSubmission.objects.order_by("id")
    desk = signed_in_staff(tenant, make_user())

    listed = desk.get("/forms/held/").content.decode()
    desk.post("/forms/held/", {"id": wanted.pk, "action": "release"})
    reject_submission(unwanted.pk, actor=agent, at=now())

    assert "A field was filled in that people do not see." in listed
    wanted.refresh_from_db()
    unwanted.refresh_from_db()
    assert (wanted.state, unwanted.state) == ("taken", "rejected")
    assert Case.objects.get().pk == wanted.case_id
    assert wanted.decided_by_id is not None
    with pytest.raises(NotHeld):
        release_submission(unwanted.pk, actor=agent, at=now())


def test_a_reader_decides_about_no_form(tenant: Tenant) -> None:
    send(client_at(tenant), make_form(), website="x")

    with pytest.raises(NotPermitted):
        release_submission(FormSubmission.objects.get().pk, actor=make_actor(Role.READER), at=now())


def test_a_network_sends_six_in_ten_minutes_and_keeps_its_text(tenant: Tenant) -> None:
    client, form = client_at(tenant), make_form()
    for number in range(6):
        assert send(client, form, body=f"Message {number}").status_code == 302

    refused = send(client, form, body="The seventh message")

    assert refused.status_code == 429
    assert "The seventh message</textarea>" in refused.content.decode()
    assert FormSubmission.objects.count() == 6


def test_another_network_is_not_held_up(tenant: Tenant) -> None:
    client, form = client_at(tenant), make_form()
    for number in range(6):
        send(client, form, body=f"Message {number}")
    client.defaults["REMOTE_ADDR"] = "198.51.100.7"

    assert send(client, form, body="From elsewhere").status_code == 302


def test_a_double_press_sends_once(tenant: Tenant) -> None:
    client, form = client_at(tenant), make_form()
    token = forms.new_token(key=form.key, at=now() - A_MINUTE_AGO)

    answers = [client.post(f"/form/{form.key}/", {"token": token, **SAID}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Case.objects.count() == 1


def test_fields_that_a_form_does_not_have_cost_nothing(tenant: Tenant) -> None:
    client, form = client_at(tenant), make_form()
    began = process_time()

    answer = send(client, form, unasked="123456789 " * 100_000)

    assert answer.status_code == 302
    assert process_time() - began < 2.0


@pytest.mark.parametrize("token", ["", "forged", "another form's"])
def test_without_a_valid_token_nothing_is_taken_and_the_text_stays(
    tenant: Tenant, token: str
) -> None:
    client, form, other = client_at(tenant), make_form(), make_form(name="Another")
    if token.startswith("another"):
        token = forms.new_token(key=other.key, at=now())

    answer = client.post(f"/form/{form.key}/", {**SAID, "token": token})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "649 twice again.</textarea>" in page
    assert not FormSubmission.objects.exists()
    fresh = TOKEN.search(page)
    assert fresh is not None
    again = client.post(f"/form/{form.key}/", {**SAID, "token": fresh[1]})
    assert again.status_code == 302


def test_what_is_missing_is_said(tenant: Tenant) -> None:
    answer = send(client_at(tenant), make_form(), email="nobody", subject="", body=" ")

    assert answer.status_code == 422
    assert set(answer.context["form"]["errors"]) == {"email", "subject", "body"}


def test_a_card_number_is_hidden_before_it_is_stored_and_the_sender_is_told(
    tenant: Tenant,
) -> None:
    client = client_at(tenant)

    sent = send(client, make_form(), body="My card 4111 1111 1111 1111 is lost.")

    assert "1111 is lost" in FormSubmission.objects.get().text
    assert "4111" not in FormSubmission.objects.get().text + Case.objects.get().messages.get().text
    assert "card number was hidden" in client.get(sent["Location"]).content.decode()


def test_only_named_origins_may_embed_a_form(tenant: Tenant) -> None:
    client = client_at(tenant)
    open_to_some, alone = make_form(), make_form(name="Alone", origins="")

    embedded = client.get(f"/form/{open_to_some.key}/")
    by_itself = client.get(f"/form/{alone.key}/")

    policy = embedded["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://www.example.org http://localhost:3000" in policy
    assert "script-src 'self'" in policy
    assert "X-Frame-Options" not in embedded
    assert "frame-ancestors 'none'" in by_itself["Content-Security-Policy"]


@pytest.mark.parametrize("origin", ["javascript:alert(1)", "https://a.example;script-src *", "*"])
def test_what_is_no_origin_is_refused(tenant: Tenant, origin: str) -> None:
    with pytest.raises(BadForm):
        make_form(origins=origin)


def test_a_form_that_is_off_or_of_another_tenant_is_not_there(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    form = make_form()
    with tenant_scope(other_tenant.pk):
        foreign = make_form()
    client = client_at(tenant)

    set_web_form_active(web_form_id=form.pk, is_active=False, actor=Actor.system("test"), at=now())

    assert client.get(f"/form/{form.key}/").status_code == 404
    assert send(client, form).status_code == 404
    assert client.get(f"/form/{foreign.key}/").status_code == 404


def test_a_form_of_a_type_asks_the_questions_of_the_type_only(tenant: Tenant) -> None:
    kind = save_request_type(
        request_type_id=None,
        name="Lost card",
        says="",
        category="cards",
        asks=[],
        doors=[Door.FORMS],
        answer="",
        may_finish_at_once=False,
        questions=[Asked("Lost on", QuestionKind.DAY, is_required=True)],
        actor=make_actor(Role.ADMIN),
        at=now(),
    )
    form, client = make_form(request_type=kind), client_at(tenant)

    page = client.get(f"/form/{form.key}/").content.decode()
    field = re.search(r'name="(question-\d+)"', page)
    assert field is not None
    missing = send(client, form, subject="", body="")
    sent = send(client, form, subject="", body="", **{field[1]: "2026-03-01"})

    assert 'name="subject"' not in page
    assert missing.status_code == 422
    assert sent.status_code == 302
    case = Case.objects.get()
    assert (case.subject, case.category) == ("Lost card", "cards")
    assert case.request_answers.get().text == "2026-03-01"


def test_what_no_text_can_hold_is_left_out(tenant: Tenant) -> None:
    assert send(client_at(tenant), make_form(), body="Zero \0 byte").status_code == 302
    assert FormSubmission.objects.get().text == "Zero  byte"
