"""The words of a journey's drawing in the language of the request."""

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from servicedesk.pages.journey_words import Wording


def journey_wording() -> Wording:
    """Return the drawing's words in the language that is active now."""
    return Wording(
        weekdays=tuple(str(WEEKDAYS_ABBR[day]) for day in range(7)),
        months=tuple(str(MONTHS_3[month]).capitalize() for month in range(1, 13)),
        cases_per_day=_("New cases per day"),
        cases_per_week=_("New cases per week"),
        told=_("Customers told"),
        now=_("Now {time}"),
        fix=_("Fix {time}"),
        fixed=_("Fixed {time}"),
        was=_("was {time}"),
        sent_back=_("sent back"),
        sent_back_times=_("sent back {count} times"),
        cause=_("Root cause found"),
        over=_("+{span} over target"),
        worked=_("{span} work"),
        waited=_("{span} waiting"),
        others=_("Others"),
        leg=_("{number}. {department}: {title}. {time}, {worked} worked, {waited} waited"),
        task=_("At the same time {department}: {title}. Asked {time}"),
        says=_(
            "The problem went through {count} departments; "
            "it has been with {department} since {time}."
        ),
        says_done=_("The problem went through {count} departments and was resolved {time}."),
        says_part=_("Stays {first} to {last} of the problem's way."),
        strip=_("Journey so far: {way}"),
        strip_done=_("Journey: {way}, resolved {time}"),
        usual=_("usually {span} here"),
        narrow=_("Nights and weekends are drawn narrow"),
        minutes=_("{minutes} min"),
        hours=_("{hours} h"),
    )
