"""Settings of request types, web forms and inbound channels."""

import re

from cases.models import InboundHook, RequestType, WebForm
from servicedesk.sealing import unseal
from tests.make import make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import client_at, signed_in_staff
from workflow.history.models import Entry
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

TYPE = {
    "action": "save",
    "name": "Payment by telephone",
    "category": "payments",
    "asks": ["product"],
    "doors": ["phone", "forms"],
    "label-1": "Amount",
    "kind-1": "amount",
    "required-1": "yes",
    "may_finish": "yes",
    "answer": "Your payment is done.",
}


def test_a_request_type_is_added_changed_and_switched_off(tenant: Tenant) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))

    admin.post("/settings/request-types/", TYPE)
    kept = RequestType.objects.get()
    editing = admin.get(f"/settings/request-types/?edit={kept.pk}").content.decode()
    admin.post("/settings/request-types/", {**TYPE, "id": kept.pk, "name": "Payment"})
    admin.post("/settings/request-types/", {"id": kept.pk, "action": "off"})

    assert 'value="Amount"' in editing
    kept.refresh_from_db()
    assert (kept.name, kept.is_active, kept.is_for_phone, kept.is_for_portal) == (
        "Payment",
        False,
        True,
        False,
    )
    question = kept.questions.get()
    assert (question.kind, question.is_required) == ("amount", True)
    assert Entry.objects.filter(action="configuration.changed", subject_id=kept.pk).count() == 3


def test_a_type_that_cannot_be_used_stays_in_the_form(tenant: Tenant) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))

    answer = admin.post("/settings/request-types/", {**TYPE, "answer": ""})

    assert answer.status_code == 422
    assert "needs an answer for the customer" in answer.content.decode()
    assert 'id="answer-error"' in answer.content.decode()
    assert 'value="Payment by telephone"' in answer.content.decode()
    assert not RequestType.objects.exists()


def test_a_web_form_is_added_and_its_snippet_leads_to_it(tenant: Tenant) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))

    admin.post(
        "/settings/web-forms/",
        {"action": "save", "name": "Contact us", "origins": "www.example.org"},
    )
    page = admin.get("/settings/web-forms/").content.decode()
    address = re.search(r"&lt;iframe src=&quot;http://[^/]+(/form/[^&]+)", page) or re.search(
        r'&lt;iframe src="http://[^/]+(/form/[^"]+)"', page
    )

    assert address is not None
    assert WebForm.objects.get().origins == "https://www.example.org"
    assert client_at(tenant).get(address[1]).status_code == 200
    admin.post("/settings/web-forms/", {"action": "off", "id": WebForm.objects.get().pk})
    assert client_at(tenant).get(address[1]).status_code == 404


def test_what_is_no_origin_stays_in_the_form(tenant: Tenant) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))

    answer = admin.post(
        "/settings/web-forms/", {"action": "save", "name": "Bad", "origins": "javascript://x;y"}
    )

    assert answer.status_code == 422
    assert "is no origin" in answer.content.decode()
    assert 'id="origins-error"' in answer.content.decode()
    assert "javascript://x;y</textarea>" in answer.content.decode()
    assert not WebForm.objects.exists()


def test_the_secret_of_a_channel_is_shown_once_and_sealed(tenant: Tenant) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))

    added = admin.post(
        "/settings/inbound-channels/", {"action": "save", "name": "Chat", "channel": "chat"}
    )
    hook = InboundHook.objects.get()
    first = unseal(hook.sealed_secret)
    rotated = admin.post("/settings/inbound-channels/", {"action": "rotate", "id": hook.pk})
    hook.refresh_from_db()
    second = unseal(hook.sealed_secret)

    assert first in added.content.decode()
    assert added["Cache-Control"] == "no-store"
    assert second in rotated.content.decode()
    assert first != second
    assert first not in hook.sealed_secret
    later = admin.get("/settings/inbound-channels/").content.decode()
    assert first not in later
    assert second not in later
    assert f"/hooks/in/{hook.key}/" in later


def test_a_channel_needs_a_name_and_a_channel(tenant: Tenant) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))

    for given in ({"name": "", "channel": "chat"}, {"name": "Chat", "channel": "mail"}):
        answer = admin.post("/settings/inbound-channels/", {"action": "save", **given})
        assert answer.status_code == 422
    assert not InboundHook.objects.exists()


def test_each_page_of_the_settings_has_a_title_of_its_own(tenant: Tenant) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))

    page = admin.get("/settings/web-forms/").content.decode()

    assert " ".join(page.split("<title>")[1].split("</title>")[0].split()) == (
        f"Web forms · Settings · {tenant.name}"
    )


def test_an_agent_changes_none_of_it(tenant: Tenant) -> None:
    agent = signed_in_staff(tenant, make_user())

    for page in ("request-types", "web-forms", "inbound-channels"):
        assert agent.get(f"/settings/{page}/").status_code == 403
        assert agent.post(f"/settings/{page}/", TYPE).status_code == 403
    assert not RequestType.objects.exists()


def test_the_types_cost_the_same_for_two_and_for_twenty(tenant: Tenant) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))

    def add(names: range) -> None:
        for number in names:
            admin.post("/settings/request-types/", {**TYPE, "name": f"Request {number}"})

    add(range(2))
    admin.get("/settings/request-types/")
    with counted() as few:
        admin.get("/settings/request-types/")
    add(range(2, 20))
    with counted() as many:
        assert len(admin.get("/settings/request-types/").context["types"]) == 20

    assert len(few) == len(many), told(many)
