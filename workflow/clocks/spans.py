"""Spans as people write them: `1 h 30 min`, `45 min`, `2 working days`. Pure but for the language."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from workflow.refusals import Refusal

DAYS = r"(?:working\s+days?|days?|d)"
UNITS = {"h": 3600, "min": 60, "m": 60, "s": 1}
LONGEST_TEXT = 60
# One year of hours is the longest target; ten thousand leave room to say so.
MOST_HOURS = 100_000

_NUMBER = r"\d{1,9}(?:[.,]\d{1,6})?"
_PART = re.compile(
    rf"\s*({_NUMBER})\s*(hours?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])\s*", re.IGNORECASE
)
_IN_DAYS = re.compile(rf"\s*(\d{{1,5}})\s*{DAYS}\s*", re.IGNORECASE)
_IN_HOURS = re.compile(rf"\s*({_NUMBER})\s*")


class NotASpan(Refusal):
    """A text is not a length of time."""

    code: ClassVar[str] = "not_a_span"


def span_in(text: str) -> tuple[timedelta, int | None]:
    """Return a span of opening hours, or nothing and a number of working days.

    A number alone is hours.

    Raises:
        NotASpan: it is neither.
    """
    if len(text) <= LONGEST_TEXT:
        in_days = _IN_DAYS.fullmatch(text)
        if in_days:
            return timedelta(), int(in_days[1])
        seconds = seconds_in(text)
        if seconds is not None and seconds <= MOST_HOURS * 3600:
            return timedelta(microseconds=int(seconds * 1_000_000)), None
    raise NotASpan(
        _("“%(text)s” is not a length of time.") % {"text": text[:LONGEST_TEXT]},
        next_step=_("Write it like 1 h 30 min, 45 min or 2 days."),
    )


def seconds_in(text: str) -> Decimal | None:
    """Return the seconds of hours, minutes and seconds; None for anything else."""
    alone = _IN_HOURS.fullmatch(text)
    if alone:
        return decimal_of(alone[1]) * 3600
    total, place = Decimal(0), 0
    for part in _PART.finditer(text):
        if part.start() != place:
            return None
        total += decimal_of(part[1]) * UNITS[unit_of(part[2])]
        place = part.end()
    return total if place and place == len(text) else None


def decimal_of(text: str) -> Decimal:
    """Return a number written with a point or a comma."""
    return Decimal(text.replace(",", "."))


def unit_of(word: str) -> str:
    """Return the short form of a unit."""
    return {"h": "h", "m": "min", "s": "s"}[word[0].lower()]


def span_written(within: timedelta, days: int | None) -> str:
    """Write a span so that `span_in` reads the very same."""
    if days is not None:
        return f"{days} working days" if days != 1 else "1 working day"
    whole = within // timedelta(seconds=1)
    rest = within - timedelta(seconds=whole)
    hours, seconds = divmod(whole, 3600)
    minutes, seconds = divmod(seconds, 60)
    last = f"{seconds}.{rest.microseconds:06d}".rstrip("0") if rest else str(seconds)
    parts = [
        *([f"{hours} h"] if hours else []),
        *([f"{minutes} min"] if minutes else []),
        *([f"{last} s"] if seconds or rest else []),
    ]
    return " ".join(parts) or "0 min"
