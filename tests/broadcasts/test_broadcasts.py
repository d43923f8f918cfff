"""Everybody told once: asked above a size, on time, held, stopped, and gone on with after a crash."""

from datetime import datetime, time
from typing import Any

import pytest
from django.utils.timezone import now

from cases.models import Case, Message
from customers.models import Contact, ContactAddress, Preference
from problems.broadcast_policies import set_approval_size
from problems.broadcast_rights import OwnBroadcast
from problems.broadcasting import (
    NobodyToTell,
    decide_broadcast,
    draft_broadcast,
    go_on_with_broadcast,
    pause_broadcast,
    send_broadcast,
    stop_broadcast,
)
from problems.fixing import publish_workaround
from problems.lifecycle import end_problem_without_fix
from problems.models import Affected, Broadcast, HeldBack, Problem, Told
from problems.models.broadcast import BroadcastKind
from problems.states import Outcome
from servicedesk.notifications.broadcast_letters import letters_of_broadcasts
from servicedesk.notifications.broadcasts import carry_on
from servicedesk.notifications.delivering import prepared
from servicedesk.notifications.models import Notification
from servicedesk.notifications.preparing import prepare_slice
from tests.hearing import hear_everything, told
from tests.make import AT, DAY, HOUR, make_actor, make_case, make_contact, make_problem
from workflow.outbox.effects import Claimed, TryLater
from workflow.outbox.models import Effect
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def problem_of(many: int) -> Problem:
    """Return a problem that affects so many customers, each with a case."""
    problem = make_problem(cases=[make_case() for _ in range(many)])
    hear_everything()
    return problem


def publish(problem: Problem, *, at: datetime = AT + 2 * HOUR) -> Broadcast:
    """Publish a workaround, let it be heard, and return the broadcast of it."""
    publish_workaround(problem_id=problem.pk, workaround="Pay by card.", actor=SYSTEM, at=at)
    hear_everything()
    return Broadcast.objects.filter(problem=problem).latest("pk")


def draft(problem: Problem, *, actor: Actor = SYSTEM, **filters: Any) -> Broadcast:
    """Return a draft that tells of the workaround."""
    return draft_broadcast(
        problem_id=problem.pk,
        kind=BroadcastKind.WORKAROUND,
        subject="",
        text="",
        reason="",
        filters=filters,
        actor=actor,
        at=now(),
    )


def go(broadcast: Broadcast, *, at: datetime | None = None) -> Broadcast:
    """Take all steps that are due and return the broadcast as it is then."""
    carry_on(broadcast.pk, clock=lambda: at or now())
    return Broadcast.objects.get(pk=broadcast.pk)


def claimed(effect: Effect) -> Claimed:
    """Return an effect as a worker has it."""
    return Claimed(
        id=effect.pk,
        tenant_id=effect.tenant_id,
        kind=effect.kind,
        key=effect.key,
        payload=effect.payload,
        attempts=1,
        at=now(),
    )


def states() -> list[str]:
    """Return the states of all effects of workaround mails, in order."""
    keys = Effect.objects.filter(key__startswith="workaround:").order_by("id")
    return list(keys.values_list("state", flat=True))


def test_a_decision_for_few_is_told_at_once_and_ends_when_the_last_mail_left(
    tenant: Tenant,
) -> None:
    problem = problem_of(2)

    broadcast = publish(problem)
    going = go(broadcast).state
    Effect.objects.filter(key__startswith="workaround:").update(state="sent")
    gone = go(broadcast, at=now() + DAY)

    assert (broadcast.state, going, gone.state) == ("sending", "sending", "sent")
    assert broadcast.is_automatic
    assert broadcast.prepared == 2
    assert [one.contact_id for one in told("workaround")] == [
        one.contact_id for one in Affected.objects.order_by("id")
    ]
    assert not Told.objects.filter(sent_at__isnull=True).exists()


def test_what_is_told_stands_once_in_the_thread_of_each_linked_case(tenant: Tenant) -> None:
    problem = problem_of(2)
    Affected.objects.create(
        problem=problem, contact=make_contact(), found="product", found_at=AT
    )  # and no case

    go(publish(problem))

    said = Message.objects.filter(is_automatic=True, direction="out")
    assert sorted(said.values_list("case_id", flat=True)) == sorted(
        Case.objects.values_list("pk", flat=True)
    )
    assert set(said.values_list("text", flat=True)) == {"Pay by card."}


def test_above_the_size_nobody_is_told_before_a_lead_says_yes(tenant: Tenant) -> None:
    set_approval_size(1, actor=SYSTEM, at=AT)
    problem, lead = problem_of(2), make_actor(Role.LEAD)

    broadcast = publish(problem)
    before = len(told("workaround"))
    decide_broadcast(broadcast_id=broadcast.pk, is_approved=True, actor=lead, at=now())
    go(broadcast)

    assert (broadcast.state, before) == ("asked", 0)
    assert [one.user_id for one in told("broadcast_asked")] == [lead.id]
    assert len(told("workaround")) == 2


def test_a_no_leaves_a_draft_that_needs_a_new_yes(tenant: Tenant) -> None:
    set_approval_size(1, actor=SYSTEM, at=AT)
    broadcast = publish(problem_of(2))
    lead = make_actor(Role.LEAD)

    decide_broadcast(broadcast_id=broadcast.pk, is_approved=False, actor=lead, at=now())
    again = send_broadcast(broadcast_id=broadcast.pk, actor=lead, at=now())

    assert again.state == "asked"


def test_nobody_says_yes_to_what_they_wrote(tenant: Tenant) -> None:
    set_approval_size(0, actor=SYSTEM, at=AT)
    problem, author, other = problem_of(1), make_actor(Role.LEAD), make_actor(Role.LEAD)
    stop_broadcast(broadcast_id=publish(problem).pk, actor=SYSTEM, at=now())
    written = draft(problem, actor=author)
    send_broadcast(broadcast_id=written.pk, actor=author, at=now())

    with pytest.raises(OwnBroadcast):
        decide_broadcast(broadcast_id=written.pk, is_approved=True, actor=author, at=now())
    yes = decide_broadcast(broadcast_id=written.pk, is_approved=True, actor=other, at=now())

    assert yes.state == "scheduled"


def test_a_planned_one_waits_for_its_time(tenant: Tenant) -> None:
    set_approval_size(0, actor=SYSTEM, at=AT)
    problem = problem_of(1)
    stop_broadcast(broadcast_id=publish(problem).pk, actor=SYSTEM, at=now())
    set_approval_size(10, actor=SYSTEM, at=AT)
    planned = draft(problem)
    send_broadcast(broadcast_id=planned.pk, actor=SYSTEM, at=now(), due_at=now() + HOUR)

    early = go(planned).state
    late = go(planned, at=now() + 2 * HOUR).state

    assert (early, late) == ("scheduled", "sending")
    assert len(told("workaround")) == 1


def test_a_pause_holds_what_is_prepared_and_going_on_lets_it_leave(tenant: Tenant) -> None:
    broadcast = publish(problem_of(2))
    effect = Effect.objects.filter(key__startswith="workaround:").earliest("id")

    pause_broadcast(broadcast_id=broadcast.pk, actor=SYSTEM, at=now())
    with pytest.raises(TryLater):
        prepared(claimed(effect))
    alone = letters_of_broadcasts([claimed(effect)], at=now())
    go(broadcast)
    held = states()
    go_on_with_broadcast(broadcast_id=broadcast.pk, actor=SYSTEM, at=now())
    go(broadcast)

    assert alone == {}
    assert held == ["held", "held"]
    assert states() == ["pending", "pending"]
    assert prepared(claimed(effect)).recipient


def test_what_was_stopped_never_leaves_is_listed_and_counts_as_not_told(tenant: Tenant) -> None:
    problem = problem_of(3)
    broadcast = publish(problem)
    first = Notification.objects.filter(kind="workaround").earliest("id")
    Effect.objects.filter(key=first.key).update(state="sent")
    Told.objects.filter(affected__contact=first.contact_id).update(sent_at=now())

    stop_broadcast(broadcast_id=broadcast.pk, actor=SYSTEM, at=now())
    ended = go(broadcast)

    assert ended.due_at is None
    assert sorted(states()) == ["dropped", "dropped", "sent"]
    assert set(HeldBack.objects.values_list("rule", flat=True)) == {"stopped"}
    assert HeldBack.objects.count() == 2
    assert Told.objects.count() == 1
    assert Affected.objects.filter(told_at__isnull=False).count() == 1
    assert Affected.objects.filter(workaround_at__isnull=False).count() == 1


def test_what_a_stop_left_untold_another_broadcast_tells_the_others_not_twice(
    tenant: Tenant,
) -> None:
    problem = problem_of(2)
    broadcast = publish(problem)
    first = Notification.objects.filter(kind="workaround").earliest("id")
    Effect.objects.filter(key=first.key).update(state="sent")
    Told.objects.filter(affected__contact=first.contact_id).update(sent_at=now())
    stop_broadcast(broadcast_id=broadcast.pk, actor=SYSTEM, at=now())
    go(broadcast)

    another = draft(problem)
    send_broadcast(broadcast_id=another.pk, actor=SYSTEM, at=now())
    go(another)

    assert Told.objects.count() == 2
    assert states() == ["sent", "dropped", "pending"]
    with pytest.raises(NobodyToTell):
        send_broadcast(broadcast_id=draft(problem).pk, actor=SYSTEM, at=now())


def test_preparing_goes_on_where_it_stopped_and_tells_nobody_twice(tenant: Tenant) -> None:
    set_approval_size(0, actor=SYSTEM, at=AT)
    broadcast = publish(problem_of(5))
    decide_broadcast(
        broadcast_id=broadcast.pk, is_approved=True, actor=make_actor(Role.LEAD), at=now()
    )
    carry_on(broadcast.pk, clock=now, for_seconds=0)

    first = prepare_slice(broadcast.pk, at=now(), at_most=2)
    # As if whoever prepared the slice had been killed before anybody knew of it.
    Broadcast.objects.filter(pk=broadcast.pk).update(prepared_to=0)
    again = prepare_slice(broadcast.pk, at=now(), at_most=2)
    go(broadcast)

    assert (first.told, again.told) == (2, 0)
    assert Told.objects.count() == 5
    assert len(told("workaround")) == 5


def test_whoever_came_into_the_ledger_behind_is_not_overlooked(tenant: Tenant) -> None:
    problem = problem_of(2)
    broadcast = publish(problem)
    late = Affected.objects.earliest("id")
    # As if its row had been stored by somebody else while the others were prepared.
    Told.objects.filter(affected=late).delete()
    Notification.objects.filter(contact_id=late.contact_id).exclude(kind="receipt").delete()
    Effect.objects.filter(key__startswith="workaround:").update(state="sent")

    go(broadcast, at=now() + HOUR)

    assert Told.objects.filter(affected=late).exists()


def test_news_leaves_behind_what_was_not_told_yet(tenant: Tenant) -> None:
    set_approval_size(0, actor=SYSTEM, at=AT)
    problem = problem_of(1)
    older = publish(problem)

    newer = publish(problem, at=AT + 3 * HOUR)
    end_problem_without_fix(
        problem_id=problem.pk,
        outcome=Outcome.RISK_ACCEPTED,
        reason="inner words",
        actor=SYSTEM,
        at=AT + 4 * HOUR,
    )
    hear_everything()

    assert newer.state == "asked"
    assert set(Broadcast.objects.values_list("state", flat=True)) == {"stopped"}
    assert older.pk != newer.pk


def test_who_cannot_be_mailed_is_held_back_by_name_and_who_will_not_has_the_portal(
    tenant: Tenant,
) -> None:
    problem = problem_of(3)
    bounced, unwilling, willing = [one.contact for one in Affected.objects.order_by("id")]
    ContactAddress.objects.filter(contact=bounced).update(bounced_at=AT)
    Contact.objects.filter(pk=unwilling.pk).update(may_be_mailed=False)

    publish(problem)

    assert [one.contact_id for one in told("workaround")] == [willing.pk]
    assert dict(HeldBack.objects.values_list("contact", "rule")) == {
        bounced.pk: "bounced",
        unwilling.pk: "opted_out",
    }
    assert dict(Told.objects.values_list("affected__contact", "channel")) == {
        unwilling.pk: "portal",
        willing.pk: "mail",
    }


def test_whose_night_ends_together_are_mailed_one_by_one(tenant: Tenant) -> None:
    problem = problem_of(3)
    for row in problem.affected.all():
        Preference.objects.create(contact=row.contact, quiet_from=time.min, quiet_until=time.max)

    publish(problem)

    mails = Effect.objects.filter(key__startswith="workaround:").order_by("id")
    due = [one.due_at for one in mails]
    assert sorted(set(due)) == due
    assert len(due) == 3
    assert due[0].time() == time.max
    assert due[2] - due[0] < HOUR / 3600


def test_only_those_chosen_are_told(tenant: Tenant) -> None:
    set_approval_size(0, actor=SYSTEM, at=AT)
    problem = problem_of(1)
    joined = Affected.objects.create(
        problem=problem, contact=make_contact(), found="me_too", found_at=AT
    )
    stop_broadcast(broadcast_id=publish(problem).pk, actor=SYSTEM, at=now())
    set_approval_size(10, actor=SYSTEM, at=AT)

    chosen = draft(problem, who="without_case")
    send_broadcast(broadcast_id=chosen.pk, actor=SYSTEM, at=now())
    go(chosen)

    assert [one.contact_id for one in told("workaround")] == [joined.contact_id]


def test_mails_that_are_composed_together_read_as_they_would_alone(tenant: Tenant) -> None:
    problem = problem_of(1)
    Affected.objects.create(
        problem=problem, contact=make_contact(name="Amir Haddad"), found="me_too", found_at=AT
    )
    publish(problem)
    effects = [claimed(one) for one in Effect.objects.filter(key__startswith="workaround:")]

    together = letters_of_broadcasts(effects, at=now())

    for effect in effects:
        alone, letter = prepared(effect), together[effect.id]
        assert without_way_in(letter.text) == without_way_in(alone.text)
        kept = ("mail_id", "sender", "recipient", "recipient_name", "reply_to", "subject")
        assert [getattr(letter, name) for name in kept] == [getattr(alone, name) for name in kept]
        assert letter.stop_url
        assert letter.in_reply_to == alone.in_reply_to


def without_way_in(text: str) -> list[str]:
    """Return the lines of a mail but those with links that are new for each mail."""
    return [line for line in text.splitlines() if "/help/" not in line]
