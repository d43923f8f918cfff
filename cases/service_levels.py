"""Which clocks run on a case, and when they pause and stop."""

from datetime import datetime

from cases.models import Case, CaseClock
from cases.states import CaseState
from workflow.clocks.keeping import cancel, pause, plan, resume, started, stop
from workflow.clocks.models import Metric, ServiceLevel, Target

CASE_METRICS = (Metric.FIRST_RESPONSE, Metric.RESOLUTION)


def start_clocks(case: Case, *, service_level: ServiceLevel, at: datetime) -> list[CaseClock]:
    """Start what the service level promises at the case's priority; two queries."""
    version = service_level.version
    if version is None:
        return []
    targets = Target.objects.filter(
        version=version, priority=case.priority, metric__in=CASE_METRICS
    )
    clocks = [CaseClock(case=case, metric=target.metric, target=target) for target in targets]
    for clock, target in zip(clocks, targets, strict=True):
        started(clock, calendar=version.calendar, within=target.within, at=at)
    return CaseClock.objects.bulk_create(clocks)


def open_clocks(case: Case) -> list[CaseClock]:
    """Return the clocks of a case that count or could; one query."""
    return list(
        CaseClock.objects.filter(case=case, state__in=["running", "paused"])
        .select_related("calendar")
        .order_by("id")
    )


def clocks_after_answer(case: Case, *, at: datetime) -> None:
    """The customer has an answer: the first response is met."""
    for clock in open_clocks(case):
        if clock.metric == Metric.FIRST_RESPONSE:
            stop(clock, at=at)


def clocks_after_change(case: Case, *, at: datetime) -> None:
    """Let the clocks follow the state: waiting for others pauses, an end stops."""
    for clock in open_clocks(case):
        if case.state in (CaseState.RESOLVED, CaseState.CLOSED):
            stop(clock, at=at)
        elif case.state in (CaseState.SPAM, CaseState.MERGED):
            cancel(clock, at=at)
        elif case.state == CaseState.PENDING and clock.metric == Metric.RESOLUTION:
            pause(clock, at=at)
        elif case.state in (CaseState.NEW, CaseState.OPEN, CaseState.ON_PROBLEM):
            resume(clock, at=at)


def restart_resolution(case: Case, *, service_level: ServiceLevel, at: datetime) -> None:
    """Promise a resolution anew after a reopening; two queries."""
    version = service_level.version
    target = Target.objects.filter(
        version=version, priority=case.priority, metric=Metric.RESOLUTION
    ).first()
    if target is None or version is None:
        return
    started(
        CaseClock(case=case, metric=Metric.RESOLUTION, target=target),
        calendar=version.calendar,
        within=target.within,
        at=at,
    ).save()


def replan_clocks(case: Case, *, service_level: ServiceLevel, at: datetime) -> None:
    """Give the running clocks the targets of the case's new priority, from their own start."""
    targets = {
        target.metric: target.within
        for target in Target.objects.filter(
            version_id=service_level.version_id, priority=case.priority
        )
    }
    for clock in open_clocks(case):
        within = targets.get(clock.metric)
        if within is None or within == clock.within:
            continue
        clock.within = within
        clock.warned_at = None
        plan(clock, at=at)
        clock.save(update_fields=["within", "warned_at", "due_at", "next_look_at"])
