"""One problem: who sees it, what is told of its journey, and each step of it by its form."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from problems.fixing import put_fix_in_place, record_root_cause
from problems.handing import (
    accept_problem,
    hand_over_problem,
    refuse_problem,
    route_problem,
    take_problem,
)
from problems.models import Estimate, Evidence, Leg, Note, Problem
from tests.make import (
    AT,
    DAY,
    HOUR,
    MINUTE,
    make_actor,
    make_case,
    make_department,
    make_problem,
    make_rule,
    make_user,
)
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import client_at, signed_in_staff
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SYSTEM = Actor.system("test")
NEXT_YEAR = now().date() + timedelta(days=365)


def page_of(problem: Problem) -> str:
    """Return the address of a problem."""
    return f"/p/{problem.number}/"


def routed(department: Department) -> Problem:
    """Return a problem that a department was sent and has yet to accept."""
    problem = make_problem()
    return route_problem(
        problem_id=problem.pk, department=department, actor=SYSTEM, at=AT + 2 * HOUR
    )


def accepted(department: Department) -> Problem:
    """Return a problem that a department works on."""
    problem = routed(department)
    return accept_problem(problem_id=problem.pk, actor=SYSTEM, at=AT + 3 * HOUR)


def known(department: Department) -> Problem:
    """Return a problem whose cause was found."""
    problem = accepted(department)
    return record_root_cause(
        problem_id=problem.pk,
        root_cause="A retry job.",
        public_cause="We asked twice.",
        actor=SYSTEM,
        at=AT + 4 * HOUR,
    )


def fixed(department: Department) -> Problem:
    """Return a problem whose fix has yet to prove itself."""
    problem = known(department)
    return put_fix_in_place(problem_id=problem.pk, fix="Job off.", actor=SYSTEM, at=AT + 5 * HOUR)


def act(client: Any, problem: Problem, **fields: Any) -> Any:
    """Send a form of the problem's page as somebody sees it now; return the answer."""
    problem.refresh_from_db()
    answer = client.post(f"{page_of(problem)}act/", {"version": problem.version, **fields})
    problem.refresh_from_db()
    return answer


# ---- who sees it -----------------------------------------------------------------------------


def test_a_problem_tells_its_whole_journey(tenant: Tenant) -> None:
    billing, payments = make_department("Billing"), make_department("Payments")
    problem = routed(billing)
    refuse_problem(
        problem_id=problem.pk,
        reason="The ledger is not ours.",
        better_owner=payments,
        actor=SYSTEM,
        at=AT + 3 * HOUR,
    )
    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=AT + 4 * HOUR)
    client = signed_in_staff(tenant, make_user())

    answer = client.get(page_of(problem))

    page = answer.content.decode()
    for words in (
        "Billing",
        "Payments",
        "Refused by Billing: The ledger is not ours.",
        "Discovery",
    ):
        assert words in page
    assert [leg["number"] for leg in answer.context["legs"]] == [1, 2, 3, 4]
    assert "<svg" in page
    assert client.get(f"/p/P-{problem.number}/").status_code == 200


def test_a_problem_says_which_rule_chose_the_department(tenant: Tenant) -> None:
    payments = make_department("Payments")
    problem = make_problem()
    make_rule(payments)
    route_problem(
        problem_id=problem.pk,
        department=payments,
        because={"rule_name": "To Payments", "reasons": "category is billing"},
        actor=SYSTEM,
        at=AT + 2 * HOUR,
    )

    page = signed_in_staff(tenant, make_user()).get(page_of(problem)).content.decode()

    assert "The rule “To Payments” chose the department: category is billing." in page


def test_a_problem_of_another_tenant_is_not_found(tenant: Tenant, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant.pk):
        theirs = [make_problem() for _ in range(3)][-1]
    client = signed_in_staff(tenant, make_user(Role.LEAD))

    assert client.get(page_of(theirs)).status_code == 404
    answer = client.post(f"{page_of(theirs)}act/", {"action": "note", "note": "x"})
    assert answer.status_code == 404


def test_nobody_sees_a_problem_without_signing_in(tenant: Tenant) -> None:
    problem = make_problem()

    assert client_at(tenant).get(page_of(problem)).status_code == 302
    assert client_at(tenant).post(f"{page_of(problem)}act/").status_code == 302


@pytest.mark.parametrize("number", ["P-", "x", "9" * 30, "P-99999"])
def test_what_is_no_number_of_a_problem_is_not_found(tenant: Tenant, number: str) -> None:
    client = signed_in_staff(tenant, make_user())

    assert client.get(f"/p/{number}/").status_code == 404


# ---- from hand to hand -----------------------------------------------------------------------


def test_a_department_accepts(tenant: Tenant) -> None:
    payments = make_department("Payments")
    member = make_user(Role.MEMBER, department=payments, name="Nadia Khan")
    problem, client = routed(payments), signed_in_staff(tenant, member)
    assert client.get(page_of(problem)).context["next_action"] == "accept"

    answer = act(client, problem, action="accept")

    assert answer.headers["Location"] == page_of(problem)
    assert problem.state == "root_cause"
    assert "Nadia Khan of Payments has it." in client.get(page_of(problem)).content.decode()


def test_the_second_to_accept_reads_who_was_first(tenant: Tenant) -> None:
    payments = make_department("Payments")
    first, second = (make_user(Role.MEMBER, department=payments) for _ in range(2))
    problem = routed(payments)
    act(signed_in_staff(tenant, first), problem, action="accept")

    answer = act(signed_in_staff(tenant, second), problem, action="accept")

    assert answer.status_code == 409
    assert "Payments accepted this problem already." in answer.content.decode()
    assert Leg.objects.filter(problem=problem).count() == 3


def test_another_department_may_not_accept(tenant: Tenant) -> None:
    problem = routed(make_department("Payments"))
    stranger = make_user(Role.MEMBER, department=make_department("Billing"))
    client = signed_in_staff(tenant, stranger)

    assert client.get(page_of(problem)).context["may"]["accept"] is False
    assert act(client, problem, action="accept").status_code == 403
    assert problem.state == "assess"


def test_an_agent_may_not_do_a_department_s_work(tenant: Tenant) -> None:
    problem = accepted(make_department("Payments"))
    client = signed_in_staff(tenant, make_user())

    for fields in (
        {"action": "root_cause", "cause": "x"},
        {"action": "hand_over", "department": "1", "reason": "x"},
        {"action": "workaround", "workaround": "x"},
        {"action": "end", "outcome": "cancelled", "reason": "x"},
    ):
        status = act(client, problem, **fields).status_code
        # A department that is not there is said before the right to hand over is looked at.
        assert status == 403 or (fields["action"] == "hand_over" and status == 409), fields
    assert problem.state == "root_cause"


def test_a_new_problem_is_taken_by_a_department_without_any_rule(tenant: Tenant) -> None:
    payments = make_department("Payments")
    member = make_user(Role.MEMBER, department=payments)
    problem = make_problem()
    client = signed_in_staff(tenant, member)

    page = client.get(page_of(problem)).content.decode()
    assert "Take: it is ours" in page
    act(client, problem, action="take", department=payments.pk)

    assert problem.state == "root_cause"
    assert Leg.objects.get(problem=problem, left_at=None).department_id == payments.pk


def test_a_lead_sends_a_new_problem_to_a_department(tenant: Tenant) -> None:
    payments, problem = make_department("Payments"), make_problem()

    act(
        signed_in_staff(tenant, make_user(Role.LEAD)),
        problem,
        action="route",
        department=payments.pk,
        is_confirmed="1",
    )

    assert problem.state == "assess"


def test_a_refusal_needs_a_reason_and_may_name_a_better_owner(tenant: Tenant) -> None:
    billing, payments = make_department("Billing"), make_department("Payments")
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=billing))
    problem = routed(billing)

    assert act(client, problem, action="refuse", reason=" ").status_code == 422
    act(
        client,
        problem,
        action="refuse",
        reason="Not our ledger.",
        department=payments.pk,
        is_confirmed="1",
    )

    leg = Leg.objects.get(problem=problem, left_at=None)
    assert (leg.department_id, leg.reason) == (payments.pk, "Not our ledger.")


def test_a_problem_is_handed_over_with_a_reason(tenant: Tenant) -> None:
    billing, payments = make_department("Billing"), make_department("Payments")
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=billing))
    problem = accepted(billing)

    act(
        client,
        problem,
        action="hand_over",
        department=payments.pk,
        reason="Needs a developer.",
        is_confirmed="1",
    )

    leg = Leg.objects.get(problem=problem, left_at=None)
    assert (leg.department_id, leg.entered_because) == (payments.pk, "handed_over")
    assert "Detour" in client.get(page_of(problem)).content.decode()


# ---- cause, workaround, fix ------------------------------------------------------------------


def test_a_department_goes_from_cause_to_solution(tenant: Tenant) -> None:
    payments = make_department("Payments")
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))
    problem = accepted(payments)

    act(
        client,
        problem,
        action="root_cause",
        cause="A retry job.",
        public_cause="We asked twice.",
        evidence="Log of 16 November",
    )
    assert (problem.state, problem.public_cause) == ("fix_in_progress", "We asked twice.")
    act(client, problem, action="workaround", workaround="Ask your bank to return it.")
    assert problem.workaround_at is not None
    act(client, problem, action="fix", fix="Job switched off.", reference="Release 7.42.1")
    assert problem.state == "verifying"
    act(client, problem, action="find_wanting", reason="Two more this morning.")
    assert problem.state == "fix_in_progress"
    act(client, problem, action="fix", fix="Job removed.")
    act(client, problem, action="resolve", solution="It will not happen again.")

    assert (problem.state, problem.outcome) == ("resolved", "fix_applied")
    assert Evidence.objects.filter(problem=problem).count() == 2
    page = client.get(page_of(problem)).content.decode()
    assert "Known error" in page
    assert "It will not happen again." in page


def test_a_step_that_is_over_keeps_the_text(tenant: Tenant) -> None:
    payments = make_department("Payments")
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))
    problem = accepted(payments)
    seen = problem.version
    act(client, problem, action="workaround", workaround="Wait.")

    answer = client.post(
        f"{page_of(problem)}act/",
        {"action": "workaround", "workaround": "A better one, at length.", "version": seen},
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody changed this problem while you had it open." in page
    assert "A better one, at length.</textarea>" in page


def test_a_bad_date_is_said_beside_its_field(tenant: Tenant) -> None:
    payments = make_department("Payments")
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))
    problem = accepted(payments)
    day = now().date() + 5 * DAY

    backwards = act(
        client, problem, action="estimate", expected_on=day, latest_on=day - DAY, is_public="1"
    )
    act(client, problem, action="estimate", expected_on=day, is_public="1")
    without_reason = act(client, problem, action="estimate", expected_on=day + DAY)

    for answer, field in ((backwards, "latest-on"), (without_reason, "estimate-reason")):
        page = answer.content.decode()
        assert answer.status_code == 409
        assert f'id="{field}-error"' in page
        assert "data-refusal" not in page
    assert "The latest day is before" in backwards.content.decode()


def test_a_problem_handed_to_and_fro_is_not_called_sent_back_without_a_detour(
    tenant: Tenant,
) -> None:
    billing, payments = make_department("Billing"), make_department("Payments")
    agent = signed_in_staff(tenant, make_user())
    problem = routed(billing)
    refuse_problem(
        problem_id=problem.pk,
        reason="Theirs.",
        better_owner=payments,
        actor=SYSTEM,
        at=AT + 3 * HOUR,
    )

    page = agent.get(page_of(problem)).content.decode()

    assert "passed back once, no stage lost" in page
    assert "sent back" not in page


def test_a_date_is_given_and_moved_with_a_reason(tenant: Tenant) -> None:
    payments = make_department("Payments")
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))
    problem = accepted(payments)
    day = {"expected_on": NEXT_YEAR.isoformat(), "confidence": "high", "is_public": "1"}

    act(client, problem, action="estimate", **day)
    refused = act(client, problem, action="estimate", **day)
    act(client, problem, action="estimate", reason="The board met later.", **day)

    assert refused.status_code == 409
    assert "A reason is needed" in refused.content.decode()
    assert Estimate.objects.filter(problem=problem, is_public=True).count() == 2


def test_a_note_and_evidence_are_kept(tenant: Tenant) -> None:
    problem = make_problem()
    client = signed_in_staff(tenant, make_user(name="Maya Lindqvist"))

    act(client, problem, action="note", note="Refund batches are ready.")
    act(client, problem, action="evidence", evidence="Seen on three accounts.")

    assert Note.objects.get().text == "Refund batches are ready."
    page = client.get(page_of(problem)).content.decode()
    assert "Seen on three accounts." in page
    assert "Maya Lindqvist" in page


def test_a_lead_ends_and_reopens_a_problem(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    problem = accepted(make_department("Payments"))

    act(client, problem, action="end", outcome="risk_accepted", reason="It costs more to fix.")
    assert (problem.state, problem.outcome) == ("resolved", "risk_accepted")
    act(client, problem, action="reopen", reason="It costs more than we thought.")
    assert problem.state == "assess"
    assert client.get(page_of(problem)).status_code == 200


def test_a_resolved_problem_is_closed(tenant: Tenant) -> None:
    payments = make_department("Payments")
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    problem = fixed(payments)

    act(client, problem, action="resolve", solution="Done.")
    act(client, problem, action="close")

    assert problem.state == "closed"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "explode"}, 400),
        ({}, 400),
        ({"action": "refuse", "reason": "x", "department": "999999"}, 409),
        ({"action": "refuse", "reason": "x", "department": "ten"}, 422),
        ({"action": "accept", "version": "x"}, 422),
        ({"action": "estimate", "expected_on": "soon"}, 422),
        ({"action": "estimate", "expected_on": "2020-01-01"}, 409),
        ({"action": "end", "outcome": "fix_applied", "reason": "x"}, 422),
        ({"action": "reopen", "reason": "x"}, 409),
        ({"action": "note", "note": ""}, 422),
    ],
)
def test_a_senseless_act_is_a_sentence(tenant: Tenant, fields: dict[str, str], status: int) -> None:
    problem = routed(make_department("Payments"))
    before = problem.version

    answer = signed_in_staff(tenant, make_user(Role.LEAD)).post(f"{page_of(problem)}act/", fields)

    assert answer.status_code == status
    problem.refresh_from_db()
    assert (problem.state, problem.version) == ("assess", before)


# ---- lists and costs -------------------------------------------------------------------------


def test_linked_cases_go_on_where_their_page_ended(tenant: Tenant) -> None:
    cases = [make_case(at=AT + place * MINUTE) for place in range(30)]
    problem = make_problem(cases=cases)
    client = signed_in_staff(tenant, make_user())

    first = client.get(page_of(problem))
    second = client.get(first.context["next_cases_url"])

    shown = [one["number"] for page in (first, second) for one in page.context["cases"]]
    assert shown == [case.number for case in reversed(cases)]
    assert second.context["next_cases_url"] == ""
    assert client.get(f"{page_of(problem)}?cases_after=nonsense").status_code == 400


def test_the_list_shows_problems_by_what_they_wait_for(tenant: Tenant) -> None:
    payments = make_department("Payments")
    fresh, error, done = make_problem(), known(payments), fixed(payments)
    lead = signed_in_staff(tenant, make_user(Role.LEAD))
    act(lead, done, action="resolve", solution="Done.")

    def shown(state: str) -> list[str]:
        page = lead.get("/problems/", {"state": state})
        return [row["number"] for row in page.context["problems"]]

    assert shown("") == [error.name, fresh.name]
    assert shown("known-errors") == [error.name]
    assert shown("new") == [fresh.name]
    assert shown("resolved") == [done.name]
    assert shown("nonsense") == shown("open")


def test_the_list_goes_on_where_its_page_ended(tenant: Tenant) -> None:
    problems = [make_problem(cases=[make_case()]) for _ in range(32)]
    client = signed_in_staff(tenant, make_user())

    first = client.get("/problems/")
    second = client.get(first.context["next_url"])

    shown = [row["number"] for page in (first, second) for row in page.context["problems"]]
    assert shown == [problem.name for problem in reversed(problems)]


def test_the_list_asks_the_same_for_two_problems_and_for_twenty(tenant: Tenant) -> None:
    client = signed_in_staff(tenant, make_user())
    client.get("/problems/")

    def queries_with(count: int) -> list[str]:
        for _ in range(count - Problem.objects.count()):
            make_problem(cases=[make_case()])
        with counted() as queries:
            assert len(client.get("/problems/").context["problems"]) == count
        return queries

    few, many = queries_with(2), queries_with(20)

    assert len(few) == len(many), told(many)
    # Session, user with memberships; then a page of problems with counts and dates, the counts of the
    # filters, legs with departments and calendars, open clocks.
    assert len(many) == 2 + 4, told(many)


def test_the_problem_asks_the_same_for_a_short_and_a_long_journey(tenant: Tenant) -> None:
    billing, payments = make_department("Billing"), make_department("Payments")
    problem = make_problem()
    take_problem(
        problem_id=problem.pk,
        department=billing,
        actor=make_actor(Role.MEMBER, department=billing),
        at=AT + 2 * HOUR,
    )
    client = signed_in_staff(tenant, make_user())
    client.get(page_of(problem))

    def queries_now() -> list[str]:
        with counted() as queries:
            assert client.get(page_of(problem)).status_code == 200
        return queries

    few = queries_now()
    for place in range(10):
        at = AT + (3 + place) * HOUR
        to = payments if place % 2 == 0 else billing
        hand_over_problem(
            problem_id=problem.pk, department=to, reason="Yours.", actor=SYSTEM, at=at
        )
        accept_problem(problem_id=problem.pk, actor=SYSTEM, at=at + 30 * MINUTE)
    many = queries_now()

    assert len(few) == len(many), told(many)
    # Session, user with memberships; then the problem with its counts, legs with departments and
    # calendars, three counts of whom it affects, dates, departments, clocks, cases per day,
    # products to choose from (for those who may describe),
    # statements beside stays, tasks in the picture and below, changes, searches for causes,
    # linked cases, article, questions, four for the impact, notes, evidence, followers, history,
    # what customers were promised, the watch over its fix.
    assert len(many) == 2 + 28, told(many)


def test_an_agent_changes_the_description(tenant: Tenant) -> None:
    problem = make_problem()
    agent = signed_in_staff(tenant, make_user())
    page = agent.get(f"/p/{problem.number}/")

    answer = agent.post(
        f"/p/{problem.number}/act/",
        {
            "action": "describe",
            "version": str(problem.version),
            "title": "Direct debit taken three times",
            "statement": "Since Monday.",
            "category": "billing",
            "product": str(problem.product_id),
            "severity": "1",
        },
    )

    assert "Change the description" in page.content.decode()
    assert answer.status_code == 302
    assert "three times" in agent.get(f"/p/{problem.number}/").content.decode()
