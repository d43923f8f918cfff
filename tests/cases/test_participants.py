"""Who a customer copied sees nothing until somebody lets them in, and nothing once taken out."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases.access import NoSuchCase, case_for
from cases.conversation import answer_case
from cases.lifecycle import resolve_case
from cases.models import Case, Participant
from cases.participants import (
    MOST_PARTICIPANTS,
    Copied,
    NoSuchParticipant,
    ask_in,
    let_in,
    participants_of,
    remove_participant,
    takes_part,
)
from customers.identity import contact_at
from customers.models import Contact
from servicedesk.notifications.delivering import recipient_of
from servicedesk.notifications.models import Notification
from tests.hearing import hear_everything
from tests.make import AT, HOUR, make_actor, make_case, make_contact
from workflow.history.models import Entry
from workflow.outbox.effects import Drop
from workflow.people.actors import Actor, ActorKind, NotPermitted
from workflow.people.permissions import ROLE_PERMISSIONS, Role

EVA = Copied(address="Eva@Example.net", name="Eva Lind")


def as_contact(contact: Contact) -> Actor:
    return Actor(
        kind=ActorKind.CONTACT,
        id=contact.pk,
        label=contact.name,
        permissions=ROLE_PERMISSIONS[Role.CONTACT],
    )


def copied(case: Case, *people: Copied) -> list[Participant]:
    ask_in(
        case,
        copied=people,
        message=case.messages.get(),
        actor=as_contact(case.contact),
        at=AT,
    )
    return participants_of(case)


def test_who_is_copied_is_asked_for_and_is_nobody_yet(tenant: Any) -> None:
    case = make_case()

    (eva,) = copied(case, EVA, EVA)

    assert (eva.state, eva.address, eva.contact_id) == ("asked", "eva@example.net", None)
    assert contact_at("eva@example.net") is None


def test_who_is_copied_sees_nothing_even_if_we_know_them(tenant: Any) -> None:
    eva = make_contact("eva@example.net", name="Eva Lind")
    case = make_case()
    copied(case, EVA)

    assert not takes_part(case, contact_id=eva.pk)
    with pytest.raises(NoSuchCase):
        case_for(as_contact(eva), case.number)


def test_the_customers_own_address_and_one_copied_before_are_not_asked_for(tenant: Any) -> None:
    case = make_case(contact=make_contact("ingrid@example.org"))
    copied(case, EVA)

    people = copied(case, EVA, Copied(address="Ingrid@example.org"))

    assert [person.address for person in people] == ["eva@example.net"]


def test_a_case_takes_only_so_many(tenant: Any) -> None:
    case = make_case()

    people = copied(case, *(Copied(address=f"p{n}@example.net") for n in range(100)))

    assert len(people) == MOST_PARTICIPANTS


def test_somebody_let_in_sees_the_case_until_taken_out(tenant: Any) -> None:
    case = make_case()
    (eva,) = copied(case, EVA)
    agent = make_actor()

    let_in(case_id=case.pk, participant_id=eva.pk, actor=agent, at=AT + HOUR)
    contact = contact_at("eva@example.net")
    assert contact is not None
    seen = case_for(as_contact(contact), case.number)
    remove_participant(case_id=case.pk, participant_id=eva.pk, actor=agent, at=AT + HOUR)

    assert seen.pk == case.pk
    with pytest.raises(NoSuchCase):
        case_for(as_contact(contact), case.number)


def test_taken_out_means_not_asked_for_again_but_may_be_let_in(tenant: Any) -> None:
    case = make_case()
    (eva,) = copied(case, EVA)
    remove_participant(case_id=case.pk, participant_id=eva.pk, actor=make_actor(), at=AT)

    assert copied(case, EVA) == []
    let_in(case_id=case.pk, participant_id=eva.pk, actor=make_actor(), at=AT + HOUR)
    assert [person.state for person in participants_of(case)] == ["let_in"]


def test_the_customer_of_the_case_decides_and_nobody_elses_customer(tenant: Any) -> None:
    case = make_case()
    (eva,) = copied(case, EVA)

    with pytest.raises(NotPermitted):
        let_in(case_id=case.pk, participant_id=eva.pk, actor=as_contact(make_contact()), at=AT)
    let_in(case_id=case.pk, participant_id=eva.pk, actor=as_contact(case.contact), at=AT)

    eva.refresh_from_db()
    assert (eva.state, eva.decided_by_contact_id) == ("let_in", case.contact_id)


def test_who_was_let_in_may_leave_and_let_nobody_in(tenant: Any) -> None:
    case = make_case()
    eva, bob = copied(case, EVA, Copied(address="zbob@example.net"))
    let_in(case_id=case.pk, participant_id=eva.pk, actor=make_actor(), at=AT)
    contact = contact_at("eva@example.net")
    assert contact is not None
    as_eva = as_contact(contact)

    with pytest.raises(NotPermitted):
        let_in(case_id=case.pk, participant_id=bob.pk, actor=as_eva, at=AT)
    with pytest.raises(NotPermitted):
        remove_participant(case_id=case.pk, participant_id=bob.pk, actor=as_eva, at=AT)
    remove_participant(case_id=case.pk, participant_id=eva.pk, actor=as_eva, at=AT)

    assert not takes_part(case, contact_id=contact.pk)


def test_a_reader_decides_nothing(tenant: Any) -> None:
    case = make_case()
    (eva,) = copied(case, EVA)

    with pytest.raises(NotPermitted):
        let_in(case_id=case.pk, participant_id=eva.pk, actor=make_actor(Role.READER), at=AT)


def test_a_participant_of_another_case_is_not_there(tenant: Any) -> None:
    (eva,) = copied(make_case(), EVA)

    with pytest.raises(NoSuchParticipant):
        let_in(case_id=make_case().pk, participant_id=eva.pk, actor=make_actor(), at=AT)


def test_history_tells_what_was_decided_without_names_or_addresses(tenant: Any) -> None:
    case = make_case()
    (eva,) = copied(case, EVA)
    let_in(case_id=case.pk, participant_id=eva.pk, actor=make_actor(), at=AT)
    remove_participant(case_id=case.pk, participant_id=eva.pk, actor=make_actor(), at=AT)

    told = Entry.objects.filter(action__startswith="participant.").order_by("id")

    assert [entry.action for entry in told] == [
        "participant.asked", "participant.let_in", "participant.removed",
    ]  # fmt: skip
    assert "eva" not in str([entry.changes for entry in told]).lower()


def test_answers_go_to_those_let_in_and_to_nobody_who_was_only_copied(tenant: Any) -> None:
    case = make_case()
    eva, _bob = copied(case, EVA, Copied(address="zbob@example.net"))
    let_in(case_id=case.pk, participant_id=eva.pk, actor=make_actor(), at=AT)

    answer_case(case_id=case.pk, text="On its way.", actor=make_actor(), at=AT + HOUR)
    hear_everything()
    resolve_case(case_id=case.pk, actor=make_actor(), at=AT + 2 * HOUR)
    hear_everything()

    contact = contact_at("eva@example.net")
    assert contact is not None
    for kind in ("answer", "case_resolved"):
        told = Notification.objects.filter(kind=kind).values_list("contact_id", flat=True)
        assert sorted(told) == sorted([case.contact_id, contact.pk])


def test_a_mail_on_its_way_is_dropped_for_somebody_taken_out(tenant: Any) -> None:
    case = make_case()
    (eva,) = copied(case, EVA)
    let_in(case_id=case.pk, participant_id=eva.pk, actor=make_actor(), at=AT)
    answer_case(case_id=case.pk, text="On its way.", actor=make_actor(), at=AT + HOUR)
    hear_everything()
    waiting = Notification.objects.exclude(contact_id=case.contact_id).get(kind="answer")
    before = recipient_of(waiting)

    remove_participant(case_id=case.pk, participant_id=eva.pk, actor=make_actor(), at=AT + HOUR)

    assert before == ("eva@example.net", "en")
    with pytest.raises(Drop):
        recipient_of(waiting)


def test_postgresql_lets_nobody_in_without_a_contact_and_a_decision(tenant: Any) -> None:
    (eva,) = copied(make_case(), EVA)

    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.filter(pk=eva.pk).update(state="let_in")
