"""Who may let an address hear our news, what is refused, and what stays secret."""

import json
from datetime import timedelta
from typing import Any

import pytest

from servicedesk.outbound.addresses import NotPublic
from servicedesk.outbound.targets import BadTarget
from servicedesk.sealing import unseal
from servicedesk.webhooks.kinds import NoSuchKind
from servicedesk.webhooks.models import WebhookSubscription
from servicedesk.webhooks.subscriptions import (
    MOST_WEBHOOKS,
    BadOverlap,
    BadWebhookName,
    NoSuchWebhook,
    TooManyWebhooks,
    WebhookNameTaken,
    add_webhook,
    change_webhook,
    remove_webhook,
    rotate_secret,
    set_webhook_active,
)
from tests.make import AT, DAY, HOUR, make_actor
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role

PUBLIC = "https://receiver.example/hook/secret-part"


def somewhere(_host: str, _port: int) -> list[str]:
    """Answer with a public address."""
    return ["93.184.216.34"]


def inside(_host: str, _port: int) -> list[str]:
    """Answer with an inner address."""
    return ["10.0.0.5"]


def add(admin: Actor, **more: Any) -> tuple[WebhookSubscription, str]:
    """Add a webhook that is in order."""
    given = {"name": "Warehouse", "url": PUBLIC, "kinds": {"case.opened"}, "resolver": somewhere}
    return add_webhook(**{**given, **more}, actor=admin, at=AT)


@pytest.fixture
def admin(tenant: Any) -> Actor:
    """An administrator."""
    return make_actor(Role.ADMIN)


def test_the_secret_is_given_once_and_sealed_in_the_database(admin):
    webhook, secret = add(admin)

    webhook.refresh_from_db()
    assert secret.startswith("whsec_")
    assert secret not in webhook.sealed_secret
    assert unseal(webhook.sealed_secret) == secret


def test_neither_secret_nor_address_stands_in_the_history(admin):
    webhook, secret = add(admin)
    rotated = rotate_secret(webhook_id=webhook.pk, overlap=DAY, actor=admin, at=AT)
    change_webhook(
        webhook_id=webhook.pk,
        name="Store",
        url=PUBLIC + "/more",
        kinds={"case.resolved"},
        actor=admin,
        at=AT,
        resolver=somewhere,
    )

    told = json.dumps(list(Entry.objects.values_list("changes", flat=True)))

    assert "receiver.example" in told
    for hidden in (secret, rotated, secret[6:20], "secret-part", "/more"):
        assert hidden not in told


def test_a_change_says_what_it_was_before(admin):
    webhook, _secret = add(admin)

    change_webhook(
        webhook_id=webhook.pk,
        name="Warehouse",
        url="https://other.example/",
        kinds={"case.resolved"},
        actor=admin,
        at=AT,
        resolver=somewhere,
    )

    assert Entry.objects.latest("id").changes == {
        "what": "webhook",
        "address": True,
        "host": "other.example",
        "host_was": "receiver.example",
        "case.opened": None,
        "case.opened_was": True,
        "case.resolved": True,
    }


def test_what_changes_nothing_leaves_no_history(admin):
    webhook, _secret = add(admin)
    before = Entry.objects.count()

    change_webhook(
        webhook_id=webhook.pk,
        name="Warehouse",
        url=PUBLIC,
        kinds={"case.opened"},
        actor=admin,
        at=AT,
        resolver=somewhere,
    )
    set_webhook_active(webhook_id=webhook.pk, is_active=True, actor=admin, at=AT)

    assert Entry.objects.count() == before


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.MEMBER, Role.HEAD, Role.READER])
def test_only_who_manages_tokens_may_let_news_out(tenant, role):
    with pytest.raises(NotPermitted):
        add(make_actor(role))

    assert add(make_actor(Role.ADMIN))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"resolver": inside}, NotPublic),
        ({"url": "https://user:word@receiver.example/"}, BadTarget),
        ({"url": "http://127.0.0.1/"}, NotPublic),
        ({"url": "https://receiver.example:22/"}, BadTarget),
        ({"kinds": set()}, NoSuchKind),
        ({"kinds": {"case.opened", "case.vanished"}}, NoSuchKind),
        ({"name": "  "}, BadWebhookName),
    ],
)
def test_what_cannot_be_used_is_refused_at_saving(admin, given, refusal):
    with pytest.raises(refusal):
        add(admin, **given)
    assert WebhookSubscription.objects.count() == 0

    webhook, _secret = add(admin)
    with pytest.raises(refusal):
        change_webhook(
            **{
                "webhook_id": webhook.pk,
                "name": "Warehouse",
                "url": PUBLIC,
                "kinds": {"case.opened"},
                "resolver": somewhere,
                **given,
            },
            actor=admin,
            at=AT,
        )


def test_a_name_is_given_once(admin):
    add(admin)

    with pytest.raises(WebhookNameTaken):
        add(admin, name=" Warehouse ")


def test_there_is_an_end_of_webhooks(admin):
    for number in range(MOST_WEBHOOKS):
        add(admin, name=f"Number {number}")

    with pytest.raises(TooManyWebhooks):
        add(admin, name="One more")


@pytest.mark.parametrize("overlap", [timedelta(days=8), -HOUR])
def test_an_old_secret_stays_valid_for_a_week_at_most(admin, overlap):
    webhook, _secret = add(admin)

    with pytest.raises(BadOverlap):
        rotate_secret(webhook_id=webhook.pk, overlap=overlap, actor=admin, at=AT)


def test_what_was_removed_is_not_there(admin):
    webhook, _secret = add(admin)
    remove_webhook(webhook_id=webhook.pk, actor=admin, at=AT)

    with pytest.raises(NoSuchWebhook):
        remove_webhook(webhook_id=webhook.pk, actor=admin, at=AT)
    with pytest.raises(NoSuchWebhook):
        rotate_secret(webhook_id=webhook.pk, overlap=DAY, actor=admin, at=AT)
