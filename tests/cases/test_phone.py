"""A call is written down with its caller, what came of it, and its case."""

from typing import Any

import pytest

from cases.models import CallDirection, CallOutcome, Case, Message, PhoneCall
from cases.phone import (
    CaseOfSomebodyElse,
    HasACase,
    NobodyCalled,
    Told,
    calls_page,
    log_call,
    open_case_of_call,
)
from cases.touchpoints import touchpoints_of
from customers.identity import contact_at, phone_number
from customers.models import AddressKind, Contact
from customers.queries import contacts_found
from tests.make import AT, HOUR, MINUTE, make_actor, make_case, make_contact, make_user
from tests.surfaces.counting import counted, told
from workflow.history.models import Entry
from workflow.people.actors import NotPermitted, Source
from workflow.people.authentication import actor_for_user
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant


def call(contact: Contact | None = None, **changes: Any) -> PhoneCall:
    """Write down a call that an agent took."""
    agent = changes.pop("agent", None) or make_user()
    given: dict[str, Any] = {
        "contact": contact,
        "number": "+47 900 11 234",
        "direction": CallDirection.IN,
        "outcome": CallOutcome.OPENED,
        "told": Told(subject="Charged twice", text="She says 649 was taken twice."),
        "agent": agent,
        "actor": actor_for_user(agent, source=Source.AGENT),
        "began_at": AT,
        "at": AT + 4 * MINUTE,
        **changes,
    }
    return log_call(**given)


def test_a_call_opens_a_case_of_the_agent_with_the_words_of_the_caller(tenant: Tenant) -> None:
    agent, ingrid = make_user(), make_contact()

    written = call(ingrid, agent=agent)

    case = Case.objects.get()
    message = case.messages.get()
    assert (written.case_id, written.message_id, written.text) == (case.pk, message.pk, "")
    assert (case.channel, case.owner_id, message.channel) == ("phone", agent.pk, "phone")
    assert (written.ended_at - written.began_at) == 4 * MINUTE
    assert Entry.objects.filter(action="call.logged", subject_id=written.pk).count() == 1


def test_a_call_continues_the_callers_case_whatever_its_channel(tenant: Tenant) -> None:
    ingrid = make_contact()
    case = make_case(contact=ingrid)

    written = call(ingrid, outcome=CallOutcome.CONTINUED, continues=case.number, at=AT + HOUR)

    assert written.case_id == case.pk
    assert list(case.messages.order_by("id").values_list("channel", "direction")) == [
        ("mail", "in"),
        ("phone", "in"),
    ]


def test_a_call_never_continues_the_case_of_somebody_else(tenant: Tenant) -> None:
    case = make_case()

    with pytest.raises(CaseOfSomebodyElse):
        call(make_contact(), outcome=CallOutcome.CONTINUED, continues=case.number)

    assert case.messages.count() == 1


@pytest.mark.parametrize("outcome", [CallOutcome.ANSWERED, CallOutcome.WRONG_NUMBER])
def test_a_call_without_a_case_keeps_its_words(tenant: Tenant, outcome: CallOutcome) -> None:
    written = call(outcome=outcome)

    assert written.text == "She says 649 was taken twice."
    assert not Case.objects.exists()


def test_a_case_needs_somebody(tenant: Tenant) -> None:
    with pytest.raises(NobodyCalled):
        call(None)


def test_a_call_without_a_case_can_become_one_later_and_only_once(tenant: Tenant) -> None:
    ingrid, agent = make_contact(), make_user()
    written = call(ingrid, outcome=CallOutcome.ANSWERED)
    actor = actor_for_user(agent, source=Source.AGENT)

    later = open_case_of_call(
        call_id=written.pk, contact=None, actor=actor, agent=agent, at=AT + HOUR
    )

    assert later.case is not None
    assert later.case.messages.get().text == "She says 649 was taken twice."
    with pytest.raises(HasACase):
        open_case_of_call(call_id=written.pk, contact=None, actor=actor, agent=agent, at=AT + HOUR)


def test_card_numbers_told_in_a_call_are_stored_nowhere(tenant: Tenant) -> None:
    told_number = Told(
        subject="Pay with 4111111111111111",
        text="The card is 4111 1111 1111 1111.",
        note="Repeated: 4111-1111-1111-1111",
    )

    call(make_contact(), told=told_number)
    call(outcome=CallOutcome.ANSWERED, told=told_number)

    kept = list(Message.objects.values_list("text", flat=True))
    kept += list(Case.objects.values_list("subject", flat=True))
    kept += [f"{one.subject} {one.text}" for one in PhoneCall.objects.all()]
    assert all("4111" not in words for words in kept)
    assert sum("1111" in words for words in kept) >= 4


def test_the_number_of_a_known_caller_is_remembered(tenant: Tenant) -> None:
    ingrid = make_contact()

    call(ingrid, number="(0047) 900-11-234")

    found = contact_at("+47 900 11 234", kind=AddressKind.PHONE)
    assert found == ingrid


@pytest.mark.parametrize(
    "written", ["+4790011234", "0047 900 11 234", "+47 (0)900-11 234", "+47.900.11.234"]
)
def test_one_number_has_one_form(written: str) -> None:
    assert phone_number(written) == "+4790011234"


@pytest.mark.parametrize(
    "typed", ["900 11 234", "+47 90011234", "0 900 11 234", "ingrid@exam", "Solhei", "0047900 11"]
)
def test_a_caller_is_found_by_any_part(tenant: Tenant, typed: str) -> None:
    ingrid = make_contact("ingrid@example.org", name="Ingrid Solheim")
    call(ingrid)
    make_contact("kari@example.net", name="Kari Lunde")

    assert [one.pk for one in contacts_found(typed)] == [ingrid.pk]


def test_too_little_finds_nobody(tenant: Tenant) -> None:
    make_contact("ingrid@example.org")

    assert contacts_found("i") == contacts_found("  ") == []


def test_calls_are_listed_newest_first_mine_or_by_outcome(tenant: Tenant) -> None:
    agent, other = make_user(), make_user()
    first = call(make_contact(), agent=agent)
    second = call(agent=other, outcome=CallOutcome.ANSWERED)
    third = call(agent=agent, outcome=CallOutcome.WRONG_NUMBER)
    actor = actor_for_user(agent, source=Source.AGENT)

    assert [one.pk for one in calls_page(actor)] == [third.pk, second.pk, first.pk]
    assert [one.pk for one in calls_page(actor, mine=True)] == [third.pk, first.pk]
    assert [one.pk for one in calls_page(actor, outcome="answered")] == [second.pk]
    assert [one.pk for one in calls_page(actor, before=second.pk)] == [first.pk]


def test_a_reader_logs_no_call(tenant: Tenant) -> None:
    with pytest.raises(NotPermitted):
        call(make_contact(), actor=make_actor(Role.READER))


def test_touchpoints_cost_two_queries_for_two_and_for_twenty(tenant: Tenant) -> None:
    ingrid, actor = make_contact(), make_actor()
    case = make_case(contact=ingrid)
    call(ingrid, outcome=CallOutcome.CONTINUED, continues=case.number)

    with counted() as few:
        assert len(touchpoints_of(actor, ingrid.pk)) == 2
    for minute in range(18):
        call(
            ingrid,
            outcome=CallOutcome.CONTINUED,
            continues=case.number,
            at=AT + HOUR + minute * MINUTE,
        )
    with counted() as many:
        assert len(touchpoints_of(actor, ingrid.pk)) == 20

    assert len(few) == len(many) == 2, told(many)


def test_a_reader_sees_that_there_was_a_call_and_not_what_was_noted(tenant: Tenant) -> None:
    ingrid = make_contact()
    call(ingrid, outcome=CallOutcome.ANSWERED)

    (seen,) = touchpoints_of(make_actor(Role.READER), ingrid.pk)
    (known,) = touchpoints_of(make_actor(Role.AGENT), ingrid.pk)

    assert seen.text == "Charged twice"
    assert known.text == "She says 649 was taken twice."
