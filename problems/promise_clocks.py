"""Clocks of what customers of a problem were told: they wake people before the moment passes."""

from datetime import datetime

from django.utils.translation import gettext as _

from problems.models import Leg, Problem, ProblemClock, ProblemPromise
from problems.models.promise import PromiseEnd, PromiseKind
from problems.problem_policies import locked_policy, policy_of_tenant
from workflow.clocks.clock_hours import as_one, hours_of
from workflow.clocks.escalating import moment
from workflow.clocks.keeping import Keeping, Promise
from workflow.clocks.ladders import DUE, first_look, looks_of
from workflow.clocks.models import Ladder, LadderStep, Metric, StepAction

METRICS = {PromiseKind.DATE: Metric.ESTIMATE, PromiseKind.NEWS: Metric.PROMISE}
LONGEST_NAME = 80
# A working day before, and two hours before: time to find out, to decide, and to tell.
USUAL_STEPS: tuple[tuple[int | None, int | None, StepAction], ...] = (
    (75, None, StepAction.NOTIFY),
    (None, -480, StepAction.NOTIFY),
    (None, -120, StepAction.ESCALATE_HEAD),
    (None, -120, StepAction.ESCALATE_LEAD),
    (100, None, StepAction.ESCALATE_HEAD),
    (100, None, StepAction.ESCALATE_LEAD),
)


def ladder_of_promises() -> int:
    """Return the ladder of what customers were told; made when nobody chose one.

    One query, half a dozen the first time of a tenant. Its steps are changed like those of any
    other ladder.
    """
    chosen = policy_of_tenant().ladder_id
    if chosen is not None:
        return chosen
    policy = locked_policy()
    if policy.ladder_id is None:
        name = free_name(_("Promises to customers"))
        ladder = Ladder.objects.create(name=name)
        LadderStep.objects.bulk_create(
            LadderStep(
                ladder=ladder, position=place, percent=percent, minutes=minutes, action=action
            )
            for place, (percent, minutes, action) in enumerate(USUAL_STEPS, start=1)
        )
        policy.ladder = ladder
        policy.save(update_fields=["ladder"])
    return int(policy.ladder_id or 0)


def free_name(name: str) -> str:
    """Return a name that no ladder has yet; one query."""
    taken = set(Ladder.objects.filter(name__startswith=name).values_list("name", flat=True))
    found, number = name[:LONGEST_NAME], 2
    while found in taken:
        found, number = f"{name} {number}", number + 1
    return found


def hold(
    problem: Problem, leg: Leg, *, kind: PromiseKind, due_at: datetime, reason: str, at: datetime
) -> ProblemClock:
    """Let a clock run to the moment that customers were told; about eight queries.

    One that runs is moved, and what it said before stays in its marks. One whose moment passed
    stays missed, and the new moment gets a clock of its own. Whoever had the old moment in hand is
    woken for the new one.
    """
    keeping = Keeping()
    told = Promise(
        calendar=leg.department.calendar, promised_for=due_at, ladder_id=ladder_of_promises()
    )
    clock = running(problem, kind=kind)
    if clock is not None and (clock.breach_recorded_at is not None or clock.due_at <= at):
        keeping.stop(clock, at=at, reason=reason)
    if clock is not None and clock.is_open:
        keeping.replan(clock, at=at, reason=reason, promise=told)
        look_anew(clock, keeping=keeping, at=at)
    else:
        clock = begin(problem, leg, kind=kind, told=told, reason=reason, keeping=keeping, at=at)
    keeping.write()
    return clock


def begin(
    problem: Problem,
    leg: Leg,
    *,
    kind: PromiseKind,
    told: Promise,
    reason: str,
    keeping: Keeping,
    at: datetime,
) -> ProblemClock:
    """Begin a clock in a cycle after the last one of its kind; one query."""
    metric = METRICS[kind]
    last = ProblemClock.objects.filter(problem=problem, metric=metric).order_by("-id").first()
    clock = ProblemClock(
        problem=problem,
        department=leg.department,
        metric=metric,
        cycle=last.cycle + 1 if last else 1,
    )
    keeping.begin(clock, told, at=at, reason=reason)
    return clock


def look_anew(clock: ProblemClock, *, keeping: Keeping, at: datetime) -> None:
    """Let every step be taken for a new moment that is still to come; saves nothing."""
    clock.acknowledged_at = clock.acknowledged_by = None
    steps = keeping.steps(clock)
    clock.looks = [
        look
        for look in looks_of(clock, working_time=as_one(hours_of(clock)), steps=steps)
        if look[1] == DUE or moment(look) > at
    ]
    clock.next_look_at = first_look(clock.looks)
    keeping.change(clock, "acknowledged_at", "acknowledged_by", "looks", "next_look_at")


def running(problem: Problem, *, kind: PromiseKind) -> ProblemClock | None:
    """Return the clock of a kind that runs, locked; one query."""
    return (
        ProblemClock.objects.select_for_update(of=("self",))
        .select_related("calendar")
        .filter(problem=problem, metric=METRICS[kind], state__in=["running", "paused"])
        .first()
    )


def release(
    problem: Problem, *, kind: PromiseKind, is_kept: bool, reason: str, at: datetime
) -> None:
    """End the clock of a kind, with a verdict if the promise was kept; up to four queries."""
    clock = running(problem, kind=kind)
    if clock is None:
        return
    keeping = Keeping()
    # What passed stays missed, whatever is said of it afterwards.
    if is_kept or clock.due_at <= at:
        keeping.stop(clock, at=at, reason=reason)
    else:
        keeping.cancel(clock, at=at, reason=reason)
    keeping.write()


def end_promises(problem: Problem, *, is_solved: bool, at: datetime) -> None:
    """End what stands for a problem that ends; one query where nothing does.

    That it is over is news. A date for a fix is kept by the fix alone: without one it is withdrawn.
    """
    standing = ProblemPromise.objects.filter(problem=problem, ended_as="")
    for promise in standing.order_by("id"):
        kind = PromiseKind(promise.kind)
        is_kept = is_solved or kind is PromiseKind.NEWS
        promise.ended_as = PromiseEnd.KEPT if is_kept else PromiseEnd.WITHDRAWN
        promise.ended_at = max(at, promise.made_at)
        promise.save(update_fields=["ended_as", "ended_at"])
        release(problem, kind=kind, is_kept=is_kept, reason="ended", at=at)
