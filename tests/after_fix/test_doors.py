"""The time after a fix by its page and its interface: the same acts, rights and refusals."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from problems.after_fix import begin_watch
from problems.models import Prevention, Problem, Review
from problems.reviewing import approve_review
from problems.watch_policies import watch_rules
from tests.after_fix.fixed import make_fixed_problem
from tests.make import DAY, make_actor, make_case, make_department, make_user
from tests.surfaces.api.calling import caller_as, customer_of
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

REVIEW = {
    "what_happened": "You were charged twice.",
    "why": "A job sent it again.",
    "what_we_did": "It knows what it sent.",
}


@pytest.fixture
def problem(tenant: Tenant) -> Problem:
    problem = make_fixed_problem(fixed_at=now() - 10 * DAY)
    begin_watch(problem_id=problem.pk, at=now() - 10 * DAY)
    return problem


def test_what_prevents_it_is_planned_changed_and_done_by_programs(
    tenant: Tenant, problem: Problem
) -> None:
    owner, lead = make_user(Role.AGENT), caller_as(tenant)
    due = (now() + timedelta(days=9)).date().isoformat()
    path = f"problems/{problem.number}/preventions"

    planned = lead.post(path, {"text": "Test it.", "owner": owner.email, "due_on": due})
    nobody = lead.post(path, {"text": "Test it.", "owner": "no@example.com", "due_on": due})
    changed = lead.send("patch", f"{path}/1", {"text": "Test it each night."})
    foreign = caller_as(tenant, Role.AGENT).post(f"{path}/1/done", {"result": "Done."})
    done = lead.post(f"{path}/1/done", {"result": "It runs."})
    again = lead.post(f"{path}/1/dropped", {"reason": "No."})

    assert (planned.status_code, planned.json()["owner"]) == (201, owner.email)
    assert (nobody.status_code, nobody.json()["code"]) == (422, "bad_prevention")
    assert (changed.json()["text"], changed.json()["due_on"]) == ("Test it each night.", due)
    assert foreign.status_code == 403
    assert done.json()["state"] == "done"
    assert (again.status_code, again.json()["code"]) == (409, "prevention_has_ended")
    assert [one["number"] for one in lead.get(path).json()["results"]] == [1]


def test_a_customer_reads_the_review_of_the_own_case_once_it_is_approved(tenant: Tenant) -> None:
    customer, contact = customer_of(tenant)
    case = make_case(contact=contact, at=now() - 14 * DAY)
    problem = make_fixed_problem(fixed_at=now() - 10 * DAY, cases=[case])
    member, lead = caller_as(tenant, Role.LEAD), caller_as(tenant, Role.LEAD)
    path = f"problems/{problem.number}/reviews"

    written = member.post(path, REVIEW)
    early = customer.get(f"cases/{case.number}/why")
    asked = member.post(f"{path}/verdict", {"verdict": "ask"})
    by_program = lead.post(f"{path}/verdict", {"verdict": "approve"})
    approve_review(problem_id=problem.pk, actor=make_actor(Role.LEAD), at=now())
    read = customer.get(f"cases/{case.number}/why")

    assert [one.status_code for one in (written, early, asked, by_program, read)] == [
        200,
        404,
        200,
        403,
        200,
    ]
    assert {name: read.json()[name] for name in REVIEW} == REVIEW


def test_watches_and_the_report_are_read_and_terms_set_by_programs(
    tenant: Tenant, problem: Problem
) -> None:
    lead, admin = caller_as(tenant), caller_as(tenant, Role.ADMIN)

    watches = lead.get(f"problems/{problem.number}/fix-watches").json()["results"]
    report = lead.get("reports/after-fix").json()
    refused = admin.post("settings/fix-watch", {"watch_days": 3})
    admin.post("settings/fix-watch", {"most_customers": 7})

    assert [(one["state"], one["customers"]) for one in watches] == [("watched", 0)]
    assert watches[0]["avoided"]["low"] <= watches[0]["avoided"]["likely"]
    assert [one["problem"] for one in report["fixes"]] == [problem.number]
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_watch_policy")
    assert watch_rules().most_customers == 7
    assert lead.post("settings/fix-watch", {"most_customers": 1}).status_code == 403


def test_the_page_does_what_the_interface_does(tenant: Tenant, problem: Problem) -> None:
    member = make_user(Role.MEMBER, department=make_department("Payments"))
    owner, lead = make_user(Role.AGENT), make_user(Role.LEAD)
    writer, decider = signed_in_staff(tenant, member), signed_in_staff(tenant, lead)
    page = f"/p/{problem.name}/after/"
    due = (now() + timedelta(days=9)).date().isoformat()

    def act(client: Client, **fields: Any) -> int:
        return client.post(f"{page}act/", fields).status_code

    planned = act(writer, action="plan", kind="preventive", text="x", owner=owner.pk, due_on=due)
    kept = writer.post(f"{page}act/", {"action": "plan", "text": "Not lost", "due_on": due})
    refused = act(decider, action="finish", position=2, result="It runs.")
    done = act(signed_in_staff(tenant, owner), action="finish", position=1, result="It runs.")
    written = act(writer, action="write", **REVIEW)
    asked = act(writer, action="ask")
    may_not = act(writer, action="approve")
    approved = act(decider, action="approve")

    assert (planned, done, written, asked, approved) == (302, 302, 302, 302, 302)
    assert (kept.status_code, refused, may_not) == (422, 422, 403)
    assert "Not lost" in kept.content.decode()
    assert Prevention.objects.get().result == "It runs."
    assert Review.objects.get().state == "approved"
    shown = decider.get(page).content.decode()
    assert "Nobody has had it again." in shown
    assert "Customers can read it" in shown


def test_settings_keep_what_was_typed_and_say_what_is_wrong(tenant: Tenant) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))
    wish = {"grace_days": "5", "watch_days": "60", "most_customers": "4", "reopens_alone": "1"}

    refused = admin.post("/settings/fixes/", {**wish, "watch_days": "soon"})
    saved = admin.post("/settings/fixes/", wish)

    assert refused.status_code == 422
    assert 'value="soon"' in refused.content.decode()
    assert saved.status_code == 302
    assert (watch_rules().grace_days, watch_rules().most_customers) == (5, 4)


def test_the_report_and_its_file_cost_the_same_for_any_number_of_fixes(tenant: Tenant) -> None:
    lead = signed_in_staff(tenant, make_user(Role.LEAD))

    def queries_with(count: int) -> list[str]:
        for number in range(count):
            fixed_at = now() - DAY * (number + 1)
            problem = make_fixed_problem(fixed_at=fixed_at)
            begin_watch(problem_id=problem.pk, at=fixed_at)
        lead.get("/reports/after-fix/")
        with counted() as queries:
            assert lead.get("/reports/after-fix/").status_code == 200
        return queries

    few, many = queries_with(2), queries_with(4)

    assert len(few) == len(many), told(many)
    file = lead.get("/reports/after-fix/file/").content.decode()
    assert file.count("P-") == 6
