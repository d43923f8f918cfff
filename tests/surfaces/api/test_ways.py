"""Drawn ways by the interface: where a problem stands, a step taken, approvals."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils.timezone import now

from problems.models import Problem, StepRequest
from tests.make import HOUR, make_department, make_problem, make_user
from tests.problems.drawing import DRAWING, publish, stands_in, take
from tests.surfaces.api.calling import Caller, caller_as
from workflow.people.authentication import issue_token
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.stages.definition import Approval


@pytest.fixture
def payments(tenant: Any) -> Department:
    make_department("Release")
    return make_department("Payments")


def drawn(*, approval: Approval | None = None) -> Problem:
    """Return a new problem that follows a drawing."""
    steps = tuple(
        replace(one, approval=approval) if one.key == "seen" else one for one in DRAWING.steps
    )
    publish(replace(DRAWING, steps=steps))
    return make_problem()


def test_a_program_reads_the_way_and_takes_a_step(tenant: Any, payments: Department) -> None:
    problem = drawn()
    caller = caller_as(tenant, Role.LEAD)
    address = f"problems/{problem.number}/way"

    way = caller.get(address).json()
    nowhere = caller.post(address, {"step": "seen"})
    lost = caller.post(address, {"step": "send"})
    taken = caller.post(address, {"step": "send", "department": "payments", "confirm": True})

    assert (way["workflow"], way["stage"]) == ("Defects", "inbox")
    assert [(one["step"], one["may"], one["asks_department"]) for one in way["steps"]] == [
        ("send", True, True)
    ]
    assert (nowhere.status_code, nowhere.json()["code"]) == (409, "step_elsewhere")
    assert (lost.status_code, lost.json()["code"]) == (409, "wrong_owner")
    assert taken.status_code == 200, taken.json()
    assert taken.json()["way"]["stage"] == "waiting"
    assert stands_in(problem) == ("assess", "waiting")


def test_on_the_standard_way_there_are_no_steps(tenant: Any) -> None:
    problem = make_problem()

    way = caller_as(tenant).get(f"problems/{problem.number}/way").json()

    assert (way["workflow"], way["steps"], way["stage"]) == (None, [], "")


def test_a_token_votes_with_the_voice_of_whoever_was_given_it(
    tenant: Any, payments: Department
) -> None:
    head = make_user(Role.HEAD, department=payments)
    problem = drawn(approval=Approval(quorum=100, roles=("head",)))
    take(problem, "send", hours=2, department=payments)
    take(problem, "ours", hours=3)
    asked = caller_as(tenant, Role.LEAD).post(f"problems/{problem.number}/way", {"step": "seen"})
    address = f"approvals/{StepRequest.objects.get().pk}"
    own = issue_token(role=Role.LEAD, label="head", created_by_id=head.pk, at=now())

    listed = caller_as(tenant, Role.READER).get("approvals", state="open").json()["results"]
    stranger = caller_as(tenant, Role.LEAD).post(address, {"vote": "yes"})
    unreasoned = Caller(tenant, own).post(address, {"vote": "no"})
    agreed = Caller(tenant, own).post(address, {"vote": "yes", "reason": "Seen."})

    assert asked.json()["waits"] is True
    assert [(one["step_name"], one["problem"]) for one in listed] == [("Seen", problem.number)]
    assert (stranger.status_code, unreasoned.json()["code"]) == (404, "reason_missing")
    assert agreed.json()["state"] == StepRequest.objects.get().state == "taken"
    assert stands_in(problem) == ("root_cause", "cause")
    assert Problem.objects.get().opened_at + HOUR < now()
