"""Many reach for one thing at once: one gets it, the others are told who was faster."""

from functools import partial

import pytest

from problems.handing import AlreadyAccepted, accept_problem, route_problem, take_problem
from problems.linking import LinkedElsewhere, confirm_link
from problems.models import CaseLink, Leg, Problem
from tests.concurrency.at_once import all_at_once
from tests.make import AT, HOUR, make_actor, make_case, make_department, make_problem
from tests.proof.asking import broken_rules
from workflow.history.models import Entry
from workflow.people.actors import Actor
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

MANY = 20
LATER = AT + 2 * HOUR


def test_one_of_twenty_departments_takes_a_problem(committed_tenant: Tenant) -> None:
    departments = [make_department(f"Department {place}") for place in range(MANY)]
    members = [make_actor(Role.MEMBER, department=department) for department in departments]
    problem = make_problem()

    won, lost = all_at_once(
        committed_tenant,
        [
            partial(
                take_problem, problem_id=problem.pk, department=department, actor=member, at=LATER
            )
            for department, member in zip(departments, members, strict=True)
        ],
    )

    assert len(won) == 1
    assert [type(refusal) for refusal in lost] == [AlreadyAccepted] * (MANY - 1)
    assert {str(refusal) for refusal in lost} == {
        f"{problem.name} was taken by somebody else. Load the page again to see who has it."
    }
    leg = Leg.objects.get(problem=problem, left_at__isnull=True)
    taken = Entry.objects.get(subject_kind="problem", subject_id=problem.pk, action="problem.taken")
    assert leg.department_id == departments[members.index(member_of(taken, members))].pk
    assert Problem.objects.get(pk=problem.pk).state == "root_cause"
    assert broken_rules(at=LATER) == {}


def member_of(entry: Entry, members: list[Actor]) -> Actor:
    """Return the member who is named in an entry."""
    return next(member for member in members if member.id == entry.actor_id)


def test_one_of_twenty_colleagues_accepts_a_problem(committed_tenant: Tenant) -> None:
    department = make_department("Payments")
    members = [make_actor(Role.MEMBER, department=department) for _ in range(MANY)]
    problem = make_problem()
    route_problem(
        problem_id=problem.pk, department=department, actor=Actor.system("test"), at=LATER
    )

    won, lost = all_at_once(
        committed_tenant,
        [
            partial(accept_problem, problem_id=problem.pk, actor=member, at=LATER + HOUR)
            for member in members
        ],
    )

    assert len(won) == 1
    assert [type(refusal) for refusal in lost] == [AlreadyAccepted] * (MANY - 1)
    assert {refusal.sentence for refusal in lost} == {"Payments accepted this problem already."}
    accepted = Entry.objects.get(
        subject_kind="problem", subject_id=problem.pk, action="problem.accepted"
    )
    leg = Leg.objects.get(problem=problem, left_at__isnull=True)
    assert leg.assignee_id == accepted.actor_id
    assert broken_rules(at=LATER) == {}


def test_one_of_twenty_problems_becomes_the_cause_of_a_case(committed_tenant: Tenant) -> None:
    case = make_case()
    agents = [make_actor(Role.AGENT) for _ in range(MANY)]
    problems = [make_problem(cases=[], title=f"Problem {place}") for place in range(MANY)]

    won, lost = all_at_once(
        committed_tenant,
        [
            partial(confirm_link, problem_id=problem.pk, case=case, actor=agent, at=LATER)
            for problem, agent in zip(problems, agents, strict=True)
        ],
    )

    assert len(won) == 1
    assert [type(refusal) for refusal in lost] == [LinkedElsewhere] * (MANY - 1)
    assert CaseLink.objects.get(case=case).pk == won[0].pk
    assert broken_rules(at=LATER) == {}


@pytest.mark.parametrize("turn", range(3))
def test_problems_from_the_same_cases_do_not_block_one_another(
    committed_tenant: Tenant, turn: int
) -> None:
    cases = [make_case() for _ in range(4)]
    orders = [cases, cases[::-1], cases[1:] + cases[:1], cases[2:] + cases[:2]]

    won, lost = all_at_once(
        committed_tenant,
        [
            partial(make_problem, cases=order, title=f"Seen by {place}", at=LATER)
            for place, order in enumerate(orders)
        ],
    )

    assert len(won) == 1
    assert {type(refusal) for refusal in lost} == {LinkedElsewhere}
    assert Problem.objects.count() == 1
    assert broken_rules(at=LATER) == {}
