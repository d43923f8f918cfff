"""Where a moment stands on a drawing of time in which closed hours are narrow."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

Window = tuple[datetime, datetime]

CLOSED_WEIGHT = 0.085
LONG_CLOSED = timedelta(hours=30)
MARGIN_SHARE = 0.03
LEAST_MARGIN = timedelta(minutes=2)
SHARE_FOR_SHORT_STAYS = 0.5


def weekday_windows(
    begin: datetime,
    end: datetime,
    zone: tzinfo,
    *,
    opens_at: time = time(8),
    closes_at: time = time(18),
) -> list[Window]:
    """Return the open windows of a plain Monday-to-Friday week between two aware moments."""
    windows = []
    on = begin.astimezone(zone).date()
    last = end.astimezone(zone).date()
    while on <= last:
        if on.weekday() < 5:
            windows.append(
                (datetime.combine(on, opens_at, zone), datetime.combine(on, closes_at, zone))
            )
        on += timedelta(days=1)
    return windows


class OpenTime:
    """Counts open time within windows; each question costs a binary search."""

    def __init__(self, windows: Sequence[Window]) -> None:
        """Keep windows (aware, sorted, not overlapping) with the open seconds before each."""
        self.windows = list(windows)
        self._seconds: dict[datetime, float] = {}
        self._starts = [start.timestamp() for start, _ in windows]
        self._ends = [end.timestamp() for _, end in windows]
        self._before = [0.0]
        for start, end in zip(self._starts, self._ends, strict=True):
            self._before.append(self._before[-1] + end - start)

    def seconds_before(self, moment: float) -> float:
        """Return the open seconds before a timestamp."""
        index = bisect_right(self._starts, moment) - 1
        if index < 0:
            return 0.0
        return self._before[index] + min(moment, self._ends[index]) - self._starts[index]

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """Return the open time between two aware moments; zero if they are the wrong way round."""
        first, last = self.second_of(begin), self.second_of(end)
        if last <= first:
            return timedelta(0)
        return timedelta(seconds=self.seconds_before(last) - self.seconds_before(first))

    def second_of(self, moment: datetime) -> float:
        """Return the timestamp of a moment, worked out once: zones made half of a drawing's time."""
        known = self._seconds.get(moment)
        if known is None:
            known = self._seconds[moment] = moment.timestamp()
        return known

    def long_gaps(self, begin: datetime, end: datetime) -> list[Window]:
        """Return closed stretches of 30 hours or more (weekends, holidays) between two moments."""
        gaps = [(left[1], right[0]) for left, right in pairwise(self.windows)]
        return [
            (max(start, begin), min(stop, end))
            for start, stop in gaps
            if stop - start >= LONG_CLOSED and start < end and stop > begin
        ]


class Scale:
    """Maps aware moments to x, later never left of earlier.

    An open hour weighs 1, a closed one 0.085. Stays that would be too short to see are widened
    (`anchors` are the moments at which stays begin), so that ten seconds next to ten days are
    still a bar that can be pointed at.
    """

    def __init__(
        self,
        *,
        begin: datetime,
        end: datetime,
        left: float,
        right: float,
        open_time: OpenTime,
        anchors: Sequence[datetime] = (),
    ) -> None:
        """Lay the span from `begin` to `end` between the pixels `left` and `right`."""
        self._open_time = open_time
        self._begins, self._ends = begin.timestamp(), end.timestamp()
        self._places: dict[datetime, float] = {}
        self._opened_before = open_time.seconds_before(self._begins)
        self._weights: list[float] = []
        self._pixels: list[float] = []
        self._lay_out(anchors, left=left, right=right)

    def __call__(self, moment: datetime) -> float:
        """Return the x of a moment; moments outside of the span stand at its ends."""
        known = self._places.get(moment)
        if known is None:
            known = self._places[moment] = self._place(self._open_time.second_of(moment))
        return known

    def _place(self, second: float) -> float:
        weight = self._weight(min(max(second, self._begins), self._ends))
        index = min(max(bisect_right(self._weights, weight) - 1, 0), len(self._weights) - 2)
        low, high = self._weights[index], self._weights[index + 1]
        share = 0.0 if high == low else (weight - low) / (high - low)
        start, stop = self._pixels[index], self._pixels[index + 1]
        return round(start + share * (stop - start), 1)

    def _weight(self, until: float) -> float:
        """Return how much weighted time lies before a timestamp, counted from the beginning."""
        opened = self._open_time.seconds_before(until) - self._opened_before
        return opened + CLOSED_WEIGHT * (until - self._begins - opened)

    def _lay_out(self, anchors: Sequence[datetime], *, left: float, right: float) -> None:
        """Give each stay its share of the width, short ones the least width that can be seen."""
        seconds = [self._open_time.second_of(moment) for moment in anchors]
        inside = [second for second in seconds if self._begins <= second <= self._ends]
        weights = sorted({0.0, self._weight(self._ends), *(self._weight(at) for at in inside)})
        if len(weights) == 1:
            weights.append(weights[0] + 1.0)
        gaps = [later - earlier for earlier, later in pairwise(weights)]
        width, total = right - left, weights[-1]
        least = min(26.0, SHARE_FOR_SHORT_STAYS * width / len(gaps))
        plain = [gap / total * width for gap in gaps]
        missing = sum(max(0.0, least - pixels) for pixels in plain)
        spare = sum(max(0.0, pixels - least) for pixels in plain)
        keep = 1 - missing / spare if spare > missing else 0.0
        position = left
        self._weights, self._pixels = weights, [left]
        for pixels in plain:
            position += least + (pixels - least) * keep if pixels > least else least
            self._pixels.append(position)
        self._pixels[-1] = right


@dataclass(frozen=True)
class Tick:
    """A mark on the axis; `rank` 0 is wanted most when not all labels fit."""

    at: datetime
    label: str
    rank: int
    is_today: bool = False


def span_with_margin(begin: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return the span to draw: a little before the first and after the last moment."""
    margin = max((end - begin) * MARGIN_SHARE, LEAST_MARGIN)
    return begin - margin / 3, end + margin


def ticks(
    begin: datetime,
    end: datetime,
    *,
    zone: tzinfo,
    today: date,
    weekdays: Sequence[str],
    months: Sequence[str],
) -> list[Tick]:
    """Return marks for the axis: hours up to three days, days up to six weeks, weeks beyond."""
    days = _midnights(begin, end, zone)
    span = end - begin
    if span > timedelta(weeks=6):
        return [
            Tick(at, f"{at.day} {months[at.month - 1]}", 0 if at.day <= 7 else 1)
            for at in days
            if at.weekday() == 0
        ]
    marks = [
        Tick(
            at,
            f"{weekdays[at.weekday()]} {at.day}",
            0 if at.weekday() == 0 else 1,
            at.date() == today,
        )
        for at in days
    ]
    first = begin.astimezone(zone)
    if not days or days[0] - first > timedelta(hours=2):
        label = f"{weekdays[first.weekday()]} {first.day}"
        marks.insert(0, Tick(first, label, 0, first.date() == today))
    if span <= timedelta(days=3):
        marks += _clock_ticks(begin, end, zone)
    return marks


def _midnights(begin: datetime, end: datetime, zone: tzinfo) -> list[datetime]:
    """Return each local midnight within the span."""
    found = []
    on = begin.astimezone(zone).date() + timedelta(days=1)
    while (at := datetime.combine(on, time(0), zone)) < end:
        found.append(at)
        on += timedelta(days=1)
    return found


def _clock_ticks(begin: datetime, end: datetime, zone: tzinfo) -> list[Tick]:
    """Return marks at full hours or minutes, some eight in a span."""
    steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360]
    wanted = (end - begin) / 10
    step = next((s for s in steps if timedelta(minutes=s) >= wanted), 360)
    at = begin.astimezone(zone).replace(second=0, microsecond=0)
    at -= timedelta(minutes=(at.hour * 60 + at.minute) % step)
    found = []
    while at < end:
        if at > begin and (at.hour or at.minute):
            found.append(Tick(at, f"{at.hour:02d}:{at.minute:02d}", 2 if at.minute == 0 else 3))
        at += timedelta(minutes=step)
    return found
