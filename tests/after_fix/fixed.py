"""A problem with a permanent fix, as its department left it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cases.models import Case
from problems.fixing import put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import accept_problem, route_problem
from problems.models import Problem
from tests.make import DAY, HOUR, make_case, make_contact, make_department, make_problem
from workflow.people.actors import Actor

SYSTEM = Actor.system("test")


def make_fixed_problem(
    *, fixed_at: datetime, cases: Sequence[Case] | None = None, department: Any = None
) -> Problem:
    """Return a problem that was fixed and resolved at a moment; its cases came before that."""
    department = department or make_department("Payments")
    begun = fixed_at - 2 * DAY
    problem = make_problem(
        cases=list(cases) if cases is not None else [make_case(at=begun - DAY)], at=begun
    )
    number: dict[str, Any] = {"problem_id": problem.pk, "actor": SYSTEM}
    route_problem(department=department, at=begun + HOUR, **number)
    accept_problem(at=begun + 2 * HOUR, **number)
    return fix(problem, at=fixed_at, cause_at=begun + 3 * HOUR)


def fix(problem: Problem, *, at: datetime, cause_at: datetime | None = None) -> Problem:
    """Fix an accepted problem for good."""
    number: dict[str, Any] = {"problem_id": problem.pk, "actor": SYSTEM}
    if cause_at is not None:
        record_root_cause(
            root_cause="The key has no event id.", public_cause="", at=cause_at, **number
        )
    put_fix_in_place(fix="The key has one now.", at=at - HOUR, **number)
    return resolve_problem(solution="Nothing is taken twice any more.", at=at, **number)


def cases_of_customers(count: int, *, at: datetime, email: str = "c") -> list[Case]:
    """Return one case each of so many customers, an hour apart from `at` on."""
    return [
        make_case(
            contact=make_contact(f"{email}{number}@example.org", at=at), at=at + number * HOUR
        )
        for number in range(count)
    ]
