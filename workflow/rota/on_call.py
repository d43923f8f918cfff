"""Who is on call at a moment, and who comes next: a rota's weeks, and where they differ. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of a week: `week` counts from 1, `weekday` from Monday (0).

    One that ends no later than it begins ends on the day after.
    """

    user_id: int
    week: int
    weekday: int
    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Turn:
    """From when until when somebody is on call; nobody if `user_id` is None. Times in UTC."""

    begins_at: datetime
    ends_at: datetime
    user_id: int | None


@dataclass(frozen=True)
class Plan:
    """A rota as it is read: its weeks repeat, exceptions replace what they cover."""

    rota_id: int
    name: str
    department_id: int
    team_id: int | None
    timezone: str
    weeks: int
    begins_on: date
    shifts: Sequence[Shift]
    exceptions: Sequence[Turn] = ()

    def turns(self, *, since: datetime, until: datetime) -> list[Turn]:
        """Return who is on call between two moments, in order; turns of several people overlap.

        A later exception counts more than an earlier one.
        """
        found = list(self.weekly(since=since, until=until))
        for exception in self.exceptions:
            if exception.begins_at >= until or exception.ends_at <= since:
                continue
            found = [part for turn in found for part in without(turn, exception)]
            found.append(exception)
        return sorted(
            (turn for turn in found if turn.user_id is not None),
            key=lambda turn: (turn.begins_at, turn.ends_at, turn.user_id or 0),
        )

    def weekly(self, *, since: datetime, until: datetime) -> Iterator[Turn]:
        """Yield the turns of the weeks alone that lie between two moments, at least in part."""
        zone = ZoneInfo(self.timezone)
        monday = self.begins_on - self.begins_on.weekday() * DAY
        # A turn of the night before may reach into the first day.
        day = since.astimezone(zone).date() - DAY
        last = until.astimezone(zone).date()
        while day <= last:
            week = (day - monday).days // 7 % self.weeks + 1
            for shift in self.shifts:
                if (shift.week, shift.weekday) == (week, day.weekday()):
                    turn = turn_on(shift, day, zone=zone)
                    if turn.begins_at < until and turn.ends_at > since:
                        yield turn
            day += DAY

    def on_call(self, *, at: datetime) -> list[int]:
        """Return the ids of those who are on call at a moment, each once."""
        found = [
            turn.user_id for turn in self.turns(since=at, until=at + timedelta(microseconds=1))
        ]
        return list(dict.fromkeys(user_id for user_id in found if user_id is not None))

    def next_turn(self, *, at: datetime) -> Turn | None:
        """Return the next turn that begins after a moment, or None where nobody ever comes."""
        until = at + self.weeks * WEEK + DAY
        return next(
            (turn for turn in self.turns(since=at, until=until) if turn.begins_at > at), None
        )


def turn_on(shift: Shift, day: date, *, zone: ZoneInfo) -> Turn:
    """Return a shift on a day. A time that a change of the clocks skips moves forward."""
    last = day if shift.ends > shift.begins else day + DAY
    return Turn(
        begins_at=datetime.combine(day, shift.begins, tzinfo=zone).astimezone(UTC),
        ends_at=datetime.combine(last, shift.ends, tzinfo=zone).astimezone(UTC),
        user_id=shift.user_id,
    )


def without(turn: Turn, other: Turn) -> Iterator[Turn]:
    """Yield what is left of a turn when another replaces the time they share."""
    if turn.begins_at < other.begins_at:
        yield Turn(turn.begins_at, min(turn.ends_at, other.begins_at), turn.user_id)
    if turn.ends_at > other.ends_at:
        yield Turn(max(turn.begins_at, other.ends_at), turn.ends_at, turn.user_id)


def gaps(turns: Iterable[Turn], *, since: datetime, until: datetime) -> list[Turn]:
    """Return the times between two moments in which nobody is on call."""
    found: list[Turn] = []
    covered = since
    for turn in sorted(turns, key=lambda turn: turn.begins_at):
        if turn.begins_at > covered:
            found.append(Turn(covered, min(turn.begins_at, until), None))
        covered = max(covered, turn.ends_at)
    if covered < until:
        found.append(Turn(covered, until, None))
    return found
