"""A small tenant in which everything that the proof looks at has happened once, by the actions."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from cases.conversation import answer_case
from cases.lifecycle import assign_case, pend_case
from problems.fixing import put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import accept_problem
from problems.models import Problem, ProblemClock, Told
from problems.radar import Setting as RadarSetting
from problems.radar import set_radar
from servicedesk.mail.receiving import receive_mail
from servicedesk.notifications.models import Notification
from tests.make import (
    DAY,
    HOUR,
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_rule,
    make_user,
)
from tests.proof.story_of_tasks import tell_of_tasks
from tests.proof.story_of_telling import tell_of_broadcasts, tell_of_telling
from tests.radar.suspected import make_pattern
from workflow.history.models import Entry
from workflow.outbox.models import Delivery, Effect, OutboxEvent
from workflow.outbox.relay import relay_news
from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user
from workflow.people.permissions import Role
from workflow.staffing import deactivate_user
from workflow.tenancy.models import Tenant

MAIL = b"""From: Ingrid Solheim <ingrid@example.org>
To: support@bank.example
Subject: Direct debit taken twice
Message-ID: <first@example.org>

You have taken kr 649 twice again. I need the money back.
"""
MINUTE = timedelta(minutes=1)


def relay_all() -> None:
    """Deliver everything that is due."""
    while relay_news(at=now() + DAY):
        pass


def tell_story(tenant: Tenant) -> dict[str, Any]:
    """Let it happen and return the ids by name, for statements that break a rule.

    A case waits in the queue, one belongs to an agent, one waits for its customer, one came by
    mail and waits for a problem; one problem waits for a department, one was resolved and told.
    """
    at = now() - 6 * HOUR
    payments = make_department("Payments")
    make_rule(payments)
    member = make_actor(Role.MEMBER, department=payments)
    owner = make_user(Role.AGENT)
    agent = actor_for_user(owner, source=Source.AGENT)
    gone = make_user(Role.MEMBER, department=payments)
    deactivate_user(user_id=gone.pk, actor=Actor.system("story"), at=at)

    mail = receive_mail(MAIL, at=at)
    assert mail.case is not None
    queued = make_case(at=at, contact=make_contact("queued@example.org", at=at))
    owned = make_case(at=at, contact=make_contact("owned@example.org", at=at))
    assign_case(case_id=owned.pk, owner=owner, queue=None, actor=agent, at=at + MINUTE)
    pending = make_case(at=at, contact=make_contact("pending@example.org", at=at))
    answer_case(case_id=pending.pk, text="Which day was it?", actor=Actor.system("story"), at=at)
    pend_case(case_id=pending.pk, actor=Actor.system("story"), at=at + MINUTE)

    waiting = make_problem(cases=[mail.case], at=at + HOUR)
    solved = make_problem(cases=[make_case(at=at)], title="Card refused abroad", at=at + HOUR)
    relay_all()
    accept_problem(problem_id=solved.pk, actor=member, at=at + 2 * HOUR)
    record_root_cause(
        problem_id=solved.pk, root_cause="A list.", public_cause="", actor=member, at=at + 3 * HOUR
    )
    put_fix_in_place(problem_id=solved.pk, fix="New list.", actor=member, at=at + 4 * HOUR)
    resolve_problem(problem_id=solved.pk, solution="Mended.", actor=member, at=at + 5 * HOUR)
    relay_all()
    told_contact = Told.objects.get().affected.contact_id
    told = tell_of_tasks(Problem.objects.get(pk=waiting.pk), at=at + 5 * HOUR)
    told |= tell_of_telling(at=at + 4 * HOUR)
    relay_all()
    told |= tell_of_broadcasts(told["outbreak"], at=now())
    pattern = make_pattern(at=at + 5 * HOUR)
    set_radar(
        setting=RadarSetting(
            is_on=True,
            sensitivity="balanced",
            least_customers=4,
            work_per_case=timedelta(minutes=12),
            tells_leads=True,
        ),
        actor=Actor.system("story"),
        at=now(),
    )
    return {
        **told,
        "pattern": pattern.pk,
        "pattern_name": pattern.name,
        "tenant": tenant.pk,
        "payments": payments.pk,
        "empty": make_department("Empty").pk,
        "owner": owner.pk,
        "gone": gone.pk,
        "mail": mail.pk,
        "queued": queued.pk,
        "queued_number": queued.number,
        "queued_clock": queued.clocks.earliest("id").pk,
        "queued_message": queued.messages.get().pk,
        "owned": owned.pk,
        "owned_number": owned.number,
        "pending": pending.pk,
        "pending_number": pending.number,
        "linked_number": mail.case.number,
        "waiting": waiting.pk,
        "waiting_number": waiting.number,
        "waiting_clock": ProblemClock.objects.get(
            problem=waiting, metric="stage", state="running"
        ).pk,
        "solved": solved.pk,
        "solved_number": Problem.objects.get(pk=solved.pk).number,
        "solved_clock": ProblemClock.objects.filter(problem=solved).earliest("id").pk,
        "told_contact": told_contact,
        "told_notification": Notification.objects.get(kind="problem_resolved").pk,
        "entry": Entry.objects.get(subject_kind="case", subject_id=queued.pk, is_news=True).pk,
        "event": OutboxEvent.objects.get(subject=f"case:{queued.pk}").pk,
        "delivery": Delivery.objects.filter(subject=f"case:{queued.pk}").earliest("id").pk,
        "effect": Effect.objects.earliest("id").pk,
    }
