"""What a clock shows on a page: how much of a promise is left, in words, shape and ring."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.queries import RowClock
from servicedesk.pages.moments import day_and_hour
from servicedesk.pages.spans import span_in_words
from workflow.clocks.models import Clock, ClockState, Metric
from workflow.clocks.working_time import WorkingTime

SOON = timedelta(hours=1)
SOON_SHARE = 25


@dataclass(frozen=True)
class ClockChip:
    """One clock as drawn: `state` is ok, soon, breached, paused or met; `percent` is what is left."""

    promise: str
    state: str
    words: str
    percent: int
    due_at: datetime | None

    @property
    def due_second(self) -> int | None:
        """When it is due as a browser counts: seconds since 1970, UTC."""
        return int(self.due_at.timestamp()) if self.due_at is not None else None

    @property
    def due_words(self) -> str:
        """When it is due, in words; empty for one that waits."""
        return day_and_hour(self.due_at) if self.due_at is not None else ""


def clock_chip(
    *,
    promise: str,
    started_at: datetime,
    due_at: datetime | None,
    at: datetime,
    met_at: datetime | None = None,
    left_when_paused: timedelta | None = None,
) -> ClockChip:
    """Return the chip of a clock as it stands at `at` (all times aware).

    `promise` says what is promised ("Next reply"). A paused clock has `left_when_paused`
    and may have no `due_at`. The share that is left is of plain time, not of opening hours.
    """
    if met_at is not None:
        return ClockChip(promise, "met", _("met"), 100, due_at)
    if left_when_paused is not None:
        words = _("paused, %(left)s left") % {"left": span_in_words(left_when_paused)}
        return ClockChip(promise, "paused", words, 50, due_at)
    if due_at is None:
        return ClockChip(promise, "paused", _("paused"), 50, None)
    left = due_at - at
    if left <= timedelta(0):
        words = _("%(span)s over") % {"span": span_in_words(left)}
        return ClockChip(promise, "breached", words, 0, due_at)
    whole = due_at - started_at
    percent = min(100, max(3, round(100 * (left / whole)))) if whole > timedelta(0) else 3
    state = "soon" if percent < SOON_SHARE or left < SOON else "ok"
    return ClockChip(promise, state, span_in_words(left), percent, due_at)


PROMISES = {
    Metric.FIRST_RESPONSE.value: gettext_lazy("First reply"),
    Metric.NEXT_RESPONSE.value: gettext_lazy("Next reply"),
    Metric.PERIODIC_UPDATE.value: gettext_lazy("Next update"),
    Metric.RESOLUTION.value: gettext_lazy("Solution"),
    Metric.REQUESTER_WAIT.value: gettext_lazy("Customer waits"),
    Metric.AGENT_WORK.value: gettext_lazy("Work"),
    Metric.PROMISE.value: gettext_lazy("Our promise"),
    Metric.ACKNOWLEDGE.value: gettext_lazy("Acceptance"),
    Metric.STAGE.value: gettext_lazy("This step"),
    Metric.FIX.value: gettext_lazy("Fix"),
    Metric.ROOT_CAUSE.value: gettext_lazy("Root cause"),
    Metric.ESTIMATE.value: gettext_lazy("Date told to customers"),
    Metric.TASK.value: gettext_lazy("Task"),
}


def promise_words(metric: str) -> str:
    """Return what a clock promises, in words."""
    return str(PROMISES[metric])


class RowChips:
    """Makes the chips of a list: words are looked up and calendars read once for all rows."""

    def __init__(self, *, at: datetime) -> None:
        self.at = at
        self.promises = {metric: str(words) for metric, words in PROMISES.items()}
        self.calendars: dict[int, WorkingTime] = {}

    def chip_of(self, clock: RowClock) -> ClockChip:
        """Return the chip of an open clock; no query."""
        return clock_chip(
            promise=self.promises[clock.metric],
            started_at=clock.started_at,
            due_at=None if clock.opening_hours else clock.due_at,
            at=self.at,
            left_when_paused=self.left_of(clock) if clock.opening_hours else None,
        )

    def left_of(self, clock: RowClock) -> timedelta:
        """Return what is left of a paused clock in opening hours."""
        if clock.calendar_id not in self.calendars:
            self.calendars[clock.calendar_id] = WorkingTime.from_dict(clock.opening_hours or {})
        paused_at = datetime.fromisoformat(str(clock.pauses[-1][0]))
        return self.calendars[clock.calendar_id].between(paused_at, clock.due_at)


def chip_of(clock: Clock, *, at: datetime) -> ClockChip:
    """Return the chip of a stored clock whose calendar is loaded; no query.

    What is left of a paused clock is counted in opening hours from the beginning of the pause.
    """
    left = None
    if clock.state == ClockState.PAUSED:
        paused_at, _still = clock.pause_spans(until=at)[-1]
        left = clock.calendar.working_time().between(paused_at, clock.due_at)
    is_met = clock.state == ClockState.MET
    return clock_chip(
        promise=promise_words(clock.metric),
        started_at=clock.started_at,
        due_at=None if left is not None else clock.due_at,
        at=at,
        met_at=clock.stopped_at if is_met else None,
        left_when_paused=left,
    )


def first_chip(clocks: Iterable[Clock], *, at: datetime) -> ClockChip | None:
    """Return the chip of what is due next: a running clock before a paused one; None if none."""
    chosen = min(clocks, key=lambda c: (c.state == ClockState.PAUSED, c.due_at), default=None)
    return chip_of(chosen, at=at) if chosen is not None else None
