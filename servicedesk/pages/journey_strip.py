"""The journey in one row: for the case page, lists and the board."""

from dataclasses import dataclass

from servicedesk.pages.journey_legs import Journey, leg_left, leg_parts
from servicedesk.pages.journey_scale import OpenTime, Scale
from servicedesk.pages.journey_shapes import Shape
from servicedesk.pages.journey_words import Wording

STRIP_WIDTH = 300.0
BAR = 12.0
GAP = 1.5
TO_COME_SHARE = 0.12


@dataclass(frozen=True)
class Strip:
    """One row of parts in a box of `width` by 17 pixels; `says` is the same in words.

    `stops` are where the stays begin, in shares of the width, and where the last one ends.
    """

    width: float
    parts: tuple[Shape, ...]
    says: str
    stops: tuple[float, ...] = ()


def strip(journey: Journey, *, wording: Wording | None = None) -> Strip:
    """Return the journey in one row; an empty strip if there is no leg yet."""
    words = wording or Wording()
    if not journey.legs:
        return Strip(STRIP_WIDTH, (), "")
    end_at = journey.resolved_at or journey.at
    begin = journey.legs[0].entered_at
    is_open = journey.resolved_at is None
    right = STRIP_WIDTH * (1 - TO_COME_SHARE) if is_open else STRIP_WIDTH
    scale = Scale(
        begin=begin,
        end=max(end_at, begin),
        left=0,
        right=right,
        open_time=OpenTime(journey.windows),
        anchors=[leg.entered_at for leg in journey.legs],
    )
    parts = []
    for leg in journey.legs:
        left = leg_left(leg, until=end_at)
        for kind, start, stop in leg_parts(leg, left=left):
            x = scale(start)
            width = round(max(1.0, scale(stop) - x - GAP), 1)
            parts.append(Shape(kind, x, 0, width, BAR, leg.hue))
        x = scale(leg.entered_at)
        width = round(max(2.0, scale(left) - x - GAP), 1)
        if leg.due_at is not None and left > leg.due_at:
            late = scale(max(leg.due_at, leg.entered_at))
            parts.append(Shape("late", late, 0, round(max(1.0, scale(left) - late - GAP), 1), 2))
        if leg.is_detour:
            parts.append(Shape("detour", x, 14, width, 3))
    if is_open:
        parts.append(Shape("future", right + 0.5, 0.5, STRIP_WIDTH - right - 1, BAR - 1))
    begins = [scale(leg.entered_at) for leg in journey.legs]
    stops = tuple(round(x / STRIP_WIDTH, 4) for x in (*begins, scale(end_at)))
    return Strip(STRIP_WIDTH, tuple(parts), _says(journey, words), stops)


def _says(journey: Journey, words: Wording) -> str:
    """Return the way through the departments as one sentence."""
    names: list[str] = []
    for leg in journey.legs:
        if not names or names[-1] != leg.department_name:
            names.append(leg.department_name)
    way = " → ".join(names)
    if journey.resolved_at is not None:
        when = words.moment(journey.resolved_at.astimezone(journey.zone))
        return words.strip_done.format(way=way, time=when)
    return words.strip.format(way=way)
