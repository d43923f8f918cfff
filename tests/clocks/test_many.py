"""Hundreds of clocks in one transaction: one mail for each person, and nothing twice."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from cases.lifecycle import pend_case
from cases.models import CaseClock, CaseClockMark
from servicedesk.notifications.delivering import prepared
from servicedesk.notifications.digests import NAMED, close_digest, forget_old_digests
from servicedesk.notifications.models import ClockNotice, Digest
from tests.clocks.herd import make_herd
from tests.make import AT, DAY, HOUR, MINUTE, make_actor, make_case, make_user
from workflow.absences import note_absence
from workflow.clocks.acknowledging import acknowledge_clock
from workflow.clocks.sweeping import look_at, look_at_clocks
from workflow.history.models import Entry
from workflow.outbox.effects import Claimed, Drop
from workflow.outbox.models import Effect, OutboxEvent
from workflow.people.actors import Actor
from workflow.people.models import Department, User
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

MANY = 200
LATE = AT + 30 * DAY


def make_crew() -> tuple[User, User]:
    """Return the head of customer service and a lead."""
    service = Department.objects.get(is_customer_service=True)
    return make_user(Role.HEAD, department=service), make_user(Role.LEAD)


def sweep_everything(at: datetime) -> int:
    """Let every clock of the tenant act whose time has come."""
    return look_at_clocks(CaseClock, list(CaseClock.objects.values_list("pk", flat=True)), at=at)


def mail_of(user: User) -> Any:
    """Return the mail of a person's newest digest, as it would leave now."""
    digest = Digest.objects.filter(user=user).order_by("-id")[0]
    effect = Effect.objects.get(key=f"digest:{digest.pk}")
    close_digest(effect.key, at=effect.due_at)
    return prepared(
        Claimed(
            id=effect.pk,
            tenant_id=effect.tenant_id,
            kind=effect.kind,
            key=effect.key,
            payload=effect.payload,
            attempts=1,
            at=effect.due_at,
        )
    )


def a_late_clock() -> CaseClock:
    """Return the first-response clock of a new case, due on the same Monday at 17:00."""
    return make_case().clocks.get(metric="first_response")


def test_many_breaches_at_once_are_one_mail_each_that_names_the_worst(tenant: Tenant) -> None:
    head, lead = make_crew()
    make_herd(MANY, due_from=AT, due_until=AT + HOUR)

    assert sweep_everything(LATE) == MANY

    assert Digest.objects.count() == Effect.objects.filter(kind="notification").count() == 2
    assert ClockNotice.objects.count() == 2 * MANY
    for person in (head, lead):
        letter = mail_of(person)
        assert str(MANY) in letter.subject
        assert letter.text.count("http://") == NAMED + 1
        assert f"{MANY - NAMED} more" in letter.text


def test_a_sweep_of_many_costs_as_many_queries_as_of_few(tenant: Tenant) -> None:
    make_crew()
    make_herd(4, due_from=AT, due_until=AT + HOUR)
    sweep_everything(LATE)  # Opens the digests, which the others join.

    counts = []
    for count in (2, MANY):
        make_herd(count, due_from=AT, due_until=AT + HOUR)
        due = list(CaseClock.objects.filter(state="running").values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as asked:
            assert look_at_clocks(CaseClock, due, at=LATE) == count
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_every_clock_leaves_one_mark_one_line_and_one_piece_of_news(tenant: Tenant) -> None:
    make_crew()
    make_herd(MANY, due_from=AT, due_until=AT + HOUR)

    spoken = [sweep_everything(LATE), sweep_everything(LATE + DAY)]

    assert spoken == [MANY, 0]
    assert CaseClockMark.objects.filter(kind="breached").count() == MANY
    assert Entry.objects.filter(action="clock.breached").count() == MANY
    assert OutboxEvent.objects.filter(kind="workflow.clock.breached").count() == MANY
    assert CaseClock.objects.filter(breach_recorded_at=LATE).count() == MANY


def test_what_happens_within_a_minute_joins_and_later_mails_keep_a_distance(
    tenant: Tenant,
) -> None:
    _head, lead = make_crew()
    first, second, third = a_late_clock(), a_late_clock(), a_late_clock()
    due = AT + 8 * HOUR

    look_at(CaseClock, first.pk, at=due)
    look_at(CaseClock, second.pk, at=due + MINUTE / 2)
    mail_of(lead)
    look_at(CaseClock, third.pk, at=due + 2 * MINUTE)

    sent, waiting = Digest.objects.filter(user=lead).order_by("id")
    assert sent.notices.values("case_clock").distinct().count() == 2
    assert (sent.leaves_at, waiting.leaves_at) == (due + MINUTE, due + 6 * MINUTE)


def test_a_mail_is_not_sent_once_everything_in_it_is_in_hand(tenant: Tenant) -> None:
    _head, lead = make_crew()
    clock = a_late_clock()
    look_at(CaseClock, clock.pk, at=AT + 9 * HOUR)

    acknowledge_clock(
        model=CaseClock,
        owner_id=clock.case_id,
        clock_id=clock.pk,
        actor=make_actor(Role.AGENT),
        at=AT + 9 * HOUR + MINUTE / 4,
    )

    with pytest.raises(Drop):
        mail_of(lead)
    assert Digest.objects.get(user=lead).closed_at is not None


def test_a_mail_is_not_sent_once_the_clock_is_paused(tenant: Tenant) -> None:
    _head, lead = make_crew()
    clock = a_late_clock()
    look_at(CaseClock, clock.pk, at=AT + 9 * HOUR)
    CaseClock.objects.filter(pk=clock.pk).update(state="paused", next_look_at=None)

    with pytest.raises(Drop):
        mail_of(lead)


def test_who_is_away_is_stood_in_for(tenant: Tenant) -> None:
    head, lead = make_crew()
    other = make_user(Role.AGENT)
    note_absence(
        user_id=lead.pk,
        begins_at=AT,
        ends_at=AT + 5 * DAY,
        substitute_id=other.pk,
        actor=Actor.system("test"),
        at=AT,
    )

    look_at(CaseClock, a_late_clock().pk, at=AT + 9 * HOUR)

    assert set(Digest.objects.values_list("user_id", flat=True)) == {head.pk, other.pk}


def test_who_is_alone_and_away_lets_the_leads_hear(tenant: Tenant) -> None:
    head, lead = make_crew()
    note_absence(
        user_id=head.pk,
        begins_at=AT,
        ends_at=AT + 5 * DAY,
        substitute_id=None,
        actor=Actor.system("test"),
        at=AT,
    )

    look_at(CaseClock, a_late_clock().pk, at=AT + 9 * HOUR)

    assert list(Digest.objects.values_list("user_id", flat=True)) == [lead.pk]


def test_a_pending_case_wakes_nobody(tenant: Tenant) -> None:
    make_crew()
    case = make_case()
    clock = case.clocks.get(metric="resolution")
    pend_case(case_id=case.pk, actor=Actor.system("test"), at=AT + HOUR)

    assert look_at(CaseClock, clock.pk, at=LATE) == 0


def test_a_machine_clock_that_jumps_an_hour_loses_and_doubles_nothing(tenant: Tenant) -> None:
    make_crew()
    begin = now()
    make_herd(MANY, due_from=begin - HOUR, due_until=begin + 2 * HOUR)

    # On by an hour, back by an hour, and on as usual until all are due.
    spoken = [
        sweep_everything(at)
        for at in (begin, begin + HOUR, begin, begin + MINUTE, begin + HOUR, begin + 3 * HOUR)
    ]

    assert sum(spoken) == MANY
    assert spoken[2] == spoken[3] == spoken[4] == 0
    assert CaseClockMark.objects.filter(kind="breached").count() == MANY
    assert not CaseClock.objects.filter(state="running", breach_recorded_at__isnull=True).exists()


def test_what_people_were_told_is_forgotten_after_a_week(tenant: Tenant) -> None:
    _head, lead = make_crew()
    look_at(CaseClock, a_late_clock().pk, at=AT + 9 * HOUR)
    mail_of(lead)
    closed_at = Digest.objects.get(user=lead).closed_at
    assert closed_at is not None

    too_early = forget_old_digests(at=closed_at + 6 * DAY)
    forgotten = forget_old_digests(at=closed_at + 8 * DAY)

    assert (too_early, forgotten) == (0, 1)
    assert not ClockNotice.objects.filter(digest__user=lead).exists()
    assert ClockNotice.objects.exists()
