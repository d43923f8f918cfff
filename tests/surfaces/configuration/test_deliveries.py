"""What could not be delivered: seen, tried again, given up, remembered."""

import pytest
from django.test import Client
from django.utils.timezone import now

from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import NotificationKind
from tests.make import make_case, make_user
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.models import Entry
from workflow.outbox.models import Delivery, Effect
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant


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


def test_what_failed_is_named_by_what_people_know(client: Client) -> None:
    dead_effect()
    dead_delivery()

    page = client.get("/settings/not-delivered/").content.decode()

    assert "Receipt to Ingrid Solheim" in page
    assert "SMTPRecipientsRefused" in page
    assert "Case 1" in page
    assert "A case was opened" in page
    assert "holds back" in page


@pytest.mark.parametrize(("action", "state"), [("retry", "pending"), ("give_up", "given_up")])
def test_a_mail_is_tried_again_or_given_up(client: Client, action: str, state: str) -> None:
    effect = dead_effect()
    form = {"kind": "effect", "id": effect.pk, "action": action}

    answer = client.post("/settings/not-delivered/", form)

    effect.refresh_from_db()
    assert (answer.status_code, effect.state) == (302, state)
    assert Entry.objects.filter(action="delivery.retried", subject_id=effect.pk).count() == 1
    again = client.post("/settings/not-delivered/", form)
    assert again.status_code == 409
    assert "not waiting for anybody any more" in again.content.decode()


def test_all_news_are_tried_again_at_once(client: Client) -> None:
    dead_delivery()
    Delivery.objects.update(state="dead")

    client.post("/settings/not-delivered/", {"kind": "news", "action": "retry_all"})

    assert not Delivery.objects.filter(state="dead").exists()
