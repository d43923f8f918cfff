"""The frame of a journey's drawing: time, lanes, days, and what stands above the lanes."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from servicedesk.pages.journey_labels import Placer, shortened
from servicedesk.pages.journey_legs import Journey, Part, PictureLeg, leg_left, leg_parts
from servicedesk.pages.journey_scale import OpenTime, Scale, span_with_margin, ticks
from servicedesk.pages.journey_shapes import DrawnLane, Line, Shape
from servicedesk.pages.journey_words import Wording

WIDTH = 1180.0
GUTTER = 176.0
LANE_HEIGHT = 68.0
TOP = 118.0
MOST_LANES = 8
SMALL_LANE_SHARE = 0.02


class Frame:
    """Span, scale and lanes of a drawing while it is made, and what stands around the legs."""

    def __init__(self, journey: Journey, wording: Wording) -> None:
        """Fix the span, the scale and the lanes."""
        self.journey, self.wording = journey, wording
        self.end_at = journey.ends_at or journey.resolved_at or journey.at
        self.today = journey.at.astimezone(journey.zone).date()
        self.open_time = OpenTime(journey.windows)
        self.begin, self.end = span_with_margin(
            journey.legs[0].entered_at, max(self._last_moments())
        )
        anchors = [leg.entered_at for leg in journey.legs] + [self.end_at]
        self.x = Scale(
            begin=self.begin,
            end=self.end,
            left=GUTTER + 14,
            right=WIDTH - 14,
            open_time=self.open_time,
            anchors=anchors,
        )
        self.lane_of = self._lanes_of_departments()
        self.bottom = TOP + LANE_HEIGHT * (max(self.lane_of.values()) + 1)
        self.placer = Placer(left=GUTTER + 4, right=WIDTH - 2)
        self.has_second_row = False
        self._spans_known: dict[int, tuple[timedelta, timedelta]] = {}

    # ---- the frame ----

    def _last_moments(self) -> list[datetime]:
        """Return the moments that the drawing must reach."""
        estimate = self.journey.estimate
        moments = [self.end_at, *(leg.left_at for leg in self.journey.legs if leg.left_at)]
        moments += [task.ended_at for task in self.journey.tasks if task.ended_at]
        if estimate and self.journey.resolved_at is None:
            moments += [at for at in (estimate.expected_at, estimate.latest_at) if at]
            moments += self.journey.old_estimates
        return moments

    def _lanes_of_departments(self) -> dict[str, int]:
        """Return the lane of each department in order of first appearance; small ones share one."""
        stayed: Counter[str] = Counter()
        for leg in self.journey.legs:
            stayed[leg.department] += int((self._left(leg) - leg.entered_at).total_seconds()) + 1
        for task in self.journey.tasks:
            stayed[task.department] += 1
        folded: set[str] = set()
        if len(stayed) > MOST_LANES:
            whole = stayed.total()
            for place, (department, seconds) in enumerate(stayed.most_common()):
                if place >= MOST_LANES - 1 or seconds < SMALL_LANE_SHARE * whole:
                    folded.add(department)
        own = [department for department in stayed if department not in folded]
        lanes = {department: lane for lane, department in enumerate(own)}
        return lanes | dict.fromkeys(folded, len(own))

    def _left(self, leg: PictureLeg) -> datetime:
        """Return when a leg ended, or the end of the drawing's present for the open one."""
        return leg_left(leg, until=self.end_at)

    def _middle(self, leg: PictureLeg) -> float:
        """Return the y of a leg's bar."""
        return TOP + LANE_HEIGHT * (self.lane_of[leg.department] + 0.5)

    def _local(self, at: datetime) -> datetime:
        """Return a moment in the tenant's time zone."""
        return at.astimezone(self.journey.zone)

    def _says(self) -> str:
        """Return the drawing in one sentence."""
        last = self.journey.legs[-1]
        if self.journey.ends_at is not None:
            return self.wording.says_part.format(
                first=self.journey.legs[0].number, last=last.number
            )
        count = len({leg.department for leg in self.journey.legs})
        if self.journey.resolved_at:
            when = self.wording.moment(self._local(self.journey.resolved_at))
            return self.wording.says_done.format(count=count, time=when)
        when = self.wording.moment(self._local(last.entered_at))
        return self.wording.says.format(count=count, department=last.department_name, time=when)

    def _spans(self, leg: PictureLeg) -> tuple[timedelta, timedelta]:
        """Return how long was worked and waited in a leg, added up once."""
        known = self._spans_known.get(leg.number)
        if known is None:
            known = self._spans_known[leg.number] = self._spans_added(leg)
        return known

    def _spans_added(self, leg: PictureLeg) -> tuple[timedelta, timedelta]:
        """Return how long was worked and waited in a leg."""
        if leg.worked is not None and leg.waited is not None:
            return leg.worked, leg.waited
        worked = waited = timedelta(0)
        for kind, start, stop in self._parts(leg):
            span = self.open_time.between(start, stop)
            if kind == "work":
                worked += span
            else:
                waited += span
        return worked, waited

    def _drawn_lanes(self) -> tuple[DrawnLane, ...]:
        """Return each lane with its name and how much was worked and waited there."""
        worked: Counter[int] = Counter()
        waited: Counter[int] = Counter()
        names: dict[int, tuple[str, str]] = {}
        shared = Counter(self.lane_of.values())
        for task in self.journey.tasks:
            lane = self.lane_of[task.department]
            is_own = shared[lane] == 1
            names[lane] = (
                task.department_name if is_own else self.wording.others,
                task.hue if is_own else "",
            )
        for leg in self.journey.legs:
            lane = self.lane_of[leg.department]
            name = leg.department_name if shared[lane] == 1 else self.wording.others
            names[lane] = (name, leg.hue if shared[lane] == 1 else "")
            at_work, in_wait = self._spans(leg)
            worked[lane] += int(at_work.total_seconds())
            waited[lane] += int(in_wait.total_seconds())
        lanes = []
        for lane, (name, hue) in sorted(names.items()):
            sums = [
                words.format(span=self.wording.span(timedelta(seconds=seconds[lane])))
                for words, seconds in ((self.wording.worked, worked), (self.wording.waited, waited))
                if seconds[lane] >= 30
            ]
            top = TOP + LANE_HEIGHT * lane
            room = GUTTER - 28
            lanes.append(
                DrawnLane(
                    name=shortened(name, size=13, width=room),
                    # Set thinner than other texts, so a tenth narrower than their measure.
                    sums=shortened(" · ".join(sums), size=11 * 0.9, width=room),
                    hue=hue,
                    top=top,
                    middle=top + LANE_HEIGHT / 2,
                )
            )
        return tuple(lanes)

    def _axis(self) -> tuple[Line, ...]:
        """Place the axis' labels, the wanted ones first; return a line for each day or label."""
        marks = ticks(
            self.begin,
            self.end,
            zone=self.journey.zone,
            today=self.today,
            weekdays=self.wording.weekdays,
            months=self.wording.months,
        )
        lines = []
        for mark in sorted(marks, key=lambda mark: (not mark.is_today, mark.rank, mark.at)):
            x = self.x(mark.at)
            kind = "today-label" if mark.is_today else "axis"
            label = self.placer.place(mark.label, kind=kind, places=[(x + 6, 19, "start")], gap=7)
            if label is not None or mark.rank < 2:
                lines.append(Line("grid", x))
        return tuple(lines)

    def _closed(self) -> tuple[Shape, ...]:
        """Return the hatched strips of weekends and holidays."""
        gaps = self.open_time.long_gaps(self.begin, self.end)
        return tuple(self._column("closed", start, stop) for start, stop in gaps)

    def _today(self) -> Shape | None:
        """Return the shade of today, if the drawing shows more than one day."""
        start = datetime.combine(self.today, time(0), self.journey.zone)
        stop = start + timedelta(days=1)
        if self.end - self.begin < timedelta(days=2) or stop <= self.begin or start >= self.end:
            return None
        return self._column("today", start, stop)

    def _column(self, kind: str, start: datetime, stop: datetime) -> Shape:
        """Return a strip over all lanes between two moments."""
        x = self.x(start)
        return Shape(kind, x, 28, round(max(1.0, self.x(stop) - x), 1), self.bottom - 28)

    def _parts(self, leg: PictureLeg) -> list[Part]:
        """Return a leg's parts in time order."""
        return leg_parts(leg, left=self._left(leg))

    # ---- above the lanes ----

    def _volumes(self) -> tuple[Shape, ...]:
        """Return bars of new cases per day, or per week on long journeys, with their numbers."""
        is_weekly = self.end - self.begin > timedelta(weeks=6)
        counts: Counter[date] = Counter()
        for on, count in self.journey.cases_per_day.items():
            counts[on - timedelta(days=on.weekday()) if is_weekly else on] += count
        most = max(counts.values(), default=0)
        bars = []
        for on, count in sorted(counts.items()):
            start = datetime.combine(on, time(0), self.journey.zone)
            stop = start + timedelta(days=7 if is_weekly else 1)
            if count == 0 or stop <= self.begin or start >= self.end:
                continue
            left, right = self.x(start), self.x(stop)
            height = round(max(1.5, count / most * 28), 1)
            width = round(max(3.0, right - left - 2), 1)
            bars.append(Shape("volume", left + 1, round(74 - height, 1), width, height))
            place = (round(left + 1 + width / 2, 1), round(71 - height, 1), "middle")
            self.placer.place(str(count), kind="volume-label", places=[place], size=10.5)
        return tuple(bars)

    def _told(self) -> tuple[float, ...]:
        """Return the x of each message to customers; those close together are one mark."""
        marks: list[float] = []
        for at in sorted(self.journey.told_at):
            x = self.x(at)
            if not marks or x - marks[-1] >= 15:
                marks.append(x)
        return tuple(marks)

    def _likely(self) -> Shape | None:
        """Return the window in which the fix is likely."""
        estimate = self.journey.estimate
        if estimate is None or self.journey.resolved_at is not None:
            return None
        start = estimate.earliest_at or estimate.expected_at
        stop = estimate.latest_at or estimate.expected_at
        return self._column("window", start, stop) if stop > start else None
