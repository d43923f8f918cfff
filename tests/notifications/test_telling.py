"""Who is told of what, how often, and in which words."""

from typing import Any

import pytest
from django.utils import timezone

from cases.conversation import File, answer_case, keep_files
from cases.lifecycle import resolve_case
from cases.states import Channel
from customers.models import Contact, ContactAddress
from problems.fixing import (
    publish_workaround,
    put_fix_in_place,
    record_root_cause,
    resolve_problem,
)
from problems.handing import refuse_problem, take_problem
from problems.lifecycle import reopen_problem
from problems.linking import confirm_link
from problems.models import Problem, Told
from servicedesk.mail.receiving import receive_mail
from servicedesk.mail.sending import compose
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.delivering import prepared
from servicedesk.notifications.models import Notification, NotificationKind
from tests.hearing import hear_everything, told
from tests.make import (
    AT,
    HOUR,
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_rule,
)
from workflow.outbox.effects import Claimed, Drop
from workflow.outbox.models import Effect
from workflow.people.actors import Actor
from workflow.people.permissions import Role

SYSTEM = Actor.system("test")
MAIL = (
    b"From: Buy cheap pills <ingrid@example.org>\nTo: a@b.example\nSubject: http://evil.example\n"
    b"Message-ID: <%d@example.org>\n\nVisit http://evil.example now\n"
)


def words_of(notification: Notification) -> str:
    """Return subject and text as they would be sent."""
    letter = letter_for(
        Notification.objects.select_related(
            "contact", "user", "case", "message", "problem", "tenant"
        ).get(pk=notification.pk),
        recipient="x@example.org",
        at=AT,
    )
    return f"{letter.recipient_name}\n{letter.subject}\n{letter.text}"


def test_a_receipt_repeats_nothing_of_the_sender(tenant: Any) -> None:
    receive_mail(MAIL % 1, at=AT)
    hear_everything()

    words = words_of(told("receipt")[0])

    assert "evil" not in words
    assert "pills" not in words


def test_a_way_in_repeats_nothing_of_whoever_wrote_in_that_name(tenant: Any) -> None:
    receive_mail(MAIL % 1, at=AT)
    asked = Asked(
        key="way-in", kind=NotificationKind.PORTAL_LINK, contact_id=Contact.objects.get().pk
    )
    notify([asked], at=AT)

    words = words_of(Notification.objects.get(kind="portal_link"))

    assert "/help/enter/" in words
    assert "pills" not in words


def test_a_receipt_goes_to_an_address_once_a_day(tenant: Any) -> None:
    at = timezone.now()
    for number in range(3):
        receive_mail(MAIL % number, at=at)
    hear_everything()

    assert len(list(told("receipt"))) == 1


def test_a_machine_gets_no_receipt(tenant: Any) -> None:
    receive_mail(MAIL.replace(b"Subject", b"Precedence: bulk\nSubject") % 1, at=AT)
    hear_everything()

    assert told("receipt") == []


def test_a_portal_case_gets_no_mail_of_receipt(tenant: Any) -> None:
    make_case(channel=Channel.PORTAL)
    hear_everything()

    assert told("receipt") == []


def test_the_customer_gets_the_answer_in_the_agents_words(tenant: Any) -> None:
    case = make_case()
    answer_case(case_id=case.pk, text="The money is on its way.", actor=make_actor(), at=AT + HOUR)
    hear_everything()

    words = words_of(told("answer")[0])

    assert "The money is on its way." in words


def test_an_agents_resolution_is_told_and_a_problems_is_not_told_twice(tenant: Any) -> None:
    case, linked = make_case(), make_case()
    resolve_case(case_id=case.pk, actor=make_actor(), at=AT + HOUR)
    resolved_problem([linked])
    hear_everything()

    assert [n.case_id for n in told("case_resolved")] == [case.pk]
    assert [n.case_id for n in told("problem_resolved")] == [linked.pk]


def resolved_problem(cases: list[Any]) -> Problem:
    """Return a problem that went through all its steps."""
    problem = make_problem(cases=cases)
    take_problem(problem_id=problem.pk, department=make_department(), actor=SYSTEM, at=AT + HOUR)
    record_root_cause(
        problem_id=problem.pk,
        root_cause="inner secret",
        public_cause="A job ran twice.",
        actor=SYSTEM,
        at=AT + 2 * HOUR,
    )
    put_fix_in_place(problem_id=problem.pk, fix="inner fix", actor=SYSTEM, at=AT + 3 * HOUR)
    resolve_problem(
        problem_id=problem.pk, solution="It will not happen again.", actor=SYSTEM, at=AT + 4 * HOUR
    )
    return Problem.objects.get(pk=problem.pk)


def test_a_contact_with_three_linked_cases_is_told_once(tenant: Any) -> None:
    contact = make_contact()
    cases = [make_case(contact=contact) for _ in range(3)]

    resolved_problem(cases)
    hear_everything()

    notifications = list(told("problem_resolved"))
    assert [n.contact_id for n in notifications] == [contact.pk]
    assert notifications[0].case_id == cases[-1].pk
    assert Told.objects.filter(message__startswith="fixed:").count() == 1


def test_the_solution_tells_the_public_cause_and_nothing_inner(tenant: Any) -> None:
    resolved_problem([make_case()])
    hear_everything()

    words = words_of(told("problem_resolved")[0])

    assert "It will not happen again." in words
    assert "A job ran twice." in words
    assert "inner" not in words


def test_who_is_linked_late_is_told_what_the_others_know(tenant: Any) -> None:
    problem = make_problem(cases=[make_case()])
    publish_workaround(
        problem_id=problem.pk, workaround="Pay by card.", actor=SYSTEM, at=AT + 2 * HOUR
    )
    hear_everything()
    late = make_case()

    confirm_link(problem_id=problem.pk, case=late, actor=SYSTEM, at=AT + 3 * HOUR)
    hear_everything()

    assert len(list(told("workaround"))) == 2
    assert told("workaround")[-1].contact_id == late.contact_id


def test_a_reopening_says_sorry_to_those_who_were_told_of_the_fix(tenant: Any) -> None:
    problem = resolved_problem([make_case(), make_case()])
    hear_everything()

    reopen_problem(problem_id=problem.pk, reason="Back.", actor=SYSTEM, at=AT + 30 * HOUR)
    hear_everything()

    assert len(list(told("problem_reopened"))) == 2
    assert "sorry" in words_of(told("problem_reopened")[0])


def test_a_department_is_told_of_its_problem_and_leads_of_a_refusal(tenant: Any) -> None:
    payments = make_department("Payments")
    make_rule(payments)
    member = make_actor(Role.MEMBER, department=payments)
    lead = make_actor(Role.LEAD)
    problem = make_problem()
    hear_everything()

    refuse_problem(problem_id=problem.pk, reason="Not ours.", actor=member, at=timezone.now())
    hear_everything()

    assert [n.user_id for n in told("assigned")] == [member.id]
    assert [n.user_id for n in told("refused")] == [lead.id]
    assert "Not ours." in words_of(told("refused")[0])


def test_mail_is_dropped_where_it_is_not_wanted_or_has_no_address(tenant: Any) -> None:
    make_case()
    case = make_case()
    answer_case(case_id=case.pk, text="Yes.", actor=make_actor(), at=AT + HOUR)
    hear_everything()
    effect = Effect.objects.get(key__startswith="answer:")
    claimed = Claimed(
        id=effect.pk,
        tenant_id=tenant.pk,
        kind=effect.kind,
        key=effect.key,
        payload=effect.payload,
        attempts=1,
        at=AT,
    )

    assert prepared(claimed).recipient
    Contact.objects.filter(pk=case.contact_id).update(may_be_mailed=False)
    with pytest.raises(Drop):
        prepared(claimed)
    Contact.objects.filter(pk=case.contact_id).update(may_be_mailed=True)
    ContactAddress.objects.filter(contact=case.contact).update(bounced_at=AT)
    with pytest.raises(Drop):
        prepared(claimed)


def test_a_repeat_carries_the_same_message_id(tenant: Any) -> None:
    case = make_case()
    answer_case(case_id=case.pk, text="Yes.", actor=make_actor(), at=AT + HOUR)
    hear_everything()
    effect = Effect.objects.get(key__startswith="answer:")
    claimed = Claimed(
        id=effect.pk,
        tenant_id=tenant.pk,
        kind=effect.kind,
        key=effect.key,
        payload=effect.payload,
        attempts=1,
        at=AT,
    )

    assert prepared(claimed).mail_id == prepared(claimed).mail_id


def test_files_of_an_answer_go_with_the_mail(tenant: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = make_case()
    message = answer_case(case_id=case.pk, text="See file.", actor=make_actor(), at=AT + HOUR)
    keep_files(
        message,
        [
            File(name="Form.pdf", content_type="application/pdf", content=b"PDF"),
            File(name="odd\r\nname", content_type="nonsense", content=b"x"),
        ],
        at=AT,
    )
    hear_everything()

    letter = letter_for(
        Notification.objects.select_related("contact", "user", "case", "message", "tenant").get(
            kind="answer"
        ),
        recipient="x@example.org",
        at=AT,
    )

    files = [
        (part.get_filename(), part.get_content()) for part in compose(letter).iter_attachments()
    ]
    assert files == [("Form.pdf", b"PDF"), ("odd name", b"x")]
