"""The watch after a fix: it begins by itself, looks at what comes back, and opens the problem again.

A fix is watched from the moment at which everybody is given it. Cases that are linked meanwhile,
and old ones that customers open again, count as coming back once the grace time is over. When more
customers than the tenant's limit have it again, the problem is opened again with that as its
reason; where the tenant wants a person to decide, the service leads are told instead.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from problems.after_fix_events import FixCameBack, FixHeld, FixInDoubt
from problems.lifecycle import lock_problem, reopen_problem
from problems.models import CaseLink, FixWatch, Problem
from problems.models.after_fix import WatchEnd
from problems.models.link import LinkKind
from problems.recurring import Recurrence, recurrences
from problems.states import Outcome, ProblemState
from problems.teaching import LessonKind, teach
from problems.watch_policies import watch_rules
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor

WATCH = Actor.system("watch")
ENDED_STATES = (ProblemState.RESOLVED, ProblemState.CLOSED)
AT_ONCE = 200


def is_fixed(problem: Problem) -> bool:
    """Whether the permanent fix of a problem is with everybody."""
    return problem.state in ENDED_STATES and problem.outcome == Outcome.FIX_APPLIED


@transaction.atomic
def begin_watch(*, problem_id: int, at: datetime) -> FixWatch | None:
    """Begin to watch a fix, from when it was given to everybody; None where nothing was fixed.

    May be called again: a fix is watched once. Terms are those of the tenant at that moment.
    """
    problem = lock_problem(problem_id)
    if not is_fixed(problem) or problem.resolved_at is None:
        return None
    known = FixWatch.objects.filter(problem=problem, began_at=problem.resolved_at).first()
    if known is not None:
        return known
    rules = watch_rules()
    end_watch(problem_id=problem.pk, at=at)
    watch = FixWatch.objects.create(
        problem=problem,
        fixed_at=min(problem.fixed_at or problem.resolved_at, problem.resolved_at),
        began_at=problem.resolved_at,
        grace_until=rules.grace_until(problem.resolved_at),
        ends_at=rules.ends_at(problem.resolved_at),
        most_customers=rules.most_customers,
    )
    if problem.state == ProblemState.CLOSED:
        # It left the matching when it was closed, and is matched again while it is watched.
        teach(LessonKind.OPENED, problem_id=problem.pk, at=at)
    record(
        Action.FIX_WATCHED,
        problem,
        actor=WATCH,
        at=at,
        changes={"until": watch.ends_at.date().isoformat(), "limit": watch.most_customers},
    )
    return watch


@transaction.atomic
def end_watch(*, problem_id: int, at: datetime) -> bool:
    """End the watch of a problem that was opened again at `at`; returns whether there was one.

    One query. A fix that came after is watched on.
    """
    going = FixWatch.objects.filter(problem_id=problem_id, ended_at__isnull=True, began_at__lt=at)
    return bool(going.update(ended_at=at, ending=WatchEnd.REOPENED))


@transaction.atomic
def judge_fix(*, problem_id: int, at: datetime) -> bool:
    """Look whether a watched fix holds; returns whether the problem was opened again.

    Four queries where it holds. May be called again at any time.
    """
    problem = lock_problem(problem_id)
    watch = FixWatch.objects.filter(problem=problem, ended_at__isnull=True).first()
    if watch is None or not is_fixed(problem):
        return False
    came = recurrences([watch], at=at)[watch.pk]
    if came.customers <= watch.most_customers:
        return False
    if watch_rules().reopens_alone:
        open_again(problem, watch, came, at=at)
        return True
    if watch.raised_at is None:
        raise_doubt(problem, watch, came, at=at)
    return False


def open_again(problem: Problem, watch: FixWatch, came: Recurrence, *, at: datetime) -> None:
    """Open a problem again whose fix did not hold, with the figures as its reason."""
    watch.ended_at, watch.ending = at, WatchEnd.CAME_BACK
    watch.save(update_fields=["ended_at", "ending"])
    entry = record(
        Action.FIX_CAME_BACK,
        problem,
        actor=WATCH,
        at=at,
        changes={"customers": came.customers, "limit": watch.most_customers},
    )
    publish(FixCameBack(problem_id=problem.pk, watch_id=watch.pk), at=at, entry_id=entry.pk)
    reopen_problem(problem_id=problem.pk, reason=reason_of(watch, came), actor=WATCH, at=at)


def reason_of(watch: FixWatch, came: Recurrence) -> str:
    """Return why a problem is opened again: who has it again since when, and the limit."""
    return _(
        "%(customers)d customers have had it again since the fix of %(day)s, more than the limit "
        "of %(limit)d."
    ) % {
        "customers": came.customers,
        "day": date_format(watch.began_at, "j F Y"),
        "limit": watch.most_customers,
    }


def raise_doubt(problem: Problem, watch: FixWatch, came: Recurrence, *, at: datetime) -> None:
    """Tell the service leads once that more customers than the limit have it again."""
    watch.raised_at = at
    watch.save(update_fields=["raised_at"])
    entry = record(
        Action.FIX_IN_DOUBT,
        problem,
        actor=WATCH,
        at=at,
        changes={"customers": came.customers, "limit": watch.most_customers},
    )
    publish(FixInDoubt(problem_id=problem.pk, watch_id=watch.pk), at=at, entry_id=entry.pk)


def judge_fix_behind(*, case_id: int, at: datetime) -> bool:
    """Look whether the fix behind a case holds that its customer opened again."""
    link = CaseLink.objects.filter(case_id=case_id, kind=LinkKind.CONFIRMED).first()
    return link is not None and judge_fix(problem_id=link.problem_id, at=at)


def fixes_not_watched(*, at: datetime) -> QuerySet[Problem]:
    """Return fixed problems whose watch never began and would still go on."""
    since = at - (watch_rules().ends_at(at) - at)
    watched = FixWatch.objects.filter(problem=OuterRef("pk"), began_at=OuterRef("resolved_at"))
    return Problem.objects.filter(
        ~Exists(watched),
        state__in=ENDED_STATES,
        outcome=Outcome.FIX_APPLIED,
        resolved_at__gte=since,
    ).order_by("id")


def watches_to_end(*, at: datetime) -> QuerySet[FixWatch]:
    """Return the watches whose time is over, the longest first."""
    return FixWatch.objects.filter(ended_at__isnull=True, ends_at__lte=at).order_by("ends_at", "id")


def look_after_fixes(*, at: datetime) -> int:
    """Begin watches that are missing and end those whose time is over; returns how many.

    Each in a transaction of its own, 200 of either at once; what is left comes with the next look.
    """
    begun = ids_of(fixes_not_watched(at=at).values_list("pk", flat=True)[:AT_ONCE])
    for problem_id in begun:
        begin_watch(problem_id=problem_id, at=at)
    over = ids_of(watches_to_end(at=at).values_list("problem_id", flat=True)[:AT_ONCE])
    for problem_id in over:
        see_through(problem_id=problem_id, at=at)
    return len(begun) + len(over)


@transaction.atomic
def ids_of(found: QuerySet[Problem, int] | QuerySet[FixWatch, int]) -> Sequence[int]:
    """Return ids that are looked at one after another; one query."""
    return list(found)


@transaction.atomic
def see_through(*, problem_id: int, at: datetime) -> bool:
    """End a watch whose time is over: the fix held, or it is opened again now.

    Returns whether it held. With the leads in doubt it ends all the same: they decided to leave it.
    """
    if judge_fix(problem_id=problem_id, at=at):
        return False
    problem = lock_problem(problem_id)
    if not is_fixed(problem):
        # It was opened again, and the news of that have not come through yet.
        end_watch(problem_id=problem.pk, at=at)
        return False
    watch = watches_to_end(at=at).filter(problem=problem).first()
    if watch is None:
        return False
    watch.ended_at, watch.ending = at, WatchEnd.HELD
    watch.save(update_fields=["ended_at", "ending"])
    came = recurrences([watch], at=at)[watch.pk]
    entry = record(
        Action.FIX_HELD, problem, actor=WATCH, at=at, changes={"customers": came.customers}
    )
    publish(FixHeld(problem_id=problem.pk, watch_id=watch.pk), at=at, entry_id=entry.pk)
    # A closed problem is matched as long as its fix is watched.
    teach(LessonKind.ENDED, problem_id=problem.pk, at=at)
    return True
