"""News reaches another program: signed, once a message, again and again until it arrives."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from cases.conversation import answer_case
from cases.importing import Line, import_lines
from cases.models import Case
from servicedesk.notifications.models import Notification
from servicedesk.walk import ROUTES
from servicedesk.webhooks.calls import (
    KEPT_FOR,
    StillWaiting,
    WebhookIsOff,
    call_for_test,
    forget_old_calls,
    replay_call,
    replay_failed,
)
from servicedesk.webhooks.hearing import call_webhooks
from servicedesk.webhooks.kinds import KINDS, outside_name
from servicedesk.webhooks.models import WebhookCall, WebhookSubscription
from servicedesk.webhooks.outcomes import LONGEST_REST, PAUSES, REST_AFTER, SWITCHED_OFF_AFTER
from servicedesk.webhooks.subscriptions import remove_webhook, rotate_secret, set_webhook_active
from tests.hearing import hear_everything
from tests.make import AT, DAY, HOUR, MINUTE, make_actor
from tests.webhooks.checking import is_ours
from tests.webhooks.conftest import Post
from workflow.history.models import Entry
from workflow.outbox.models import Effect
from workflow.people.actors import Actor, Source
from workflow.people.permissions import Role
from workflow.refusals import Refusal
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SECOND = timedelta(seconds=1)
LATER = datetime(2100, 1, 1, tzinfo=UTC)  # Everything is due by then.


def later(post: Post) -> Any:
    """Return a time at which the newest call is due."""
    return post.call().created_at + SECOND


def fail_until_given_up(post: Post) -> Any:
    """Let every try of the newest call fail; returns when the last one was."""
    at = later(post)
    for _try in range(len(PAUSES) + 1):
        at = max(at, post.call().next_try_at or at)
        post.carry_out_due(at=at)
    return at


def test_an_imported_case_is_no_news_until_something_happens_to_it(post: Post) -> None:
    line = {
        "external_id": "old-1",
        "contact_email": "ingrid@example.org",
        "subject": "Charged twice",
        "opened_at": "2026-01-12T10:15:00+01:00",
    }
    import_lines(
        [Line(1, json.dumps(line))], actor=Actor.system("import", source=Source.IMPORT), at=AT
    )
    hear_everything()
    assert not WebhookCall.objects.exists()

    answer_case(
        case_id=Case.objects.get().pk, text="It is settled.", actor=make_actor(), at=AT + HOUR
    )
    hear_everything()
    opened = post.open_case()

    assert {call.kind for call in WebhookCall.objects.all()} == {"case.answered", "case.opened"}
    assert WebhookCall.objects.get(kind="case.opened").subject_id == opened.pk


def test_a_call_says_what_happened_and_is_signed(post: Post) -> None:
    case = post.open_case()

    at = later(post)
    assert post.carry_out_due(at=at) == 1

    received = post.there.got[0]
    said = json.loads(received.body)
    assert said["type"] == "case.opened"
    assert said["tenant"] == post.tenant.slug
    assert said["subject"]["number"] == case.number
    assert said["subject"]["url"].endswith(f"/api/v1/cases/{case.number}")
    assert said["data"] == {
        "state": "new",
        "priority": 3,
        "channel": "mail",
        "department": case.queue.slug,
    }
    assert said["id"] == received.headers["webhook-id"] == post.call().message_key
    assert is_ours(
        secret=post.secret, headers=received.headers, body=received.body, now=at.timestamp()
    )
    assert post.call().state == "delivered"
    assert (post.call().status, post.call().answer) == (200, "thank you")


def test_a_receiver_notices_what_is_not_ours(post: Post) -> None:
    post.open_case()
    at = later(post)
    post.carry_out_due(at=at)
    good = post.there.got[0]
    other = {**good.headers, "webhook-id": "msg_other"}
    now = at.timestamp()

    assert is_ours(secret=post.secret, headers=good.headers, body=good.body, now=now)
    assert not is_ours(secret=post.secret, headers=good.headers, body=good.body + b" ", now=now)
    assert not is_ours(secret=post.secret, headers=other, body=good.body, now=now)
    assert not is_ours(secret=post.secret, headers=good.headers, body=good.body, now=now + 3600)
    assert not is_ours(secret="whsec_AAAA", headers=good.headers, body=good.body, now=now)


def test_no_text_name_or_address_leaves_with_a_call(post: Post) -> None:
    post.open_case()

    post.carry_out_due(at=later(post))

    words = post.there.got[0].body.decode().lower()
    assert "taken 649 twice" not in words
    assert "charged" not in words
    assert "ingrid" not in words
    assert "@" not in words


def test_only_the_kinds_that_were_chosen_are_heard(post: Post) -> None:
    with transaction.atomic():
        set_kinds(post, "case.answered")
    case = post.open_case()
    assert WebhookCall.objects.count() == 0

    with transaction.atomic():
        answer_case(case_id=case.pk, text="Yes.", actor=make_actor(), at=AT + HOUR)
        hear_everything()
    post.carry_out_due(at=later(post))

    assert [said["type"] for said in post.sent()] == ["case.answered"]


def set_kinds(post: Post, *kinds: str) -> None:
    """Let the webhook hear just these."""
    WebhookSubscription.objects.filter(pk=post.webhook.pk).update(kinds=" ".join(kinds))


def test_every_event_can_be_heard_outside_under_a_name_of_the_list() -> None:
    outside = {event.kind: outside_name(event.kind) for event in ROUTES}
    # Nothing happened to anybody's case or problem, or a step of a ladder is taken inside.
    hidden = {
        "customers.belongings.changed",
        "customers.contact.changed",
        "customers.import.goes_on",
        "customers.imported",
        "customers.organisation.changed",
        "customers.segment.changed",
        "problems.broadcast.asked",
        "problems.pattern.raised",
        "problems.prevention.due",
        "problems.prevention.planned",
        "problems.problem.customer_joined",
        "problems.problem.customers_reached",
        "problems.problem.date_passed",
        "problems.problem.moved",
        "problems.problem.priority_changed",
        "problems.problem.promise_changed",
        "problems.request.asked",
        "problems.request.decided",
        "problems.review.asked",
        "problems.step.taken",
        "workflow.calendar.changed",
        "workflow.clock.stepped",
        "workflow.ladder.changed",
        "workflow.policy.clocks_migrating",
        "workflow.policy.published",
        "workflow.policy.simulation_asked",
    }

    heard = {event.kind for event, subscribers in ROUTES.items() if call_webhooks in subscribers}

    assert set(outside) - hidden == heard
    assert {outside[kind] for kind in heard} == set(KINDS)


def test_a_receiver_that_is_down_gets_it_once_when_it_is_up(post: Post) -> None:
    post.there.status = 503
    post.open_case()
    first = later(post)
    assert post.carry_out_due(at=first) == 0
    assert post.call().next_try_at == first + PAUSES[0]
    assert post.carry_out_due(at=first + PAUSES[0] - SECOND) == 0
    assert len(post.there.got) == 1

    post.there.status = 200
    assert post.carry_out_due(at=first + PAUSES[0]) == 1
    assert post.carry_out_due(at=first + DAY) == 0

    keys = [one.headers["webhook-id"] for one in post.there.got]
    assert keys == [post.call().message_key] * 2
    assert post.there.got[0].body == post.there.got[1].body
    assert (post.call().state, post.call().attempts) == ("delivered", 2)
    assert post.fresh().failing_since is None


def test_pauses_grow_and_the_last_failure_is_a_dead_letter(post: Post) -> None:
    post.there.status = 500
    post.open_case()

    fail_until_given_up(post)

    assert list(PAUSES) == sorted(PAUSES)
    assert len(post.there.got) == len(PAUSES) + 1
    assert (post.call().state, post.call().error) == ("failed", "HTTP 500")
    effect = Effect.objects.get(kind="webhook")
    assert (effect.state, effect.last_error) == ("dead", "HTTP 500")


def test_a_receiver_that_keeps_failing_is_not_hammered(post: Post) -> None:
    post.there.status = 500
    for _case in range(20):
        post.open_case()

    at = later(post)
    post.carry_out_due(at=at)
    assert len(post.there.got) == REST_AFTER

    post.there.status = 200
    post.carry_out_due(at=at + LONGEST_REST)

    assert WebhookCall.objects.filter(state="delivered").count() == 20


def test_a_call_that_waits_for_a_resting_receiver_loses_none_of_its_tries(post: Post) -> None:
    post.there.status = 500
    for _case in range(REST_AFTER + 1):
        post.open_case()

    post.carry_out_due(at=later(post))

    last = post.call()
    assert (last.state, last.attempts) == ("pending", 0)
    assert last.next_try_at == post.fresh().resting_until


@pytest.mark.parametrize("status", [301, 307, 400, 404, 429, 500, 503])
def test_everything_but_a_yes_is_a_failure(post: Post, status: int) -> None:
    post.there.status = status
    post.there.headers = {"Location": post.there.url("/elsewhere")}
    post.open_case()

    post.carry_out_due(at=later(post))

    assert (post.call().state, post.call().status) == ("pending", status)
    assert len(post.there.got) == 1


def test_a_receiver_that_is_gone_is_never_called_again_and_admins_are_told(post: Post) -> None:
    post.there.status = 410
    post.open_case()
    post.open_case()

    post.carry_out_due(at=later(post))

    webhook = post.fresh()
    assert (webhook.is_active, webhook.switched_off_because) == (False, "gone")
    assert len(post.there.got) == 1
    assert set(WebhookCall.objects.values_list("state", flat=True)) == {"dropped"}
    told = Notification.objects.get(kind="webhook_off")
    assert told.user_id == post.admin.id


def test_days_of_failure_switch_a_webhook_off(post: Post) -> None:
    post.there.status = 500
    post.open_case()
    first = later(post)
    post.carry_out_due(at=first)
    assert post.fresh().is_active

    post.open_case()
    post.carry_out_due(at=first + SWITCHED_OFF_AFTER)

    webhook = post.fresh()
    assert (webhook.is_active, webhook.switched_off_because) == (False, "failing")
    assert webhook.switched_off_at == first + SWITCHED_OFF_AFTER
    assert (
        Entry.objects.filter(subject_kind="webhooksubscription", actor_kind="system").count() == 1
    )


def test_a_success_in_between_keeps_a_webhook_on(post: Post) -> None:
    for days, status in ((0, 500), (4, 200), (8, 500)):
        post.there.status = status
        post.open_case()
        post.carry_out_due(at=later(post) + days * DAY)

    assert post.fresh().is_active


def test_a_host_that_became_an_inner_one_is_not_called(post: Post, settings: Any) -> None:
    post.open_case()
    settings.OUTBOUND_ALLOWED = ()

    post.carry_out_due(at=later(post))

    assert post.there.got == []
    assert post.call().state == "pending"
    assert "not a host on the public network" in post.call().error


def test_a_test_call_reaches_a_webhook_that_is_off(post: Post) -> None:
    set_webhook_active(webhook_id=post.webhook.pk, is_active=False, actor=post.admin, at=AT)
    call_for_test(webhook_id=post.webhook.pk, actor=post.admin, at=AT)

    assert post.carry_out_due(at=AT) == 1

    assert post.sent()[0]["type"] == "webhook.test"


def test_what_failed_is_sent_again_with_its_own_id(post: Post) -> None:
    post.there.status = 500
    post.open_case()
    at = fail_until_given_up(post)
    key = post.call().message_key
    post.there.status = 200
    set_webhook_active(webhook_id=post.webhook.pk, is_active=True, actor=post.admin, at=at)

    assert replay_failed(webhook_id=post.webhook.pk, actor=post.admin, at=at) == 1
    assert post.carry_out_due(at=at) == 1

    assert post.call().state == "delivered"
    assert {one.headers["webhook-id"] for one in post.there.got} == {key}
    assert sorted(Effect.objects.filter(kind="webhook").values_list("state", flat=True)) == [
        "given_up",
        "sent",
    ]
    assert replay_failed(webhook_id=post.webhook.pk, actor=post.admin, at=at) == 0


def test_a_delivered_call_can_be_sent_again_and_a_waiting_one_cannot(post: Post) -> None:
    post.open_case()
    with pytest.raises(StillWaiting):
        replay_call(call_id=post.call().pk, actor=post.admin, at=AT)
    at = later(post)
    post.carry_out_due(at=at)

    replay_call(call_id=post.call().pk, actor=post.admin, at=at)
    post.carry_out_due(at=at)

    assert len(post.there.got) == 2
    assert post.there.got[0].body == post.there.got[1].body


def test_nothing_is_replayed_to_a_webhook_that_is_off(post: Post) -> None:
    post.open_case()
    post.carry_out_due(at=later(post))
    set_webhook_active(webhook_id=post.webhook.pk, is_active=False, actor=post.admin, at=AT)

    with pytest.raises(WebhookIsOff):
        replay_call(call_id=post.call().pk, actor=post.admin, at=AT)
    with pytest.raises(WebhookIsOff):
        replay_failed(webhook_id=post.webhook.pk, actor=post.admin, at=AT)


def test_both_secrets_sign_while_one_is_being_changed(post: Post) -> None:
    post.open_case()
    at = later(post)
    secret = rotate_secret(
        webhook_id=post.webhook.pk, overlap=DAY, actor=post.admin, at=at - MINUTE
    )
    post.carry_out_due(at=at)
    post.open_case()
    after = at + 2 * DAY
    post.carry_out_due(at=after)

    during, afterwards = post.there.got
    for one in (post.secret, secret):
        assert is_ours(secret=one, headers=during.headers, body=during.body, now=at.timestamp())
    assert is_ours(
        secret=secret,
        headers=afterwards.headers,
        body=afterwards.body,
        now=after.timestamp(),
    )
    assert not is_ours(
        secret=post.secret,
        headers=afterwards.headers,
        body=afterwards.body,
        now=after.timestamp(),
    )


def test_a_secret_that_got_out_ends_at_once(post: Post) -> None:
    rotate_secret(webhook_id=post.webhook.pk, overlap=timedelta(0), actor=post.admin, at=AT)
    post.open_case()
    at = later(post)

    post.carry_out_due(at=at)

    got = post.there.got[0]
    assert not is_ours(secret=post.secret, headers=got.headers, body=got.body, now=at.timestamp())


def test_news_of_one_tenant_never_reaches_the_webhook_of_another(
    post: Post, committing: None
) -> None:
    from tests.make import make_tenant  # noqa: PLC0415

    other: Tenant = make_tenant()
    with tenant_scope(other.pk):
        post.open_case()
        assert WebhookSubscription.objects.count() == 0
        with pytest.raises(Refusal):
            call_for_test(webhook_id=post.webhook.pk, actor=make_actor(Role.ADMIN), at=AT)

    assert WebhookCall.objects.count() == 0
    assert post.carry_out_due(at=LATER) == 0


def test_a_webhook_that_was_removed_is_called_no_more(post: Post) -> None:
    post.open_case()
    remove_webhook(webhook_id=post.webhook.pk, actor=post.admin, at=AT)

    assert post.carry_out_due(at=LATER) == 0

    assert post.there.got == []
    assert Effect.objects.get(kind="webhook").state == "dropped"


def test_old_calls_are_forgotten_and_waiting_ones_kept(post: Post) -> None:
    post.open_case()
    post.carry_out_due(at=later(post))
    post.open_case()
    at = post.call().created_at

    assert forget_old_calls(at=at + KEPT_FOR - DAY) == 0
    assert forget_old_calls(at=at + KEPT_FOR + DAY) == 1

    assert [call.state for call in WebhookCall.objects.all()] == ["pending"]


def test_an_answer_that_no_page_can_hold_is_kept_readable(post: Post) -> None:
    post.there.answer = b"\x00\xff\x1b[31m" + "ä".encode() * 2_000
    post.open_case()

    post.carry_out_due(at=later(post))

    answer = post.call().answer
    assert "\x00" not in answer
    assert len(answer) <= 1024
    assert post.call().state == "delivered"
