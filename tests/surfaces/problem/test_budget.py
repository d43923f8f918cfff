"""What is left of the promise to customers: shown before a hand-over, asked when it is too little."""

import pytest

from problems.handing import route_problem
from problems.models import Leg, Problem
from tests.make import AT, HOUR, make_case, make_department, make_problem, make_user
from tests.surfaces.api.calling import caller_as
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import client_at, signed_in_staff
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def in_work(*, department: str = "Billing") -> Problem:
    """Return a problem that a department has, whose promise to customers is long over."""
    problem = make_problem()
    return route_problem(
        problem_id=problem.pk,
        department=make_department(department),
        actor=SYSTEM,
        at=AT + 2 * HOUR,
    )


def test_the_page_says_who_used_what_and_for_whom_it_is_enough(tenant: Tenant) -> None:
    problem, _payments = in_work(), make_department("Payments")
    case = problem.links.get().case
    client = signed_in_staff(tenant, make_user(Role.MEMBER))

    page = client.get(f"/p/P-{problem.number}/budget/").content.decode()

    assert "That time is over." in page
    assert f"/c/{case.number}/" in page
    assert "8 h short" in page
    assert "used" in page


def test_htmx_gets_the_part_alone(tenant: Tenant) -> None:
    problem = in_work()
    client = signed_in_staff(tenant, make_user())

    part = client.get(f"/p/P-{problem.number}/budget/", HTTP_HX_REQUEST="true").content.decode()

    assert 'id="time-budget"' in part
    assert "<html" not in part


def test_nobody_is_promised_anything_yet(tenant: Tenant) -> None:
    problem = in_work()
    problem.links.get().case.clocks.all().delete()
    client = signed_in_staff(tenant, make_user())

    page = client.get(f"/p/P-{problem.number}/budget/").content.decode()

    assert "Nothing is promised to customers yet" in page


def test_a_visitor_has_to_sign_in(tenant: Tenant) -> None:
    assert client_at(tenant).get(f"/p/P-{in_work().number}/budget/").status_code == 302


def test_a_short_hand_over_asks_in_its_form_and_goes_through_with_a_yes(tenant: Tenant) -> None:
    problem, payments = in_work(), make_department("Payments")
    client = signed_in_staff(tenant, make_user(Role.LEAD))
    problem.refresh_from_db()
    form = {
        "action": "refuse",
        "version": problem.version,
        "department": payments.pk,
        "reason": "The gateway is theirs.",
    }

    asked = client.post(f"/p/{problem.number}/act/", form)
    page = asked.content.decode()
    done = client.post(f"/p/{problem.number}/act/", {**form, "is_confirmed": "1"})

    assert asked.status_code == 422
    assert "Payments asks for 8 h, and the promise to customers leaves 0 min." in page
    assert "Send it there anyway" in page
    assert "The gateway is theirs." in page
    assert done.status_code == 302
    assert Leg.objects.get(problem=problem, left_at=None).department_id == payments.pk
    history = client.get(f"/p/{problem.number}/").content.decode()
    assert "it went to Payments with 0 min left of the 8 h that it asks for" in history


def test_a_program_reads_the_budget(tenant: Tenant) -> None:
    problem, _payments = in_work(), make_department("Payments")
    case = problem.links.get().case

    found = caller_as(tenant, Role.MEMBER).get(f"problems/{problem.number}/time-budget").json()

    assert found["promised"]["case"] == case.number
    assert {one["department"] for one in found["departments"]} >= {"billing", "payments"}
    payments = next(one for one in found["departments"] if one["department"] == "payments")
    assert payments == {
        "department": "payments",
        "target_seconds": 8 * 3600,
        "left_seconds": 0,
        "is_short": True,
    }
    assert next(one["used_seconds"] for one in found["used"]) == 2 * 3600


@pytest.mark.queries
def test_the_budget_costs_the_same_for_any_number_of_cases(tenant: Tenant) -> None:
    few = in_work()
    many = make_problem(cases=[make_case() for _ in range(6)])
    client = signed_in_staff(tenant, make_user())
    client.get(f"/p/{few.number}/budget/")

    with counted() as for_few:
        client.get(f"/p/{few.number}/budget/")
    with counted() as for_many:
        client.get(f"/p/{many.number}/budget/")

    assert len(for_few) == len(for_many), told(for_many)
    # Session, person and what the frame shows; problem, legs, departments, clock, date.
    assert len(for_few) <= 10, told(for_few)
