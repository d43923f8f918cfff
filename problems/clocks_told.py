"""The targets that run on a problem with all that explains them: hours, ladder, and what happened."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from problems.models import Problem, ProblemClock
from workflow.refusals import Refusal

MOST_CLOCKS = 100


class NoSuchClock(Refusal):
    """The problem has no such target."""

    code = "no_such_clock"
    status = 404


def told(problem: Problem) -> QuerySet[ProblemClock]:
    """Return the clocks of a problem with department, calendar, ladder and marks; two queries."""
    return (
        ProblemClock.objects.filter(problem=problem)
        .select_related(
            "calendar",
            "department",
            "target__version__service_level",
            "ladder",
            "acknowledged_by",
        )
        .prefetch_related("marks")
    )


def clocks_told(problem: Problem) -> list[ProblemClock]:
    """Return the clocks of a problem: open ones first, next due first; then the newest; two queries."""
    clocks = list(told(problem).order_by("-id")[:MOST_CLOCKS])
    going = sorted((one for one in clocks if one.is_open), key=lambda one: (one.due_at, one.pk))
    return going + [one for one in clocks if not one.is_open]


def clock_told(problem: Problem, clock_id: int) -> ProblemClock:
    """Return one clock of a problem with what explains it; two queries.

    Raises:
        NoSuchClock: the problem has none of this id.
    """
    clock = told(problem).filter(pk=clock_id).first()
    if clock is None:
        raise NoSuchClock(
            _("%(problem)s has no such target.") % {"problem": problem.name},
            next_step=_("Look at all targets of the problem."),
        )
    return clock
