"""Whoever follows a problem hears of each stage until it is done, once, and nobody else does."""

from dataclasses import replace
from typing import Any

import pytest

from problems.following import NobodyFollows, follow_problem, followers_of, stop_following
from problems.handing import accept_problem, route_problem
from problems.lifecycle import end_problem_without_fix
from problems.models import Problem
from problems.states import Outcome
from servicedesk.notifications.composing import letter_for
from tests.hearing import hear_everything, told
from tests.make import AT, DAY, HOUR, make_actor, make_department, make_problem, make_user
from tests.problems.drawing import publish, take
from tests.surfaces.api.calling import caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor, NotPermitted, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import User
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def followed_by(user: User) -> Problem:
    """Return a new problem that somebody follows."""
    problem = make_problem()
    hear_everything()
    follow_problem(problem=problem, actor=actor_for_user(user, source=Source.AGENT), at=AT)
    return problem


def mails(user: User) -> list[str]:
    """Return the subjects of what a follower was told, in order."""
    return [
        letter_for(one, recipient=user.email, at=AT + DAY).subject.strip()
        for one in sorted(told("followed"), key=lambda one: one.pk)
        if one.user == user
    ]


def test_a_follower_hears_of_each_stage_until_it_is_done(tenant: Tenant) -> None:
    agent, payments = make_user(Role.AGENT), make_department("Payments")
    problem = followed_by(agent)
    stages = []

    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)
    hear_everything()
    stages.append(mails(agent)[-1])
    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=AT + 3 * HOUR)
    hear_everything()
    hear_everything()
    stages.append(mails(agent)[-1])
    end_problem_without_fix(
        problem_id=problem.pk, outcome=Outcome.RISK_ACCEPTED, reason="It is rare.",
        actor=make_actor(Role.LEAD), at=AT + 4 * HOUR,
    )  # fmt: skip
    hear_everything()
    stages.append(mails(agent)[-1])

    assert [words.partition(" is in ")[2] for words in stages] == [
        "“Waiting for acceptance” now", "“Looking for the cause” now", "“Resolved” now",
    ]  # fmt: skip
    assert len(told("followed")) == 3
    assert {one.user for one in told("followed")} == {agent}


def test_a_drawn_step_is_told_once_by_its_own_name(tenant: Tenant) -> None:
    publish()
    reader, payments = make_user(Role.READER), make_department("Payments")
    problem = followed_by(reader)
    take(problem, "send", hours=2, department=payments)
    take(problem, "ours", hours=3)
    hear_everything()
    before = len(told("followed"))

    take(problem, "seen", hours=4)
    hear_everything()

    assert len(told("followed")) == before + 1
    assert mails(reader)[-1].endswith("“Find the cause” now")


def test_who_stops_or_was_deactivated_hears_no_more(tenant: Tenant) -> None:
    stopped, gone = make_user(Role.AGENT), make_user(Role.AGENT)
    problem = followed_by(stopped)
    follow_problem(problem=problem, actor=actor_for_user(gone, source=Source.AGENT), at=AT)
    follow_problem(problem=problem, actor=actor_for_user(gone, source=Source.AGENT), at=AT)
    stop_following(problem=problem, actor=actor_for_user(stopped, source=Source.AGENT))
    assert [user.pk for user in followers_of(problem, actor=SYSTEM).users] == [gone.pk]
    gone.is_active = False
    gone.save()

    route_problem(
        problem_id=problem.pk, department=make_department(), actor=SYSTEM, at=AT + 2 * HOUR
    )
    hear_everything()

    assert told("followed") == []
    assert followers_of(problem, actor=SYSTEM).users == ()


def test_nobody_follows_for_a_program_that_is_nobodys_nor_without_the_right(tenant: Any) -> None:
    problem = make_problem()

    with pytest.raises(NobodyFollows, match="No person follows"):
        follow_problem(problem=problem, actor=SYSTEM, at=AT)
    with pytest.raises(NotPermitted):
        follow_problem(problem=problem, actor=replace(SYSTEM, permissions=frozenset()), at=AT)


def test_the_page_and_programs_follow(tenant: Tenant) -> None:
    problem, user = make_problem(), make_user(Role.READER, name="Ann Berg")
    client = signed_in_staff(tenant, user)
    here = f"/p/P-{problem.number}/"

    client.post(f"{here}follow/", {"action": "follow"})
    page = client.get(here)
    client.post(f"{here}follow/", {"action": "stop"})
    api = caller_as(tenant, Role.AGENT)
    refused = api.post(f"problems/{problem.number}/followers")

    assert page.context["followers"] == {"names": ["Ann Berg"], "is_mine": True}
    assert client.get(here).context["followers"] == {"names": [], "is_mine": False}
    assert api.get(f"problems/{problem.number}/followers").json()["followers"] == []
    assert (refused.status_code, refused.json()["code"]) in ((409, "nobody_follows"), (200, None))
