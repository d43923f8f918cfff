"""What could not be delivered: seen, tried again, given up, remembered."""

import re

import pytest
from django.test import Client
from django.utils.timezone import now

from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import NotificationKind
from servicedesk.webhooks.hearing import ask_for_calls, new_message_key
from servicedesk.webhooks.models import WebhookCall
from servicedesk.webhooks.subscriptions import add_webhook
from tests.make import make_actor, make_case, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.models import Entry
from workflow.outbox.models import Delivery, Effect
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

PAGE = "/settings/not-delivered/"


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN))


# ---- dead letters ----------------------------------------------------------------------------


def dead_effect() -> Effect:
    """Return a mail to a customer that failed for good."""
    case = make_case(at=now())
    asked = Asked(
        key=f"receipt:{case.pk}",
        kind=NotificationKind.RECEIPT,
        contact_id=case.contact_id,
        case_id=case.pk,
    )
    notify([asked], at=now())
    effect = Effect.objects.get(key=asked.key)
    Effect.objects.filter(pk=effect.pk).update(
        state="dead", attempts=10, last_error="SMTPRecipientsRefused"
    )
    return effect


def dead_delivery() -> Delivery:
    """Return a piece of news that a subscriber could not take."""
    make_case(at=now())
    delivery = Delivery.objects.order_by("id")[0]
    Delivery.objects.filter(pk=delivery.pk).update(state="dead", last_error="ValueError")
    return delivery


def dead_call() -> Effect:
    """Return a call of a webhook that failed for good."""
    webhook, _secret = add_webhook(
        name="Warehouse",
        url="https://receiver.example/",
        kinds={"case.opened"},
        actor=make_actor(Role.ADMIN),
        at=now(),
        resolver=lambda *_: ["93.184.216.34"],
    )
    case = make_case(at=now())
    call = WebhookCall(
        subscription=webhook,
        message_key=new_message_key(),
        kind="case.opened",
        subject_kind="case",
        subject_id=case.pk,
        body="{}",
    )
    [kept] = ask_for_calls([call], at=now())
    WebhookCall.objects.update(state="failed")
    effect = Effect.objects.get(key=kept.effect_key)
    Effect.objects.filter(pk=effect.pk).update(state="dead", last_error="HTTP 500")
    return effect


def test_what_failed_is_named_by_what_people_know(client: Client) -> None:
    dead_effect()
    dead_delivery()
    dead_call()

    mails = client.get(PAGE).content.decode()
    news = client.get(f"{PAGE}?show=news").content.decode()
    calls = client.get(f"{PAGE}?show=webhook").content.decode()

    assert "Receipt to Ingrid Solheim" in mails
    assert "SMTPRecipientsRefused" in mails
    assert "Case 1" in mails
    assert "A case was opened" in news
    assert "not taken by: confirm receipt" in news
    assert "later ones wait" in news
    assert "A case was opened, for Warehouse" in calls
    assert "HTTP 500" in calls
    assert "?state=failed" in calls


def test_the_page_opens_where_something_waits(client: Client) -> None:
    dead_delivery()

    page = client.get(PAGE).content.decode()

    assert "not taken by: confirm receipt" in page


@pytest.mark.parametrize(("action", "state"), [("retry", "pending"), ("give_up", "given_up")])
def test_a_mail_is_tried_again_or_given_up(client: Client, action: str, state: str) -> None:
    effect = dead_effect()
    form = {"show": "mail", "id": effect.pk, "action": action}

    answer = client.post(PAGE, form)

    effect.refresh_from_db()
    assert (answer.status_code, effect.state) == (302, state)
    assert Entry.objects.filter(action="delivery.retried", subject_id=effect.pk).count() == 1
    again = client.post(PAGE, form)
    assert again.status_code == 409
    assert "not waiting for anybody any more" in again.content.decode()


def test_all_of_a_sort_are_tried_again_at_once_and_no_others(client: Client) -> None:
    receipt = dead_effect()
    call = dead_call()
    dead_delivery()
    Delivery.objects.update(state="dead")

    client.post(PAGE, {"show": "mail", "what": "answer", "action": "retry_all"})
    receipt.refresh_from_db()
    assert receipt.state == "dead"

    client.post(PAGE, {"show": "mail", "what": "receipt", "action": "retry_all"})
    client.post(PAGE, {"show": "news", "action": "retry_all"})

    receipt.refresh_from_db()
    call.refresh_from_db()
    assert (receipt.state, receipt.attempts) == ("pending", 0)
    assert call.state == "dead"
    assert not Delivery.objects.filter(state="dead").exists()


def test_the_letters_of_one_webhook_are_found(client: Client) -> None:
    effect = dead_call()
    webhook = WebhookCall.objects.get().subscription

    mine = client.get(f"{PAGE}?show=webhook&what={webhook.pk}").content.decode()
    client.post(PAGE, {"show": "webhook", "what": str(webhook.pk), "action": "retry_all"})

    effect.refresh_from_db()
    assert "for Warehouse" in mine
    assert effect.state == "pending"


@pytest.mark.parametrize("form", [{}, {"show": "king", "action": "retry"}, {"show": "mail"}])
def test_a_form_that_means_nothing_is_refused(client: Client, form: dict[str, str]) -> None:
    assert client.post(PAGE, form).status_code == 404


def test_the_letters_are_paged_by_key(client: Client) -> None:
    for _number in range(3):
        dead_effect()
    effect = Effect.objects.order_by("id")[0]
    Effect.objects.bulk_create(
        [
            Effect(
                key=f"lost:{number}",
                kind="notification",
                payload={},
                state="dead",
                due_at=effect.due_at,
                created_at=effect.created_at,
            )
            for number in range(60)
        ]
    )

    first = client.get(PAGE).content.decode()
    found = re.search(r"before=(\d+)", first)
    assert found is not None
    second = client.get(f"{PAGE}?show=mail&before={found[1]}").content.decode()

    assert first.count('value="give_up"') == 50
    assert second.count('value="give_up"') == 13


@pytest.mark.parametrize("show", ["mail", "news"])
def test_the_page_asks_the_same_for_2_and_20(client: Client, show: str) -> None:
    asked = []
    client.get(PAGE)
    for wanted in (2, 20):
        while Effect.objects.filter(state="dead").count() < wanted:
            dead_effect()
        Delivery.objects.filter(
            pk__in=list(Delivery.objects.order_by("id").values_list("pk", flat=True)[:wanted])
        ).update(state="dead")
        with counted() as queries:
            client.get(f"{PAGE}?show={show}")
        asked.append(queries)

    assert len(asked[0]) == len(asked[1]), told(asked[1])
