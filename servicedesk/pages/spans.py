"""Spans of time in a few words: `12 min`, `2 h 40`, `3 d 4 h`."""

from datetime import timedelta
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def hours_in_words(span: timedelta) -> str:
    """Return a span of opening hours in words: never in days, since a day of work is none of 24."""
    span = abs(span)
    if span < DAY:
        return span_in_words(span)
    return _("%(hours)d h") % {"hours": span // HOUR}


def span_in_words(span: timedelta) -> str:
    """Return the length of a span in at most two units; its sign is left out."""
    return _minutes_in_words(abs(span) // MINUTE, get_language() or "")


@lru_cache(maxsize=8192)
def _minutes_in_words(minutes: int, _language: str) -> str:
    """Return whole minutes in words, kept for each language: fifty rows of a list say theirs."""
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        if not hours or days >= 10:
            return _("%(days)d d") % {"days": days}
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if not minutes or hours >= 10:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}
