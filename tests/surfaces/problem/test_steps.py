"""The page of a problem that follows a drawing: its steps, their forms, approvals."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from problems.models import Problem, StepRequest
from tests.make import AT, HOUR, make_actor, make_department, make_problem, make_user
from tests.problems.drawing import DRAWING, publish, stands_in, stays, take
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.models import Department, User
from workflow.people.permissions import Role
from workflow.stages.definition import Approval
from workflow.tenancy.models import Tenant


@pytest.fixture
def payments(tenant: Tenant) -> Department:
    make_department("Release")
    return make_department("Payments")


@pytest.fixture
def colleague(payments: Department) -> User:
    return make_user(Role.MEMBER, department=payments)


def reproducing(payments: Department, *, approval: Approval | None = None) -> Problem:
    """Return a problem that a department looks at, before the step that may need an approval."""
    steps = tuple(
        replace(one, approval=approval) if one.key == "seen" else one for one in DRAWING.steps
    )
    publish(replace(DRAWING, steps=steps))
    problem = make_problem()
    take(problem, "send", hours=2, department=payments)
    take(problem, "ours", hours=3)
    return problem


def page_of(problem: Problem) -> str:
    """Return the address of a problem."""
    return f"/p/{problem.number}/"


def step(client: Any, problem: Problem, key: str, **fields: Any) -> Any:
    """Send the form of a step as somebody sees it now."""
    version = Problem.objects.values_list("version", flat=True).get(pk=problem.pk)
    return client.post(f"{page_of(problem)}step/", {"version": version, "step": key, **fields})


def offered(client: Any, problem: Problem) -> dict[str, list[str]]:
    """Return the keys of the steps that a page offers, and of those that it explains."""
    way = client.get(page_of(problem)).context["way"]
    return {part: [one["key"] for one in way[part]] for part in ("offered", "others")}


def test_buttons_are_named_by_the_drawing_and_lead_on(
    tenant: Tenant, payments: Department, colleague: User
) -> None:
    problem = reproducing(payments)
    client = signed_in_staff(tenant, colleague)

    page = client.get(page_of(problem))
    answer = step(client, problem, "seen")

    assert "Reproduce" in page.content.decode()
    assert "Seen" in page.content.decode()
    assert not page.context["may"]["root_cause"]
    assert answer.status_code == 302
    assert stands_in(problem) == ("root_cause", "cause")


def test_a_form_asks_for_just_what_its_step_needs(
    tenant: Tenant, payments: Department, colleague: User
) -> None:
    problem = reproducing(payments)
    client = signed_in_staff(tenant, colleague)
    step(client, problem, "seen")

    shown = client.get(page_of(problem)).context["way"]["offered"]
    missing = step(client, problem, "known", root_cause="A retry job.")
    given = step(
        client, problem, "known", root_cause="A retry job.", public_cause="A job ran twice."
    )

    (known,) = [one for one in shown if one["key"] == "known"]
    assert [field["name"] for field in known["fields"]] == ["public_cause", "root_cause"]
    assert known["department"] == "Release"
    assert missing.status_code == 422
    assert "A retry job." in missing.content.decode()
    assert given.status_code == 302
    assert stands_in(problem) == ("assess", "waiting")


def test_a_drawn_refusal_is_one_form_by_its_own_name(tenant: Tenant, payments: Department) -> None:
    publish()
    problem = make_problem()
    take(problem, "send", hours=2, department=payments)
    member = make_user(Role.MEMBER, department=payments)
    client = signed_in_staff(tenant, member)

    page = client.get(f"/p/P-{problem.number}/")
    client.post(
        f"/p/P-{problem.number}/act/",
        {"action": "refuse", "reason": "It is not.", "version": page.context["problem"]["version"]},
    )

    assert [step["key"] for step in page.context["way"]["offered"]] == ["ours"]
    assert page.context["refusal_name"] == "Not ours"
    assert "Not ours" in page.content.decode()
    assert stands_in(problem) == ("new", "inbox")
    assert stays(problem)[-1][2] == "not_ours"


def test_why_a_step_is_not_offered_is_said(tenant: Tenant, payments: Department) -> None:
    problem = reproducing(payments)
    agent = signed_in_staff(tenant, make_user())
    member = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))

    page = agent.get(page_of(problem)).content.decode()

    assert offered(agent, problem) == {"offered": [], "others": ["seen", "severe"]}
    assert "“Seen” is not yours to take. Ask: Payments, a service lead." in page
    assert offered(member, problem) == {"offered": ["seen"], "others": ["severe"]}
    assert step(agent, problem, "seen").status_code == 403


def test_of_two_people_one_wins_and_the_other_keeps_what_was_written(
    tenant: Tenant, payments: Department, colleague: User
) -> None:
    problem = reproducing(payments)
    version = Problem.objects.get().version
    first, second = (
        signed_in_staff(tenant, one)
        for one in (colleague, make_user(Role.MEMBER, department=payments))
    )
    form = {"version": version, "step": "seen", "reason": "I saw it at noon."}

    won = first.post(f"{page_of(problem)}step/", form)
    lost = second.post(f"{page_of(problem)}step/", form)

    assert won.status_code == 302
    assert lost.status_code == 409
    assert "Somebody changed this problem" in lost.content.decode()


def test_an_approval_is_given_on_the_page_and_the_step_is_taken(
    tenant: Tenant, payments: Department, colleague: User
) -> None:
    head = make_user(Role.HEAD, department=payments)
    problem = reproducing(payments, approval=Approval(quorum=100, roles=("head",)))
    step(signed_in_staff(tenant, colleague), problem, "seen")
    client = signed_in_staff(tenant, head)
    request = StepRequest.objects.get()
    address = f"{page_of(problem)}approval/"

    board = client.get("/work/").content.decode()
    page = client.get(page_of(problem)).content.decode()
    without_reason = client.post(address, {"request": request.pk, "vote": "no"})
    stranger = signed_in_staff(tenant, make_user()).post(
        address, {"request": request.pk, "vote": "yes"}
    )
    agreed = client.post(address, {"request": request.pk, "vote": "yes", "reason": "I saw it."})

    assert "Waits for your approval" in board
    assert "0 of 1 agreed" in page
    assert (without_reason.status_code, stranger.status_code) == (422, 404)
    assert agreed.status_code == 302
    assert stands_in(problem) == ("root_cause", "cause")
    assert "Waits for your approval" not in client.get("/work/").content.decode()


def test_a_request_of_another_problem_is_not_decided_here(
    tenant: Tenant, payments: Department
) -> None:
    head = make_user(Role.HEAD, department=payments)
    problem = reproducing(payments, approval=Approval(quorum=100, roles=("head",)))
    take(problem, "seen", actor=make_actor(Role.LEAD), hours=4)
    other = make_problem()

    answer = signed_in_staff(tenant, head).post(
        f"{page_of(other)}approval/", {"request": StepRequest.objects.get().pk, "vote": "yes"}
    )

    assert answer.status_code == 404
    assert StepRequest.objects.get().state == "open"


def test_steps_and_approvals_ask_the_same_for_few_and_for_many(
    tenant: Tenant, payments: Department
) -> None:
    approval = Approval(quorum=100, roles=("head",), within=timedelta(hours=2))
    head = make_user(Role.HEAD, department=payments)
    for _ in range(18):
        make_user(Role.HEAD, department=payments)
    problem = reproducing(payments, approval=approval)
    client = signed_in_staff(tenant, head)
    client.get(page_of(problem))

    def queries_now() -> list[str]:
        with counted() as queries:
            assert client.get(page_of(problem)).status_code == 200
        return queries

    few = queries_now()
    take(problem, "seen", actor=make_actor(Role.MEMBER, department=payments), hours=4)
    many = queries_now()

    # Once somebody was asked: the votes with their people.
    assert len(many) - len(few) == 1, told(many)


def test_the_board_asks_the_same_for_two_approvals_and_for_twenty(
    tenant: Tenant, payments: Department
) -> None:
    head = make_user(Role.HEAD, department=payments)
    reproducing(payments, approval=Approval(quorum=100, roles=("head",)))
    client = signed_in_staff(tenant, head)
    lead = make_actor(Role.LEAD)

    def queries_with(count: int) -> list[str]:
        while StepRequest.objects.count() < count:
            problem = make_problem()
            take(problem, "send", hours=2, department=payments)
            take(problem, "ours", hours=3)
            take(problem, "seen", actor=lead, hours=4)
        client.get("/work/")
        with counted() as queries:
            assert len(client.get("/work/").context["approvals"]) == count
        return queries

    few, many = queries_with(2), queries_with(8)

    assert len(few) == len(many), told(many)


def test_customers_read_the_words_of_the_drawing(
    tenant: Tenant, payments: Department, colleague: User
) -> None:
    problem = reproducing(payments)

    page = signed_in_staff(tenant, colleague).get(page_of(problem))

    assert "We can see it happen ourselves." in page.content.decode()
    assert Problem.objects.get().next_look_at > AT + HOUR
