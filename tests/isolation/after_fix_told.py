"""A watch, a preventive action and a review of a problem, as a tenant that is visited has them."""

from datetime import datetime, timedelta

from problems.models import FixWatch, Problem
from problems.models.after_fix import PreventionKind, WatchEnd
from problems.preventing import plan_prevention
from problems.reviewing import Words, write_review
from problems.watch_policies import WatchRules, set_watch_rules
from tests.make import make_user
from workflow.people.actors import Actor

DAY = timedelta(days=1)


def tell_after_fix(problem: Problem, *, actor: Actor, at: datetime) -> int:
    """Tell what follows a fix that did not hold; returns the number of the preventive action."""
    set_watch_rules(WatchRules(watch_days=60), actor=actor, at=at)
    FixWatch.objects.create(
        problem=problem,
        fixed_at=at - 9 * DAY,
        began_at=at - 9 * DAY,
        grace_until=at - 6 * DAY,
        ends_at=at + 51 * DAY,
        most_customers=2,
        ended_at=at - DAY,
        ending=WatchEnd.REOPENED,
    )
    write_review(
        problem_id=problem.pk,
        words=Words("You were charged twice.", "A retry.", "It is gone."),
        actor=actor,
        at=at,
    )
    return plan_prevention(
        problem_id=problem.pk,
        kind=PreventionKind.PREVENTIVE,
        text="Test it each night.",
        owner=make_user(),
        due_on=(at + 5 * DAY).date(),
        actor=actor,
        at=at,
    ).position
