"""What can be done with a case, and what is refused."""

from typing import Any

import pytest

from cases.conversation import add_customer_message, answer_case, note_case
from cases.lifecycle import (
    CaseHasEnded,
    ChangedMeanwhile,
    EmptyText,
    NoSuchPriority,
    NotResolved,
    assign_case,
    close_case,
    mark_spam,
    open_case,
    pend_case,
    reopen_case,
    resolve_case,
    resume_case,
    set_priority,
)
from cases.models import Case
from cases.states import Channel
from tests.hearing import news
from tests.make import AT, DAY, HOUR, MINUTE, make_actor, make_case, make_contact, make_user
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.scope import tenant_scope


def test_a_new_case_has_owner_or_queue_clocks_history_and_news(tenant: Any) -> None:
    case = make_case()

    assert case.queue is not None
    assert case.queue.is_customer_service
    assert case.next_look_at > AT
    assert {clock.metric for clock in case.clocks.all()} == {"first_response", "resolution"}
    assert Entry.objects.get(subject_kind="case", subject_id=case.pk).to_state == "new"
    assert news() == ["cases.case.opened"]


def test_cases_are_numbered_for_each_tenant_by_itself(tenant: Any, other_tenant: Any) -> None:
    numbers = [make_case().number for _ in range(3)]
    with tenant_scope(other_tenant.pk):
        other = make_case().number

    assert numbers == [1, 2, 3]
    assert other == 1


def test_a_case_without_words_is_refused(tenant: Any) -> None:
    with pytest.raises(EmptyText):
        open_case(
            contact=make_contact(),
            subject=" ",
            text="",
            channel=Channel.PORTAL,
            actor=Actor.system("test"),
            at=AT,
        )


def test_a_reader_may_not_open_a_case(tenant: Any) -> None:
    with pytest.raises(NotPermitted):
        make_case(actor=make_actor(Role.READER))


def test_an_answer_takes_the_case_up_and_meets_the_first_response(tenant: Any) -> None:
    agent = make_actor()
    case = make_case()

    answer_case(case_id=case.pk, text="We look into it.", actor=agent, at=AT + HOUR)

    case = Case.objects.get()
    assert (case.state, case.owner_id) == ("open", agent.id)
    clock = case.clocks.get(metric="first_response")
    assert (clock.state, clock.stopped_at) == ("met", AT + HOUR)
    assert news()[-1] == "cases.case.answered"


def test_an_answer_after_the_due_time_is_a_missed_first_response(tenant: Any) -> None:
    case = make_case()
    due = case.clocks.get(metric="first_response").due_at

    answer_case(case_id=case.pk, text="Sorry.", actor=make_actor(), at=due + MINUTE)

    clock = case.clocks.get(metric="first_response")
    assert (clock.state, clock.due_at) == ("missed", due)
    assert clock.breach_recorded_at == due + MINUTE


def test_waiting_for_the_customer_pauses_the_resolution(tenant: Any) -> None:
    agent = make_actor()
    case = make_case()
    before = case.clocks.get(metric="resolution").due_at

    pend_case(case_id=case.pk, actor=agent, at=AT + HOUR)
    paused = case.clocks.get(metric="resolution")
    resume_case(case_id=case.pk, actor=agent, at=AT + 3 * HOUR)

    clock = case.clocks.get(metric="resolution")
    assert (paused.state, paused.next_look_at) == ("paused", None)
    assert clock.state == "running"
    assert clock.due_at == before + 2 * HOUR


def test_the_customers_answer_ends_the_waiting(tenant: Any) -> None:
    case = make_case()
    pend_case(case_id=case.pk, actor=make_actor(), at=AT + HOUR)

    add_customer_message(
        case_id=case.pk,
        contact=case.contact,
        text="Here it is.",
        channel=Channel.MAIL,
        actor=Actor.system("test"),
        at=AT + 2 * HOUR,
    )

    case = Case.objects.get()
    assert (case.state, case.needs_attention) == ("open", True)
    assert not case.blockers.filter(cleared_at=None).exists()


def test_a_reply_reopens_a_resolved_case(tenant: Any) -> None:
    case = make_case()
    resolve_case(case_id=case.pk, actor=make_actor(), at=AT + HOUR)

    add_customer_message(
        case_id=case.pk,
        contact=case.contact,
        text="It still happens.",
        channel=Channel.MAIL,
        actor=Actor.system("test"),
        at=AT + DAY,
    )

    case = Case.objects.get()
    assert (case.state, case.resolved_at) == ("open", None)
    assert case.clocks.filter(metric="resolution", state="running").count() == 1


def test_an_automatic_reply_changes_nothing(tenant: Any) -> None:
    case = make_case()
    resolve_case(case_id=case.pk, actor=make_actor(), at=AT + HOUR)

    add_customer_message(
        case_id=case.pk,
        contact=case.contact,
        text="I am away until Monday.",
        channel=Channel.MAIL,
        is_automatic=True,
        actor=Actor.system("test"),
        at=AT + DAY,
    )

    assert Case.objects.get().state == "resolved"


def test_a_message_to_a_closed_case_opens_a_new_one_that_names_it(tenant: Any) -> None:
    case = make_case()
    resolve_case(case_id=case.pk, actor=make_actor(), at=AT + HOUR)
    close_case(case_id=case.pk, actor=Actor.system("cases"), at=AT + 8 * DAY)

    message = add_customer_message(
        case_id=case.pk,
        contact=case.contact,
        text="Again!",
        channel=Channel.MAIL,
        actor=Actor.system("test"),
        at=AT + 9 * DAY,
    )

    assert message.case.follows_id == case.pk
    assert message.case.state == "new"


def test_an_ended_case_is_not_answered_and_an_open_one_not_reopened(tenant: Any) -> None:
    agent = make_actor()
    resolved, fresh = make_case(), make_case()
    resolve_case(case_id=resolved.pk, actor=agent, at=AT + HOUR)

    with pytest.raises(CaseHasEnded):
        answer_case(case_id=resolved.pk, text="One more thing", actor=agent, at=AT + DAY)
    with pytest.raises(CaseHasEnded):
        resolve_case(case_id=resolved.pk, actor=agent, at=AT + DAY)
    with pytest.raises(NotResolved):
        reopen_case(case_id=fresh.pk, actor=agent, at=AT + DAY)
    with pytest.raises(NotResolved):
        close_case(case_id=fresh.pk, actor=agent, at=AT + DAY)


def test_the_second_editor_is_told_that_somebody_was_faster(tenant: Any) -> None:
    case = make_case()
    seen = Case.objects.get().version
    assign_case(case_id=case.pk, owner=make_user(), queue=None, actor=make_actor(), at=AT + MINUTE)

    with pytest.raises(ChangedMeanwhile) as refusal:
        set_priority(
            case_id=case.pk,
            priority=1,
            actor=make_actor(),
            expected_version=seen,
            at=AT + 2 * MINUTE,
        )

    assert "changed this case" in refusal.value.sentence
    assert Case.objects.get().priority == 3


def test_a_higher_priority_brings_an_earlier_due_time(tenant: Any) -> None:
    case = make_case()
    before = {clock.metric: clock.due_at for clock in case.clocks.all()}

    set_priority(case_id=case.pk, priority=1, actor=make_actor(), at=AT + MINUTE)

    after = {clock.metric: clock.due_at for clock in case.clocks.all()}
    assert all(after[metric] < before[metric] for metric in before)
    with pytest.raises(NoSuchPriority):
        set_priority(case_id=case.pk, priority=9, actor=make_actor(), at=AT + MINUTE)


def test_a_case_given_back_goes_to_the_queue_of_customer_service(tenant: Any) -> None:
    case = make_case()
    agent = make_user()
    assign_case(case_id=case.pk, owner=agent, queue=None, actor=make_actor(), at=AT + MINUTE)
    assign_case(case_id=case.pk, owner=None, queue=None, actor=make_actor(), at=AT + HOUR)

    case = Case.objects.get()
    assert case.owner is None
    assert case.queue is not None


def test_spam_ends_the_case_without_a_verdict_of_its_clocks(tenant: Any) -> None:
    case = make_case()

    mark_spam(case_id=case.pk, actor=make_actor(), at=AT + MINUTE)

    assert set(case.clocks.values_list("state", flat=True)) == {"cancelled"}


def test_a_note_is_for_colleagues_and_tells_nobody(tenant: Any) -> None:
    case = make_case()
    before = news()

    note_case(case_id=case.pk, text="Same household as 12.", actor=make_actor(), at=AT + MINUTE)

    assert news() == before
    assert case.messages.get(direction="note").text == "Same household as 12."


def test_history_replays_to_the_present_state(tenant: Any) -> None:
    agent = make_actor()
    case = make_case()
    pend_case(case_id=case.pk, actor=agent, at=AT + HOUR)
    resume_case(case_id=case.pk, actor=agent, at=AT + 2 * HOUR)
    resolve_case(case_id=case.pk, actor=agent, at=AT + 3 * HOUR)
    reopen_case(case_id=case.pk, actor=agent, at=AT + 4 * HOUR)

    lines = Entry.objects.filter(
        subject_kind="case", subject_id=case.pk, to_state__isnull=False
    ).order_by("state_version")

    assert [line.to_state for line in lines] == ["new", "pending", "open", "resolved", "open"]
    assert [line.state_version for line in lines] == [1, 2, 3, 4, 5]
    assert Case.objects.get().state_version == 5
