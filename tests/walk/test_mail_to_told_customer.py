"""The walk as it runs: a mail at the door, real workers between, a mail to the customer over SMTP.

Told for two tenants at once, each with its own people; neither ever hears of the other.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest
from django.utils.timezone import now

from cases.conversation import answer_case
from cases.models import Case
from knowledge.models import Article
from problems.fixing import (
    publish_workaround,
    put_fix_in_place,
    record_root_cause,
    resolve_problem,
)
from problems.handing import accept_problem
from problems.linking import confirm_link
from problems.models import Affected, CaseLink, Problem, Told
from tests.make import make_actor, make_department, make_problem, make_rule, make_tenant
from tests.processes import MailSink, mail_sink, manage, process, run_manage, wait_for, worker
from workflow.outbox.models import Delivery, Effect
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

pytestmark = pytest.mark.usefixtures("emptied")
MAIL = """From: {name} <{name}@{domain}>
To: support@desk.example
Subject: {subject}
Message-ID: <{name}-{number}@{domain}>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{text}
"""


@dataclass
class Desk:
    """One tenant and the people who walk."""

    tenant: Tenant
    agent: Actor
    member: Actor
    lead: Actor


@pytest.fixture
def desks(committing: None) -> list[Desk]:
    made = []
    for _ in range(2):
        tenant = make_tenant(at=now())
        with tenant_scope(tenant.pk):
            payments = make_department("Payments")
            make_rule(payments)
            made.append(
                Desk(
                    tenant=tenant,
                    agent=make_actor(Role.AGENT),
                    member=make_actor(Role.MEMBER, department=payments),
                    lead=make_actor(Role.LEAD),
                )
            )
    return made


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with mail_sink() as listening:
        yield listening


@pytest.fixture
def workers(desks: list[Desk], sink: MailSink) -> Iterator[None]:
    environment = {"SMTP_URL": sink.url}
    with (
        process(*worker("urgent", "default", "mail", "bulk"), **environment),
        process(*manage("tick"), **environment),
    ):
        yield


def deliver(desk: Desk, *, name: str, text: str, number: int = 1, domain: str = "") -> Case:
    """Bring a mail to the door and return the case that it became."""
    mail = MAIL.format(
        name=name,
        domain=domain or f"{desk.tenant.slug}.example.org",
        subject="Direct debit taken twice",
        text=text,
        number=number,
    )
    result = run_manage("receive_mail", "--tenant", desk.tenant.slug, stdin=mail.encode())
    assert result.returncode == 0, result.stderr
    said = json.loads(result.stdout)
    with tenant_scope(desk.tenant.pk):
        return Case.objects.get(number=int(said["case"]))


def test_a_mail_becomes_a_told_customer_for_two_tenants(
    desks: list[Desk], sink: MailSink, workers: None
) -> None:
    for desk in desks:
        walk_to_the_workaround(desk, sink)
    for desk in desks:
        walk_to_the_end(desk, sink)
    nobody_heard_of_the_other(desks, sink)


def mails_with(sink: MailSink, desk: Desk, *, name: str, words: str) -> list[EmailMessage]:
    """Wait for mails to somebody that hold some words, and return them."""
    address = f"{name}@{desk.tenant.slug}.example.org"

    def found() -> list[EmailMessage]:
        return [mail for mail in sink.mails(to=address) if words in mail.get_content()]

    return wait_for(found, why=words)


def walk_to_the_workaround(desk: Desk, sink: MailSink) -> None:
    """Mails come, a problem is opened and routed, the department accepts and helps."""
    address = f"ingrid@{desk.tenant.slug}.example.org"
    case = deliver(desk, name="ingrid", text="You have taken kr 649 twice again.")
    receipt = wait_for(lambda: sink.mails(to=address), why="the receipt")[0]
    assert "649" not in receipt.get_content()
    with tenant_scope(desk.tenant.pk):
        problem = make_problem(cases=[case], actor=desk.agent, at=now())
        wait_for(lambda: Problem.objects.get(pk=problem.pk).state == "assess", why="the routing")
        accept_problem(problem_id=problem.pk, actor=desk.member, at=now())
        second = deliver(
            desk, name="amir", text="The direct debit was taken twice from my account."
        )
        wait_for(
            lambda: CaseLink.objects.filter(case=second, kind="suggested").exists(),
            why="the suggestion",
        )
        confirm_link(problem_id=problem.pk, case=second, actor=desk.agent, at=now())
        publish_workaround(
            problem_id=problem.pk,
            workaround="Ask your bank to return the second payment.",
            actor=desk.member,
            at=now(),
        )
    for name in ("ingrid", "amir"):
        told = mails_with(sink, desk, name=name, words="return the second payment")
        assert len(told) == 1


def walk_to_the_end(desk: Desk, sink: MailSink) -> None:
    """Cause, fix, proof: everybody is told once, the threads hold the solution."""
    with tenant_scope(desk.tenant.pk):
        problem = Problem.objects.get()
        record_root_cause(
            problem_id=problem.pk,
            root_cause="A retry job sends the collection again after a timeout.",
            public_cause="Our system asked for the money a second time.",
            actor=desk.member,
            at=now(),
        )
        put_fix_in_place(problem_id=problem.pk, fix="Retry off.", actor=desk.member, at=now())
        resolve_problem(
            problem_id=problem.pk,
            solution="It cannot happen again, and the money is back on your account.",
            actor=desk.member,
            at=now(),
        )
        wait_for(
            lambda: Told.objects.filter(message__startswith="fixed:").count() == 2,
            why="the ledger",
        )
        for name in ("ingrid", "amir"):
            mails = mails_with(sink, desk, name=name, words="cannot happen again")
            assert len(mails) == 1
            assert mails[0]["Auto-Submitted"] == "auto-generated"
            assert str(mails[0]["Reply-To"]).startswith("r+")
        for case in Case.objects.all():
            assert case.state == "resolved"
            assert "cannot happen again" in case.messages.latest("id").text
        assert set(Article.objects.values_list("kind", "state")) == {
            ("known_error", "draft"),
            ("resolution", "draft"),
        }
        wait_for(
            lambda: not Delivery.objects.exclude(state="done").exists(), why="the last delivery"
        )
        assert Affected.objects.count() == 2
        wait_for(lambda: not Effect.objects.exclude(state="sent").exists(), why="the last mail")
        assert all(
            name.startswith("celery:") for name in Effect.objects.values_list("sent_by", flat=True)
        )


def nobody_heard_of_the_other(desks: list[Desk], sink: MailSink) -> None:
    """No mail of one tenant went to somebody of the other."""
    for desk, other in (desks, desks[::-1]):
        mails = sink.mails(to=f"@{desk.tenant.slug}.example.org")
        assert mails
        assert all(other.tenant.slug not in str(mail) for mail in mails)


def test_an_answer_comes_back_into_its_case(
    desks: list[Desk], sink: MailSink, workers: None
) -> None:
    desk = desks[0]
    case = deliver(desk, name="kari", text="Where is my card?")
    with tenant_scope(desk.tenant.pk):
        answer_case(case_id=case.pk, text="It left us on Monday.", actor=desk.agent, at=now())
    answer = wait_for(
        lambda: [
            mail
            for mail in sink.mails(to=f"kari@{desk.tenant.slug}.example.org")
            if "left us on Monday" in mail.get_content()
        ],
        why="the answer",
    )[0]

    reply = MAIL.format(
        name="kari",
        domain=f"{desk.tenant.slug}.example.org",
        subject="Re: something else",
        text="Thank you, it came.",
        number=2,
    ).replace("support@desk.example", str(answer["Reply-To"]))
    result = run_manage("receive_mail", "--tenant", desk.tenant.slug, stdin=reply.encode())
    stranger = run_manage(
        "receive_mail",
        "--tenant",
        desk.tenant.slug,
        stdin=reply.replace("kari@", "mallory@").replace("kari-2", "m-2").encode(),
    )

    assert json.loads(result.stdout) == {"outcome": "message", "case": str(case.number)}
    assert json.loads(stranger.stdout)["case"] != str(case.number)
