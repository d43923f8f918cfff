"""On which days an event of a calendar file repeats: rules of RFC 5545 down to days. Pure.

A day is asked whether the rule falls on it. Nothing is unrolled, so that no rule, however it is
written, takes more steps than there are days to look at.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ONE_DAY = timedelta(days=1)
_READ = {
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS",
}  # fmt: skip


class UnknownRule(ValueError):
    """A rule says something that is not read here, or nothing at all."""


class Frequency(StrEnum):
    """The period that a rule repeats in."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """A rule that repeats from `start` on, which only counts if the rule falls on it.

    `weekdays` holds pairs of ordinal (0 for every one) and day (Monday is 0).
    """

    start: date
    frequency: Frequency
    interval: int = 1
    count: int = 0
    until: date = date.max
    week_start: int = 0
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    positions: frozenset[int] = frozenset()
    _chosen: dict[int, frozenset[date]] = field(default_factory=dict, repr=False, compare=False)

    def days(self, first: date, last: date, *, look: Callable[[], None]) -> Iterator[date]:
        """Yield the days between two, both included; `look` is called for each day looked at.

        A rule with a count is followed from its start, any other from `first`.
        """
        end = min(last, self.until)
        day = self.start if self.count else max(self.start, first)
        found = 0
        while day <= end:
            look()
            if self.months and day.month not in self.months:
                day = _next_month(day)
                continue
            if self.falls_on(day):
                found += 1
                if day >= first:
                    yield day
                if found == self.count:
                    return
            if day == date.max:
                return
            day += ONE_DAY

    def falls_on(self, day: date) -> bool:
        """Say whether the rule falls on a day, whatever its count and end."""
        if (self._period(day) - self._period(self.start)) % self.interval or not self._fits(day):
            return False
        return not self.positions or day in self._chosen_in(day)

    def _fits(self, day: date) -> bool:
        """Say whether a day of the right period is one of those that the rule names."""
        if self.months and day.month not in self.months:
            return False
        if self.month_days and not self.month_days & {day.day, day.day - _length(day) - 1}:
            return False
        if self.weekdays:
            return any(self._is(day, nth=nth, weekday=weekday) for nth, weekday in self.weekdays)
        return bool(self.month_days) or self._is_like_start(day)

    def _is_like_start(self, day: date) -> bool:
        """Say whether a day lies in its period as the start does; every day of a daily rule does."""
        if self.frequency is Frequency.WEEKLY:
            return day.weekday() == self.start.weekday()
        if self.frequency is Frequency.DAILY:
            return True
        is_month = self.frequency is Frequency.MONTHLY or bool(self.months)
        return day.day == self.start.day and (is_month or day.month == self.start.month)

    def _is(self, day: date, *, nth: int, weekday: int) -> bool:
        """Say whether a day is the nth of its weekday, from the end of the period if negative."""
        if day.weekday() != weekday:
            return False
        if not nth:
            return True
        if self.frequency is Frequency.MONTHLY or self.months:
            place, length = day.day, _length(day)
        else:
            place = day.timetuple().tm_yday
            length = date(day.year, 12, 31).timetuple().tm_yday
        return nth in ((place - 1) // 7 + 1, -((length - place) // 7 + 1))

    def _period(self, day: date) -> int:
        """Return the number of the period that a day lies in."""
        if self.frequency is Frequency.DAILY:
            return day.toordinal()
        if self.frequency is Frequency.WEEKLY:
            return (day.toordinal() - 1 - self.week_start) // 7
        if self.frequency is Frequency.MONTHLY:
            return day.year * 12 + day.month
        return day.year

    def _chosen_in(self, day: date) -> frozenset[date]:
        """Return the days of a period that stand at the positions named."""
        period = self._period(day)
        if period not in self._chosen:
            fitting = [other for other in self._days_of_period(day) if self._fits(other)]
            places = (place - 1 if place > 0 else place for place in self.positions)
            self._chosen[period] = frozenset(
                fitting[place] for place in places if -len(fitting) <= place < len(fitting)
            )
        return self._chosen[period]

    def _days_of_period(self, day: date) -> list[date]:
        if self.frequency is Frequency.MONTHLY:
            first, length = day.replace(day=1), _length(day)
        elif self.frequency is Frequency.YEARLY:
            first = date(day.year, 1, 1)
            length = date(day.year, 12, 31).timetuple().tm_yday
        elif self.frequency is Frequency.WEEKLY:
            first, length = day - ONE_DAY * ((day.weekday() - self.week_start) % 7), 7
        else:
            first, length = day, 1
        return [first + ONE_DAY * number for number in range(length)]


def read_rule(text: str, *, start: date, until: date = date.max) -> Recurrence:
    """Read a rule such as `FREQ=YEARLY;BYMONTH=11;BYDAY=4TH`; `until` is its end as a day.

    Raises:
        UnknownRule: it repeats more often than daily, or names what is not read here.
    """
    parts = dict(part.split("=", 1) for part in text.upper().split(";") if "=" in part)
    unknown = set(parts) - _READ
    if unknown or parts.get("FREQ") not in set(Frequency):
        raise UnknownRule(text)
    frequency = Frequency(parts["FREQ"])
    weekdays = tuple(_weekday(one) for one in _listed(parts, "BYDAY"))
    is_long = frequency in (Frequency.MONTHLY, Frequency.YEARLY)
    if any(nth for nth, _day in weekdays) and not is_long:
        raise UnknownRule(text)
    months = frozenset(_number(one) for one in _listed(parts, "BYMONTH"))
    month_days = frozenset(_number(one) for one in _listed(parts, "BYMONTHDAY"))
    if frequency is Frequency.YEARLY and not (weekdays or month_days or months):
        months = frozenset({start.month})
    positions = frozenset(_number(one) for one in _listed(parts, "BYSETPOS"))
    if parts.get("WKST", "MO") not in DAYS or 0 in positions:
        raise UnknownRule(text)
    return Recurrence(
        start=start,
        frequency=frequency,
        interval=max(1, _number(parts.get("INTERVAL", "1"))),
        count=max(0, _number(parts.get("COUNT", "0"))),
        until=until,
        week_start=DAYS.index(parts.get("WKST", "MO")),
        weekdays=weekdays,
        month_days=month_days,
        months=months,
        positions=positions,
    )


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _weekday(text: str) -> tuple[int, int]:
    """Return ordinal and day of `-1FR` or `MO`."""
    if text[-2:] not in DAYS:
        raise UnknownRule(text)
    return _number(text[:-2] or "0"), DAYS.index(text[-2:])


def _number(text: str) -> int:
    digits = text.removeprefix("-").removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise UnknownRule(text)
    return int(text)


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _next_month(day: date) -> date:
    """Return the first of the next month, or the last day that there is."""
    if (day.year, day.month) == (date.max.year, 12):
        return date.max
    return (day.replace(day=28) + 4 * ONE_DAY).replace(day=1)
