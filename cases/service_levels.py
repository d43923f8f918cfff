"""Which clocks run on a case: they follow what happens to it, by the version they began with."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from cases.clock_facts import CaseFacts, moments_of
from cases.models import Case, CaseClock
from workflow.clocks.deciding import Act, Standing, decide, next_start, recurs, start_of
from workflow.clocks.engine import pauses_before
from workflow.clocks.keeping import Keeping, Promise
from workflow.clocks.metrics import Conditions, conditions_of
from workflow.clocks.models import Clock, ClockState, Metric, Target
from workflow.tenancy.kept_queries import kept

CASE_METRICS = (
    Metric.FIRST_RESPONSE,
    Metric.NEXT_RESPONSE,
    Metric.PERIODIC_UPDATE,
    Metric.RESOLUTION,
    Metric.REQUESTER_WAIT,
    Metric.AGENT_WORK,
)
OPEN = [ClockState.RUNNING.value, ClockState.PAUSED.value]
AT_ONCE = timedelta(seconds=1)


# A priority decides the shape: as a small number it cannot be stood in for.
@kept("version_id")
def targets_of(*, version_id: int, priority: int) -> QuerySet[Target]:
    """Return what a version promises at a priority; one query."""
    return Target.objects.filter(
        version_id=version_id, priority=priority, metric__in=CASE_METRICS
    ).select_related("calendar", "version__calendar")


@kept("case_id")
def clocks_going(*, case_id: int) -> QuerySet[CaseClock]:
    """Return the clocks of a case that count or could; one query."""
    return (
        CaseClock.objects.filter(case_id=case_id, state__in=OPEN)
        .select_related("calendar")
        .annotate(version_id=F("target__version_id"))
        .order_by("id")
    )


def open_clocks(case: Case) -> list[CaseClock]:
    """Return the clocks of a case that count or could; one query."""
    return clocks_going(case_id=case.pk)


def begin_clocks(case: Case, *, version_id: int | None, at: datetime) -> Keeping:
    """Plan what a case starts with that is not stored yet; two queries.

    `save` of what it returns stores the clocks, once the case is there; two queries.
    """
    going = Following(case, event="opened", at=at)
    if version_id is not None:
        going.follow([], targets=targets_of(version_id=version_id, priority=case.priority))
    return going.keeping


def follow(
    case: Case, *, event: str, at: datetime, reason: str = "", version_id: int | None = None
) -> list[CaseClock]:
    """Let the clocks of a case follow what has just happened; returns those that are open now.

    They go by the version that they were started with; what begins while nothing runs goes by the
    one that is published now. `version_id` gives them another one. Two queries, and two or more
    if something changes.
    """
    clocks = open_clocks(case)
    version = version_id or version_of(case, clocks)
    targets = targets_of(version_id=version, priority=case.priority) if version else []
    going = Following(case, event=event, at=at, reason=reason)
    going.follow(clocks, targets=targets, is_another=version_id is not None or event == "priority")
    going.keeping.write()
    return going.open


def version_of(case: Case, clocks: list[CaseClock]) -> int | None:
    """Return the version that a case is served by; no query while a clock runs."""
    known = [version for clock in clocks if (version := getattr(clock, "version_id", None))]
    return max(known, default=None) or case.service_level.version_id


def next_look_of(clocks: Sequence[Clock], *, otherwise: datetime) -> datetime:
    """Return when the first of some clocks is looked at, or another moment if none is."""
    looks = [clock.next_look_at for clock in clocks if clock.next_look_at is not None]
    return min(looks, default=otherwise)


def promise_of(target: Target) -> Promise:
    """Return what a target starts a clock with; its calendars are loaded."""
    return Promise(
        calendar=target.calendar or target.version.calendar,
        within=target.within,
        within_days=target.within_days,
        target=target,
        ladder_id=target.ladder_id,
    )


class Following:
    """The clocks of one case while something happens to it."""

    def __init__(self, case: Case, *, event: str, at: datetime, reason: str = "") -> None:
        self.case = case
        self.at = at
        self.reason = reason or event
        self.is_new = event == "opened"
        self.facts = CaseFacts(case, event=event)
        self.keeping = Keeping()
        self.open: list[CaseClock] = []

    def follow(
        self, clocks: list[CaseClock], *, targets: list[Target], is_another: bool = False
    ) -> None:
        """Ask every metric that runs or is promised; `is_another` gives what runs its target."""
        promised = {target.metric: target for target in targets}
        running = {clock.metric: clock for clock in clocks if clock.metric != Metric.PROMISE}
        for metric in CASE_METRICS:
            clock, target = running.get(metric), promised.get(metric)
            if clock is not None and is_another:
                self.give(clock, target)
            self.ask(metric, clock, target)
        for clock in clocks:
            if clock.metric == Metric.PROMISE:
                self.ask(Metric.PROMISE, clock, None)
        self.open += [clock for clock in clocks if clock.is_open]

    def give(self, clock: CaseClock, target: Target | None) -> None:
        """Plan what runs by another target; without one nothing is promised any more."""
        if target is None:
            self.keeping.cancel(clock, at=self.at, reason=self.reason)
        elif target.pk != clock.target_id:
            self.keeping.replan(clock, at=self.at, reason=self.reason, promise=promise_of(target))

    def ask(self, metric: Metric, clock: CaseClock | None, target: Target | None) -> None:
        """Do what the conditions of one metric ask for."""
        is_gone = clock is not None and not clock.is_open
        if (clock is None and target is None) or is_gone:
            return
        when = self.conditions(metric, clock, target)
        acts = decide(
            when,
            self.facts,
            standing=Standing(clock.state) if clock is not None else Standing.NONE,
            recurs=target is not None and recurs(metric, target.recurrence),
        )
        for act in acts:
            if act is Act.ATTACH:
                clock = self.attach(metric, target, when=when, last=clock)
            elif clock is not None:
                self.act(act, clock)

    def conditions(
        self, metric: Metric, clock: CaseClock | None, target: Target | None
    ) -> Conditions:
        """Return the conditions of what runs; else of what is promised."""
        if clock is None or target is None or clock.target_id in (None, target.pk):
            own = target
        else:
            own = clock.target
        return conditions_of(metric, own.conditions if own is not None else None)

    def act(self, act: Act, clock: CaseClock) -> None:
        """Do one thing to a clock."""
        do = {
            Act.COMPLETE: self.keeping.stop,
            Act.CANCEL: self.keeping.cancel,
            Act.PAUSE: self.keeping.pause,
            Act.RESUME: self.keeping.resume,
        }[act]
        do(clock, at=self.at, reason=self.reason)

    def attach(
        self, metric: Metric, target: Target | None, *, when: Conditions, last: CaseClock | None
    ) -> CaseClock | None:
        """Begin a clock, from when its metric counts; a cycle later than the last one."""
        if target is None:
            return last
        is_next = last is not None
        last = last or self.last_of(metric)
        since = self.start(metric, target, last=last, is_next=is_next)
        clock = CaseClock(case=self.case, metric=metric, cycle=last.cycle + 1 if last else 1)
        self.keeping.begin(
            clock,
            promise_of(target),
            at=self.at,
            since=since,
            pauses=self.pauses_since(since, when),
            reason=self.reason,
        )
        self.open.append(clock)
        return clock

    def last_of(self, metric: Metric) -> CaseClock | None:
        """Return the last clock of a metric; one query, none for a case that was just opened."""
        if self.is_new:
            return None
        return CaseClock.objects.filter(case=self.case, metric=metric).order_by("-id").first()

    def start(
        self, metric: Metric, target: Target, *, last: CaseClock | None, is_next: bool
    ) -> datetime:
        """Return since when a new clock counts.

        What came from another system was measured there: here it counts from now on.
        """
        if is_next and last is not None and recurs(metric, target.recurrence):
            return next_start(target.recurrence, due_at=last.due_at, at=self.at)
        if self.case.external_id is not None:
            return self.at
        return start_of(metric, self.facts, at=self.at, after=last.stopped_at if last else None)

    def pauses_since(
        self, since: datetime, when: Conditions
    ) -> list[tuple[datetime, datetime | None]]:
        """Return when a clock that begins in the past would have stood still; rarely two queries."""
        if self.is_new or when.pause is None or since > self.at - AT_ONCE:
            return []
        moments = moments_of([self.case])[self.case.pk]
        return pauses_before(when, moments, since=since, until=self.at)
