"""The walk, step by step, by the actions and the relay in this process."""

from typing import Any

import pytest
from django.db import connections
from django.utils.timezone import now

from cases.models import Case
from knowledge.models import Article
from problems.fixing import put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import accept_problem
from problems.models import CaseLink, Leg, Problem
from servicedesk.mail.receiving import receive_mail
from servicedesk.notifications.models import Notification
from tests.make import DAY, HOUR, make_actor, make_department, make_problem, make_rule
from workflow.history.models import Entry
from workflow.outbox.models import Delivery, Effect
from workflow.outbox.relay import relay_news
from workflow.people.permissions import Role

MAIL = b"""From: Ingrid Solheim <ingrid@example.org>
To: support@bank.example
Subject: Direct debit taken twice again
Message-ID: <%d@example.org>

You have taken kr 649 twice again on 16 November. I need the money back.
"""


def relay_all() -> None:
    """Deliver everything that is due."""
    while relay_news(at=now() + DAY):
        pass


def test_from_mail_to_told_customer(committed_tenant: Any) -> None:
    at = now() - 6 * HOUR
    payments = make_department("Payments")
    make_rule(payments)
    member = make_actor(Role.MEMBER, department=payments)

    mail = receive_mail(MAIL % 1, at=at)
    relay_all()

    assert mail.outcome == "case"
    case = Case.objects.get()
    assert case.state == "new"
    assert case.clocks.count() == 2

    problem = make_problem(cases=[case], at=at + HOUR)
    relay_all()
    problem.refresh_from_db()
    case.refresh_from_db()
    assert (problem.state, case.state) == ("assess", "on_problem")
    assert Notification.objects.filter(kind="assigned", user_id=member.id).count() == 1

    accept_problem(problem_id=problem.pk, actor=member, at=at + 2 * HOUR)
    record_root_cause(
        problem_id=problem.pk,
        root_cause="A retry job sends the collection again.",
        public_cause="We asked for the money a second time.",
        actor=member,
        at=at + 3 * HOUR,
    )
    second = receive_mail(MAIL.replace(b"ingrid", b"amir") % 2, at=at + 3 * HOUR)
    relay_all()
    suggestion = CaseLink.objects.get(case=second.case)
    assert suggestion.kind == "suggested"
    put_fix_in_place(problem_id=problem.pk, fix="Job fixed.", actor=member, at=at + 4 * HOUR)
    resolve_problem(
        problem_id=problem.pk,
        solution="It will not happen again. The money is on its way.",
        actor=member,
        at=at + 5 * HOUR,
    )
    relay_all()

    problem = Problem.objects.get()
    case.refresh_from_db()
    assert (problem.state, case.state) == ("resolved", "resolved")
    assert "will not happen again" in case.messages.latest("id").text
    assert Article.objects.get().state == "draft"
    assert Notification.objects.filter(kind="problem_resolved").count() == 1
    assert Effect.objects.filter(key__startswith="fixed:").count() == 1
    assert not Delivery.objects.exclude(state="done").exists()
    stages = list(Leg.objects.order_by("position").values_list("stage", flat=True))
    assert stages == ["new", "assess", "root_cause", "fix_in_progress", "verifying"]
    assert Entry.objects.filter(subject_kind="problem", to_state__isnull=False).count() == 6


@pytest.fixture(autouse=True)
def sees_the_sweeper(committing: None) -> None:
    """The relay asks as sweeper."""
    connections["sweeper"].ensure_connection()
