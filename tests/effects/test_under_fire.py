# ruff: noqa: S311 - lots are drawn for a test, not for a secret
"""Nobody is left untold and almost nobody told twice, whatever is killed, cut off or emptied."""

import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from time import monotonic

import pytest
from django.db import connections, transaction

from customers.models import AddressKind, Contact, ContactAddress
from servicedesk.notifications.models import Notification
from tests.effects.fire import (
    Stage,
    a_minute_passes,
    asked,
    judge,
    kill_group,
    stage,
    under_fire,
    unsent,
)
from tests.isolation.roles import HAS_ADMIN
from tests.make import make_case, make_contact, make_tenant
from tests.processes import free_port, manage, wait_for
from workflow.outbox.models import Effect
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)
pytestmark = pytest.mark.skipif(not HAS_ADMIN, reason="needs DATABASE_ADMIN_URL: use make test")

NOTIFICATIONS = 1_000
REPEATS_ALLOWED = 3
FIRE_SECONDS = 24.0


@pytest.fixture
def tenant(emptied: None) -> Iterator[Tenant]:
    """A new tenant, current for the test."""
    tenant = make_tenant(at=datetime.now(UTC))
    with tenant_scope(tenant.pk):
        yield tenant


@pytest.fixture
def scene() -> Iterator[Stage]:
    """Broker and mail server, and a place to start processes beside them."""
    with stage() as found:
        yield found


def make_contacts(number: int) -> None:
    """Make contacts with an address each."""
    at = datetime.now(UTC)
    contacts = Contact.objects.bulk_create(
        [Contact(name=f"Customer {place}", created_at=at) for place in range(number)]
    )
    ContactAddress.objects.bulk_create(
        [
            ContactAddress(
                contact=contact,
                kind=AddressKind.MAIL,
                value=f"told{contact.pk}@example.org",
                is_primary=True,
            )
            for contact in contacts
        ]
    )


def mail_ids() -> set[str]:
    """Return the Message-IDs of all notifications of the tenant."""
    return set(Notification.objects.values_list("mail_id", flat=True))


@pytest.mark.parametrize(
    "waits_for_real", [False, pytest.param(True, marks=pytest.mark.full)], ids=["", "full"]
)
def test_a_thousand_are_told_while_everything_is_shot_at(waits_for_real, tenant, scene):
    make_contacts(NOTIFICATIONS)
    seed = Random().randrange(10**6)
    began = monotonic()
    scene.start_everything()
    wait_for(lambda: asked("SELECT count(*) FROM pg_stat_activity WHERE usename ~ 'sweeper'"))
    producer = scene.produce(tenant.pk)

    under_fire(scene, seconds=FIRE_SECONDS, seed=seed)
    told_under_fire = len(scene.sink.mails())
    wait_for(lambda: producer.poll() is not None, seconds=120, why="everything to be asked for")
    # At last the power fails; when it is back, all leases have ended.
    scene.kill_everything()
    if not waits_for_real:
        a_minute_passes()
    scene.start_everything()
    scene.finish(seconds=180)

    # Our own connection was shot as well.
    connections["default"].close()
    verdict = judge(mail_ids(), scene.sink)
    log.info(
        "%s, %d of them under fire, %s, seed %d, %.0f s",
        verdict,
        told_under_fire,
        dict(scene.counted),
        seed,
        monotonic() - began,
    )
    assert producer.returncode == 0
    assert (verdict.wanted, verdict.lost, verdict.phantoms) == (NOTIFICATIONS, 0, 0)
    assert verdict.repeats <= REPEATS_ALLOWED
    assert told_under_fire > 20
    assert set(Effect.objects.values_list("state", flat=True)) == {"sent"}
    senders = set(Effect.objects.values_list("sent_by", flat=True))
    assert {name for name in senders if not name.startswith("celery:")} <= {"tick"}
    assert any(name.startswith("celery:") for name in senders)


def test_workers_send_while_there_is_a_broker(tenant, scene):
    make_contacts(20)
    scene.start_everything()
    producer = scene.produce(tenant.pk)
    wait_for(lambda: producer.poll() is not None, why="everything to be asked for")

    scene.finish(seconds=60)

    assert judge(mail_ids(), scene.sink).lost == 0
    assert all(
        name.startswith("celery:") for name in Effect.objects.values_list("sent_by", flat=True)
    )


def test_without_a_broker_tick_does_the_work_itself(tenant, scene):
    make_contacts(60)
    scene.broker.kill()
    scene.environment["REDIS_URL"] = f"redis://127.0.0.1:{free_port()}/0"
    with transaction.atomic():
        for _ in range(5):
            make_case(contact=make_contact(at=datetime.now(UTC)), at=datetime.now(UTC))
    producer = scene.produce(tenant.pk)
    scene.tick = scene.start(*manage("tick"))
    wait_for(lambda: producer.poll() is not None, why="everything to be asked for")

    wait_for(
        lambda: (
            unsent() == 0
            and asked("SELECT count(*) FROM workflow_delivery WHERE state = 'pending'") == 0
        ),
        seconds=120,
        why="tick to send everything",
    )

    verdict = judge(mail_ids(), scene.sink)
    assert (verdict.wanted, verdict.lost, verdict.repeats, verdict.phantoms) == (70, 0, 0, 0)
    assert set(Effect.objects.values_list("sent_by", flat=True)) == {"tick"}


def test_the_control_mail_sent_right_after_the_commit_is_lost(scene):
    from tests.effects.naive import app, send  # noqa: PLC0415 - only the control needs it

    wanted = {f"{number}@naive.example" for number in range(300)}
    naive = {
        "NAIVE_BROKER": scene.broker.url,
        "NAIVE_SMTP": f"127.0.0.1:{scene.sink.port}",
    }
    scene.environment |= naive
    command = (
        sys.executable, "-m", "celery", "--app=tests.effects.naive:app", "worker",
        "--concurrency=2", "--loglevel=WARNING", "--without-gossip", "--without-mingle",
    )  # fmt: skip
    app.conf.update(broker_url=scene.broker.url)
    worker = scene.start(*command)
    for mail_id in sorted(wanted):
        send.delay(mail_id)
    wait_for(lambda: len(scene.sink.mails()) > 20, why="the first mails")

    scene.broker.forget_everything()
    kill_group(worker)
    scene.start(*command)
    send.delay("last@naive.example")
    wait_for(
        lambda: any("last@" in str(mail["Message-ID"]) for mail in scene.sink.mails()),
        why="the last mail, behind which nothing is left",
    )

    assert judge(wanted, scene.sink).lost > 0
