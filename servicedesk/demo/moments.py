"""When things happened in the demo: on working days before today, in local opening hours."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Days:
    """The working days before a moment, in a time zone."""

    now: datetime
    zone: ZoneInfo

    def moment(self, days_ago: int, clock: str) -> datetime:
        """Return a time (`HH:MM`) of the n-th working day before today, in UTC; n from 1."""
        day = self.now.astimezone(self.zone).date()
        for _ in range(days_ago):
            day = working_day_before(day)
        local = datetime.combine(day, time.fromisoformat(clock), self.zone)
        return local.astimezone(UTC)

    def ago(self, minutes: int) -> datetime:
        """Return a moment so many minutes before now."""
        return self.now - minutes * MINUTE


def working_day_before(day: date) -> date:
    """Return the last day from Monday to Friday before a day."""
    day -= DAY
    while day.weekday() >= SATURDAY:
        day -= DAY
    return day
