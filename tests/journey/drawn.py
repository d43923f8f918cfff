"""Lives on a drawn way: several stages to a state, forward, side and back. Imports no product.

Beside delays and detours the narrator plants what only looks like one: changes within a department,
hand-overs that lose no stage, side steps to an earlier stage, departments that have it once more.
"""

from collections.abc import Callable
from random import Random

from tests.journey.hours import ALL_HOURS
from tests.journey.lives import HOUR, Department, Life

MONDAY = 1_741_593_600  # 10 March 2025, 08:00 UTC, three weeks before clocks change in Europe.
DAY = 86_400
STATES = ("new", "assess", "root_cause", "fix_in_progress", "verifying")
ASTRAY = ("back", "refused", "handed_over")
ON_THE_WAY = ("forward", "routed", "accepted", "taken", "side")
MOST_STAYS = 16


class DrawnLife:
    """Tells one life; `departments` are few or many, the way has five to thirteen stages."""

    def __init__(self, chance: Random) -> None:
        """Draw a way and find departments."""
        self.chance = chance
        self.departments = [
            Department(
                f"department {number}", chance.choice(ALL_HOURS), chance.randint(1, 40) * HOUR
            )
            for number in range(chance.choice([2, 3, 3, 5, 9]))
        ]
        self.way = [
            state for state in STATES for _ in range(chance.randint(1, 3 if state != "new" else 1))
        ]
        self.life = Life(chance, MONDAY + chance.randint(0, 300 * DAY))
        self.place = 0
        self.is_over = False

    def tell(self) -> Life:
        """Return the life from its discovery to its end, or until somebody looks."""
        self.go(0, "discovered", self.departments[0])
        while not self.is_over:
            if self.place == len(self.way) - 1 and self.chance.random() < 0.5:
                self.end()
            elif len(self.life.stays) >= MOST_STAYS:
                self.be_seen()
            else:
                self.chance.choice(self.moves())()
        return self.life

    def moves(self) -> list[Callable[[], None]]:
        """Return what may happen next; going on is the likeliest."""
        if self.place == 0:
            return [self.go_on]
        decoys = [self.pass_on, self.step_back_at_home, self.step_aside]
        return [self.go_on] * 4 + decoys + [self.go_astray] * 3

    # ---- where it may go ----

    def go(self, place: int, because: str, department: Department) -> None:
        """Stay somewhere, for as long as it lasts."""
        self.place = place
        taken_up = self.chance.random() < 0.4
        self.life.enter(department, self.way[place], because, rank=place, is_taken_up=taken_up)
        self.life.last()

    def somebody(self) -> Department:
        """Return any department."""
        return self.chance.choice(self.departments)

    def somebody_else(self) -> Department:
        """Return a department that does not have it now."""
        here = self.life.here.department
        return self.chance.choice([one for one in self.departments if one is not here])

    def earlier(self) -> int:
        """Return the place of a stage before this one."""
        return self.chance.randrange(self.place)

    def go_on(self) -> None:
        """Take the way as it was drawn, or skip a stage."""
        place = min(self.place + self.chance.choice([1, 1, 1, 2]), len(self.way) - 1)
        self.go(place, self.chance.choice(ON_THE_WAY), self.somebody())

    def pass_on(self) -> None:
        """Pass it to another department that stands in the same stage: no detour."""
        self.go(self.place, self.chance.choice(ASTRAY), self.somebody_else())

    def step_back_at_home(self) -> None:
        """Go back within the department: no detour."""
        self.go(self.earlier(), self.chance.choice(ASTRAY), self.life.here.department)

    def step_aside(self) -> None:
        """Take a step to an earlier stage that was drawn as on the way: no detour."""
        self.go(self.earlier(), self.chance.choice(ON_THE_WAY), self.somebody_else())

    # ---- detours ----

    def go_astray(self) -> None:
        """Plant a detour: another department gets it back, and it wanders before it is home."""
        home, began = self.place, self.life.now
        cause = self.chance.choice(ASTRAY)
        self.go(self.earlier(), cause, self.somebody_else())
        for _ in range(self.chance.choice([0, 0, 1, 1, 2, 4])):
            self.go(self.chance.randrange(home), self.any_reason(), self.somebody())
        ending = self.chance.choice(["home", "home", "home", "later", "solved", "seen"])
        if ending in ("home", "later"):
            self.life.planted.detours.append((cause, began, self.life.now))
            place = home if ending == "home" else self.chance.randrange(home, len(self.way))
            self.go(place, self.any_reason(), self.somebody())
        elif ending == "solved":
            self.life.planted.detours.append((cause, began, self.life.now))
            self.end()
        else:
            self.life.planted.detours.append((cause, began, None))
            self.be_seen()

    def any_reason(self) -> str:
        """Return any reason to enter a stay that is no first one and no reopening."""
        return self.chance.choice([*ASTRAY, *ON_THE_WAY])

    # ---- ends ----

    def end(self) -> None:
        """Solve it; some come back after a while, while there is room in the life."""
        self.life.resolve()
        self.is_over = self.chance.random() < 0.7 or len(self.life.stays) >= MOST_STAYS
        if not self.is_over:
            self.life.rest(self.chance.randint(0, 40 * DAY))
            self.go(self.chance.randrange(len(self.way)), "reopened", self.somebody())

    def be_seen(self) -> None:
        """Look at a problem that goes on."""
        self.life.be_seen()
        self.is_over = True
