"""Tasks, changes and searches for causes by program: the same actions, the same refusals."""

from typing import Any

import pytest

from problems.handing import accept_problem, route_problem
from problems.models import Problem
from tests.make import AT, HOUR, make_department, make_problem
from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.counting import counted
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


@pytest.fixture
def problem(tenant: Tenant) -> Problem:
    """A problem that Payments has accepted."""
    payments = make_department("Payments")
    make_department("Network")
    problem = make_problem()
    route_problem(problem_id=problem.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)
    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=AT + 3 * HOUR)
    return problem


def said(answer: Any, status: int = 200) -> Any:
    """Return what was answered, with this status."""
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def asked(lead: Caller, problem: Problem, title: str, *, needs: list[int] | None = None) -> Any:
    """Ask Network for a task."""
    wish = {"department": "network", "title": title, "needs": needs or [], "within_minutes": 90}
    return said(lead.post(f"problems/{problem.number}/tasks", wish), 201)


def test_a_task_goes_its_way_by_program(tenant: Tenant, problem: Problem) -> None:
    lead = caller_as(tenant, Role.LEAD)
    first = asked(lead, problem, "Read the log")
    second = asked(lead, problem, "Compare it", needs=[first["number"]])
    assert (second["is_blocked"], second["needs"]) == (True, [first["number"]])
    assert (first["within_minutes"], first["department"]) == (90, "network")

    steps = f"tasks/{first['number']}/steps"
    waits = lead.post(f"tasks/{second['number']}/steps", {"step": "done", "result": "Done."})
    assert said(waits, 409)["code"] == "task_waits"
    said(lead.post(steps, {"step": "note", "text": "Which router?"}))
    assert said(lead.post(steps, {"step": "accept"}))["state"] == "accepted"
    assert said(lead.post(steps, {"step": "done", "result": "Nothing."}))["state"] == "done"

    assert not said(lead.get(f"tasks/{second['number']}"))["is_blocked"]
    notes = said(lead.get(f"tasks/{first['number']}/notes"))["results"]
    assert [one["text"] for one in notes] == ["Which router?"]
    open_ones = said(lead.get("tasks?is_open=true&department=network"))["results"]
    assert [one["number"] for one in open_ones] == [second["number"]]
    circle = lead.post(
        f"tasks/{second['number']}/steps", {"step": "needs", "needs": [second["number"]]}
    )
    assert said(circle, 409)["title"] == f"T-{second['number']} would wait for itself."


def test_a_list_of_tasks_costs_the_same_for_two_and_for_twenty(
    tenant: Tenant, problem: Problem
) -> None:
    lead = caller_as(tenant, Role.LEAD)
    first = asked(lead, problem, "First")
    asked(lead, problem, "Second", needs=[first["number"]])

    def queries() -> int:
        said(lead.get("tasks"))
        with counted() as found:
            said(lead.get("tasks"))
        return len([sql for sql in found if "tenanthost" not in sql])

    few = queries()
    for number in range(9):
        asked(lead, problem, f"Another {number}")
        asked(lead, problem, f"And another {number}", needs=[first["number"]])

    assert queries() == few


def test_a_change_goes_its_way_by_program(tenant: Tenant, problem: Problem) -> None:
    lead, reader = caller_as(tenant, Role.LEAD), caller_as(tenant, Role.READER)
    wish = {
        "title": "Release 4.2",
        "kind": "standard",
        "department": "payments",
        "starts_at": "2026-03-05T20:00:00Z",
        "ends_at": "2026-03-05T22:00:00Z",
        "problem": problem.number,
    }
    assert said(reader.post("changes", wish), 403)["code"] == "not_permitted"
    change = said(lead.post("changes", wish), 201)
    address = f"changes/{change['number']}"
    bad = lead.post("changes", {**wish, "ends_at": "2026-03-05T19:00:00Z"})
    assert said(bad, 409)["code"] == "bad_window"

    revised = {name: wish[name] for name in wish if name != "problem"}
    assert said(lead.send("patch", address, {**revised, "risk": "high"}))["risk"] == "high"
    assert said(lead.post(f"{address}/steps", {"step": "begin"}))["state"] == "in_progress"
    said(lead.post(f"{address}/steps", {"step": "done", "outcome": "Well."}))
    backed = said(lead.post(f"{address}/steps", {"step": "back_out", "reason": "Slow."}))

    assert (backed["state"], backed["outcome"]) == ("backed_out", "Slow.")
    (linked,) = said(lead.get(f"problems/{problem.number}/changes"))["results"]
    assert (linked["change"], linked["role"]) == (change["number"], "fixes")
    assert said(lead.get("changes?until=2026-03-01T00:00:00Z"))["results"] == []


def test_a_cause_is_looked_for_by_program(tenant: Tenant, problem: Problem) -> None:
    lead, admin = caller_as(tenant, Role.LEAD), caller_as(tenant, Role.ADMIN)
    ours = {"code": "two-places", "name": "Two places", "kind": "tree", "parts": ["Shop", "Road"]}
    said(admin.post("analysis-methods", ours))
    codes = [one["code"] for one in said(lead.get("analysis-methods"))["results"]]
    assert codes == ["five-whys", "cause-tree", "two-places"]

    begun = said(
        lead.post(
            f"problems/{problem.number}/analyses", {"method": "two-places", "effect": "It is late"}
        ),
        201,
    )
    address = f"problems/{problem.number}/analyses/{begun['number']}"
    elsewhere = lead.post(f"{address}/causes", {"words": "Rain", "category": "Sky"})
    assert said(elsewhere, 409)["code"] == "bad_category"
    said(lead.post(f"{address}/causes", {"words": "Closed early", "category": "Shop"}), 201)
    said(lead.post(f"{address}/causes/1/evidence", {"text": "The sign."}))
    whole = said(
        lead.post(f"{address}/causes/1/verdict", {"verdict": "confirmed", "because": "Seen."})
    )

    assert whole["offered_root_cause"] == "Closed early"
    assert [one["evidence"] for one in whole["causes"]] == [["The sign."]]
    assert said(lead.get(address)) == whole
    (listed,) = said(lead.get(f"problems/{problem.number}/analyses"))["results"]
    assert listed["method"] == "two-places"
