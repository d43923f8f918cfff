"""What would run over a history: every clock that rules start, from its start to its end. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from workflow.clocks import switching
from workflow.clocks.deciding import (
    Act,
    Standing,
    decide,
    next_start,
    recurs,
    start_of,
    stood_still,
)
from workflow.clocks.due_times import closed, due_time, fixed_time, switches_from
from workflow.clocks.metrics import FIXED, Conditions, conditions_of
from workflow.clocks.switching import Switch
from workflow.clocks.working_time import WorkingTime
from workflow.conditions import Facts

NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Moment:
    """What was so at a moment, right after something had happened."""

    at: datetime
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How long a metric may take, in whose opening hours, and when it counts.

    `priority` of None serves every priority. `within_days` (working days) goes before `within`.
    A metric that is due at a date needs no span: the date is the fact `promised_for`; with
    `moves_to_opening` a date outside the hours becomes their next opening. The ids say which rows
    it was read from.
    """

    metric: str
    working_time: WorkingTime
    within: timedelta = NOTHING
    within_days: int | None = None
    priority: int | None = None
    recurrence: str = "none"
    conditions: Conditions | None = None
    moves_to_opening: bool = False
    target_id: int | None = None
    ladder_id: int | None = None

    @property
    def when(self) -> Conditions:
        """The conditions: its own, or those that the metric has by itself."""
        return self.conditions or conditions_of(self.metric)


@dataclass(slots=True, kw_only=True)
class Run:
    """One clock from its start to its end; `switches` are the hours that it counted by."""

    metric: str
    cycle: int
    rule: Rule
    attached_at: datetime
    started_at: datetime
    due_at: datetime
    original_due_at: datetime
    switches: list[Switch]
    state: Standing = Standing.RUNNING
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    stopped_at: datetime | None = None
    breached_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still counts or could."""
        return self.state in (Standing.RUNNING, Standing.PAUSED)

    def used(self, *, until: datetime) -> timedelta:
        """Return how much opening time has counted, up to its end or `until`."""
        end = self.stopped_at or until
        return switching.elapsed(self.switches, until=end, pauses=closed(self.pauses, until=end))


def run(rules: Sequence[Rule], moments: Iterable[Moment], *, until: datetime) -> list[Run]:
    """Return every clock that the rules start over a history, in order of their start.

    For each metric the rule of the priority at that moment counts; where the priority changes,
    what runs is planned anew. Moments are taken in their order: one that lies before the last (a
    machine's clock was set back) counts as that one. A breach is seen when it happens, but never
    before the target applied.
    """
    metrics: dict[str, list[Rule]] = {}
    for rule in rules:
        metrics.setdefault(rule.metric, []).append(rule)
    seen = in_order(moments)
    found = [one for same in metrics.values() for one in _Runner(same).follow(seen, until=until)]
    return sorted(found, key=lambda one: (one.attached_at, one.metric, one.cycle))


def in_order(moments: Iterable[Moment]) -> list[Moment]:
    """Return moments none of which lies before the one that came first."""
    seen: list[Moment] = []
    for moment in moments:
        is_back = bool(seen) and moment.at < seen[-1].at
        seen.append(Moment(seen[-1].at, moment.facts) if is_back else moment)
    return seen


class _Runner:
    """Runs the rules of one metric over a history."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.runs: list[Run] = []
        self.seen: list[Moment] = []

    def follow(self, moments: Sequence[Moment], *, until: datetime) -> list[Run]:
        """Take each moment in turn; return what ran."""
        for moment in moments:
            if moment.at > until:
                break
            self.seen.append(moment)
            self.breach(at=moment.at, is_over=False)
            self.change(moment)
        self.breach(at=until, is_over=True)
        return self.runs

    @property
    def going(self) -> Run | None:
        """The clock that is attached, if one is."""
        return self.runs[-1] if self.runs and self.runs[-1].is_open else None

    def rule_at(self, facts: Facts) -> Rule | None:
        """Return the rule of the priority that holds."""
        fitting = (rule for rule in self.rules if rule.priority in (None, facts.get("priority")))
        return next(fitting, None)

    def change(self, moment: Moment) -> None:
        """Do what one change asks for."""
        going = self.going
        rule = self.rule_at(moment.facts) or (going.rule if going else None)
        if rule is None:
            return
        if going is not None and going.rule is not rule:
            self.replan(going, rule, at=moment.at)
        for act in decide(
            rule.when,
            moment.facts,
            standing=going.state if going else Standing.NONE,
            recurs=recurs(rule.metric, rule.recurrence),
        ):
            self.act(act, rule, moment)

    def act(self, act: Act, rule: Rule, moment: Moment) -> None:
        """Do one thing to the clock that is attached, or attach one."""
        if act is Act.ATTACH:
            self.attach(rule, moment)
            return
        going = self.runs[-1]
        if act is Act.PAUSE:
            pause(going, at=max(moment.at, going.started_at))
        elif act is Act.RESUME:
            resume(going, at=moment.at)
        else:
            end(going, at=moment.at, is_cancelled=act is Act.CANCEL)

    def attach(self, rule: Rule, moment: Moment) -> None:
        """Begin a clock, perhaps from earlier on: pauses of that time count as well."""
        last = self.runs[-1] if self.runs else None
        is_next = last is not None and last.stopped_at == moment.at and last.state != "cancelled"
        if last is not None and is_next and recurs(rule.metric, rule.recurrence):
            start = next_start(rule.recurrence, due_at=last.due_at, at=moment.at)
        else:
            start = start_of(
                rule.metric, moment.facts, at=moment.at, after=last.stopped_at if last else None
            )
        made = Run(
            metric=rule.metric,
            cycle=last.cycle + 1 if last else 1,
            rule=rule,
            attached_at=moment.at,
            started_at=start,
            due_at=start,
            original_due_at=start,
            switches=[(start, rule.working_time)],
            pauses=pauses_before(rule.when, self.seen[:-1], since=start, until=moment.at),
        )
        made.due_at = made.original_due_at = plan(made, facts=moment.facts)
        self.runs.append(made)

    def replan(self, going: Run, rule: Rule, *, at: datetime) -> None:
        """Give what runs the span and the hours of another priority, from its own start."""
        if rule.working_time != going.rule.working_time:
            going.switches = switches_from(
                going.started_at, [*going.switches, (at, rule.working_time)]
            )
        going.rule = rule
        if going.metric not in FIXED:
            going.due_at = plan(going, facts={}, until=at)

    def breach(self, *, at: datetime, is_over: bool) -> None:
        """See whether the clock that runs was missed by now."""
        going = self.going
        if going is None or going.state is not Standing.RUNNING or going.breached_at is not None:
            return
        if going.due_at < at or (is_over and going.due_at == at):
            going.breached_at = max(going.due_at, going.attached_at)


def plan(
    going: Run, *, facts: Mapping[str, object] | Facts, until: datetime | None = None
) -> datetime:
    """Return when a run is due, by its rule, its hours and its pauses."""
    promised_for = facts.get("promised_for") if going.metric in FIXED else None
    if isinstance(promised_for, datetime):
        return fixed_time(
            promised_for,
            working_time=going.rule.working_time,
            moves_to_opening=going.rule.moves_to_opening,
        )
    return due_time(
        going.switches,
        within=going.rule.within,
        within_days=going.rule.within_days,
        pauses=closed(going.pauses, until=until or going.attached_at),
    )


def pause(going: Run, *, at: datetime) -> None:
    """Let a run stand still."""
    going.state = Standing.PAUSED
    going.pauses.append((at, None))


def resume(going: Run, *, at: datetime) -> None:
    """Let a run go on; its due time moves by the opening hours that were paused."""
    began, _open = going.pauses[-1]
    going.pauses[-1] = (began, max(began, at))
    going.state = Standing.RUNNING
    if going.metric not in FIXED:
        going.due_at = plan(going, facts={})


def end(going: Run, *, at: datetime, is_cancelled: bool) -> None:
    """End a run: met if in time, else missed; cancelled has no verdict."""
    if going.state is Standing.PAUSED:
        resume(going, at=at)
    going.stopped_at = at
    if is_cancelled:
        going.state = Standing.CANCELLED
        return
    if at > going.due_at and going.breached_at is None:
        going.breached_at = at
    going.state = Standing.MET if going.breached_at is None else Standing.MISSED


def pauses_before(
    when: Conditions, moments: Sequence[Moment], *, since: datetime, until: datetime
) -> list[tuple[datetime, datetime | None]]:
    """Return when a clock would have stood still between a start in the past and its attaching."""
    found: list[tuple[datetime, datetime | None]] = []
    standing = Standing.RUNNING
    for moment in moments if since < until else ():
        acts = stood_still(when, moment.facts, standing=standing)
        if Act.PAUSE in acts:
            standing = Standing.PAUSED
            found.append((max(moment.at, since), None))
        elif Act.RESUME in acts:
            standing = Standing.RUNNING
            found[-1] = (found[-1][0], max(moment.at, since))
    closed_pauses = closed(found, until=until)
    return [(began, ended) for began, ended in closed_pauses if ended > since]
