"""A stored problem with many stays: made at once, since an action for each would take minutes."""

from datetime import datetime, timedelta

from problems.models import Leg, Problem
from tests.make import AT, HOUR, make_department, make_problem
from workflow.people.models import Department

STAGES = ("root_cause", "fix_in_progress", "verifying", "assess")
WHY = ("accepted", "forward", "forward", "handed_over")


def problem_with_stays(
    count: int, *, departments: int = 3, each: timedelta = 5 * HOUR, at: datetime = AT
) -> Problem:
    """Return an open problem with so many stays that go round some departments."""
    problem = make_problem(at=at + HOUR)
    first = Leg.objects.get(problem=problem)
    first.left_at = first.entered_at + each
    first.save(update_fields=["left_at"])
    found = [make_department(f"Workshop {number}") for number in range(departments)]
    Leg.objects.bulk_create(
        stay(problem, position, found, begin=first.left_at + (position - 1) * each, each=each)
        for position in range(1, count)
    )
    Leg.objects.filter(problem=problem, position=count - 1).update(left_at=None)
    return problem


def stay(
    problem: Problem,
    position: int,
    departments: list[Department],
    *,
    begin: datetime,
    each: timedelta,
) -> Leg:
    """Return one stay, not stored yet."""
    return Leg(
        problem=problem,
        position=position,
        department=departments[position * 7 // 3 % len(departments)],
        stage=STAGES[position % 4],
        entered_because=WHY[position % 4],
        entered_at=begin,
        acknowledged_at=begin + each / 4,
        due_at=begin + each / 2,
        left_at=begin + each,
    )
