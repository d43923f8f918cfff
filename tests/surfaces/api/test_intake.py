"""Request types, web forms, held forms and inbound channels are set up by programs, too."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from cases.models import (
    Case,
    FormSubmission,
    InboundHook,
    QuestionKind,
    RequestQuestion,
    RequestType,
    WebForm,
)
from servicedesk.api.models import Answered
from servicedesk.sealing import unseal
from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.api.test_access import assert_problem_document
from tests.surfaces.counting import counted, told
from workflow.history.models import Entry
from workflow.people.permissions import Role

REFUND: dict[str, Any] = {
    "name": "Refund",
    "says": "Money that went the wrong way.",
    "asks": ["product"],
    "doors": ["agents", "forms"],
    "may_finish_at_once": True,
    "answer": "The money is on its way.",
    "questions": [
        {"label": "How much?", "kind": "amount", "is_required": True},
        {"label": "Since when?", "kind": "day"},
    ],
}


@pytest.fixture
def admin(tenant: Any) -> Caller:
    """A program of an administrator."""
    return caller_as(tenant, Role.ADMIN)


def held_form(form: WebForm, number: int = 1) -> FormSubmission:
    """Return a filled-in form that waits for a decision."""
    return FormSubmission.objects.create(
        web_form=form,
        nonce=f"held-{number}",
        state="held",
        name="Eve",
        email=f"eve{number}@example.org",
        subject="Cheap loans",
        text="Cheap loans, click here.",
        network="x",
        said="x",
        reasons="links,phrases",
        received_at=now(),
    )


def web_form(number: int = 1) -> WebForm:
    """Return a web form."""
    return WebForm.objects.create(name=f"Form {number}", key=f"key-{number}", created_at=now())


def test_a_request_type_is_added_with_its_questions_and_changed(admin: Caller) -> None:
    added = admin.post("request-types/", REFUND)
    kept = added.json()
    fewer = {**REFUND, "questions": REFUND["questions"][:1], "doors": []}
    changed = admin.send("patch", f"request-types/{kept['id']}/", fewer).json()

    assert added.status_code == 201
    assert [one["kind"] for one in kept["questions"]] == ["amount", "day"]
    assert kept["doors"] == ["agents", "forms"]
    assert changed["questions"] == kept["questions"][:1]
    assert changed["doors"] == []
    # The question that is asked no more stays for the answers that it got.
    assert RequestQuestion.objects.filter(request_type_id=kept["id"]).count() == 2
    assert RequestQuestion.objects.filter(kind=QuestionKind.DAY, is_active=False).exists()
    assert Entry.objects.filter(action="configuration.changed").count() == 2


def test_a_request_type_is_switched_off_and_its_list_says_so(admin: Caller) -> None:
    kept = admin.post("request-types/", REFUND).json()

    off = admin.post(f"request-types/{kept['id']}/active/", {"is_active": False}).json()

    assert off["is_active"] is False
    listed = {one["id"]: one for one in admin.get("request-types/").json()["results"]}
    assert listed[kept["id"]]["is_active"] is False


def test_a_request_type_that_ends_without_an_answer_is_refused(admin: Caller) -> None:
    before = RequestType.objects.count()

    refused = admin.post("request-types/", {**REFUND, "answer": ""})
    strange = admin.post("request-types/", {**REFUND, "questions": [{"label": "a", "x": 1}]})

    assert_problem_document(refused, 409, "bad_request_type")
    assert_problem_document(strange, 422, "not_valid")
    assert RequestType.objects.count() == before


def test_a_web_form_that_a_program_made_is_open_at_its_address(admin: Caller) -> None:
    refund = admin.post("request-types/", REFUND).json()
    wish = {
        "name": "Contact us",
        "thanks": "We have it.",
        "origins": ["https://www.example.org/contact"],
        "request_type": refund["id"],
    }

    added = admin.post("web-forms/", wish)
    form = added.json()
    opened = Client().get(form["address"], headers={"host": admin.host})
    changed = admin.send("patch", f"web-forms/{form['id']}/", {**wish, "name": "Write us"}).json()
    closed = admin.post(f"web-forms/{form['id']}/active/", {"is_active": False}).json()
    gone = Client().get(form["address"], headers={"host": admin.host})

    assert (added.status_code, opened.status_code, gone.status_code) == (201, 200, 404)
    assert form["origins"] == ["https://www.example.org"]
    assert "How much?" in opened.content.decode()
    assert (changed["name"], changed["address"]) == ("Write us", form["address"])
    assert closed["is_active"] is False
    assert [one["id"] for one in admin.get("web-forms/").json()["results"]] == [form["id"]]


@pytest.mark.parametrize("origin", ["https://[", "javascript:alert(1)", "https://a;b"])
def test_an_origin_that_is_none_is_refused(admin: Caller, origin: str) -> None:
    answer = admin.post("web-forms/", {"name": "Contact us", "origins": [origin]})

    assert_problem_document(answer, 409, "bad_form")
    assert not WebForm.objects.exists()


def test_a_web_form_takes_only_a_request_type_that_is_offered_on_forms(admin: Caller) -> None:
    inside = admin.post("request-types/", {**REFUND, "doors": ["agents"]}).json()

    answer = admin.post("web-forms/", {"name": "Contact us", "request_type": inside["id"]})

    assert_problem_document(answer, 422, "unprocessable")


def test_a_held_form_is_read_and_becomes_a_case_or_does_not(tenant: Any) -> None:
    agent = caller_as(tenant, Role.AGENT)
    form = web_form()
    wanted, unwanted = held_form(form, 1), held_form(form, 2)

    listed = agent.get("held-forms/").json()["results"]
    released = agent.post(f"held-forms/{wanted.pk}/release/").json()
    rejected = agent.post(f"held-forms/{unwanted.pk}/reject/").json()

    assert [one["id"] for one in listed] == [unwanted.pk, wanted.pk]
    assert listed[0]["reasons"] == ["links", "phrases"]
    assert released["case"] == Case.objects.get().number
    assert rejected == {"id": unwanted.pk, "decision": "rejected", "case": None}
    assert agent.get("held-forms/").json()["results"] == []
    assert_problem_document(agent.post(f"held-forms/{wanted.pk}/release/"), 409, "not_held")
    assert_problem_document(agent.post("held-forms/999999/reject/"), 409, "not_held")


def test_those_who_only_read_decide_about_no_form(tenant: Any) -> None:
    waiting = held_form(web_form())
    reader = caller_as(tenant, Role.READER)

    assert_problem_document(reader.get("held-forms/"), 403, "not_permitted")
    assert_problem_document(reader.post(f"held-forms/{waiting.pk}/release/"), 403, "not_permitted")
    assert not Case.objects.exists()


def test_the_secret_of_a_channel_is_in_the_first_answer_only(admin: Caller) -> None:
    wish = {"name": "Chat", "channel": "chat", "vouches": True}

    first = admin.post("inbound-channels/", wish, key="once").json()
    again = admin.post("inbound-channels/", wish, key="once").json()

    hook = InboundHook.objects.get()
    assert unseal(hook.sealed_secret) == first["secret"]
    assert first["address"].endswith(reverse("doors:hook", args=[hook.key]))
    assert (again["id"], again["secret"]) == (first["id"], None)
    assert first["secret"] not in str(list(Answered.objects.values()))
    assert "secret" not in admin.get("inbound-channels/").json()["results"][0]


def test_a_channel_is_changed_closed_and_gets_a_new_secret(admin: Caller) -> None:
    made = admin.post("inbound-channels/", {"name": "Chat", "channel": "chat"}).json()
    place = f"inbound-channels/{made['id']}/"

    changed = admin.send("patch", place, {"name": "SMS", "channel": "phone"}).json()
    kept = unseal(InboundHook.objects.get().sealed_secret)
    closed = admin.post(f"{place}active/", {"is_active": False}).json()
    rotated = admin.post(f"{place}secret/").json()

    assert (changed["name"], changed["channel"]) == ("SMS", "phone")
    assert kept == made["secret"]
    assert closed["is_active"] is False
    assert rotated["secret"] != made["secret"]
    assert unseal(InboundHook.objects.get().sealed_secret) == rotated["secret"]
    mail = admin.post("inbound-channels/", {"name": "Mail", "channel": "mail"})
    assert_problem_document(mail, 422, "not_valid")


def test_these_lists_cost_the_same_for_2_and_20(admin: Caller) -> None:
    hook = {"name": "Chat", "channel": "chat"}
    asked: dict[str, list[Any]] = {}
    for rows in (range(2), range(2, 20)):
        for number in rows:
            admin.post("request-types/", {**REFUND, "name": f"Refund {number}"})
            admin.post("inbound-channels/", hook)
            held_form(web_form(number), number)
        agent = caller_as(WebForm.objects.first().tenant, Role.AGENT)  # type: ignore[union-attr]
        agent.get("cases/")
        for name, caller in (
            ("request-types", admin),
            ("web-forms", admin),
            ("inbound-channels", admin),
            ("held-forms", agent),
        ):
            with counted() as queries:
                found = caller.get(f"{name}/", limit=200).json()["results"]
            assert len(found) >= rows.stop
            asked.setdefault(name, []).append(queries)

    for few, many in asked.values():
        assert len(few) == len(many), told(many)
