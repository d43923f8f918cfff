"""Nobody is forgotten: open problems whose next look has come, and those that nothing wakes for."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from problems.lifecycle import LOOK_AGAIN_AFTER
from problems.models import Problem, ProblemClock
from problems.states import OPEN_STATES


def problems_to_look_at(*, at: datetime) -> QuerySet[Problem]:
    """Return the open problems whose next look has come, the longest due first."""
    return Problem.objects.filter(state__in=OPEN_STATES, next_look_at__lte=at).order_by(
        "next_look_at", "id"
    )


def forgotten_problems(*, at: datetime) -> QuerySet[Problem]:
    """Return the open problems for which no clock will speak any more, the oldest first.

    Their ladders have been climbed to the end, or stand still: nobody would be woken again.
    """
    speaks = ProblemClock.objects.filter(
        problem=OuterRef("pk"), state="running", next_look_at__gt=at
    )
    return (
        Problem.objects.filter(state__in=OPEN_STATES)
        .exclude(Exists(speaks))
        .order_by("discovered_at", "id")
    )


@transaction.atomic
def look_again(*, at: datetime) -> list[int]:
    """Plan the next look at every open problem of the tenant whose look has come.

    Returns the ids of those that nothing else would wake anybody for: the caller tells people. A
    problem that somebody else has locked just now is looked at in an hour. Two statements.
    """
    due = list(
        problems_to_look_at(at=at)
        .select_for_update(skip_locked=True, of=("self",))
        .values_list("pk", flat=True)
    )
    forgotten = set(forgotten_problems(at=at).filter(pk__in=due).values_list("pk", flat=True))
    Problem.objects.filter(pk__in=due).update(next_look_at=at + LOOK_AGAIN_AFTER)
    return sorted(forgotten)
