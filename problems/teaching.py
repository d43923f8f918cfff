"""Tell the matching what changed: a lesson in the transaction of each decision that teaches it.

The matcher follows the lessons of a tenant and reads again what they name, before it answers the
next question. Nothing that a lesson says leaves its tenant.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from problems.models import FixWatch, Lesson, Problem
from problems.models.lesson import LessonKind
from problems.states import Outcome, ProblemState
from workflow.tenancy.kept_writes import insert

__all__ = ["LessonKind", "matched_problems", "teach"]

# A fix that customers got lately still explains a case, as long as it is watched even after the
# problem was closed; what was none, or lives on, does not.
MATCHED_STATES = [state.value for state in ProblemState if state is not ProblemState.CLOSED]
NO_CAUSE = [Outcome.DUPLICATE.value, Outcome.NOT_A_PROBLEM.value, Outcome.CANCELLED.value]
# The same for statements that are written out: `problem` is what they call the table, and they are
# given MATCHED_STATES as `states` and NO_CAUSE as `no_cause`.
IS_MATCHED = """
  (problem.state = ANY(%(states)s) OR EXISTS (
    SELECT 1 FROM problems_fixwatch watch
    WHERE watch.tenant_id = problem.tenant_id AND watch.problem_id = problem.id
      AND watch.ended_at IS NULL))
  AND problem.outcome <> ALL(%(no_cause)s)
"""


def teach(
    kind: LessonKind, *, at: datetime, problem_id: int | None = None, case_id: int | None = None
) -> None:
    """Write a lesson, inside the transaction of what it tells of; one query."""
    insert(Lesson(kind=kind.value, problem_id=problem_id, case_id=case_id, at=at))


def matched_problems() -> QuerySet[Problem]:
    """Return the problems to which cases may belong: open, fixed lately, or with a watched fix."""
    return Problem.objects.filter(matched())


def matched(prefix: str = "") -> Q:
    """Return what makes a problem one to match, for a query of problems or of what refers to them.

    `prefix` is the way there, such as `problem__`.
    """
    watched = Exists(
        FixWatch.objects.filter(problem=OuterRef(f"{prefix}pk"), ended_at__isnull=True)
    )
    is_alive = Q(**{f"{prefix}state__in": MATCHED_STATES}) | Q(watched)
    return is_alive & ~Q(**{f"{prefix}outcome__in": NO_CAUSE})
