"""Lives on the way that needs no drawing, with the acts that lead through it. Imports no product.

Each act is what somebody does to the problem at a moment: the same life can be planted in the
books of the simulator and be lived by the real actions.
"""

from collections.abc import Sequence
from random import Random

from tests.journey.hours import ALL_HOURS, OFFICE
from tests.journey.lives import HOUR, Department, Life

MONDAY = 1_741_593_600  # 10 March 2025, 08:00 UTC
DAY = 86_400
RANK = {
    state: rank
    for rank, state in enumerate(
        ("suspected", "new", "assess", "root_cause", "fix_in_progress", "verifying", "resolved")
    )
}
MOST_ACTS = 11
SERVICE = Department("Customer service", OFFICE, 6 * HOUR)
DEPARTMENTS = tuple(
    Department(f"Workshop {number}", hours, target * HOUR)
    for number, (hours, target) in enumerate(zip(ALL_HOURS, (4, 9, 7, 12, 20), strict=True))
)
Act = tuple[str, int, str]


class StandardLife:
    """Tells one life; `acts` are name, moment and department (or nothing) in their order."""

    def __init__(self, chance: Random, *, departments: Sequence[Department] = DEPARTMENTS) -> None:
        """Begin with the first contact of a customer; the problem is opened some time later."""
        self.chance = chance
        self.departments = departments
        self.discovered_at = MONDAY + chance.randint(0, 200 * DAY)
        self.opened_at = self.discovered_at + chance.choice([0, chance.randint(0, 3 * DAY)])
        self.life = Life(chance, self.discovered_at, has_pauses=False)
        self.acts: list[Act] = []
        self.is_cause_known = False
        self.is_over = False

    @property
    def state(self) -> str:
        """Where the problem stands."""
        return self.life.here.stage

    def tell(self) -> Life:
        """Return the life from its discovery to its end, or until somebody looks."""
        self.discover()
        while not self.is_over:
            if len(self.acts) >= MOST_ACTS:
                self.be_seen()
            elif self.state == "new":
                self.route()
            elif self.state == "assess":
                self.chance.choice([self.accept] * 4 + [self.pass_on, self.refuse])()
            else:
                self.chance.choice([self.go_on] * 5 + [self.hand_over])()
        return self.life

    # ---- acts ----

    def act(self, name: str, department: Department | None = None) -> None:
        """Write down what somebody does now."""
        self.acts.append((name, self.life.now, department.name if department else ""))

    def stay(
        self, department: Department, state: str, because: str, *, is_taken_up: bool = True
    ) -> None:
        """Stay somewhere, for as long as it lasts."""
        self.life.enter(department, state, because, rank=RANK[state], is_taken_up=is_taken_up)
        self.life.last()

    def discover(self) -> None:
        """Somebody writes; the target of customer service runs from the opening."""
        stay = self.life.enter(SERVICE, "new", "discovered", rank=RANK["new"], is_taken_up=True)
        stay.due = SERVICE.hours.after(self.opened_at, SERVICE.target)
        self.life.last(is_late=self.chance.random() < 0.3)
        self.life.now = max(self.life.now, self.opened_at)
        self.route()

    def somebody_else(self) -> Department:
        """Return a department that does not have it now."""
        return self.chance.choice(
            [one for one in self.departments if one is not self.life.here.department]
        )

    def route(self) -> None:
        """Customer service sends it to a department."""
        department = self.somebody_else()
        self.act("route", department)
        self.wait_for_a_yes(department, "routed")

    def wait_for_a_yes(self, department: Department, because: str) -> None:
        """Stay in a department's queue until somebody does something."""
        self.life.enter(department, "assess", because, rank=RANK["assess"])
        self.life.last()
        # Who takes it up there accepts it in the same moment.
        self.nobody_before_the_end()

    def nobody_before_the_end(self) -> None:
        """Plant it anew as a stay that nobody took up until it ended."""
        place, planted = len(self.life.stays) - 1, self.life.planted
        self.life.here.taken_up = None
        if place in planted.delays:
            planted.losses[place] = planted.delays[place]

    def accept(self) -> None:
        """The department says yes: it is taken up at that moment."""
        self.act("accept")
        self.life.here.taken_up = self.life.now
        state = "fix_in_progress" if self.is_cause_known else "root_cause"
        self.stay(self.life.here.department, state, "accepted")

    def pass_on(self) -> None:
        """The department names a better owner: it waits for a yes there, no stage is lost."""
        department = self.somebody_else()
        self.act("pass_on", department)
        self.wait_for_a_yes(department, "refused")

    def refuse(self) -> None:
        """The department says no: a detour, until it waits for a yes again."""
        began = self.life.now
        self.act("refuse")
        self.stay(SERVICE, "new", "refused")
        self.life.planted.detours.append(("refused", began, self.life.now))
        self.route()

    def hand_over(self) -> None:
        """Another department shall go on: a detour, until it works where this one stood."""
        home, began, back_at = self.state, self.life.now, self.life.now
        department = self.somebody_else()
        self.act("hand_over", department)
        self.wait_for_a_yes(department, "handed_over")
        while RANK[self.state] < RANK[home]:
            if len(self.acts) >= MOST_ACTS:
                self.life.planted.detours.append(("handed_over", began, None))
                self.be_seen()
                return
            back_at = self.life.now
            if self.state == "assess":
                self.chance.choice([self.accept] * 3 + [self.pass_on, self.refuse_astray])()
            else:
                self.go_on()
        self.life.planted.detours.append(("handed_over", began, back_at))

    def refuse_astray(self) -> None:
        """A no within a detour is a part of it."""
        self.act("refuse")
        self.stay(SERVICE, "new", "refused")
        self.route()

    def go_on(self) -> None:
        """Find the cause, put the fix in place, see that it holds or does not."""
        department = self.life.here.department
        if self.state == "root_cause":
            self.act("find_cause")
            self.is_cause_known = True
            self.stay(department, "fix_in_progress", "forward")
        elif self.state == "fix_in_progress":
            self.act("put_in_place")
            self.stay(department, "verifying", "forward")
        elif self.chance.random() < 0.3:
            # Back within the department: no detour.
            self.act("find_wanting")
            self.stay(department, "fix_in_progress", "back")
        else:
            self.end()

    def end(self) -> None:
        """It is solved; some come back, and the time between belongs to customer service."""
        department = self.life.here.department
        self.act("resolve")
        self.life.resolve()
        self.is_over = self.chance.random() < 0.6 or len(self.acts) >= MOST_ACTS - 2
        if not self.is_over:
            self.rest()
            self.act("reopen")
            self.life.resolved_at = None
            self.wait_for_a_yes(department, "reopened")

    def rest(self) -> None:
        """Let it lie with customer service, which holds it solved; its target is when it returns."""
        stay = self.life.enter(
            SERVICE, "resolved", "forward", rank=RANK["resolved"], is_taken_up=True
        )
        self.life.now += self.chance.randint(0, 30 * DAY)
        stay.due = self.life.now

    def be_seen(self) -> None:
        """Look at a problem that goes on."""
        self.life.be_seen()
        self.is_over = True
