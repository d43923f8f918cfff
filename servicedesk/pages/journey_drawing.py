"""The legs of a journey's drawing: bars, hand-overs, the cause, now and the fix, and their labels."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from servicedesk.pages.journey_frame import GUTTER, LANE_HEIGHT, TOP, WIDTH, Frame
from servicedesk.pages.journey_labels import Box, text_width
from servicedesk.pages.journey_legs import PictureLeg
from servicedesk.pages.journey_shapes import (
    Badge,
    DrawnLeg,
    DrawnTask,
    DrawnUsual,
    Handover,
    Line,
    Picture,
    Shape,
)

BAR = 18.0
LEAST_WIDTH = 6.0
TASK_BELOW, TASK_HEIGHT = 26.0, 5.0
USUAL_ABOVE = 3.0
BADGE_ROOM, WIDE_BADGE_ROOM = 20.0, 34.0
# A drawing of more legs than this names only what matters most.
MANY = 40
MOST_OVERS, MOST_RETURNS = 10, 6


class Drawing(Frame):
    """The drawing while it is made."""

    def picture(self) -> Picture:
        """Return everything drawn; labels come last, the most important first."""
        handovers = self._handovers()
        flags, now = self._flags(), self._now()
        grid = self._axis()
        cause = self._cause()
        self._drawn_tasks = self._tasks()
        self._label_returns()
        legs = self._legs()
        self._label_delays()
        self._label_legs()
        self._label_tasks()
        usual = self._usual()
        volumes = self._volumes()
        is_weekly = self.end - self.begin > timedelta(weeks=6)
        return Picture(
            width=WIDTH,
            height=self.bottom + (45 if self.has_second_row else 30),
            top=TOP,
            bottom=self.bottom,
            gutter=GUTTER,
            says=self._says(),
            narrow_note=self.wording.narrow,
            lanes=self._drawn_lanes(),
            closed=self._closed(),
            today=self._today(),
            grid=grid,
            volumes=volumes,
            told=self._told(),
            likely=self._likely(),
            handovers=handovers,
            plans=self._plans(),
            legs=legs,
            badges=self._badges(),
            tasks=self._drawn_tasks,
            usual=usual,
            cause=cause,
            flags=flags,
            now=now,
            labels=tuple(self.placer.placed),
            volume_title=(self.wording.cases_per_week if is_weekly else self.wording.cases_per_day),
            told_title=self.wording.told,
        )

    # ---- legs ----

    def _legs(self) -> tuple[DrawnLeg, ...]:
        """Return each leg's shapes."""
        drawn = []
        for leg in self.journey.legs:
            x, y = self.x(leg.entered_at), self._middle(leg)
            bars = [
                Shape(
                    kind,
                    self.x(start),
                    y - BAR / 2,
                    round(max(LEAST_WIDTH, self.x(stop) - self.x(start)), 1),
                    BAR,
                )
                for kind, start, stop in self._parts(leg)
            ]
            end = bars[-1].x + bars[-1].width
            late = self._late_from(leg)
            if late is not None:
                start_x = min(self.x(late), end - 3)
                bars.append(Shape("late", start_x, y - BAR / 2, round(end - start_x, 1), BAR))
            if leg.is_detour:
                bars.append(Shape("detour", x, y + BAR / 2 + 3, round(end - x, 1), 2))
            drawn.append(
                DrawnLeg(
                    number=leg.number,
                    lane=self.lane_of[leg.department],
                    hue=leg.hue,
                    href=leg.href or f"#leg-{leg.number}",
                    says=self._leg_says(leg),
                    x=x,
                    y=y,
                    bars=tuple(bars),
                    hit=Shape("hit", x - 10, y - 18, round(max(24.0, end - x + 10), 1), 36),
                )
            )
        return tuple(drawn)

    def _tasks(self) -> tuple[DrawnTask, ...]:
        """Return what other departments did at the same time: below the bars of their lanes."""
        drawn = []
        for task in self.journey.tasks:
            x, stop = self.x(task.asked_at), self.x(task.ended_at or self.end_at)
            y = TOP + LANE_HEIGHT * (self.lane_of[task.department] + 0.5) + TASK_BELOW
            holder = self._middle(self._holder(task.asked_at))
            start = holder + BAR / 2 if y > holder else holder - BAR / 2
            width = round(max(LEAST_WIDTH, stop - x), 1)
            self.placer.block(Box(x, y - 1, x + width, y + TASK_HEIGHT + 1))
            drawn.append(
                DrawnTask(
                    hue=task.hue,
                    href=task.href,
                    says=self.wording.task.format(
                        department=task.department_name,
                        title=task.title,
                        time=self.wording.moment(self._local(task.asked_at)),
                    ),
                    line=f"M{x:g} {start:g}V{y:g}",
                    bar=Shape("task", x, y, width, TASK_HEIGHT, task.hue),
                    hit=Shape("hit", x, y - 6, max(24.0, width), 24.0),
                )
            )
        return tuple(drawn)

    def _usual(self) -> tuple[DrawnUsual, ...]:
        """Return how long each department usually has it: a pale line from where it had it first."""
        drawn = []
        for usual in self.journey.usual:
            first = next(
                (leg for leg in self.journey.legs if leg.department == usual.department), None
            )
            if first is None:
                continue
            x = self.x(first.entered_at)
            y = TOP + LANE_HEIGHT * (self.lane_of[usual.department] + 1) - USUAL_ABOVE
            width = round(max(LEAST_WIDTH, self.x(first.entered_at + usual.span) - x), 1)
            drawn.append(DrawnUsual(hue=first.hue, x=x, y=y, width=width))
            text = self.wording.usual.format(span=usual.words)
            places = [(x + width + 5, y + 4, "start"), (x, y - 4, "start")]
            self.placer.place(text, kind="usual-label", places=places, size=10.5)
        return tuple(drawn)

    def _holder(self, at: datetime) -> PictureLeg:
        """Return the leg that lasts at a moment, or the first one."""
        held = (leg for leg in reversed(self.journey.legs) if leg.entered_at <= at)
        return next(held, self.journey.legs[0])

    def _badges(self) -> tuple[Badge, ...]:
        """Return the numbers of legs, where one does not lie on the one before in its lane."""
        room = WIDE_BADGE_ROOM if len(self.journey.legs) > MANY else BADGE_ROOM
        last: dict[float, float] = {}
        badges = []
        for leg in self.journey.legs:
            x, y = self.x(leg.entered_at), self._middle(leg)
            if x - last.get(y, -room) >= room:
                last[y] = x
                width = 18.0 if leg.number < 100 else 25.0
                badges.append(Badge(number=leg.number, hue=leg.hue, x=x, y=y, width=width))
        return tuple(badges)

    def _late_from(self, leg: PictureLeg) -> datetime | None:
        """Return the moment from which a leg was over its target, or None."""
        if leg.due_at is None or self._left(leg) <= leg.due_at:
            return None
        return max(leg.due_at, leg.entered_at)

    def _over_span(self, leg: PictureLeg) -> timedelta:
        """Return by how much open time a leg was over its target."""
        late = self._late_from(leg)
        if late is None:
            return timedelta(0)
        return leg.over if leg.over is not None else self.open_time.between(late, self._left(leg))

    def _over(self, leg: PictureLeg) -> str:
        """Return by how much open time a leg was over its target, in words, or nothing."""
        over = self._over_span(leg)
        if over < timedelta(minutes=1):
            return ""
        return self.wording.over.format(span=self.wording.span(over))

    def _leg_says(self, leg: PictureLeg) -> str:
        """Return all that a leg's bar shows, as the name of its link."""
        worked, waited = self._spans(leg)
        said = self.wording.leg.format(
            number=leg.number,
            department=leg.department_name,
            title=leg.title,
            time=self.wording.moment(self._local(leg.entered_at)),
            worked=self.wording.span(worked),
            waited=self.wording.span(waited),
        )
        over = self._over(leg)
        return f"{said}, {over}" if over else said

    def _handovers(self) -> tuple[Handover, ...]:
        """Return the lines between lanes; labels avoid them."""
        lines = []
        for before, after in self._changes():
            x, start, stop = self.x(after.entered_at), self._middle(before), self._middle(after)
            down = 1 if stop > start else -1
            tip = stop - down * 11
            self.placer.lines.append(Box(x - 2, min(start, stop), x + 2, max(start, stop)))
            lines.append(
                Handover(
                    kind="sent-back" if after.is_sent_back else "",
                    line=f"M{x:g} {start + down * BAR / 2:g}V{tip - down * 5:g}",
                    head=f"M{x - 4:g} {tip - down * 8:g}h8L{x:g} {tip:g}z",
                )
            )
        return tuple(lines)

    def _changes(self) -> list[tuple[PictureLeg, PictureLeg]]:
        """Return each pair of following legs that stand in different lanes."""
        return [
            pair
            for pair in pairwise(self.journey.legs)
            if self._middle(pair[0]) != self._middle(pair[1])
        ]

    def _label_returns(self) -> None:
        """Name each way back; more than two between the same departments are named once."""
        returns = [pair for pair in self._changes() if pair[1].is_sent_back]
        often = Counter((before.department, after.department) for before, after in returns)
        told = {pair for pair, _count in often.most_common(MOST_RETURNS)}
        named: Counter[tuple[str, str]] = Counter()
        for before, after in returns:
            pair = (before.department, after.department)
            named[pair] += 1
            count = often[pair]
            if pair not in told or (count > 2 and named[pair] < count):
                continue
            text = (
                self.wording.sent_back_times.format(count=count)
                if count > 2
                else self.wording.sent_back
            )
            x = self.x(after.entered_at)
            y = (self._middle(before) + self._middle(after)) / 2 + 4
            self.placer.place(
                text, kind="sent-back-label", places=[(x + 7, y, "start"), (x - 7, y, "end")]
            )

    def _label_delays(self) -> None:
        """Write below a bar by how much it is over target, the worst first."""
        late = [leg for leg in self.journey.legs if self._over(leg)]
        if len(self.journey.legs) > MANY:
            late = sorted(late, key=self._over_span, reverse=True)[:MOST_OVERS]
        for leg in late:
            x, end, y = self.x(leg.entered_at), self.x(self._left(leg)), self._middle(leg) + 25
            places = [(end, y, "end"), (x, y, "start"), (end + 7, y, "start")]
            self.placer.place(self._over(leg), kind="over", places=places, gap=5)

    def _label_legs(self) -> None:
        """Write each leg's title above its bar where it fits."""
        following: dict[float, float] = {}
        for leg in reversed(self.journey.legs):
            x, y = self.x(leg.entered_at), self._middle(leg)
            room = following.get(y, WIDTH) - x - 18
            following[y] = x
            if text_width(leg.title, size=11.5) <= room:
                self.placer.place(leg.title, kind="leg-label", places=[(x + 14, y - 16, "start")])

    def _label_tasks(self) -> None:
        """Write what a task is above its thin bar where it fits."""
        for task, drawn in zip(self.journey.tasks, self._drawn_tasks, strict=True):
            place = (drawn.bar.x + 2, drawn.bar.y - 4, "start")
            self.placer.place(task.title, kind="task-label", places=[place], size=10.5)

    # ---- what was found, now, and the fix ----

    def _cause(self) -> tuple[float, float] | None:
        """Return where the diamond of the root cause stands, and write beside it."""
        at = self.journey.cause_found_at
        if at is None:
            return None
        x, y = self.x(at), self._middle(self._holder(at))
        is_on_number = any(
            abs(self.x(leg.entered_at) - x) < BADGE_ROOM
            for leg in self.journey.legs
            if self._middle(leg) == y
        )
        places = [
            (x - 8, y - 16, "start"),
            (x + 8, y - 16, "end"),
            (x - 8, y + 25, "start"),
            (x + 8, y + 25, "end"),
        ]
        if is_on_number:
            # Above the bar: no number is covered.
            y -= BAR + 3
            places = [(x + 13, y + 4, "start"), (x - 13, y + 4, "end"), *places[2:]]
            self.placer.block(Box(x - 10, y - 10, x + 10, y + 10))
        self.placer.place(self.wording.cause, kind="cause-label", places=places, gap=4)
        return (x, y)

    def _now(self) -> Line | None:
        """Return the line of now while the problem is open, and write the time below."""
        if self.journey.resolved_at is not None or self.journey.ends_at is not None:
            return None
        x = self.x(self.journey.at)
        text = self.wording.now.format(time=f"{self._local(self.journey.at):%H:%M}")
        self._below(text, kind="now-label", x=x)
        self.placer.lines.append(Box(x - 1, 28, x + 1, self.bottom))
        return Line("now", x, in_an_hour=self.x(self.journey.at + timedelta(hours=1)))

    def _flags(self) -> tuple[Line, ...]:
        """Return the flag of the fix, expected or done, and hollow ones for dates that moved."""
        flags = []
        resolved_at, estimate = self.journey.resolved_at, self.journey.estimate
        at = resolved_at or (estimate.expected_at if estimate else None)
        if at is not None:
            words = self.wording.fixed if resolved_at else self.wording.fix
            when = self.wording.short_moment(self._local(at), today=self.today)
            flags.append(Line("flag", self.x(at)))
            self._below(words.format(time=when), kind="flag-label", x=self.x(at))
        if resolved_at is None:
            for old in self.journey.old_estimates:
                when = self.wording.short_moment(self._local(old), today=self.today)
                flags.append(Line("flag old", self.x(old)))
                self._below(
                    self.wording.was.format(time=when), kind="flag-label old", x=self.x(old)
                )
        return tuple(flags)

    def _below(self, text: str, *, kind: str, x: float) -> None:
        """Write below the lanes at x, moved aside or left out where another text stands."""
        places = [
            (x + shift, self.bottom + row, anchor)
            for row in (17, 32)
            for shift, anchor in ((0, "middle"), (4, "end"), (-4, "start"))
        ]
        label = self.placer.place(text, kind=kind, places=places, gap=6)
        if label is not None and label.y > self.bottom + 17:
            self.has_second_row = True

    def _plans(self) -> tuple[Shape, ...]:
        """Return the dashed bar from now to the expected fix in the lane that has the problem."""
        estimate, last = self.journey.estimate, self.journey.legs[-1]
        if estimate is None or self.journey.resolved_at or last.left_at is not None:
            return ()
        x, stop = self.x(self.journey.at), self.x(estimate.expected_at)
        if stop - x < LEAST_WIDTH:
            return ()
        y = self._middle(last) - BAR / 2
        return (Shape("plan", x, y, round(stop - x, 1), BAR, last.hue),)
