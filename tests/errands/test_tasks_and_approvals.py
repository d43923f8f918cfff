"""Tasks and approvals are decided by link and answer like hand-overs: once, by who was asked."""

import re

import pytest
from django.test import Client
from django.utils.timezone import now

from problems.department_tasks import ask_department
from problems.gates import Offered
from problems.models import Note, StepRequest, StepVote, Task, TaskNote
from problems.stepping import take_step
from servicedesk.mail.receiving import receive_mail
from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.models import Notification
from tests.errands.deciding import SYSTEM, make_waiting
from tests.hearing import hear_everything
from tests.make import make_case, make_contact, make_department, make_problem, make_user
from tests.problems.drawing import publish, with_step
from tests.surfaces.signing_in import client_at
from workflow.people.models import User
from workflow.people.permissions import Role
from workflow.staffing import deactivate_user
from workflow.stages.definition import Approval
from workflow.tenancy.models import Tenant


@pytest.fixture
def browser(tenant: Tenant) -> Client:
    """A browser in which nobody is signed in."""
    return client_at(tenant)


def mail_to(user: User, kind: str) -> tuple[str, str, str]:
    """Return text, answer address and link of the mail that somebody got last."""
    found = Notification.objects.select_related("user", "problem", "tenant").filter(
        kind=kind, user=user
    )
    letter = letter_for(found.latest("id"), recipient=user.email, at=now())
    links = re.findall(r"(/decide/\S+)", letter.text)
    return letter.text, letter.reply_to, links[0] if links else ""


def answer(text: str, *, sender: User, to: str) -> str:
    """Let a mail come; return its outcome."""
    raw = f"From: {sender.email}\nTo: {to}\nSubject: Re: x\nMessage-ID: <{text[:4]}@x.org>\n\n{text}\n"
    return receive_mail(raw.encode(), at=now()).outcome


@pytest.fixture
def task(tenant: Tenant) -> tuple[Task, User]:
    """A task that Cards was asked for, and who works there."""
    waiting = make_waiting()
    task = ask_department(
        problem_id=waiting.problem.pk,
        department=waiting.cards,
        title="Count the cards",
        actor=SYSTEM,
        at=now(),
    )
    hear_everything()
    return task, waiting.stranger


def test_a_task_is_accepted_by_link_and_finished_by_answer(
    task: tuple[Task, User], browser: Client
) -> None:
    asked, member = task
    text, _address, link = mail_to(member, "task_asked")

    accepted = browser.post(link, {"deed": "accept"}, follow=True)
    _text, address, _link = mail_to(member, "acted")
    outcome = answer("done: 4,012 of them.", sender=member, to=address)

    assert "  accept\n  done: …\n  refuse: …\n" in text
    assert "Accepted" in accepted.content.decode()
    assert outcome == "acted"
    asked = Task.objects.get(pk=asked.pk)
    assert (asked.state, asked.result, asked.assignee) == ("done", "4,012 of them.", member)


def test_what_decides_nothing_about_a_task_stands_beside_the_task(
    task: tuple[Task, User],
) -> None:
    asked, member = task
    _text, address, _link = mail_to(member, "task_asked")

    outcome = answer("Which cards do you mean?", sender=member, to=address)

    assert outcome == "noted"
    assert [(note.text, note.user) for note in TaskNote.objects.filter(task=asked)] == [
        ("Which cards do you mean?", member)
    ]
    assert not Note.objects.filter(problem=asked.problem).exists()


def test_who_works_elsewhere_by_now_writes_beside_the_problem(task: tuple[Task, User]) -> None:
    asked, member = task
    _text, address, _link = mail_to(member, "task_asked")
    Task.objects.filter(pk=asked.pk).update(department=make_department("Network"))

    outcome = answer("It was us after all.", sender=member, to=address)

    assert outcome == "noted"
    assert [note.text for note in Note.objects.filter(problem=asked.problem)] == [
        "It was us after all."
    ]
    assert not TaskNote.objects.filter(task=asked).exists()


def test_a_task_that_ended_or_belongs_to_others_is_decided_no_more(
    task: tuple[Task, User], browser: Client
) -> None:
    _asked, member = task
    _text, address, link = mail_to(member, "task_asked")

    refused = answer("refuse: We have no cards.", sender=member, to=address)
    again = browser.post(link, {"deed": "accept"})
    deactivate_user(user_id=member.pk, actor=SYSTEM, at=now())

    assert refused == "acted"
    assert (again.status_code, "It is now: Refused" in again.content.decode()) == (409, True)
    assert browser.get(link).status_code == 410


@pytest.fixture
def request_for(tenant: Tenant) -> tuple[StepRequest, User, User]:
    """A step that waits for two leads."""
    leads = make_user(Role.LEAD), make_user(Role.LEAD)
    make_department("Release")
    publish(with_step("send", approval=Approval(quorum=100, roles=("lead",))))
    problem = make_problem(cases=[make_case(contact=make_contact(at=now()), at=now())], at=now())
    taken = take_step(
        problem_id=problem.pk,
        step_key="send",
        offered=Offered(reason="It is theirs.", department=make_department("Cards"), confirm=True),
        actor=SYSTEM,
        at=now(),
    )
    assert taken.request is not None
    hear_everything()
    return taken.request, *leads


def test_a_step_is_approved_by_link_and_by_answer(
    request_for: tuple[StepRequest, User, User], browser: Client
) -> None:
    request, first, second = request_for
    text, _address, link = mail_to(first, "step_asked")

    approved = browser.post(link, {"deed": "approve"}, follow=True)
    again = browser.post(link, {"deed": "decline", "text": "No."})
    _text, address, _link = mail_to(second, "step_asked")
    outcome = answer("approve", sender=second, to=address)

    assert "  approve\n  decline: …\n" in text
    assert "Approved." in approved.content.decode()
    assert again.status_code == 409
    assert outcome == "acted"
    assert set(StepVote.objects.filter(request=request).values_list("vote", flat=True)) == {"yes"}


def test_nobody_votes_for_somebody_else_and_a_no_needs_a_reason(
    request_for: tuple[StepRequest, User, User], browser: Client
) -> None:
    request, first, second = request_for
    _text, address, link = mail_to(first, "step_asked")

    foreign = answer("approve", sender=second, to=address)
    empty = browser.post(link, {"deed": "decline", "text": " "})
    other = browser.post(link, {"deed": "accept"})

    assert foreign == "quarantined"
    assert "A reason is needed" in empty.content.decode()
    assert other.status_code == 409
    assert set(StepVote.objects.filter(request=request).values_list("vote", flat=True)) == {""}
