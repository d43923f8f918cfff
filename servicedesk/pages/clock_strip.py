"""The way of a clock to its due time in one row; closed hours are drawn narrow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.clocks.working_time import Segment, SegmentKind

WIDTH = 600.0
CLOSED_WEIGHT = 0.085
LEAST_WIDTH = 0.6
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Part:
    """A part of the row: its sort, where it begins and how wide it is."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class ClockStrip:
    """One row of parts in a box of `width` by 22 pixels; `mark` is where now is, if it lies within.

    `says` is the same in words; `kinds` are the sorts that appear, for the legend.
    """

    width: float
    parts: tuple[Part, ...]
    mark: float | None
    kinds: tuple[str, ...]
    says: str


def clock_strip(
    segments: Sequence[Segment], *, mark_at: datetime | None, says: str
) -> ClockStrip | None:
    """Return segments as a row, or None if there are none."""
    if not segments:
        return None
    weights = [_weight(segment) for segment in segments]
    scale = WIDTH / sum(weights)
    parts, x, mark = [], 0.0, None
    for segment, weight in zip(segments, weights, strict=True):
        width = weight * scale
        parts.append(Part(segment.kind.value, round(x, 2), round(max(LEAST_WIDTH, width), 2)))
        if mark_at is not None and segment.began_at <= mark_at < segment.ended_at:
            share = (mark_at - segment.began_at) / segment.lasted_for
            mark = round(min(WIDTH - 1, max(1.0, x + share * width)), 2)
        x += width
    shown = {segment.kind for segment in segments}
    kinds = tuple(kind.value for kind in SegmentKind if kind in shown)
    return ClockStrip(WIDTH, tuple(parts), mark, kinds, says)


def _weight(segment: Segment) -> float:
    """Return how wide a segment is to be against the others; more than nothing."""
    is_open = segment.kind in (SegmentKind.COUNTED, SegmentKind.PAUSED)
    return max(1.0, segment.lasted_for / SECOND) * (1 if is_open else CLOSED_WEIGHT)
