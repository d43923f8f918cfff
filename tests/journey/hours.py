"""Opening hours of the simulator's own: a list of windows in whole seconds. Imports no product."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST, DAYS = date(2025, 1, 1), 1000
Day = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Hours:
    """When a department works: the same windows on its weekdays, never on its closed days."""

    zone: str
    weekdays: tuple[int, ...]
    day: Day
    closed_on: tuple[date, ...] = ()
    begins: list[int] = field(default_factory=list, repr=False, compare=False, hash=False)
    ends: list[int] = field(default_factory=list, repr=False, compare=False, hash=False)
    before: list[int] = field(default_factory=list, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Write down each window of three years, with the open seconds before it."""
        opened = 0
        for number in range(DAYS):
            on = FIRST + timedelta(days=number)
            if on.weekday() not in self.weekdays or on in self.closed_on:
                continue
            for opens, closes in self.day:
                self.begins.append(self._second(on, opens))
                self.ends.append(self._second(on, closes))
                self.before.append(opened)
                opened += self.ends[-1] - self.begins[-1]

    def _second(self, on: date, clock: str) -> int:
        hour, minute = (int(part) for part in clock.split(":"))
        local = datetime.combine(on, time(hour, minute), ZoneInfo(self.zone))
        return int(local.timestamp())

    def opened_before(self, moment: int) -> int:
        """Return the open seconds before a moment."""
        place = bisect_right(self.begins, moment) - 1
        if place < 0:
            return 0
        return self.before[place] + min(moment, self.ends[place]) - self.begins[place]

    def between(self, begin: int, end: int) -> int:
        """Return the open seconds between two moments."""
        return self.opened_before(end) - self.opened_before(begin)

    def after(self, begin: int, seconds: int) -> int:
        """Return the first moment at which so many open seconds (one or more) have passed."""
        wanted = self.opened_before(begin) + seconds
        place = bisect_right(self.before, wanted - 1) - 1
        return self.begins[place] + wanted - self.before[place]

    def shut_after(self, moment: int) -> int:
        """Return for how many seconds it stays closed from a moment on; none if it is open."""
        place = bisect_right(self.begins, moment) - 1
        if moment < self.ends[place]:
            return 0
        return self.begins[place + 1] - moment

    def as_data(self) -> dict[str, Any]:
        """Return the same hours in the plain form that the product reads."""
        return {
            "tz": self.zone,
            "hours": {
                WEEKDAYS[day]: [list(window) for window in self.day] for day in self.weekdays
            },
            "holidays": [on.isoformat() for on in self.closed_on],
        }


OFFICE = Hours("Europe/Oslo", (0, 1, 2, 3, 4), (("08:00", "16:00"),), (date(2025, 5, 1),))
TWO_SHIFTS = Hours("UTC", (0, 1, 2, 3, 4, 5), (("06:00", "12:00"), ("12:30", "22:00")))
FAR_AWAY = Hours("America/New_York", (0, 1, 2, 3, 4), (("09:00", "12:00"), ("13:00", "17:30")))
HALF_WEEK = Hours("Asia/Kolkata", (1, 2, 3), (("10:00", "18:00"),), (date(2025, 4, 15),))
EACH_DAY = Hours("UTC", tuple(range(7)), (("07:00", "23:00"),))
ALL_HOURS = (OFFICE, TWO_SHIFTS, FAR_AWAY, HALF_WEEK, EACH_DAY)
