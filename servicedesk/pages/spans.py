"""Spans of time in a few words: `12 min`, `2 h 40`, `3 d 4 h`."""

from datetime import timedelta

from django.utils.translation import gettext as _

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
    span = abs(span)
    if span < HOUR:
        return _("%(minutes)d min") % {"minutes": span // timedelta(minutes=1)}
    if span < DAY:
        hours, rest = divmod(span, HOUR)
        minutes = rest // timedelta(minutes=1)
        if not minutes or hours >= 10:
            return _("%(hours)d h") % {"hours": hours}
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}
    days, rest = divmod(span, DAY)
    hours = rest // HOUR
    if not hours or days >= 10:
        return _("%(days)d d") % {"days": days}
    return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
