"""Customers who have something, whom a problem reaches for it, and what they are told."""

from datetime import datetime, timedelta
from typing import Any

from customers.belongings import (
    Order,
    Owner,
    Place,
    Thing,
    save_version,
    write_installed,
    write_purchase,
)
from problems.estimates import estimate_fix
from problems.fixing import publish_workaround
from problems.handing import accept_problem, route_problem
from problems.ledger_acts import excuse
from problems.lifecycle import close_problem, end_problem_without_fix
from problems.models import Affected, Broadcast, Problem, ProblemPromise
from problems.models.after_fix import PreventionKind
from problems.models.estimate import Confidence
from problems.preventing import plan_prevention
from problems.reaching import Description, add_scope, end_scope
from problems.reviewing import Words, approve_review, ask_for_review, write_review
from problems.states import Outcome
from servicedesk.notifications.broadcasts import carry_on
from servicedesk.notifications.models import Notification
from tests.make import (
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_product,
    make_user,
)
from workflow.outbox.models import Effect
from workflow.people.actors import Actor
from workflow.people.permissions import Role

MINUTE = timedelta(minutes=1)
STORY = Actor.system("story")


def tell_of_telling(*, at: datetime) -> dict[str, Any]:
    """Let a problem reach two customers for what they have, and be told of a workaround."""
    ids = tell_of_belongings(at=at)
    version = ids.pop("version")
    problem = make_problem(
        cases=[make_case(contact=make_contact("wrote@example.org", at=at), at=at)],
        title="The app closes itself",
        at=at + MINUTE,
    )
    apps = make_department("Apps")
    member = make_actor(Role.MEMBER, department=apps)
    route_problem(problem_id=problem.pk, department=apps, actor=STORY, at=at + 2 * MINUTE)
    accept_problem(problem_id=problem.pk, actor=member, at=at + 3 * MINUTE)
    common: dict[str, Any] = {"problem_id": problem.pk, "actor": member, "at": at + 4 * MINUTE}
    scope, _reached = add_scope(
        description=Description(product=version.product, version=version), **common
    )
    elsewhere, _reached = add_scope(description=Description(region="Mars"), **common)
    end_scope(scope_id=elsewhere.pk, **common)
    publish_workaround(workaround="Use the website.", **common)
    days = (at + timedelta(days=2)).date(), (at + timedelta(days=4)).date()
    estimate_fix(
        expected_on=days[0],
        latest_on=days[1],
        confidence=Confidence.HIGH,
        reason="",
        is_public=True,
        **common,
    )
    prevention = plan_prevention(
        kind=PreventionKind.PREVENTIVE,
        text="Try each version on old telephones first.",
        owner=make_user(Role.MEMBER, department=apps),
        due_on=days[1],
        **common,
    )
    lead = make_actor(Role.LEAD)
    words = Words("It closed.", "A fault of 8.2.", "We took it back.")
    write_review(words=words, **common)
    ask_for_review(**common)
    approve_review(problem_id=problem.pk, actor=lead, at=at + 5 * MINUTE)
    ended = make_problem(cases=[], title="The icon is blue", at=at)
    end_problem_without_fix(
        problem_id=ended.pk, outcome=Outcome.NOT_A_PROBLEM, reason="It is meant.", actor=lead, at=at
    )
    close_problem(problem_id=ended.pk, actor=lead, at=at + MINUTE)
    excuse(
        problem_id=problem.pk,
        contact_ids=[ids["buyer"]],
        reason="Has left us.",
        actor=lead,
        at=at + 5 * MINUTE,
    )
    return {
        **ids,
        "outbreak": problem.pk,
        "outbreak_number": Problem.objects.get(pk=problem.pk).number,
        "scope": scope.pk,
        "ended_scope": elsewhere.pk,
        "date": ProblemPromise.objects.get(problem=problem, kind="date").pk,
        "prevention": prevention.pk,
        "closed": ended.pk,
        "closed_number": ended.number,
        "reached": Affected.objects.get(problem=problem, contact_id=ids["having"]).pk,
    }


def tell_of_belongings(*, at: datetime) -> dict[str, Any]:
    """Let one contact have an app, and another one buy it, of the version that fails."""
    app, radio = make_product("App"), make_product("Radio")
    common: dict[str, Any] = {"actor": STORY, "at": at}
    named: dict[str, Any] = {"version_id": None, "released_on": None, "supported_until": None}
    version = save_version(product_id=app.pk, name="8.2", **named, **common)
    other = save_version(product_id=radio.pk, name="1.0", **named, **common)
    owner = make_contact("owner@example.org", at=at)
    buyer = make_contact("buyer@example.org", at=at)
    thing = Thing(product=app, version=version)
    installed = write_installed(
        owner=Owner(contact_id=owner.pk), thing=thing, place=Place(), **common
    )
    bought = write_purchase(
        owner=Owner(contact_id=buyer.pk), thing=thing, order=Order(bought_on=at.date()), **common
    )
    return {
        "app": app.pk,
        "version": version,
        "radio_version": other.pk,
        "installed": installed.pk,
        "purchase": bought.pk,
        "having": owner.pk,
        "buyer": buyer.pk,
    }


def tell_of_broadcasts(problem_id: int, *, at: datetime) -> dict[str, Any]:
    """Let the mails of the workaround have left, and those of the date wait for it."""
    workaround = Broadcast.objects.get(problem=problem_id, kind="workaround")
    mails = Notification.objects.filter(broadcast=workaround)
    Effect.objects.filter(key__in=mails.values("key")).update(state="sent", sent_at=at)
    mails.update(sent_at=at)
    Broadcast.objects.filter(pk=workaround.pk).update(due_at=at)
    carry_on(workaround.pk, clock=lambda: at)
    date = Broadcast.objects.get(problem=problem_id, kind="estimate")
    return {
        "broadcast": workaround.pk,
        "broadcast_number": workaround.number,
        "date_broadcast": date.pk,
        "date_broadcast_number": date.number,
    }
