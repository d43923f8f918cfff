"""The words on a drawing of a journey, plain and in the reader's language."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True)
class Wording:
    """The words on the drawing, in the reader's language."""

    weekdays: tuple[str, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months: tuple[str, ...] = (
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    )  # fmt: skip
    cases_per_day: str = "New cases per day"
    cases_per_week: str = "New cases per week"
    told: str = "Customers told"
    now: str = "Now {time}"
    fix: str = "Fix {time}"
    fixed: str = "Fixed {time}"
    was: str = "was {time}"
    sent_back: str = "sent back"
    sent_back_times: str = "sent back {count} times"
    cause: str = "Root cause found"
    over: str = "+{span} over target"
    worked: str = "{span} work"
    waited: str = "{span} waiting"
    others: str = "Others"
    leg: str = "{number}. {department}: {title}. {time}, {worked} worked, {waited} waited"
    task: str = "At the same time {department}: {title}. Asked {time}"
    says: str = (
        "The problem went through {count} departments; it has been with {department} since {time}."
    )
    says_done: str = "The problem went through {count} departments and was resolved {time}."
    says_part: str = "Stays {first} to {last} of the problem's way."
    strip: str = "Journey so far: {way}"
    strip_done: str = "Journey: {way}, resolved {time}"
    usual: str = "usually {span} here"
    narrow: str = "Nights and weekends are drawn narrow"
    minutes: str = "{minutes} min"
    hours: str = "{hours} h"

    def moment(self, at: datetime) -> str:
        """Write a local moment with its day."""
        return f"{self.weekdays[at.weekday()]} {at.day} {self.months[at.month - 1]} {at:%H:%M}"

    def short_moment(self, at: datetime, *, today: date) -> str:
        """Write a local moment as short as it can be understood today."""
        if at.date() == today:
            return f"{at:%H:%M}"
        if abs((at.date() - today).days) < 7:
            return f"{self.weekdays[at.weekday()]} {at:%H:%M}"
        return f"{at.day} {self.months[at.month - 1]}"

    def span(self, length: timedelta) -> str:
        """Write a span of open time in one unit."""
        if length < timedelta(hours=1):
            return self.minutes.format(minutes=round(length / timedelta(minutes=1)))
        hours = length / timedelta(hours=1)
        number = f"{hours:.1f}".removesuffix(".0") if hours < 10 else f"{hours:.0f}"
        return self.hours.format(hours=number)
