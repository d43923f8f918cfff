"""Whoever refuses sends a problem to its better owner with one click."""

from django.utils.timezone import now

from problems.fixing import put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import accept_problem, route_problem
from problems.models import Problem
from tests.make import HOUR, make_case, make_contact, make_department, make_problem, make_user
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def sent_to(department: Department) -> Problem:
    """Return a problem that a department got an hour ago."""
    at = now() - HOUR
    problem = make_problem(cases=[make_case(contact=make_contact(at=at), at=at)], at=at)
    return route_problem(problem_id=problem.pk, department=department, actor=SYSTEM, at=at)


def test_one_click_refuses_towards_who_fixed_the_like(tenant: Tenant) -> None:
    payments, cards = make_department("Payments"), make_department("Cards")
    fixed = sent_to(cards)
    accept_problem(problem_id=fixed.pk, actor=SYSTEM, at=now())
    record_root_cause(problem_id=fixed.pk, root_cause="x", public_cause="", actor=SYSTEM, at=now())
    put_fix_in_place(problem_id=fixed.pk, fix="y", actor=SYSTEM, at=now())
    resolve_problem(problem_id=fixed.pk, solution="z", actor=SYSTEM, at=now())
    problem = sent_to(payments)
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))

    (owner,) = client.get(f"/p/{problem.number}/").context["better_owners"]
    answer = client.post(
        f"/p/{problem.number}/act/",
        {
            "action": "refuse",
            "version": problem.version,
            "department": owner["value"],
            "reason": owner["reason"],
        },
    )

    assert answer.status_code == 302
    leg = problem.legs.get(left_at__isnull=True)
    assert leg.department == cards
    assert leg.reason == "It belongs to Cards: it fixed 1 problem like this (Card, billing)."


def test_nobody_is_suggested_once_it_is_accepted(tenant: Tenant) -> None:
    payments = make_department("Payments")
    problem = sent_to(payments)
    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=now())
    client = signed_in_staff(tenant, make_user(Role.MEMBER, department=payments))

    assert client.get(f"/p/{problem.number}/").context["better_owners"] == []
