"""What customers switched off is not mailed; what may wait, waits until quiet hours are over."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cases.conversation import answer_case
from customers.models import Contact
from customers.preferences import (
    BadPreference,
    NotYourself,
    Topic,
    Wishes,
    end_of_quiet,
    save_preferences,
    wishes_of,
)
from problems.fixing import publish_workaround
from problems.models import Told
from servicedesk.notifications.delivering import prepared
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.wishes import MAY_WAIT, TOPICS
from servicedesk.pages.session import contact_actor
from tests.hearing import hear_everything
from tests.make import make_actor, make_case, make_contact, make_problem
from workflow.outbox.effects import Claimed, Drop
from workflow.outbox.models import Effect
from workflow.people.actors import Actor
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def wish(contact: Contact, wishes: Wishes, *, zone: str = "UTC") -> None:
    """Let a customer save wishes."""
    save_preferences(
        contact.pk,
        name=contact.name,
        language="en",
        timezone=zone,
        wishes=wishes,
        actor=contact_actor(contact),
        at=timezone.now(),
    )


def quiet_now() -> tuple[Wishes, datetime]:
    """Return wishes whose quiet hours are now and end in about two hours, and when."""
    at = timezone.now()
    begins, ends = at - timedelta(hours=1), (at + timedelta(hours=2)).replace(microsecond=0)
    return Wishes(quiet_from=begins.time(), quiet_until=ends.time()), ends


def tell_of_workaround(contact: Contact) -> Notification | None:
    """Publish a workaround for a customer's problem and return the notification of it."""
    problem = make_problem(cases=[make_case(contact=contact, at=timezone.now())], at=timezone.now())
    publish_workaround(
        problem_id=problem.pk, workaround="Use the app.", actor=SYSTEM, at=timezone.now()
    )
    hear_everything()
    return Notification.objects.filter(kind=NotificationKind.WORKAROUND).first()


def effect_of(notification: Notification) -> Effect:
    """Return the effect that sends a notification."""
    return Effect.objects.get(key=notification.key)


def claimed(notification: Notification) -> Claimed:
    """Return the effect of a notification as a worker has it."""
    effect = effect_of(notification)
    return Claimed(
        id=effect.pk,
        tenant_id=notification.tenant_id,
        kind=effect.kind,
        key=effect.key,
        payload=effect.payload,
        attempts=1,
        at=timezone.now(),
    )


def test_everything_is_mailed_at_once_by_default(tenant: Tenant) -> None:
    contact = make_contact()
    before = timezone.now()

    notification = tell_of_workaround(contact)

    assert wishes_of(contact.pk) == Wishes()
    assert notification is not None
    assert before <= effect_of(notification).due_at <= timezone.now()


def test_what_was_switched_off_is_told_by_the_portal_alone(tenant: Tenant) -> None:
    contact = make_contact()
    wish(contact, Wishes(topics=frozenset({Topic.ANSWERS, Topic.SOLUTIONS})))

    notification = tell_of_workaround(contact)

    assert notification is None
    assert [told.channel for told in Told.objects.all()] == ["portal"]


def test_what_is_switched_off_while_it_waits_does_not_leave(tenant: Tenant) -> None:
    contact = make_contact()
    notification = tell_of_workaround(contact)
    assert notification is not None
    assert prepared(claimed(notification)).recipient

    wish(contact, Wishes(topics=frozenset()))

    with pytest.raises(Drop):
        prepared(claimed(notification))


def test_news_of_a_problem_waits_for_the_end_of_quiet_hours(tenant: Tenant) -> None:
    contact = make_contact()
    wishes, ends = quiet_now()
    wish(contact, wishes)

    notification = tell_of_workaround(contact)

    assert notification is not None
    assert effect_of(notification).due_at == ends


def test_an_answer_does_not_wait(tenant: Tenant) -> None:
    contact = make_contact()
    wishes, _ends = quiet_now()
    wish(contact, wishes)
    case = make_case(contact=contact, at=timezone.now())

    answer_case(case_id=case.pk, text="Done.", actor=make_actor(), at=timezone.now())
    hear_everything()

    notification = Notification.objects.get(kind=NotificationKind.ANSWER)
    assert effect_of(notification).due_at <= timezone.now()


@pytest.mark.parametrize(
    ("hour", "minute", "ends_on"),
    [
        (21, 59, None),
        (22, 0, 3),
        (23, 30, 3),
        (3, 0, 2),
        (7, 0, None),
        (12, 0, None),
    ],
)
def test_quiet_hours_pass_midnight_where_the_customer_is(
    hour: int, minute: int, ends_on: int | None
) -> None:
    oslo = ZoneInfo("Europe/Oslo")
    wishes = Wishes(quiet_from=time(22), quiet_until=time(7))
    at = datetime(2026, 3, 2, hour, minute, tzinfo=oslo).astimezone(UTC)

    ends = end_of_quiet(wishes, timezone="Europe/Oslo", at=at)

    assert ends == (datetime(2026, 3, ends_on, 7, tzinfo=oslo) if ends_on else None)


def test_quiet_hours_within_a_day_end_the_same_day() -> None:
    wishes = Wishes(quiet_from=time(12), quiet_until=time(14))

    at = datetime(2026, 3, 2, 13, tzinfo=UTC)

    assert end_of_quiet(wishes, timezone="UTC", at=at) == datetime(2026, 3, 2, 14, tzinfo=UTC)
    assert end_of_quiet(wishes, timezone="UTC", at=at.replace(hour=14)) is None


def test_a_way_in_and_a_receipt_can_be_neither_switched_off_nor_put_off() -> None:
    always = {NotificationKind.RECEIPT, NotificationKind.PORTAL_LINK}

    assert not always & set(TOPICS)
    assert not always & MAY_WAIT


def test_nobody_changes_the_preferences_of_somebody_else(tenant: Tenant) -> None:
    contact, other = make_contact(), make_contact()

    with pytest.raises(NotYourself):
        save_preferences(
            contact.pk,
            name="Mallory",
            language="en",
            timezone="UTC",
            wishes=Wishes(),
            actor=contact_actor(other),
            at=timezone.now(),
        )

    contact.refresh_from_db()
    assert contact.name == "Ingrid Solheim"


def test_half_of_quiet_hours_is_refused(tenant: Tenant) -> None:
    contact = make_contact()

    with pytest.raises(BadPreference, match="Quiet hours have a begin and an end"):
        wish(contact, Wishes(quiet_from=time(22)))
