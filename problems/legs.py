"""Move a problem from one stay to the next; its clocks follow, with the targets of who has it."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from problems.clock_facts import facts_of
from problems.entering import withdraw_requests
from problems.models import Leg, Problem, ProblemClock
from problems.models.leg import Because
from problems.promise_clocks import end_promises
from problems.stages import stage_of, time_for
from workflow.clocks.deciding import Act, Standing, decide, start_of
from workflow.clocks.due_times import due_time
from workflow.clocks.keeping import Keeping, Promise
from workflow.clocks.metrics import conditions_of
from workflow.clocks.models import Metric, Target
from workflow.people.models import Department, User

OF_DEPARTMENT = (Metric.ACKNOWLEDGE, Metric.STAGE, Metric.FIX)
# When what is promised about the cause is looked up.
ANEW = frozenset({"opened", "department", "priority"})
STAYS = frozenset({Because.ACCEPTED, Because.FORWARD, Because.SIDE, Because.BACK})


def open_leg(problem: Problem) -> Leg:
    """Return the stay that is going on, with its department; one query.

    Raises:
        Leg.DoesNotExist: the problem has ended.
    """
    return Leg.objects.select_related("department", "department__calendar", "assignee").get(
        problem=problem, left_at__isnull=True
    )


def first_leg(problem: Problem, *, department: Department) -> Leg:
    """Begin the journey: the discovery, with customer service; about six queries.

    It is acknowledged from the start and its target runs from the moment of opening, since
    nobody can be late before there is a problem.
    """
    leg = Leg.objects.create(
        problem=problem,
        position=0,
        department=department,
        stage=problem.state,
        entered_because=Because.DISCOVERED,
        entered_at=problem.discovered_at,
        acknowledged_at=problem.discovered_at,
        due_at=end_of_stay(problem, department, at=problem.opened_at),
        workflow_version_id=problem.workflow_version_id,
        stage_key=problem.stage_key,
    )
    follow(problem, leg, event="opened", at=problem.opened_at)
    return leg


def next_leg(
    problem: Problem,
    *,
    department: Department,
    because: Because,
    at: datetime,
    reason: str = "",
    assignee: User | None = None,
    is_acknowledged: bool = False,
    step_key: str = "",
) -> Leg:
    """End the open stay at `at` and begin the next; about six queries.

    Until the department acknowledges, its acknowledge target runs too. `step_key` is the drawn
    step that led there.
    """
    before = end_leg(problem, at=at)
    at = before.left_at or at
    leg = Leg.objects.create(
        problem=problem,
        position=before.position + 1,
        department=department,
        stage=problem.state,
        assignee=assignee,
        entered_because=because,
        reason=reason,
        entered_at=at,
        acknowledged_at=at if is_acknowledged else None,
        due_at=end_of_stay(problem, department, at=at),
        workflow_version_id=problem.workflow_version_id,
        stage_key=problem.stage_key,
        step_key=step_key,
    )
    is_same = because in STAYS and department.pk == before.department_id
    follow(problem, leg, event="stage" if is_same else "department", at=at)
    return leg


def end_of_stay(problem: Problem, department: Department, *, at: datetime) -> datetime:
    """Return until when a department has for a stay that begins now, in its opening hours.

    The drawn stage says how long; without one, or without a limit there, the department does.
    """
    within = time_for(stage_of(problem), department)
    return due_time([(at, department.calendar.working_time())], within=within)


def leave(problem: Problem, *, at: datetime, is_solved: bool = True) -> Leg:
    """End the last stay of a problem and stop what ran for it; promises end with it.

    `is_solved` is false for an end without a fix: a date that was told is withdrawn then.
    """
    leg = end_leg(problem, at=at)
    end_promises(problem, is_solved=is_solved, at=leg.left_at or at)
    follow(problem, leg, event="ended", at=leg.left_at or at)
    return leg


def end_leg(problem: Problem, *, at: datetime) -> Leg:
    """End the open stay; two queries, three with a drawn workflow.

    What was asked of approvers there is withdrawn. The clocks of two machines may differ by seconds: a stay never ends before it began, so
    `left_at` of the result, not `at`, is the moment that counts.
    """
    leg = (
        Leg.objects.select_for_update(of=("self",))
        .select_related("department__calendar")
        .get(problem=problem, left_at__isnull=True)
    )
    leg.left_at = max(at, leg.entered_at)
    leg.save(update_fields=["left_at"])
    if leg.workflow_version_id is not None:
        withdraw_requests(problem, at=leg.left_at)
    return leg


def acknowledge(problem: Problem, leg: Leg, *, assignee: User | None, at: datetime) -> None:
    """The department has seen it and takes it on; never before it came, whichever clock is wrong."""
    leg.acknowledged_at = max(at, leg.entered_at)
    leg.assignee = assignee
    leg.save(update_fields=["acknowledged_at", "assignee"])
    follow(problem, leg, event="acknowledged", at=at)


# ---- clocks ----------------------------------------------------------------------------------


def follow(problem: Problem, leg: Leg, *, event: str, at: datetime) -> None:
    """Let the clocks of a problem follow what has just happened; about four queries."""
    going = Following(problem, leg, event=event, at=at)
    going.follow(running_clocks(problem))
    going.keeping.write()


def running_clocks(problem: Problem) -> list[ProblemClock]:
    """Return what runs for a problem; one query."""
    return list(
        ProblemClock.objects.filter(problem=problem, state__in=["running", "paused"])
        .select_related("calendar", "target")
        .order_by("id")
    )


class Following:
    """The clocks of one problem while something happens to it."""

    def __init__(self, problem: Problem, leg: Leg, *, event: str, at: datetime) -> None:
        self.problem, self.leg, self.event, self.at = problem, leg, event, at
        self.facts = facts_of(problem, leg, event=event)
        self.keeping = Keeping()

    def follow(self, clocks: list[ProblemClock]) -> None:
        """Ask every metric; what counts for the whole problem goes with whoever has it."""
        going = {clock.metric: clock for clock in clocks}
        self.follow_priority(going.get(Metric.ROOT_CAUSE))
        promised = dict(self.promised())
        for metric in (*OF_DEPARTMENT, Metric.ROOT_CAUSE, Metric.ESTIMATE):
            clock = going.get(metric)
            self.ask(metric, clock, promised.get(metric))
        for clock in clocks:
            if clock.is_open and clock.metric not in OF_DEPARTMENT:
                self.hand_on(clock)

    def promised(self) -> Iterator[tuple[Metric, Promise]]:
        """Yield what department and stage promise, and how soon the cause is to be found."""
        department = self.leg.department
        for metric, within in (
            (Metric.ACKNOWLEDGE, department.acknowledge_within),
            (Metric.STAGE, time_for(stage_of(self.problem), department)),
            (Metric.FIX, department.fix_within),
        ):
            if within is not None:
                yield (
                    metric,
                    Promise(
                        calendar=department.calendar, within=within, ladder_id=department.ladder_id
                    ),
                )
        target = self.root_cause_target() if self.event in ANEW else None
        if target is not None:
            yield (Metric.ROOT_CAUSE, promise_by(target))

    def root_cause_target(self) -> Target | None:
        """Return how soon a cause is to be found at this priority, by the default service level."""
        return (
            self.targets()
            .filter(version__state="published", version__service_level__is_default=True)
            .first()
        )

    def targets(self) -> QuerySet[Target]:
        """Return the query for what is promised about the cause at the priority of today."""
        return Target.objects.filter(
            metric=Metric.ROOT_CAUSE, priority=self.problem.priority
        ).select_related("calendar", "version__calendar")

    def follow_priority(self, clock: ProblemClock | None) -> None:
        """Plan the clock for the cause anew when the priority is another one than it began with.

        It keeps its version, counts from its own start, and is cancelled where nothing is promised
        at the new priority; one query if the priority changed, none if not.
        """
        target = clock.target if clock is not None else None
        if clock is None or target is None or target.priority == self.problem.priority:
            return
        other = self.targets().filter(version_id=target.version_id).first()
        if other is None:
            self.keeping.cancel(clock, at=self.at, reason="priority")
        else:
            self.keeping.replan(clock, at=self.at, reason="priority", promise=promise_by(other))
            clock.target = other

    def ask(self, metric: Metric, clock: ProblemClock | None, promise: Promise | None) -> None:
        """Do what the conditions of one metric ask for."""
        if (clock is None and promise is None) or (clock is not None and not clock.is_open):
            return
        own = clock.target if clock is not None else promise.target if promise else None
        when = conditions_of(metric, own.conditions if own is not None else None)
        standing = Standing(clock.state) if clock is not None else Standing.NONE
        for act in decide(when, self.facts, standing=standing):
            if act is Act.ATTACH and promise is not None:
                since = start_of(metric, self.facts, at=self.at)
                clock = self.begin(metric, promise, last=clock, since=since)
            elif clock is not None and act is not Act.ATTACH:
                self.act(act, clock)

    def act(self, act: Act, clock: ProblemClock) -> None:
        """Do one thing to a clock."""
        do = {
            Act.COMPLETE: self.keeping.stop,
            Act.CANCEL: self.keeping.cancel,
            Act.PAUSE: self.keeping.pause,
            Act.RESUME: self.keeping.resume,
        }[act]
        do(clock, at=self.at, reason=self.event)

    def begin(
        self, metric: Metric, promise: Promise, *, last: ProblemClock | None, since: datetime
    ) -> ProblemClock:
        """Begin a clock for the department that has the problem, in a cycle after the last one."""
        last = last or (
            ProblemClock.objects.filter(problem=self.problem, metric=metric).order_by("-id").first()
        )
        clock = ProblemClock(
            problem=self.problem,
            department=self.leg.department,
            metric=metric,
            cycle=last.cycle + 1 if last else 1,
        )
        self.keeping.begin(clock, promise, at=self.at, since=since, reason=self.event)
        return clock

    def hand_on(self, clock: ProblemClock) -> None:
        """Let whoever has the problem answer for a clock from now on."""
        if clock.department_id != self.leg.department_id:
            clock.department = self.leg.department
            self.keeping.change(clock, "department")


def promise_by(target: Target) -> Promise:
    """Return what a target promises; its calendars are loaded."""
    return Promise(
        calendar=target.calendar or target.version.calendar,
        within=target.within,
        within_days=target.within_days,
        target=target,
        ladder_id=target.ladder_id,
    )
