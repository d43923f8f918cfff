"""Start, pause, resume, plan anew and stop clocks; every change leaves its mark.

A machine's clock may be set back: nothing is written down before what happened last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from workflow.clocks.clock_hours import as_one, hours_of
from workflow.clocks.due_times import due_time, fixed_time
from workflow.clocks.ladders import first_look, looks_ahead, looks_of, steps_of
from workflow.clocks.marking import keep_marks, mark
from workflow.clocks.models import (
    Calendar,
    Clock,
    ClockMark,
    ClockState,
    LadderStep,
    MarkKind,
    Target,
)
from workflow.clocks.switching import elapsed
from workflow.tenancy.kept_writes import insert_all, update

PLANNED = ("due_at", "revision", "looks", "next_look_at")
ENDED = ("state", "pauses", "stopped_at", "used_for", "breach_recorded_at", *PLANNED)


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What a clock is started with: a span or working days in a calendar, or a date.

    `promised_for` makes a clock that neither hours nor pauses move; with `moves_to_opening` a
    date outside the hours becomes their next opening.
    """

    calendar: Calendar
    within: timedelta = timedelta()
    within_days: int | None = None
    promised_for: datetime | None = None
    moves_to_opening: bool = False
    target: Target | None = None
    ladder_id: int | None = None


class Keeping:
    """What is done to the clocks of one record in one go; `save` writes it all."""

    def __init__(self) -> None:
        self.begun: list[Clock] = []
        self.changed: dict[int, tuple[Clock, set[str]]] = {}
        self.marks: list[ClockMark] = []
        self.ladders: dict[int | None, list[LadderStep]] = {}

    # ---- what happens to a clock -------------------------------------------------------------

    def begin(
        self,
        clock: Clock,
        promise: Promise,
        *,
        at: datetime,
        since: datetime | None = None,
        pauses: Sequence[tuple[datetime, datetime | None]] = (),
        reason: str = "",
    ) -> Clock:
        """Let a new clock run from `at`, or from `since` on; `pauses` are those until now."""
        clock.calendar = promise.calendar
        clock.target = promise.target
        clock.ladder_id = promise.ladder_id
        clock.within, clock.within_days = promise.within, promise.within_days
        clock.attached_at, clock.started_at = at, since or at
        clock.state = ClockState.RUNNING
        clock.is_fixed = promise.promised_for is not None
        clock.pauses = [[began.isoformat(), (ended or at).isoformat()] for began, ended in pauses]
        if promise.promised_for is not None:
            clock.due_at = fixed_time(
                promise.promised_for,
                working_time=promise.calendar.working_time(),
                moves_to_opening=promise.moves_to_opening,
            )
        plan(clock, at=at, steps=self.steps(clock), is_new=True)
        clock.original_due_at = clock.due_at
        self.begun.append(clock)
        self.note(
            clock,
            MarkKind.STARTED,
            at=at,
            reason=reason,
            started_at=clock.started_at.isoformat(),
            cycle=clock.cycle,
            pauses=clock.pauses or None,
            **span_facts(clock, promise),
        )
        return clock

    def pause(self, clock: Clock, *, at: datetime, reason: str = "") -> None:
        """Stop counting until `resume`; nothing happens to a clock that does not run."""
        if clock.state != ClockState.RUNNING:
            return
        at = max(at, last_moment(clock))
        clock.state = ClockState.PAUSED
        clock.pauses = [*clock.pauses, [at.isoformat(), None]]
        clock.next_look_at = None
        self.change(clock, "state", "pauses", "next_look_at")
        self.note(clock, MarkKind.PAUSED, at=at, reason=reason, is_planned=False)

    def resume(self, clock: Clock, *, at: datetime, reason: str = "") -> None:
        """Count on; the due time moves by the opening hours that were paused."""
        if clock.state != ClockState.PAUSED:
            return
        at = max(at, last_moment(clock))
        end_pause(clock, at=at)
        clock.state = ClockState.RUNNING
        plan(clock, at=at, steps=self.steps(clock))
        self.change(clock, "state", "pauses", *PLANNED)
        self.note(clock, MarkKind.RESUMED, at=at, reason=reason, revision=clock.revision)

    def replan(
        self, clock: Clock, *, at: datetime, reason: str, promise: Promise | None = None
    ) -> bool:
        """Plan anew by today's hours, or by another promise; returns whether it is due elsewhen.

        What was missed stays missed, and what was planned first stays known.
        """
        at = max(at, last_moment(clock))
        before, fields = clock.due_at, set(PLANNED)
        if promise is not None:
            fields |= promised(clock, promise, at=at)
        plan(clock, at=at, steps=self.steps(clock))
        self.change(clock, *fields)
        is_moved = clock.due_at != before
        if is_moved or promise is not None:
            self.note(clock, MarkKind.PLANNED, at=at, reason=reason, **span_facts(clock, promise))
        return is_moved

    def stop(self, clock: Clock, *, at: datetime, reason: str = "") -> None:
        """End the clock: met if in time, else missed; the last plan stays in `due_at`."""
        if not clock.is_open:
            return
        at = self.ended(clock, at=at)
        is_late = clock.breach_recorded_at is not None or at > clock.due_at
        clock.state = ClockState.MISSED if is_late else ClockState.MET
        if is_late and clock.breach_recorded_at is None:
            clock.breach_recorded_at = at
        kind = MarkKind.MISSED if is_late else MarkKind.MET
        self.note(clock, kind, at=at, reason=reason, revision=clock.revision)

    def cancel(self, clock: Clock, *, at: datetime, reason: str = "") -> None:
        """End the clock without a verdict."""
        if not clock.is_open:
            return
        at = self.ended(clock, at=at)
        clock.state = ClockState.CANCELLED
        self.note(clock, MarkKind.CANCELLED, at=at, reason=reason, revision=clock.revision)

    def ended(self, clock: Clock, *, at: datetime) -> datetime:
        """Count what was left to count and look no more; returns when it ended."""
        at = max(at, last_moment(clock))
        if clock.state == ClockState.PAUSED:
            end_pause(clock, at=at)
            plan(clock, at=at, steps=())
        clock.stopped_at = at
        clock.used_for = used(clock, until=at)
        clock.looks = []
        clock.next_look_at = None
        self.change(clock, *ENDED)
        return at

    # ---- what is written ---------------------------------------------------------------------

    def steps(self, clock: Clock) -> list[LadderStep]:
        """Return the steps of a clock's ladder; one query for each ladder."""
        if clock.ladder_id not in self.ladders:
            self.ladders[clock.ladder_id] = steps_of(clock.ladder_id)
        return self.ladders[clock.ladder_id]

    def change(self, clock: Clock, *fields: str) -> None:
        """Remember that a clock is to be saved; a new one is saved whole."""
        if clock.pk is not None:
            _clock, known = self.changed.setdefault(clock.pk, (clock, set()))
            known.update(fields)

    def note(
        self,
        clock: Clock,
        kind: MarkKind,
        *,
        at: datetime,
        reason: str = "",
        is_planned: bool = True,
        **facts: Any,
    ) -> None:
        """Add a mark; the due time is left out while nothing is planned."""
        due_at = clock.due_at if is_planned else None
        self.marks.append(mark(clock, kind, at=at, reason=reason, due_at=due_at, **facts))

    def write(self) -> None:
        """Write it all; a query for new clocks, one for each changed one, one for the marks."""
        # First what ends: of one metric no two clocks run at once.
        for clock, fields in self.changed.values():
            update(clock, *sorted(fields))
        insert_all(self.begun)
        keep_marks(self.marks)
        self.begun, self.changed, self.marks = [], {}, []


# ---- one clock alone -------------------------------------------------------------------------


def pause(clock: Clock, *, at: datetime, reason: str = "") -> None:
    """Stop counting until `resume`, and save."""
    keeping = Keeping()
    keeping.pause(clock, at=at, reason=reason)
    keeping.write()


def resume(clock: Clock, *, at: datetime, reason: str = "") -> None:
    """Count on, and save."""
    keeping = Keeping()
    keeping.resume(clock, at=at, reason=reason)
    keeping.write()


def stop(clock: Clock, *, at: datetime, reason: str = "") -> None:
    """End the clock with its verdict, and save."""
    keeping = Keeping()
    keeping.stop(clock, at=at, reason=reason)
    keeping.write()


def cancel(clock: Clock, *, at: datetime, reason: str = "") -> None:
    """End the clock without a verdict, and save."""
    keeping = Keeping()
    keeping.cancel(clock, at=at, reason=reason)
    keeping.write()


# ---- the plan of a clock ---------------------------------------------------------------------


def plan(
    clock: Clock, *, at: datetime, steps: Sequence[LadderStep] = (), is_new: bool = False
) -> None:
    """Set `due_at`, `revision`, `looks` and `next_look_at` from start, span and pauses.

    Saves nothing. What of the ladder was taken already is not taken again.
    """
    switches = hours_of(clock)
    if not clock.is_fixed:
        clock.due_at = due_time(
            switches,
            within=clock.within,
            within_days=clock.within_days,
            pauses=clock.pause_spans(until=at),
        )
    clock.revision = clock.calendar.revision
    find_looks = looks_of if is_new else looks_ahead
    clock.looks = find_looks(clock, working_time=as_one(switches), steps=steps)
    clock.next_look_at = first_look(clock.looks) if clock.state == ClockState.RUNNING else None


def used(clock: Clock, *, until: datetime) -> timedelta | None:
    """Return how much opening time has counted; None for a date, which no hours count towards."""
    if clock.is_fixed:
        return None
    return elapsed(hours_of(clock), until=until, pauses=clock.pause_spans(until=until))


def promised(clock: Clock, promise: Promise, *, at: datetime) -> set[str]:
    """Give a clock another promise; what counted by other hours stays counted. Returns fields."""
    if promise.calendar.pk != clock.calendar_id:
        clock.earlier_hours = [
            *clock.earlier_hours,
            [clock.calendar_id, clock.calendar.revision, at.isoformat()],
        ]
    clock.calendar = promise.calendar
    clock.target = promise.target
    clock.ladder_id = promise.ladder_id
    clock.within, clock.within_days = promise.within, promise.within_days
    if promise.promised_for is not None:
        clock.due_at = fixed_time(
            promise.promised_for,
            working_time=promise.calendar.working_time(),
            moves_to_opening=promise.moves_to_opening,
        )
    return {"earlier_hours", "calendar", "target", "ladder", "within", "within_days"}


def span_facts(clock: Clock, promise: Promise | None) -> dict[str, Any]:
    """Return what a mark keeps of a plan; a date that was promised is due as it was told."""
    date = promise.promised_for if promise is not None else None
    if clock.is_fixed and date is None:
        date = clock.due_at
    return {
        "promised_for": date.isoformat() if date is not None else None,
        "opening": (promise is not None and promise.moves_to_opening) or None,
        "earlier": clock.earlier_hours or None,
        "seconds": clock.within.total_seconds(),
        "days": clock.within_days,
        "calendar": clock.calendar_id,
        "revision": clock.revision,
        "target": clock.target_id,
    }


def end_pause(clock: Clock, *, at: datetime) -> None:
    """Let the open pause end; it never ends before it began."""
    began, _open = clock.pauses[-1]
    clock.pauses = [*clock.pauses[:-1], [began, at.isoformat()]]


def last_moment(clock: Clock) -> datetime:
    """Return when the last thing happened to a clock that is known of it."""
    edges = [edge for pause in clock.pauses[-1:] for edge in pause if edge is not None]
    known = [clock.attached_at, *(datetime.fromisoformat(edge) for edge in edges)]
    if clock.breach_recorded_at is not None:
        known.append(clock.breach_recorded_at)
    return max(known)
