"""Planted lives, lived by the real actions: the stored legs tell what was planted."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import connection

from cases.lifecycle import service_department
from problems.fixing import (
    find_fix_wanting,
    put_fix_in_place,
    record_root_cause,
    resolve_problem,
)
from problems.handing import accept_problem, hand_over_problem, refuse_problem, route_problem
from problems.lifecycle import reopen_problem
from problems.models import Leg, Problem
from problems.queries import journey_for
from tests.journey.detecting import Score, found_in, moment
from tests.journey.standard import DEPARTMENTS, SERVICE, StandardLife
from tests.make import make_case, make_department, make_problem
from workflow.calendars import Hours as Opening
from workflow.calendars import save_calendar
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.tenancy.models import Tenant

ORDINARY, MANY = 60, 600
SEED = 900
SOMEBODY = Actor.system("test")


@pytest.fixture
def departments(tenant: Tenant) -> dict[str, Department]:
    """The departments of the simulator, with its hours and targets."""
    found = {}
    for planned in (SERVICE, *DEPARTMENTS):
        data = planned.hours.as_data()
        calendar = save_calendar(
            calendar_id=None,
            name=f"Hours of {planned.name}",
            hours=Opening(
                timezone=data["tz"], weekly=data["hours"], holidays=tuple(data["holidays"])
            ),
            actor=SOMEBODY,
            at=moment(0),
        )
        department = service_department() if planned is SERVICE else make_department(planned.name)
        department.calendar = calendar
        department.stage_within = moment(planned.target) - moment(0)
        department.save()
        found[planned.name] = department
    return found


def lived(told: StandardLife, departments: dict[str, Department]) -> Problem:
    """Let a problem live a planted life by the real actions."""
    case = make_case(at=moment(told.discovered_at))
    problem = make_problem(cases=[case], actor=SOMEBODY, at=moment(told.opened_at))
    for name, at, department in told.acts:
        if name == "pass_on":
            do: Callable[..., Any] = partial(
                refuse_problem, reason="Not ours.", better_owner=departments[department]
            )
        elif department:
            do = partial(ACTS[name], department=departments[department])
        else:
            do = ACTS[name]
        do(problem_id=problem.pk, actor=SOMEBODY, at=moment(at))
    return Problem.objects.get(pk=problem.pk)


ACTS: dict[str, Callable[..., Any]] = {
    "route": route_problem,
    "accept": accept_problem,
    "refuse": partial(refuse_problem, reason="Not ours."),
    "hand_over": partial(hand_over_problem, reason="They can do it."),
    "find_cause": partial(record_root_cause, root_cause="A retry.", public_cause="A retry."),
    "put_in_place": partial(put_fix_in_place, fix="Retry once."),
    "find_wanting": partial(find_fix_wanting, reason="It is back."),
    "resolve": partial(resolve_problem, solution="It is taken once."),
    "reopen": partial(reopen_problem, reason="It is back."),
}


def refuse_other_plans(told: StandardLife, problem: Problem) -> None:
    """Check that each stored stay has the due time that the simulator planned."""
    stored = Leg.objects.filter(problem=problem).order_by("position").values_list("due_at")
    assert [due_at for (due_at,) in stored] == [moment(stay.due) for stay in told.life.stays]


def live_through(number: int, departments: dict[str, Department]) -> Score:
    """Return how much of what was planted in many lives is found in what was stored."""
    result = Score()
    for seed in range(SEED, SEED + number):
        told = StandardLife(Random(seed))  # noqa: S311
        planted = told.tell().planted
        problem = lived(told, departments)
        refuse_other_plans(told, problem)
        found = found_in(journey_for(problem, at=moment(told.life.now)))
        result.planted += planted.things().total()
        result.found += found.things().total()
        result.right += (planted.things() & found.things()).total()
        if planted.sums() != found.sums():
            result.wrong_sums.append(f"{seed}: {planted.sums()}, told {found.sums()}")
        # What is checked at the end of a transaction takes too long for all lives at once.
        connection.check_constraints()
    return result


def test_what_was_planted_in_sixty_lives_is_found_in_what_the_actions_stored(
    departments: dict[str, Department],
):
    result = live_through(ORDINARY, departments)

    assert result.planted > 3 * ORDINARY
    assert (result.precision, result.recall) == (1.0, 1.0)
    assert result.wrong_sums == []


@pytest.mark.full
def test_what_was_planted_in_many_lives_is_found_in_what_the_actions_stored(
    departments: dict[str, Department],
):
    result = live_through(MANY, departments)

    assert (result.precision, result.recall) == (1.0, 1.0)
    assert result.wrong_sums == []
