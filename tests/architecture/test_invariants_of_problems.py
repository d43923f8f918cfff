"""PostgreSQL itself keeps every open problem with one department: tries by SQL as role app.

Beside each refusal stands the legal way from the same set-up, so that the refusal is for the
reason that the test names.
"""

from datetime import timedelta

import pytest
from django.db import connection

from problems.models import Leg, Problem
from tests.architecture.refusing import accepted, refused
from tests.architecture.sql import copy_of, enter, run
from tests.make import HOUR, MINUTE, make_department, make_problem

pytestmark = pytest.mark.usefixtures("committed_tenant")


def open_leg_of(problem: Problem) -> Leg:
    return Leg.objects.get(problem=problem, left_at__isnull=True)


def test_the_tests_run_as_role_app() -> None:
    assert run("SELECT current_user") == "servicedesk_app"


def new_problem_row(problem: Problem) -> int:
    copied = copy_of("problems_problem", problem.pk, number=problem.number + 1000)
    enter("problem", copied, to_state="new", version=1)
    return copied


def test_an_open_problem_needs_a_leg() -> None:
    problem = make_problem()
    leg = open_leg_of(problem)

    with refused("problem_without_leg"):
        new_problem_row(problem)

    with accepted():
        copy_of("problems_leg", leg.pk, problem_id=new_problem_row(problem))


def test_an_open_problem_cannot_lose_its_leg() -> None:
    problem = make_problem()
    leg = open_leg_of(problem)

    with refused("problem_without_leg"):
        run("DELETE FROM problems_leg WHERE id = %(leg)s", leg=leg.pk)
    with refused("problem_without_leg"):
        run("UPDATE problems_leg SET left_at = entered_at WHERE id = %(leg)s", leg=leg.pk)

    with accepted():
        leave_and_go_on(leg, gap=timedelta())


def test_a_leg_moved_to_another_problem_is_missed_where_it_was() -> None:
    problem = make_problem()
    leg = open_leg_of(problem)
    move = "UPDATE problems_leg SET problem_id = %(to)s WHERE id = %(leg)s"

    with refused("problem_without_leg"):
        run(move, to=new_problem_row(problem), leg=leg.pk)

    with accepted():
        run(move, to=new_problem_row(problem), leg=leg.pk)
        copy_of("problems_leg", leg.pk, problem_id=problem.pk)


def leave_and_go_on(leg: Leg, *, gap: timedelta) -> None:
    """End a stay and begin the next, some time later."""
    ended = leg.entered_at + HOUR
    run("UPDATE problems_leg SET left_at = %(at)s WHERE id = %(leg)s", at=ended, leg=leg.pk)
    copy_of(
        "problems_leg",
        leg.pk,
        position=leg.position + 1,
        entered_at=ended + gap,
        left_at=None,
    )


def test_an_open_problem_has_no_second_open_leg() -> None:
    leg = open_leg_of(make_problem())

    with refused("problems_leg_one_open"):
        copy_of("problems_leg", leg.pk, position=1)

    with accepted():
        leave_and_go_on(leg, gap=timedelta())


@pytest.mark.parametrize("gap", [MINUTE, -MINUTE, timedelta(microseconds=1)], ids=str)
def test_legs_leave_no_gap_and_do_not_overlap(gap: timedelta) -> None:
    leg = open_leg_of(make_problem())

    with refused("legs_are_broken"):
        leave_and_go_on(leg, gap=gap)

    with accepted():
        leave_and_go_on(leg, gap=timedelta())


def test_legs_begin_with_the_discovery() -> None:
    problem = make_problem()
    move_problem = (
        "UPDATE problems_problem SET discovered_at = discovered_at - interval '1 day'"
        " WHERE id = %(problem)s"
    )
    move_leg = (
        "UPDATE problems_leg SET entered_at = entered_at - interval '1 day'"
        " WHERE problem_id = %(problem)s AND position = 0"
    )

    with refused("legs_are_broken"):
        run(move_problem, problem=problem.pk)
    with refused("legs_are_broken"):
        run(move_leg, problem=problem.pk)

    with accepted():
        run(move_problem, problem=problem.pk)
        run(move_leg, problem=problem.pk)


@pytest.mark.parametrize(
    ("late", "leaves", "why"),
    [(timedelta(), False, "leg_left_open"), (timedelta(seconds=1), True, "legs_end_early")],
    ids=["with an open leg", "after its last leg"],
)
def test_a_problem_ends_with_its_last_leg(late: timedelta, leaves: bool, why: str) -> None:
    problem = make_problem()
    leg = open_leg_of(problem)

    with refused(why):
        end(problem, leg, late=late, leaves=leaves)

    with accepted():
        end(problem, leg, late=timedelta(), leaves=True)


def end(problem: Problem, leg: Leg, *, late: timedelta, leaves: bool) -> None:
    """Resolve a problem an hour after its leg began, with its entry."""
    at = leg.entered_at + HOUR
    run(
        "UPDATE problems_problem SET state = 'resolved', state_version = 2,"
        " resolved_at = %(at)s WHERE id = %(problem)s",
        at=at + late,
        problem=problem.pk,
    )
    enter("problem", problem.pk, to_state="resolved", version=2)
    if leaves:
        run("UPDATE problems_leg SET left_at = %(at)s WHERE id = %(leg)s", at=at, leg=leg.pk)


@pytest.mark.parametrize("column", ["department_id", "due_at"])
def test_a_leg_has_a_department_and_a_due_time(column: str) -> None:
    leg = open_leg_of(make_problem())

    with refused(f'null value in column "{column}"'):
        run(f"UPDATE problems_leg SET {column} = NULL WHERE id = %(leg)s", leg=leg.pk)  # noqa: S608
    with refused("problems_leg_department_same_tenant"):
        run("UPDATE problems_leg SET department_id = 0 WHERE id = %(leg)s", leg=leg.pk)

    with accepted():
        run(
            "UPDATE problems_leg SET department_id = %(department)s, due_at = now()"
            " WHERE id = %(leg)s",
            department=make_department("Other").pk,
            leg=leg.pk,
        )


def test_what_was_refused_left_nothing_behind() -> None:
    problem = make_problem()
    before = Leg.objects.filter(problem=problem).count()

    with refused("legs_are_broken"):
        leave_and_go_on(open_leg_of(problem), gap=HOUR)

    assert Leg.objects.filter(problem=problem).count() == before
    assert not connection.in_atomic_block
