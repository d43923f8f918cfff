"""How long departments usually have problems of one sort: the pale line beside a journey."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from problems.models import Problem
from problems.states import Outcome
from workflow.people.models import Department
from workflow.tenancy.scope import tenant_of_the_scope

LATELY = timedelta(days=182)
TOO_FEW = 5
MOST_PROBLEMS = 2_000

USUAL = """
WITH chosen AS (
  SELECT id FROM problems_problem
  WHERE tenant_id = %(tenant)s AND category = %(category)s AND outcome = %(fixed)s
    AND resolved_at >= %(since)s AND resolved_at < %(at)s AND id <> %(problem)s
  ORDER BY resolved_at DESC LIMIT %(most)s
), had AS (
  SELECT l.department_id, l.problem_id,
    sum(extract(epoch FROM l.left_at - l.entered_at))::float8 AS took
  FROM chosen c JOIN problems_leg l ON l.tenant_id = %(tenant)s AND l.problem_id = c.id
  WHERE l.stage <> 'resolved' GROUP BY l.department_id, l.problem_id
)
SELECT department_id, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY took),
  (SELECT count(*) FROM chosen)
FROM had GROUP BY department_id ORDER BY department_id
"""


@dataclass(frozen=True, slots=True)
class Usual:
    """How long a department had half of the problems at most, in plain time, and how many it had."""

    department: Department
    median: timedelta
    problems: int


@dataclass(frozen=True, slots=True)
class UsualWay:
    """What is usual of a category: `problems` were fixed lately, `departments` had some of them.

    Without enough problems to say what is usual there are no departments.
    """

    problems: int
    departments: tuple[Usual, ...]


def usual_way(problem: Problem, *, at: datetime) -> UsualWay:
    """Return how long departments had problems of the same category, fixed in the last half year.

    Departments that had less than five of them are left out. Two queries; none without a category.
    """
    if not problem.category:
        return UsualWay(0, ())
    with connection.cursor() as cursor:
        cursor.execute(
            USUAL,
            {
                "tenant": tenant_of_the_scope(),
                "category": problem.category,
                "fixed": Outcome.FIX_APPLIED.value,
                "since": at - LATELY,
                "at": at,
                "problem": problem.pk,
                "most": MOST_PROBLEMS,
            },
        )
        rows = cursor.fetchall()
    known = Department.objects.in_bulk([row[0] for row in rows if row[1] >= TOO_FEW])
    return UsualWay(
        problems=rows[0][3] if rows else 0,
        departments=tuple(
            Usual(known[department], timedelta(seconds=took), count)
            for department, count, took, _all in rows
            if count >= TOO_FEW
        ),
    )
