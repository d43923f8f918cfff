"""A life of a problem while it is planted, and the books that are kept of it. Imports no product.

Nothing here is found out afterwards: who plants a delay chooses its length first and lets the stay
last until then; who plants a detour says when it begins and when it is over.
"""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.journey.hours import Hours

HOUR = 3600


@dataclass(frozen=True)
class Department:
    """Who can have a problem: its hours, and what it has for a stay, in open seconds."""

    name: str
    hours: Hours
    target: int


@dataclass
class Stay:
    """One stay; moments are seconds of the epoch, `rank` is the place of the stage on the way."""

    department: Department
    stage: str
    rank: int
    because: str
    entered: int
    due: int
    taken_up: int | None = None
    left: int | None = None
    pauses: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Findings:
    """What there is to find in a life: planted, or detected. Sums are seconds.

    `delays` and `losses` are by the number of the stay; a detour is its cause, begin and end.
    """

    delays: dict[int, float] = field(default_factory=dict)
    losses: dict[int, float] = field(default_factory=dict)
    detours: list[tuple[str, int, int | None]] = field(default_factory=list)
    paused: dict[int, float] = field(default_factory=dict)
    had: Counter[str] = field(default_factory=Counter)
    waiting: float = 0
    working: float = 0
    total: float = 0
    resting: float = 0

    def things(self) -> Counter[tuple[object, ...]]:
        """Return each delay, loss, detour and pause as one thing that can be found or missed."""
        found: list[tuple[object, ...]] = [("delay", *one) for one in self.delays.items()]
        found += [("loss", *one) for one in self.losses.items()]
        found += [("pause", *one) for one in self.paused.items()]
        found += [("detour", *one) for one in self.detours]
        return Counter(found)

    def sums(self) -> dict[str, float]:
        """Return the sums of a life, by name."""
        of_departments = {f"had by {name}": had for name, had in self.had.items() if had}
        return {
            "waiting": self.waiting,
            "working": self.working,
            "total": self.total,
            "resting": self.resting,
            **of_departments,
        }


@dataclass
class Life:
    """The life of one problem: its stays so far and what was planted in them."""

    chance: Random
    now: int
    has_pauses: bool = True
    stays: list[Stay] = field(default_factory=list)
    planted: Findings = field(default_factory=Findings)
    resolved_at: int | None = None

    @property
    def here(self) -> Stay:
        """The stay that goes on."""
        return self.stays[-1]

    def enter(
        self,
        department: Department,
        stage: str,
        because: str,
        *,
        rank: int,
        is_taken_up: bool = False,
    ) -> Stay:
        """End the stay that goes on, and begin another."""
        if self.stays and self.here.left is None:
            self.leave()
        due = department.hours.after(self.now, department.target)
        self.stays.append(Stay(department, stage, rank, because, self.now, due))
        if is_taken_up:
            self.here.taken_up = self.now
        return self.here

    def leave(self) -> None:
        """End the stay that goes on, and keep the books."""
        self.keep_books(self.here, until=self.now)
        self.here.left = self.now

    def resolve(self) -> None:
        """The problem is solved, in the stay that goes on."""
        self.leave()
        self.resolved_at = self.now

    def rest(self, seconds: int) -> None:
        """Let a solved problem lie, with nobody."""
        self.now += seconds
        self.planted.resting += seconds
        self.resolved_at = None

    def keep_books(self, stay: Stay, *, until: int) -> None:
        """Write down who had these seconds, and whether waiting or working."""
        taken_up = until if stay.taken_up is None else stay.taken_up
        self.planted.had[stay.department.name] += until - stay.entered
        self.planted.total += until - stay.entered
        self.planted.waiting += taken_up - stay.entered
        self.planted.working += until - taken_up

    # ---- how long a stay lasts ----

    def last(self, *, is_late: bool | None = None) -> None:
        """Let time pass in the stay that goes on: in time, late by a chosen span, or lost."""
        late = self.chance.random() < 0.3 if is_late is None else is_late
        if late:
            self.last_too_long()
        else:
            self.last_in_time()

    def last_in_time(self) -> None:
        """Pass some of the time until the target; perhaps somebody takes it up meanwhile."""
        stay, chance = self.here, self.chance
        room = stay.due - stay.entered
        end = stay.entered + chance.choice([0, 1, room, chance.randint(0, room)])
        if stay.taken_up is None and chance.random() < 0.8:
            stay.taken_up = chance.randint(stay.entered, end)
        if stay.taken_up is not None:
            self.pause(stay, since=stay.taken_up, until=end)
        self.now = end

    def last_too_long(self) -> None:
        """Plant a delay of a chosen length in open seconds, and perhaps a loss within it."""
        stay, chance, place = self.here, self.chance, len(self.stays) - 1
        hours = stay.department.hours
        over = chance.choice([1, 59, chance.randint(1, 40 * HOUR)])
        end = hours.after(stay.due, over)
        # Until it opens again nothing is added to the delay.
        end += chance.choice([0, 0, hours.shut_after(end)])
        self.planted.delays[place] = over
        if stay.taken_up is None:
            how = chance.choice(["in time", "late", "never"])
            if how == "in time":
                stay.taken_up = chance.randint(stay.entered, stay.due)
            else:
                lost = over if how == "never" else chance.randint(1, over)
                stay.taken_up = None if how == "never" else hours.after(stay.due, lost)
                self.planted.losses[place] = lost
        if stay.taken_up is not None and stay.taken_up < stay.due:
            self.pause(stay, since=stay.taken_up, until=stay.due)
        self.now = end

    def pause(self, stay: Stay, *, since: int, until: int) -> None:
        """Let others hold up the work for a chosen number of open seconds, before the target."""
        hours = stay.department.hours
        room = hours.between(since, until)
        if not self.has_pauses or room < 2 or self.chance.random() < 0.7:
            return
        # A pause begins where the department works, so that its seconds are its open seconds.
        begin = hours.after(since, self.chance.randint(1, room - 1))
        paused = self.chance.randint(1, room - hours.between(since, begin))
        stay.pauses.append((begin, hours.after(begin, paused)))
        self.planted.paused[len(self.stays) - 1] = paused

    def be_seen(self) -> None:
        """Look at a problem that goes on: its last stay lasts until now."""
        self.keep_books(self.here, until=self.now)
