"""What a clock shows on a page: how much of a promise is left, in words, shape and ring."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from servicedesk.pages.spans import span_in_words

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
