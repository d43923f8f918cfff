"""The page of webhooks: added with a secret shown once, changed, tested, and the log replayed."""

import re
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from servicedesk.sealing import unseal
from servicedesk.webhooks.hearing import ask_for_calls, new_message_key
from servicedesk.webhooks.models import WebhookCall, WebhookSubscription
from servicedesk.webhooks.subscriptions import add_webhook
from tests.make import AT, make_actor, make_case, make_tenant, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.outbox.models import Effect
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

PAGE = "/settings/webhooks/"
FORM = {
    "action": "save",
    "name": "Warehouse",
    "url": "https://127.0.0.1/hook",
    "kinds": ["case.opened", "problem.resolved"],
}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{40,}")


@pytest.fixture
def client(tenant: Tenant, settings: Any) -> Client:
    """An administrator's browser; this machine may be called."""
    settings.OUTBOUND_ALLOWED = (ip_network("127.0.0.0/8"),)
    return signed_in_staff(tenant, make_user(Role.ADMIN))


def add(client: Client, **fields: Any) -> Any:
    """Send the form of a new webhook."""
    return client.post(PAGE, {**FORM, **fields})


def make_webhook(name: str = "Warehouse") -> WebhookSubscription:
    """Return a webhook that was added."""
    webhook, _secret = add_webhook(
        name=name,
        url="https://receiver.example/path-that-is-secret",
        kinds={"case.opened"},
        actor=make_actor(Role.ADMIN),
        at=AT,
        resolver=lambda *_: ["93.184.216.34"],
    )
    return webhook


def make_call(webhook: WebhookSubscription, **fields: Any) -> WebhookCall:
    """Return a call that is in the log."""
    case = make_case()
    call = WebhookCall(
        subscription=webhook,
        message_key=new_message_key(),
        kind="case.opened",
        subject_kind="case",
        subject_id=case.pk,
        body='{"type":"case.opened"}',
    )
    [kept] = ask_for_calls([call], at=AT)
    WebhookCall.objects.filter(pk=kept.pk).update(**fields)
    return kept


def test_the_secret_is_shown_once_and_on_no_page_after(client: Client) -> None:
    answer = add(client)

    [secret] = set(SECRET.findall(answer.content.decode()))
    webhook = WebhookSubscription.objects.get()
    assert unseal(webhook.sealed_secret) == secret
    assert "no-store" in answer.headers["Cache-Control"]
    for page in (PAGE, f"{PAGE}?edit={webhook.pk}", f"{PAGE}{webhook.pk}/", "/settings/history/"):
        assert not SECRET.search(client.get(page).content.decode())


def test_a_new_secret_replaces_the_old_one(client: Client) -> None:
    [first] = set(SECRET.findall(add(client).content.decode()))
    webhook = WebhookSubscription.objects.get()

    answer = client.post(PAGE, {"action": "rotate", "id": webhook.pk, "overlap": "24"})

    [second] = set(SECRET.findall(answer.content.decode()))
    webhook.refresh_from_db()
    assert first != second
    assert (unseal(webhook.sealed_secret), unseal(webhook.sealed_previous)) == (second, first)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"url": "http://10.0.0.5/"}, "is not a host on the public network"),
        ({"url": "https://127.0.0.1:22/"}, "Port 22 is not called."),
        ({"url": "https://me:word@127.0.0.1/"}, "A name or a password stands in this URL."),
        ({"url": "receiver.example"}, "This is not a URL that can be called."),
        ({"kinds": []}, "A webhook hears at least one kind of news."),
        ({"name": " "}, "A name is needed."),
    ],
)
def test_what_cannot_be_used_is_said_in_the_form(
    client: Client, fields: dict[str, Any], sentence: str
) -> None:
    answer = add(client, **fields)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert not SECRET.search(page)
    assert WebhookSubscription.objects.count() == 0


def test_a_webhook_is_changed_switched_off_and_on_and_removed(client: Client) -> None:
    add(client)
    webhook = WebhookSubscription.objects.get()

    add(client, id=webhook.pk, name="Store", kinds=["clock.breached"])
    webhook.refresh_from_db()
    assert (webhook.name, webhook.kinds) == ("Store", "clock.breached")

    for action, is_active in (("off", False), ("on", True)):
        client.post(PAGE, {"action": action, "id": webhook.pk})
        webhook.refresh_from_db()
        assert webhook.is_active is is_active

    client.post(PAGE, {"action": "remove", "id": webhook.pk})
    assert WebhookSubscription.objects.exists()
    client.post(PAGE, {"action": "remove", "id": webhook.pk, "is_confirmed": "1"})
    assert not WebhookSubscription.objects.exists()


def test_a_test_is_sent_by_the_outbox_and_stands_in_the_log(client: Client) -> None:
    webhook = make_webhook()

    answer = client.post(PAGE, {"action": "test", "id": webhook.pk}, follow=True)

    assert "A test" in answer.content.decode()
    assert Effect.objects.get(kind="webhook").queue == "webhooks"


def test_the_list_says_how_each_webhook_is_and_not_its_path(client: Client) -> None:
    webhook = make_webhook()
    WebhookSubscription.objects.filter(pk=webhook.pk).update(
        is_active=False, switched_off_because="failing"
    )
    make_call(webhook, state="failed")

    page = client.get(PAGE).content.decode()

    assert "switched off: no call arrived for days" in page
    assert "1 failed" in page
    assert "receiver.example" in page
    assert "path-that-is-secret" not in page


def test_the_log_says_what_was_sent_and_answered_and_is_filtered(client: Client) -> None:
    webhook = make_webhook()
    make_call(webhook, state="delivered", status=200, answer="<b>thanks</b>")
    make_call(webhook, state="failed", error="HTTP 500", status=500)

    page = client.get(f"{PAGE}{webhook.pk}/").content.decode()
    failed = client.get(f"{PAGE}{webhook.pk}/?state=failed").content.decode()

    assert "&lt;b&gt;thanks&lt;/b&gt;" in page
    assert "Case 1" in page
    assert "HTTP 500" in page
    assert "thanks" not in failed
    assert "HTTP 500" in failed


def test_one_call_or_all_that_failed_are_sent_again(client: Client) -> None:
    webhook = make_webhook()
    calls = [make_call(webhook, state="failed") for _number in range(3)]
    log = f"{PAGE}{webhook.pk}/"

    client.post(log, {"action": "replay", "id": calls[0].pk})
    assert WebhookCall.objects.filter(state="pending").count() == 1
    page = client.post(log, {"action": "replay_failed"}, follow=True).content.decode()

    assert "Calls sent again: 2." in page
    assert WebhookCall.objects.filter(state="pending").count() == 3


def test_the_log_is_paged_by_key(client: Client) -> None:
    webhook = make_webhook()
    ask_for_calls(
        [
            WebhookCall(
                subscription=webhook,
                message_key=new_message_key(),
                kind="webhook.test",
                body=f"number {number}",
            )
            for number in range(60)
        ],
        at=now(),
    )

    first = client.get(f"{PAGE}{webhook.pk}/").content.decode()
    before = re.findall(r"before=(\d+)", first)[-1]
    second = client.get(f"{PAGE}{webhook.pk}/?before={before}").content.decode()

    assert len(re.findall(r"number \d+", first)) == 50
    assert len(re.findall(r"number \d+", second)) == 10


@pytest.mark.parametrize("path", ["", "{id}/"])
def test_the_page_asks_the_same_for_2_and_20(client: Client, path: str) -> None:
    webhook = make_webhook()
    address = PAGE + path.format(id=webhook.pk)
    client.get(address)  # The tenant's host is looked up once a process.
    asked = []
    for wanted in (2, 20):
        while WebhookCall.objects.count() < wanted:
            make_call(webhook, state="delivered")
        while WebhookSubscription.objects.count() < wanted:
            make_webhook(f"Number {WebhookSubscription.objects.count()}")
        with counted() as queries:
            assert client.get(address).status_code == 200
        asked.append(queries)

    assert len(asked[0]) == len(asked[1]), told(asked[1])


def test_the_webhook_of_another_tenant_is_not_there(client: Client) -> None:
    other = make_tenant()
    with tenant_scope(other.pk):
        foreign = make_webhook()
        call = make_call(foreign, state="failed")

    assert client.get(f"{PAGE}{foreign.pk}/").status_code == 404
    for action in ("rotate", "off", "test"):
        answer = client.post(PAGE, {"action": action, "id": foreign.pk})
        assert answer.status_code == 404
    mine = make_webhook()
    answer = client.post(f"{PAGE}{mine.pk}/", {"action": "replay", "id": call.pk})
    assert answer.status_code == 404
    with tenant_scope(other.pk):
        assert WebhookCall.objects.get().state == "failed"
