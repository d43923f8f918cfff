"""Promises to customers of problems, priority, and what to fix next: on pages and for programs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from problems.handing import accept_problem, route_problem
from problems.models import Estimate, Problem, ProblemPolicy, ProblemPromise
from problems.promises import promise_news
from tests.make import AT, HOUR, make_actor, make_department, make_problem, make_user
from tests.surfaces.api.calling import Caller, caller_as
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")
DAY = timedelta(days=1)
POLICY = {
    "news_hours": "8",
    "news_text": "",
    "ladder": "",
    "follows_impact": "1",
    "customers_1": "50",
    "customers_2": "10",
    "work_per_contact": "15",
    "work_per_broken_promise": "60",
    "work_per_upset_customer": "30",
    "cost_per_hour": "",
    "currency": "",
}


@pytest.fixture
def problem(tenant: Tenant) -> Problem:
    """A problem that Payments has taken on."""
    made, payments = make_problem(), make_department()
    route_problem(problem_id=made.pk, department=payments, actor=SYSTEM, at=AT + 2 * HOUR)
    accept_problem(problem_id=made.pk, actor=SYSTEM, at=AT + 3 * HOUR)
    return made


@pytest.fixture
def lead(tenant: Tenant) -> Client:
    """A lead's browser."""
    return signed_in_staff(tenant, make_user(Role.LEAD))


@pytest.fixture
def program(tenant: Tenant) -> Caller:
    """A program with a lead's rights."""
    return caller_as(tenant, Role.LEAD)


def act(client: Client, problem: Problem, **fields: Any) -> Any:
    """Send one of the forms of a problem's page."""
    return client.post(f"/p/{problem.name}/act/", fields)


def local(at: datetime) -> str:
    """Return a moment as a field for date and time writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


# ---- pages -----------------------------------------------------------------------------------


def test_news_are_promised_told_and_listed(lead: Client, problem: Problem) -> None:
    soon = now() + 2 * DAY

    act(lead, problem, action="promise_news", by=local(soon))
    act(
        lead,
        problem,
        action="tell_news",
        told="We found the job that sends it twice.",
        next_by=local(soon + DAY),
    )
    page = lead.get(f"/p/{problem.name}/").content.decode()
    kept = lead.get("/promises/", {"show": "kept"}).content.decode()
    running = lead.get("/promises/").content.decode()

    assert "2 promises so far" in page
    assert "We found the job that sends it twice." in kept
    assert problem.name in running
    assert [one.ended_as for one in ProblemPromise.objects.order_by("id")] == ["kept", ""]


def test_what_is_wrong_with_news_is_said_beside_its_field_and_the_words_stay(
    lead: Client, problem: Problem
) -> None:
    soon = now() + DAY
    act(lead, problem, action="promise_news", by=local(soon))

    over = act(lead, problem, action="promise_news", by="2020-01-01T10:00", text="It moves.")
    silent = act(lead, problem, action="promise_news", by=local(soon + DAY))
    late = act(
        lead, problem, action="tell_news", told="At last some news.", next_by="2020-01-01T10:00"
    )

    assert [answer.status_code for answer in (over, silent, late)] == [422, 422, 422]
    assert 'id="news-by-error"' in over.content.decode()
    assert "they want to know why it moved" in silent.content.decode()
    assert "At last some news.</textarea>" in late.content.decode()
    assert ProblemPromise.objects.count() == 1


def test_a_date_that_passed_without_a_word_is_told_on_the_page(
    lead: Client, problem: Problem
) -> None:
    day = {"expected_on": (now() + 9 * DAY).date().isoformat(), "is_public": "1"}
    act(lead, problem, action="estimate", **day)
    before = lead.get(f"/p/{problem.name}/").content.decode()
    ProblemPromise.objects.update(due_at=now() - HOUR, made_at=now() - 9 * DAY)

    after = lead.get(f"/p/{problem.name}/").content.decode()
    broken = lead.get("/promises/", {"show": "broken"}).content.decode()

    assert "nobody told them" not in before
    assert "The day that customers were told is over, and nobody told them." in after
    assert problem.name in broken


def test_a_date_is_taken_back_with_a_reason(lead: Client, problem: Problem) -> None:
    day = {"expected_on": (now() + 9 * DAY).date().isoformat(), "is_public": "1"}
    act(lead, problem, action="estimate", **day)

    refused = act(lead, problem, action="withdraw_date", reason="")
    act(lead, problem, action="withdraw_date", reason="The cause was another one.")
    page = lead.get(f"/p/{problem.name}/").content.decode()

    assert refused.status_code == 422
    assert Estimate.objects.count() == 1
    assert "No date is given yet." in page
    assert "taken back in time · The cause was another one." in page


def test_a_lead_decides_on_the_priority_and_lets_go_of_it(lead: Client, problem: Problem) -> None:
    act(lead, problem, action="set_priority", priority="1", reason="The regulator asks.")
    decided = lead.get(f"/p/{problem.name}/").content.decode()
    act(lead, problem, action="follow_rule")
    problem.refresh_from_db()

    assert "decided: The regulator asks." in decided
    assert (problem.priority, problem.priority_reason) == (3, "")


def test_a_member_of_another_department_promises_nothing(tenant: Tenant, problem: Problem) -> None:
    cards = make_user(Role.MEMBER, department=make_department("Cards"))
    stranger = signed_in_staff(tenant, cards)

    answer = act(stranger, problem, action="promise_news", by=local(now() + DAY))

    assert answer.status_code == 403
    assert not ProblemPromise.objects.exists()


def test_lists_cost_the_same_for_two_and_twenty(lead: Client, tenant: Tenant) -> None:
    steering = make_actor(Role.LEAD)

    def fill(count: int) -> None:
        for number in range(count):
            made = make_problem(title=f"Problem {number}")
            by = now() + DAY
            promise_news(problem_id=made.pk, by=by, actor=steering, at=now())

    def queries(address: str) -> list[str]:
        lead.get(address)
        with counted() as found:
            assert lead.get(address).status_code == 200
        return found

    fill(2)
    few = {address: queries(address) for address in ("/promises/", "/fix-next/")}
    fill(18)

    for address, before in few.items():
        after = queries(address)
        assert len(after) == len(before), told(after)


def test_the_policy_is_set_and_what_is_wrong_stays_in_the_form(tenant: Tenant) -> None:
    admin = signed_in_staff(tenant, make_user(Role.ADMIN))

    refused = admin.post("/settings/problems/", {**POLICY, "customers_2": "90"})
    no_number = admin.post("/settings/problems/", {**POLICY, "news_hours": "soon"})
    saved = admin.post("/settings/problems/", POLICY)

    assert (refused.status_code, no_number.status_code) == (422, 422)
    assert "A higher priority needs a larger figure" in refused.content.decode()
    assert 'value="soon"' in no_number.content.decode()
    assert saved.status_code == 302
    policy = ProblemPolicy.objects.get()
    assert policy.news_within == 8 * HOUR
    assert policy.thresholds["customers"] == {"1": 50, "2": 10}
    assert policy.work_per_contact == timedelta(minutes=15)
    assert 'value="50"' in admin.get("/settings/problems/").content.decode()


# ---- programs --------------------------------------------------------------------------------


def test_a_program_promises_tells_and_reads_what_became_of_it(
    program: Caller, problem: Problem
) -> None:
    soon = now() + 2 * DAY

    made = program.post(f"problems/{problem.number}/promises", {"by": soon.isoformat()})
    kept = program.post(f"problems/{problem.number}/promises/tell", {"told": "We look for it."})
    listed = program.get("promises", verdict="kept").json()["results"]

    assert (made.status_code, kept.status_code) == (201, 200)
    assert made.json()["verdict"] == "running"
    assert [(one["problem"], one["kind"], one["told"]) for one in listed] == [
        (problem.number, "news", "We look for it.")
    ]
    # Without a date and another promise the policy owes the next news.
    of_problem = program.get(f"problems/{problem.number}/promises").json()["results"]
    assert [one["verdict"] for one in of_problem] == ["running", "kept"]
    withdrawn = program.post(f"problems/{problem.number}/promises/withdraw", {"reason": "Fixed."})
    assert withdrawn.json()["verdict"] == "withdrawn"
    again = program.post(f"problems/{problem.number}/promises/withdraw", {"reason": "Fixed."})
    assert (again.status_code, again.json()["code"]) == (409, "no_news_promised")


def test_a_program_takes_a_date_back_and_reads_how_right_dates_were(
    program: Caller, problem: Problem
) -> None:
    day = (now() + 9 * DAY).date().isoformat()
    program.post(
        f"problems/{problem.number}/steps",
        {"step": "estimate", "expected_on": day, "is_public": True},
    )

    taken = program.post(f"problems/{problem.number}/estimates/withdraw", {"reason": "No more."})
    rates = program.get("promises/hit-rates").json()

    assert taken.status_code == 200
    assert program.get(f"problems/{problem.number}").json()["expected_on"] is None
    assert [one["confidence"] for one in rates["hit_rates"]] == ["high", "medium", "low"]
    assert (rates["withdrawn"], rates["broken"]) == (1, 0)


def test_a_program_decides_on_a_priority_and_reads_what_to_fix_next(
    program: Caller, problem: Problem
) -> None:
    address = f"problems/{problem.number}/priority"

    set_to = program.post(address, {"priority": 1, "reason": "The regulator asks."}).json()
    ranked = program.get("fix-next").json()
    followed = program.post(f"{address}/follow", {}).json()

    assert (set_to["priority"], set_to["reason"]) == (1, "The regulator asks.")
    (first,) = ranked["results"]
    assert (first["number"], first["priority"], first["department"]) == (
        problem.number,
        1,
        "Payments",
    )
    assert first["work_seconds"] > 0
    assert (followed["priority"], followed["grounds"]) == (3, [])
    assert program.get(address).json() == followed
    assert program.get("fix-next", department="nowhere").status_code == 422


def test_a_program_changes_a_part_of_the_policy_and_the_rest_stays(tenant: Tenant) -> None:
    admin = caller_as(tenant, Role.ADMIN)

    changed = admin.post("problem-policy", {"news_within_seconds": None})
    refused = admin.post("problem-policy", {"thresholds": {"customers": {"1": 5, "2": 9}}})

    assert changed.status_code == 200
    assert changed.json()["news_within_seconds"] is None
    assert changed.json()["thresholds"]["customers"] == {"1": 100, "2": 25, "3": 5}
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_problem_policy")
    assert admin.get("problem-policy").json() == changed.json()
    assert caller_as(tenant, Role.LEAD).get("problem-policy").status_code == 403
