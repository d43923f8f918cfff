"""Nobody says yes to own words: not by a token, not after rewriting, not to the own decision."""

from typing import Any

import pytest
from django.utils.timezone import now

from problems.broadcast_policies import set_approval_size
from problems.broadcast_rights import OwnBroadcast
from problems.broadcasting import (
    decide_broadcast,
    draft_broadcast,
    edit_broadcast,
    send_broadcast,
)
from problems.fixing import publish_workaround
from problems.models import Broadcast, Problem
from problems.models.broadcast import BroadcastKind
from tests.hearing import hear_everything, told
from tests.make import AT, HOUR, make_actor, make_case, make_contact, make_problem, make_user
from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user, issue_token
from workflow.people.models import User
from workflow.people.permissions import Permission, Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


@pytest.fixture
def problem(tenant: Tenant) -> Problem:
    """Return a problem with a workaround nobody was told, where everything waits for a yes."""
    set_approval_size(0, actor=SYSTEM, at=AT)
    problem = make_problem(cases=[make_case(contact=make_contact(name="Amir Haddad"))])
    hear_everything()
    Problem.objects.filter(pk=problem.pk).update(
        workaround="Pay by card.", workaround_at=AT + 2 * HOUR
    )
    return problem


def as_actor(user: User) -> Actor:
    return actor_for_user(user, source=Source.AGENT)


def drafted(problem: Problem, *, actor: Actor) -> Broadcast:
    return draft_broadcast(
        problem_id=problem.pk,
        kind=BroadcastKind.WORKAROUND,
        subject="",
        text="",
        reason="",
        filters={},
        actor=actor,
        at=now(),
    )


def say_yes(broadcast: Broadcast, *, actor: Actor) -> str:
    """Say yes and return the state that follows."""
    decided = decide_broadcast(broadcast_id=broadcast.pk, is_approved=True, actor=actor, at=now())
    return str(decided.state)


def test_a_token_says_yes_to_nothing_and_its_owner_not_to_its_words(
    tenant: Tenant, problem: Problem
) -> None:
    owner = make_user(Role.LEAD)
    program = Caller(
        tenant, issue_token(role=Role.LEAD, label="x", at=now(), created_by_id=owner.pk)
    )
    number = program.post(f"problems/{problem.number}/broadcasts/", {"kind": "workaround"}).json()[
        "number"
    ]
    steps = f"broadcasts/{number}/steps/"
    program.post(steps, {"step": "send"})
    written = Broadcast.objects.get()

    own = program.post(steps, {"step": "approve"})
    foreign = caller_as(tenant, Role.LEAD).post(steps, {"step": "approve"})
    with pytest.raises(OwnBroadcast):
        say_yes(written, actor=as_actor(owner))

    assert (own.status_code, foreign.status_code) == (403, 403)
    assert own.json()["title"].startswith("A person says yes")
    assert say_yes(written, actor=make_actor(Role.LEAD)) == "scheduled"


def test_who_rewrites_or_sends_the_draft_of_another_does_not_say_yes(problem: Problem) -> None:
    author, editor, sender, reader = (make_actor(Role.LEAD) for _ in range(4))
    written = drafted(problem, actor=author)
    edit_broadcast(
        broadcast_id=written.pk,
        subject="",
        text="Other words.",
        reason="",
        filters={},
        actor=editor,
        at=now(),
    )
    send_broadcast(broadcast_id=written.pk, actor=sender, at=now())

    for own in (author, editor, sender):
        with pytest.raises(OwnBroadcast):
            say_yes(written, actor=own)

    assert say_yes(written, actor=reader) == "scheduled"


def test_who_decided_does_not_say_yes_to_what_tells_it_by_itself(
    tenant: Tenant, problem: Problem
) -> None:
    author, other = make_user(Role.LEAD), make_user(Role.LEAD)
    publish_workaround(
        problem_id=problem.pk, workaround="Pay cash.", actor=as_actor(author), at=now()
    )
    hear_everything()
    begun = Broadcast.objects.get(is_automatic=True)

    def may(user: User) -> Any:
        page = signed_in_staff(tenant, user).get(f"/broadcasts/{begun.number}/")
        return page.context["may"]["decide"]

    with pytest.raises(OwnBroadcast):
        say_yes(begun, actor=as_actor(author))

    assert (may(author), may(other)) == (False, True)
    assert [one.user_id for one in told("broadcast_asked")] == [other.pk]
    assert say_yes(begun, actor=as_actor(other)) == "scheduled"


def test_a_token_that_may_see_no_customers_reads_examples(tenant: Tenant, problem: Problem) -> None:
    narrow = frozenset({Permission.VIEW_PROBLEM, Permission.STEER_PROBLEM})
    path = f"problems/{problem.number}/broadcasts/look/"

    seen, hidden = (
        caller.post(path, {"kind": "workaround"}).json()
        for caller in (caller_as(tenant), caller_as(tenant, scopes=narrow))
    )

    assert "Amir Haddad" in str(seen["previews"])
    assert "Amir" not in str(hidden)
    assert [one["code"] for one in hidden["previews"]] == [one["code"] for one in seen["previews"]]
    assert hidden["dry_run"] == seen["dry_run"]
