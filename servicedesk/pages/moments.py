"""Times as people say them, with the exact time beneath."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _


class Calendar(NamedTuple):
    """The words of one language: days from Monday on, months by their number."""

    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    months: tuple[str, ...]
    short_months: tuple[str, ...]


@lru_cache(maxsize=64)
def _calendar(_language: str) -> Calendar:
    """Return the words of the language that is active, looked up once for each.

    The dates of a page took a tenth of its time when each of them looked up its format and words.
    """
    return Calendar(
        weekdays=tuple(str(WEEKDAYS[day]) for day in range(7)),
        short_weekdays=tuple(str(WEEKDAYS_ABBR[day]) for day in range(7)),
        months=("", *(str(MONTHS[month]) for month in range(1, 13))),
        short_months=("", *(str(MONTHS_3[month]).title() for month in range(1, 13))),
    )


def moment(at: datetime | None) -> str:
    """Write a time as people say it, in the current time zone: today by hour, else with the day."""
    if at is None:
        return ""
    zone = timezone.get_current_timezone_name()
    return _moment(at, timezone.localdate(), zone, get_language() or "")


def day(at: datetime | None) -> str:
    """Write the day of a time as people say it, in the current time zone."""
    if at is None:
        return ""
    return _day(timezone.localtime(at).date(), timezone.localdate(), get_language() or "")


def day_and_hour(at: datetime) -> str:
    """Write a time with its day, in the current time zone and without markup: Mon 3 Jun 09:30."""
    local, words = timezone.localtime(at), _calendar(get_language() or "")
    return f"{words.short_weekdays[local.weekday()]} {_short(local, words)} {local:%H:%M}"


def _short(local: date, words: Calendar) -> str:
    return f"{local.day} {words.short_months[local.month]}"


@lru_cache(maxsize=4096)
def _moment(at: datetime, today: date, _zone: str, language: str) -> SafeString:
    """Write a time, kept for zone and language: moments are equal across zones."""
    local, words = timezone.localtime(at), _calendar(language)
    hour = f"{local:%H:%M}"
    if local.date() == today:
        said = hour
    elif local.date() == today - timedelta(days=1):
        said = _("yesterday %(time)s") % {"time": hour}
    elif local.year == today.year:
        said = f"{_short(local, words)} {hour}"
    else:
        said = f"{_short(local, words)} {local:%Y}"
    full = f"{words.weekdays[local.weekday()]} {local.day} {words.months[local.month]}"
    full = f"{full} {local:%Y} {hour}"
    # The time is ours, the words are escaped.
    return mark_safe(  # noqa: S308
        f'<time datetime="{local.isoformat()}" title="{escape(full)}">{escape(said)}</time>'
    )


@lru_cache(maxsize=4096)
def _day(local: date, today: date, language: str) -> SafeString:
    """Write a day, kept for each language."""
    words = _calendar(language)
    if local == today:
        said = _("Today")
    elif local.year == today.year:
        said = f"{words.short_weekdays[local.weekday()]} {_short(local, words)}"
    else:
        said = f"{_short(local, words)} {local:%Y}"
    # The day is ours, the words are escaped.
    return mark_safe(  # noqa: S308
        f'<time datetime="{local.isoformat()}">{escape(said)}</time>'
    )
