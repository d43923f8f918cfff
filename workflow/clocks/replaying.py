"""Work every due time out again, from what was written down, and name the clocks that differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from workflow.clocks.clock_hours import earlier_and_now, told_by
from workflow.clocks.due_times import due_time, fixed_time
from workflow.clocks.models import Clock, ClockMark, ClockState, MarkKind

BATCH = 1000
ENDS = (MarkKind.MET, MarkKind.MISSED, MarkKind.CANCELLED)


@dataclass(frozen=True)
class Difference:
    """One clock whose row does not say what its history says."""

    table: str
    clock_id: int
    metric: str
    what: str
    in_row: str
    by_history: str


@dataclass
class Replayed:
    """How many clocks were worked out again, and which differ."""

    clocks: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def differing(self) -> int:
        """How many clocks differ."""
        return len({(one.table, one.clock_id) for one in self.differences})


@dataclass
class Retold:
    """A clock as its marks tell it."""

    started_at: datetime
    within: timedelta
    within_days: int | None
    calendar: int
    revision: int
    promised_for: datetime | None = None
    moves_to_opening: bool = False
    earlier: list[list[Any]] = field(default_factory=list)
    pauses: list[list[str | None]] = field(default_factory=list)
    state: str = ClockState.RUNNING.value
    due_at: datetime | None = None
    original_due_at: datetime | None = None
    breach_recorded_at: datetime | None = None
    stopped_at: datetime | None = None

    def plan(self) -> None:
        """Work out when it is due, by the hours that were known at that plan."""
        switches = earlier_and_now(
            self.earlier, told_by(self.calendar, self.revision), started_at=self.started_at
        )
        if self.promised_for is not None:
            self.due_at = fixed_time(
                self.promised_for,
                working_time=switches[-1][1],
                moves_to_opening=self.moves_to_opening,
            )
            return
        stood = [
            (datetime.fromisoformat(began), datetime.fromisoformat(ended))
            for began, ended in self.pauses
            if began and ended
        ]
        self.due_at = due_time(
            switches, within=self.within, within_days=self.within_days, pauses=stood
        )


# ---- one clock -------------------------------------------------------------------------------


def retell(marks: Sequence[ClockMark]) -> Retold | None:
    """Return a clock as its marks tell it, or None if they do not tell its start."""
    if not marks or marks[0].kind != MarkKind.STARTED:
        return None
    retold = begun(marks[0])
    for mark in marks[1:]:
        tell(retold, mark)
    return retold


def begun(mark: ClockMark) -> Retold:
    """Return a clock as it was started."""
    facts = mark.facts
    started = facts.get("started_at")
    retold = Retold(
        started_at=datetime.fromisoformat(started) if started else mark.at,
        within=timedelta(),
        within_days=None,
        calendar=0,
        revision=0,
        pauses=[list(pause) for pause in facts.get("pauses", [])],
    )
    take(retold, facts)
    retold.plan()
    retold.original_due_at = retold.due_at
    return retold


def take(retold: Retold, facts: dict[str, Any]) -> None:
    """Let a plan count: span, hours or date."""
    retold.within = timedelta(seconds=facts["seconds"])
    retold.within_days = facts.get("days")
    retold.calendar, retold.revision = facts["calendar"], facts["revision"]
    retold.earlier = facts.get("earlier", [])
    promised_for = facts.get("promised_for")
    retold.promised_for = datetime.fromisoformat(promised_for) if promised_for else None
    retold.moves_to_opening = bool(facts.get("opening"))


def tell(retold: Retold, mark: ClockMark) -> None:
    """Let one mark change the clock."""
    if mark.kind == MarkKind.PAUSED:
        retold.state = ClockState.PAUSED.value
        retold.pauses.append([mark.at.isoformat(), None])
    elif mark.kind == MarkKind.RESUMED:
        go_on(retold, mark)
        retold.state = ClockState.RUNNING.value
    elif mark.kind == MarkKind.PLANNED:
        take(retold, mark.facts)
        retold.plan()
    elif mark.kind == MarkKind.BREACHED:
        retold.breach_recorded_at = mark.at
    elif mark.kind in ENDS:
        finish(retold, mark)


def go_on(retold: Retold, mark: ClockMark) -> None:
    """End the open pause and plan by the hours that were known then."""
    retold.pauses[-1][1] = mark.at.isoformat()
    retold.revision = mark.facts.get("revision", retold.revision)
    retold.plan()


def finish(retold: Retold, mark: ClockMark) -> None:
    """End the clock; a verdict of missed was a breach that somebody saw then, if not before."""
    if retold.state == ClockState.PAUSED:
        go_on(retold, mark)
    retold.state = mark.kind
    retold.stopped_at = mark.at
    if mark.kind == MarkKind.MISSED and retold.breach_recorded_at is None:
        retold.breach_recorded_at = mark.at


COMPARED = (
    "state",
    "started_at",
    "due_at",
    "original_due_at",
    "breach_recorded_at",
    "stopped_at",
    "pauses",
)


def differences(clock: Clock, marks: Sequence[ClockMark]) -> Iterator[Difference]:
    """Yield in what a clock differs from its history."""
    retold = retell(marks)
    told = [("history", "a start", "nothing")] if retold is None else []
    for name in COMPARED if retold is not None else ():
        mine, theirs = getattr(clock, name), getattr(retold, name)
        if mine != theirs:
            told.append((name, str(mine), str(theirs)))
    for what, in_row, by_history in told:
        yield Difference(
            table=clock._meta.db_table,
            clock_id=clock.pk,
            metric=clock.metric,
            what=what,
            in_row=in_row,
            by_history=by_history,
        )


# ---- all clocks ------------------------------------------------------------------------------


def replay_clocks(models: Sequence[type[Clock]], *, at_most: int | None = None) -> Replayed:
    """Work the clocks of the current tenant out again; `at_most` of each table, the newest.

    Two queries for each thousand clocks, and one for each calendar that they counted by.
    """
    replayed = Replayed()
    for model in models:
        table: Any = model
        clocks = table.objects.order_by("-id")
        for batch in batches(clocks, at_most=at_most):
            marks = marks_of(table, [clock.pk for clock in batch])
            for clock in batch:
                replayed.clocks += 1
                replayed.differences += differences(clock, marks.get(clock.pk, []))
    return replayed


def batches(clocks: Any, *, at_most: int | None) -> Iterator[list[Any]]:
    """Yield clocks a thousand at a time, from the newest on."""
    left, below = at_most, None
    while left is None or left > 0:
        size = BATCH if left is None else min(BATCH, left)
        found = list((clocks if below is None else clocks.filter(pk__lt=below))[:size])
        if not found:
            return
        yield found
        below = found[-1].pk
        left = None if left is None else left - len(found)


def marks_of(model: Any, clock_ids: list[int]) -> dict[int, list[ClockMark]]:
    """Return the marks of clocks in their order; one query."""
    mark_model = model._meta.get_field("marks").related_model
    found: dict[int, list[ClockMark]] = {}
    for mark in mark_model.objects.filter(clock_id__in=clock_ids).order_by("clock_id", "id"):
        found.setdefault(mark.clock_id, []).append(mark)
    return found
