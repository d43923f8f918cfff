"""Start, pause, resume and stop clocks; none of these saves anything but the clock."""

from datetime import datetime, timedelta

from workflow.clocks.models import Calendar, Clock, ClockState

WARN_WHEN_USED = 0.75


def plan(clock: Clock, *, at: datetime) -> None:
    """Set `due_at` and `next_look_at` from start, span and pauses; saves nothing."""
    working_time = clock.calendar.working_time()
    pauses = clock.pause_spans(until=at)
    clock.due_at = working_time.add(clock.started_at, clock.within, pauses=pauses)
    if clock.state != ClockState.RUNNING or clock.breach_recorded_at is not None:
        clock.next_look_at = None
    elif clock.warned_at is None:
        clock.next_look_at = working_time.add(
            clock.started_at, clock.within * WARN_WHEN_USED, pauses=pauses
        )
    else:
        clock.next_look_at = clock.due_at


def started(clock: Clock, *, calendar: Calendar, within: timedelta, at: datetime) -> Clock:
    """Let a new clock run from `at` and return it; saves nothing."""
    clock.calendar = calendar
    clock.within = within
    clock.attached_at = at
    clock.started_at = at
    clock.state = ClockState.RUNNING
    clock.pauses = []
    plan(clock, at=at)
    clock.original_due_at = clock.due_at
    return clock


def pause(clock: Clock, *, at: datetime) -> None:
    """Stop counting until `resume`; nothing happens to a clock that does not run."""
    if clock.state != ClockState.RUNNING:
        return
    clock.state = ClockState.PAUSED
    clock.pauses = [*clock.pauses, [at.isoformat(), None]]
    clock.next_look_at = None
    clock.save(update_fields=["state", "pauses", "next_look_at"])


def resume(clock: Clock, *, at: datetime) -> None:
    """Count on; the due time moves by the opening hours that were paused."""
    if clock.state != ClockState.PAUSED:
        return
    began, _ = clock.pauses[-1]
    clock.pauses = [*clock.pauses[:-1], [began, at.isoformat()]]
    clock.state = ClockState.RUNNING
    plan(clock, at=at)
    clock.save(update_fields=["state", "pauses", "due_at", "next_look_at"])


def stop(clock: Clock, *, at: datetime) -> None:
    """End the clock: met if in time, else missed; the last plan stays in `due_at`."""
    if not clock.is_open:
        return
    if clock.state == ClockState.PAUSED:
        began, _ = clock.pauses[-1]
        clock.pauses = [*clock.pauses[:-1], [began, at.isoformat()]]
        plan(clock, at=at)
    is_late = clock.breach_recorded_at is not None or at > clock.due_at
    clock.state = ClockState.MISSED if is_late else ClockState.MET
    if is_late and clock.breach_recorded_at is None:
        clock.breach_recorded_at = at
    clock.stopped_at = at
    clock.next_look_at = None
    clock.save(
        update_fields=[
            "state",
            "pauses",
            "due_at",
            "stopped_at",
            "next_look_at",
            "breach_recorded_at",
        ]
    )


def cancel(clock: Clock, *, at: datetime) -> None:
    """End the clock without a verdict."""
    if not clock.is_open:
        return
    clock.state = ClockState.CANCELLED
    clock.stopped_at = at
    clock.next_look_at = None
    clock.save(update_fields=["state", "stopped_at", "next_look_at"])
