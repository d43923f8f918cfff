"""Problems by the interface: the whole way by steps, the journey and the ledger as data."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from problems.affected import affected_by, tell_once
from problems.handing import route_problem
from problems.models import Problem
from tests.make import (
    AT,
    HOUR,
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_product,
)
from tests.surfaces.api.calling import caller_as
from workflow.people.actors import Actor
from workflow.people.permissions import Role


def test_a_problem_is_opened_from_cases(tenant: Any) -> None:
    make_product("Card")
    cases = [make_case(), make_case()]

    answer = caller_as(tenant).post(
        "problems/",
        {
            "title": "Direct debit taken twice",
            "statement": "The amount is collected again.",
            "category": "billing",
            "product": "Card",
            "cases": [case.number for case in cases],
        },
    )

    assert answer.status_code == 201
    body = answer.json()
    assert (body["state"], body["linked_cases"], body["affected_contacts"]) == ("new", 2, 2)
    assert body["department"] == "Customer service"


def test_cases_that_are_not_there_are_named(tenant: Any) -> None:
    answer = caller_as(tenant).post("problems/", {"title": "Broken", "cases": [4711]})

    assert (answer.status_code, answer.json()["code"]) == (422, "unprocessable")
    assert "4711" in answer.json()["title"]
    assert not Problem.objects.exists()


def test_the_whole_way_by_steps(tenant: Any) -> None:
    make_department("Payments")
    make_department("Card operations")
    problem = make_problem()
    late = make_case()
    lead, member = caller_as(tenant, Role.LEAD), caller_as(tenant, Role.MEMBER)

    def step(caller: Any, name: str, **fields: Any) -> dict[str, Any]:
        answer = caller.post(f"problems/{problem.number}/steps/", {"step": name, **fields})
        assert answer.status_code == 200, answer.json()
        return answer.json()  # type: ignore[no-any-return]

    short = lead.post(
        f"problems/{problem.number}/steps/", {"step": "route", "department": "payments"}
    )
    assert (short.status_code, short.json()["code"]) == (409, "short_time")
    routed = step(lead, "route", department="payments", confirm=True)
    assert routed["department"] == "Payments"
    refused = step(member, "refuse", reason="Cards.", better_owner="Card operations", confirm=True)
    assert (refused["state"], refused["department"]) == ("assess", "Card operations")
    assert step(member, "accept")["state"] == "root_cause"
    step(member, "note", text="Looking.")
    step(member, "evidence", text="Log of 2 March.")
    step(member, "workaround", workaround="Pay by transfer.")
    assert step(lead, "link", case=late.number)["linked_cases"] == 2
    step(member, "root_cause", root_cause="A retry job.", public_cause="We asked twice.")
    step(member, "estimate", expected_on="2126-03-09", confidence="high")
    assert step(member, "fix", fix="Job mended.")["state"] == "verifying"
    assert step(member, "fix_wanting", reason="Still there.")["state"] == "fix_in_progress"
    step(member, "fix", fix="Job mended again.")
    resolved = step(member, "resolve", solution="It will not happen again.")
    assert (resolved["state"], resolved["outcome"], resolved["department"]) == (
        "resolved",
        "fix_applied",
        None,
    )
    assert step(lead, "close")["state"] == "closed"
    assert step(lead, "reopen", reason="It is back.")["department"] == "Card operations"

    journey = lead.get(f"problems/{problem.number}/journey").json()
    assert journey["state"] == "assess"
    assert [leg["step"] for leg in journey["legs"]][:4] == [
        "discovered",
        "routed",
        "refused",
        "accepted",
    ]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"step": "dance"}, 422, "not_valid"),
        ({}, 422, "not_valid"),
        ({"step": "accept"}, 409, "not_in_this_state"),
        ({"step": "route", "department": "Nowhere"}, 422, "unprocessable"),
        ({"step": "link", "case": 4711}, 422, "unprocessable"),
        ({"step": "link"}, 422, "unprocessable"),
        ({"step": "note", "text": ""}, 409, "text_missing"),
        ({"step": "estimate"}, 422, "unprocessable"),
        ({"step": "estimate", "expected_on": "2020-01-01"}, 409, "bad_estimate"),
        ({"step": "estimate", "expected_on": "tomorrow"}, 422, "not_valid"),
        ({"step": "end_without_fix", "outcome": "fix_applied"}, 422, "not_valid"),
        ({"step": "end_without_fix"}, 409, "reason_missing"),
        ({"step": "reopen", "reason": "x"}, 409, "not_in_this_state"),
    ],
)
def test_a_step_that_does_not_fit_is_refused(
    tenant: Any, fields: dict[str, Any], status: int, code: str
) -> None:
    problem = make_problem()
    before = Problem.objects.values().get()

    answer = caller_as(tenant).post(f"problems/{problem.number}/steps/", fields)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Problem.objects.values().get() == before


def test_an_old_version_loses(tenant: Any) -> None:
    problem = make_problem()
    payments = make_department("Payments")
    route_problem(
        problem_id=problem.pk, department=payments, actor=Actor.system("test"), at=AT + HOUR
    )
    caller = caller_as(tenant)
    version = caller.get(f"problems/{problem.number}/").json()["version"]
    caller.post(
        f"problems/{problem.number}/steps/", {"step": "estimate", "expected_on": "2126-1-2"}
    )
    caller.post(
        f"problems/{problem.number}/steps/", {"step": "estimate", "expected_on": "2126-01-02"}
    )

    answer = caller.post(
        f"problems/{problem.number}/steps/", {"step": "accept", "version": version}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "changed_meanwhile")


def test_an_agent_cannot_do_a_departments_work(tenant: Any) -> None:
    problem = make_problem()
    route_problem(
        problem_id=problem.pk,
        department=make_department("Payments"),
        actor=Actor.system("test"),
        at=AT + HOUR,
    )

    agent = caller_as(tenant, Role.AGENT)
    answer = agent.post(f"problems/{problem.number}/steps/", {"step": "accept"})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_a_step_with_its_key_is_taken_once(tenant: Any) -> None:
    problem = make_problem()
    caller = caller_as(tenant)

    for _ in range(2):
        answer = caller.post(
            f"problems/{problem.number}/steps/", {"step": "note", "text": "Once."}, key="k"
        )
        assert answer.status_code == 200

    assert problem.notes.count() == 1


def test_the_journey_has_the_promised_shape(tenant: Any) -> None:
    case = make_case()
    problem = make_problem(cases=[case], at=AT + HOUR)
    payments = make_department("Payments")
    route_problem(
        problem_id=problem.pk, department=payments, actor=Actor.system("test"), at=AT + 2 * HOUR
    )

    journey = caller_as(tenant).get(f"problems/{problem.number}/journey").json()

    assert list(journey) == ["number", "state", "discovered_at", "resolved_at", "legs", "detours"]
    assert (journey["number"], journey["state"]) == (problem.number, "assess")
    assert datetime.fromisoformat(journey["discovered_at"]) == case.first_contact_at
    assert journey["resolved_at"] is None
    first, second = journey["legs"]
    assert list(first) == [
        "department",
        "stage",
        "entered_at",
        "acknowledged_at",
        "due_at",
        "left_at",
        "step",
        "delay_seconds",
        "stage_key",
        "stage_name",
        "step_key",
        "lost_seconds",
        "in_detour",
    ]
    assert first["left_at"] == second["entered_at"]
    assert (second["department"], second["step"], second["left_at"]) == ("Payments", "routed", None)
    assert datetime.fromisoformat(second["entered_at"]).tzinfo is not None
    assert second["delay_seconds"] > 0
    assert journey["detours"] == []


def test_the_ledger_has_the_promised_shape_and_pages(tenant: Any) -> None:
    contacts = [make_contact(f"c{number}@example.org") for number in range(3)]
    problem = make_problem(cases=[make_case(contact=contact) for contact in contacts])
    tell_once(
        list(affected_by(problem.pk))[:1], message="workaround:1", channel="mail", at=AT + HOUR
    )
    caller = caller_as(tenant)

    page = caller.get(f"problems/{problem.number}/affected?limit=2").json()
    rest = caller.get(page["next"]).json()

    assert [row["contact"] for row in page["results"] + rest["results"]] == [
        "c0@example.org",
        "c1@example.org",
        "c2@example.org",
    ]
    first = page["results"][0]
    # What others rely on stands first; the rest came later.
    assert list(first)[:5] == ["contact", "found", "found_at", "told", "confirmed_at"]
    assert (first["found"], first["confirmed_at"]) == ("case", None)
    assert list(first["told"][0])[:3] == ["message", "at", "channel"]
    assert rest["next"] is None


def test_two_problems_cost_as_many_queries_as_twenty(tenant: Any) -> None:
    caller = caller_as(tenant)
    make_actor(Role.AGENT)
    caller.get("problems/")

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert caller.get(path).status_code == 200
        return len(queries)

    first = make_problem(cases=[make_case(), make_case()])
    make_problem()
    few = cost("problems/"), cost(f"problems/{first.number}/affected")
    for _ in range(18):
        make_problem(cases=[make_case()])
    second = make_problem(cases=[make_case() for _ in range(20)])

    assert (cost("problems/"), cost(f"problems/{second.number}/affected")) == few
